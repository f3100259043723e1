"""A capability performed by a function: the same contract as steps, and no way around it."""

from __future__ import annotations

import pytest

from sbd_audit.library import Library
from sbd_audit.models.binding import BindingStep
from sbd_audit.observe.scene import Scene
from sbd_audit.outcome import Reason

from .pages import serving
from .stage import playing

BINDING = """
capabilities:
  search:
    python: tests.observe.test_custom:{function}
    outputs: {{hits: {{template: "{{hits}}"}}}}
"""


def counted(scene: Scene) -> str:
    scene.step(BindingStep.model_validate({"get": "/words"}))
    assert scene.page is not None
    scene.locals["hits"] = len(scene.page.visible_text().split())
    return "searched"


def wordless(scene: Scene) -> int:
    return 3


def other_word(scene: Scene) -> str:
    return "found"


@pytest.mark.parametrize(
    ("function", "result", "reason"),
    [
        ("counted", "searched", None),
        ("wordless", "unmapped", Reason.unmapped),
        ("other_word", "unmapped", Reason.unmapped),
        ("nowhere", None, Reason.no_binding),
    ],
)
def test_a_function_performs(
    function: str, result: str | None, reason: Reason | None, library: Library
) -> None:
    with (
        serving(lambda seen: (200, {}, "one two three")) as site,
        playing(site.url, BINDING.format(function=function), library) as play,
    ):
        seen = play.perform("search", text="neutral_text")
    assert (seen.result, seen.reason) == (result, reason), seen.detail
    if function == "counted":
        assert seen.outputs == {"hits": 3}
        assert seen.driver == "python"
