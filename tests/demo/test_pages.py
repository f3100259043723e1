"""The web side of the practice platform: what a person does with forms, held to the same rules."""

from __future__ import annotations

import re

import pytest
import requests

from sbd_audit.demo.baraza import Site


class Person:
    """Somebody with a browser, as far as forms go."""

    def __init__(self, site: Site, handle: str, born: str = "1990-05-05") -> None:
        self.site, self.handle, self.http = site, handle, requests.Session()
        joined = {
            "handle": handle,
            "name": handle.title(),
            "password": "long-enough-1",
            "birth_date": born,
        }
        assert self.http.post(f"{site.url}/api/join", json=joined).status_code == 201

    def get(self, path: str) -> str:
        return self.http.get(self.site.url + path).text

    def do(self, page: str, act: str, **fields: str) -> requests.Response:
        """Opens a page and sends its form to `act`, with the token the page carries."""
        token = re.search(r'name="csrf" value="([^"]+)"', self.get(page))
        assert token, page
        return self.http.post(
            f"{self.site.url}/do/{act}",
            data={"csrf": token[1], **fields},
            headers={"Referer": self.site.url + page},
        )


@pytest.fixture
def pair(site: Site, request: pytest.FixtureRequest) -> tuple[Person, Person]:
    name = re.sub(r"\W", "", request.node.name)[-20:]
    return Person(site, f"{name}-a"), Person(site, f"{name}-b")


def test_a_post_is_published_and_commented_on(pair: tuple[Person, Person]) -> None:
    one, two = pair
    one.do("/", "post", text=f"A lamp of {one.handle}")
    where = re.search(rf'id="(\w+)"><p>A lamp of {one.handle}', two.get("/"))
    assert where
    two.do(f"/p/{where[1]}", f"comment/{where[1]}", text="A bright one")
    assert "A bright one" in one.get(f"/p/{where[1]}")
    assert "Report this comment" in one.get(f"/p/{where[1]}")


def test_friends_write_to_one_another(pair: tuple[Person, Person]) -> None:
    one, two = pair
    one.do(f"/u/{two.handle}", "friend", who=two.handle)
    assert one.handle in two.get("/messages")
    two.do("/messages", "accept", who=one.handle)
    one.do(f"/u/{two.handle}", "message", to=two.handle, text="Good day")
    assert "Good day" in two.get(f"/messages/{one.handle}")
    assert "waits here" not in two.get(f"/messages/{one.handle}")


def test_a_block_holds_on_the_pages_too(pair: tuple[Person, Person]) -> None:
    one, two = pair
    two.do(f"/u/{one.handle}", "block", who=one.handle)
    assert one.http.get(f"{one.site.url}/u/{two.handle}").status_code == 404
    refused = one.do("/", "message", to=two.handle, text="Hello")
    assert refused.status_code == 403
    assert 'id="not-done"' in refused.text


def test_muted_people_cause_no_notices(pair: tuple[Person, Person]) -> None:
    one, two = pair
    two.do(f"/u/{one.handle}", "mute", who=one.handle)
    one.do(f"/u/{two.handle}", "friend", who=two.handle)
    assert two.http.get(f"{two.site.url}/api/notices").json()["notices"] == []


def test_nothing_is_done_without_the_token_of_the_page(pair: tuple[Person, Person]) -> None:
    one, _ = pair
    sent = one.http.post(f"{one.site.url}/do/post", data={"text": "A forged lamp"})
    assert sent.status_code == 403
    assert "A forged lamp" not in one.get("/")


def test_signing_out_ends_the_session(pair: tuple[Person, Person]) -> None:
    one, _ = pair
    one.do("/", "sign-out")
    assert one.http.get(f"{one.site.url}/api/me").json() == {"handle": None}


@pytest.mark.parametrize(
    "path", ["/", "/messages", "/settings", "/reports", "/settings/data", "/safety", "/help/forms"]
)
@pytest.mark.parametrize("language", ["en", "sw"])
def test_pages_stand_in_both_languages(
    pair: tuple[Person, Person], path: str, language: str
) -> None:
    one, _ = pair
    answer = one.http.get(f"{one.site.url}{path}", params={"lang": language})
    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in answer.text
