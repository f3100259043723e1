"""sbd-audit: an auditor of safety by design for online platforms.

The public interface; parts are imported when first used, so that ``import sbd_audit`` stays light.
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"
_PLACES = {
    "judge": "sbd_audit.judge:judge_case",
    "load_library": "sbd_audit.library:Library",
    "render_report": "sbd_audit.report.render:render_html",
    "run_audit": "sbd_audit.run:run_audit",
    "score": "sbd_audit.score:score",
    "verify_bundle": "sbd_audit.verify:verify_bundle",
}
__all__ = ["__version__", *sorted(_PLACES)]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, _, attribute = _PLACES[name].partition(":")
    return getattr(import_module(module), attribute)
