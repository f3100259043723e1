"""Nothing leaves the scope: a second listener on another port must never see a connection."""

from __future__ import annotations

import contextlib
from fractions import Fraction

import pytest
from requests.cookies import RequestsCookieJar

from sbd_audit.models.binding import BindingStep
from sbd_audit.observe.accounts import Account
from sbd_audit.observe.browser import BrowserWorker, find_browser
from sbd_audit.observe.halt import Halt
from sbd_audit.observe.http import HttpDriver
from sbd_audit.observe.pace import Pace
from sbd_audit.observe.scope import Scope
from sbd_audit.outcome import Reason

from .pages import Answer, Exchange, blank, serving

WAYS = {
    "image": '<img src="{out}/i.png">',
    "iframe": '<iframe src="{out}/f"></iframe>',
    "script": '<script src="{out}/s.js"></script>',
    "stylesheet": '<link rel="stylesheet" href="{out}/s.css">',
    "preconnect": '<link rel="preconnect" href="{out}">',
    "dns prefetch": '<link rel="dns-prefetch" href="{out}">',
    "prefetch": '<link rel="prefetch" href="{out}/p">',
    "preload": '<link rel="preload" as="image" href="{out}/p.png">',
    "fetch": '<script>fetch("{out}/x").catch(() => 0)</script>',
    "beacon": '<script>navigator.sendBeacon("{out}/b", "x")</script>',
    "websocket": '<script>new WebSocket("{out}/w".replace("http", "ws"))</script>',
    "event source": '<script>new EventSource("{out}/e")</script>',
    "worker": "<script>new Worker(URL.createObjectURL(new Blob([`fetch('{out}/k')`])))</script>",
    "redirected image": '<img src="/away/image.png">',
    "redirected iframe": '<iframe src="/away/frame"></iframe>',
    "redirected fetch": '<script>fetch("/away/fetch").catch(() => 0)</script>',
    "meta refresh": '<meta http-equiv="refresh" content="0; url={out}/m">',
    "form": '<form id="f" method="post" action="{out}/form"></form><script>document.getElementById("f").submit()</script>',
    "window": '<script>window.open("{out}/o")</script>',
    "download": '<a id="d" download href="{out}/d.bin">d</a><script>document.getElementById("d").click()</script>',
    "redirected download": '<a id="d" download href="/away/d.bin">d</a><script>document.getElementById("d").click()</script>',
    "service worker": '<script>navigator.serviceWorker && navigator.serviceWorker.register("/sw.js")</script>',
}


@pytest.mark.browser
@pytest.mark.usefixtures("needs_browser")
@pytest.mark.parametrize("way", WAYS)
def test_no_way_out_of_the_browser(way: str, browser_fence: tuple) -> None:
    _, outside, worker, _, pages = browser_fence
    pages["/"] = f"<title>here</title><h1>here</h1>{WAYS[way].replace('{out}', outside.url)}"
    before = outside.connections
    account = Account("visitor", "logged_out", "", "", "", "")
    flow = worker.flow(account, "first", "en")
    with contextlib.suppress(
        Halt
    ):  # a page that leads away by itself is refused, which is the point
        flow.run(BindingStep(open="/"))
    flow.pause(350)
    worker.release([account])
    assert outside.connections == before, outside.asked


@pytest.fixture(scope="module")
def browser_fence():  # type: ignore[no-untyped-def]
    """A misbehaving site in scope, a counting one out of scope, and a browser between them."""
    pages: dict[str, str] = {}
    with serving(blank) as outside:

        def answer(seen: Exchange) -> Answer:
            if seen.path.startswith("/away"):
                return 302, {"Location": f"{outside.url}/away"}, ""
            if seen.path == "/sw.js":
                return 200, {"Content-Type": "text/javascript"}, f"fetch('{outside.url}/sw')"
            return 200, {}, pages.get(seen.path, "<title>other</title>")

        with serving(answer) as inside:
            build = find_browser()
            assert build is not None
            scope = Scope([inside.url])
            worker = BrowserWorker(build, scope, inside.url, 5, None)
            yield inside, outside, worker, scope, pages
            worker.close()


@pytest.mark.browser
@pytest.mark.usefixtures("needs_browser")
def test_a_page_that_leads_away_is_out_of_scope_not_an_answer(browser_fence: tuple) -> None:
    _, outside, worker, scope, _ = browser_fence
    account = Account("visitor", "logged_out", "", "", "", "")
    flow = worker.flow(account, "first", "en")
    with pytest.raises(Halt) as caught:
        flow.run(BindingStep(open="/away/page"))
    assert caught.value.reason is Reason.out_of_scope
    assert outside.connections == 0
    assert any(entry["origin"] == outside.url for entry in scope.refusals())
    worker.release([account])


def driver(*origins: str, timeout: float = 2) -> tuple[HttpDriver, Scope]:
    scope = Scope(origins)
    return HttpDriver(scope, Pace(Fraction(1000), 1000, patience=1), "test", timeout), scope


def test_http_refuses_other_origins_and_redirects_to_them() -> None:
    with serving(blank) as outside:

        def answer(seen: Exchange) -> Answer:
            return (
                (302, {"Location": f"{outside.url}/x"}, "")
                if seen.path == "/away"
                else (200, {}, "ok")
            )

        with serving(answer) as inside:
            http, scope = driver(inside.url)
            assert http.send("GET", f"{inside.url}/", jar=RequestsCookieJar()).text == "ok"
            for url in (f"{outside.url}/", f"{inside.url}/away"):
                with pytest.raises(Halt) as caught:
                    http.send("GET", url, jar=RequestsCookieJar())
                assert caught.value.reason is Reason.out_of_scope
            assert outside.connections == 0
            assert {entry["kind"] for entry in scope.refusals()} == {"request", "redirect"}


def test_only_idempotent_reads_are_tried_again() -> None:
    def answer(seen: Exchange) -> Answer:
        return 503, {}, "busy"

    with serving(answer) as inside:
        http, _ = driver(inside.url)
        assert http.send("GET", f"{inside.url}/", jar=RequestsCookieJar()).status == 503
        assert len(inside.asked) == 3
        inside.asked.clear()
        assert http.send("POST", f"{inside.url}/", jar=RequestsCookieJar(), json={}).status == 503
        assert len(inside.asked) == 1


def test_a_throttle_is_waited_for_when_it_says_how_long() -> None:
    answers = iter([(429, {"Retry-After": "0"}, ""), (200, {}, "now")])
    with serving(lambda seen: next(answers)) as inside:
        http, _ = driver(inside.url)
        assert http.send("GET", f"{inside.url}/", jar=RequestsCookieJar()).text == "now"


def test_nobody_listening_is_unavailable() -> None:
    with serving(blank) as gone:
        url = gone.url
    http, _ = driver(url)
    with pytest.raises(Halt) as caught:
        http.send("GET", url, jar=RequestsCookieJar())
    assert caught.value.reason is Reason.unavailable


def test_redirect_loops_and_floods_end() -> None:
    def answer(seen: Exchange) -> Answer:
        if seen.path == "/big":
            return 200, {}, "x" * 5_100_000
        return 302, {"Location": "/round"}, ""

    with serving(answer) as inside:
        http, _ = driver(inside.url, timeout=5)
        for path in ("/round", "/big"):
            with pytest.raises(Halt) as caught:
                http.send("GET", inside.url + path, jar=RequestsCookieJar())
            assert caught.value.reason is Reason.unavailable
