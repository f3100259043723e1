"""The http driver: one session per account and device, inside the fence, at the target's pace.

Only idempotent reads are tried again. Redirects are followed by hand, so that one which leaves the scope is
refused and recorded instead of requested.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from requests.structures import CaseInsensitiveDict
from requests.utils import default_headers

from sbd_audit.observe.halt import PASSING, Halt, unavailable
from sbd_audit.observe.pace import Pace
from sbd_audit.observe.scope import Scope
from sbd_audit.outcome import Reason

MAX_BODY = 5_000_000
MAX_REDIRECTS = 8
TRIES = 3


@dataclass(frozen=True)
class Reply:
    """What came back: status, final URL, headers and body; `text` is the decoded body."""

    status: int
    url: str
    headers: CaseInsensitiveDict[str]
    body: bytes
    text: str
    cookies: RequestsCookieJar
    hops: tuple[str, ...] = ()

    def json(self) -> Any:
        """The parsed body, or None when it is not JSON."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None

    @property
    def media_type(self) -> str:
        return (
            self.headers.get("Content-Type", "application/octet-stream")
            .partition(";")[0]
            .strip()
            .lower()
        )

    @property
    def charset(self) -> str | None:
        """The charset the answer declares, as it is written."""
        message = Message()
        message["Content-Type"] = self.headers.get("Content-Type", "")
        declared = message.get_param("charset")
        return declared if isinstance(declared, str) else None


class _Fence(BaseAdapter):
    """Stands in for every address that is not the target's: refuses before anything is sent."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self._scope = scope

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        self._scope.refuse(str(request.url), "request")
        raise _outside(str(request.url))

    def close(self) -> None:
        return None


class HttpDriver:
    """Sends requests for accounts; connections are pooled over the whole run and safe to share."""

    def __init__(
        self, scope: Scope, pace: Pace, user_agent: str, timeout: float, pool: int = 16
    ) -> None:
        self._scope = scope
        self.pace = pace
        self._timeout = timeout
        self.agent = user_agent
        self._adapter = HTTPAdapter(pool_connections=pool, pool_maxsize=pool)
        self._fence = _Fence(scope)

    def send(
        self,
        method: str,
        url: str,
        *,
        jar: RequestsCookieJar,
        headers: dict[str, str] | None = None,
        idempotent: bool | None = None,
        **body: Any,
    ) -> Reply:
        """Sends one request and follows its redirects within the scope.

        `body` is passed on to ``requests.Request`` (params, data, json, files). Raises `Halt` when the
        address is out of scope, or nothing came back.
        """
        read = method.upper() in ("GET", "HEAD") if idempotent is None else idempotent
        hops: list[str] = []
        request = requests.Request(method, url, headers=dict(headers or {}), **body)
        while True:
            reply = self._once(request, jar, tries=TRIES if read else 1)
            target = reply.headers.get("Location")
            if reply.status not in (301, 302, 303, 307, 308) or not target:
                return Reply(**{**reply.__dict__, "hops": tuple(hops)})
            hops.append(f"{reply.status} {urlsplit(reply.url).path}")
            if len(hops) > MAX_REDIRECTS:
                raise unavailable(f"more than {MAX_REDIRECTS} redirects from {urlsplit(url).path}")
            following = self._scope.home(urljoin(reply.url, target))
            if not self._scope.allows(following):
                self._scope.refuse(following, "redirect")
                raise _outside(following)
            if reply.status in (307, 308):
                request = requests.Request(
                    request.method, following, headers=request.headers, **body
                )
            else:
                kept = {k: v for k, v in (headers or {}).items() if k.lower() != "content-type"}
                request, body = requests.Request("GET", following, headers=kept), {}
                read = (
                    idempotent is not False
                )  # what was asked is done; where it leads may be read again

    def _once(self, request: requests.Request, jar: RequestsCookieJar, tries: int) -> Reply:
        for attempt in range(1, tries + 1):
            self.pace.wait()
            again = 0.2 * attempt
            try:
                reply = self._exchange(request, jar)
            except requests.Timeout:
                problem = f"no answer within {self._timeout:g} s"
            except (requests.RequestException, OSError) as error:
                problem = _plain(error)
            else:
                if attempt == tries or reply.status not in PASSING:
                    return reply
                wait = retry_after(reply)
                if not self.pace.back_off(again if wait is None else wait):
                    return reply
                continue
            if attempt == tries:
                raise unavailable(problem)
            time.sleep(again)
        raise AssertionError("unreachable: the last try returns or raises")

    def _exchange(self, request: requests.Request, jar: RequestsCookieJar) -> Reply:
        if _on_this_machine(str(request.url)):
            jar.set_policy(_LOOPBACK)
        request.headers = {**default_headers(), "User-Agent": self.agent, **request.headers}
        request.cookies = jar
        prepared = request.prepare()
        if not self._scope.permits(str(prepared.method)):
            self._scope.refuse(str(prepared.url), str(prepared.method))
            raise Halt("unavailable", Reason.out_of_scope, f"{prepared.method} is not sent here")
        allowed = self._scope.allows(str(prepared.url))
        adapter: BaseAdapter = self._adapter if allowed else self._fence
        response = adapter.send(prepared, stream=True, timeout=self._timeout)
        extract_cookies_to_jar(jar, prepared, response.raw)  # type: ignore[no-untyped-call]
        body = response.raw.read(MAX_BODY + 1, decode_content=True)
        if len(body) > MAX_BODY:
            response.close()
            raise unavailable(f"the answer is larger than {MAX_BODY // 1_000_000} MB")
        response.raw.release_conn()
        encoding = (
            response.encoding
            if response.encoding and response.encoding.lower() != "iso-8859-1"
            else "utf-8"
        )
        try:
            text = body.decode(encoding, errors="replace")
        except LookupError:
            text = body.decode("utf-8", errors="replace")
        return Reply(response.status_code, str(prepared.url), response.headers, body, text, jar)

    def close(self) -> None:
        self._adapter.close()


_LOOPBACK = DefaultCookiePolicy(secure_protocols=("https", "wss", "http"))


def _on_this_machine(url: str) -> bool:
    """A browser trusts loopback with ``Secure`` cookies although it is plain http; so do we."""
    return (urlsplit(url).hostname or "") in ("localhost", "127.0.0.1", "::1")


def _outside(url: str) -> Halt:
    parts = urlsplit(url)
    return Halt(
        "unavailable", Reason.out_of_scope, f"{parts.scheme}://{parts.netloc} is outside the scope"
    )


def retry_after(reply: Reply) -> float | None:
    """The seconds a ``Retry-After`` asks for, written as a number or as a date; None without one."""
    value = reply.headers.get("Retry-After", "")
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None


def _plain(error: Exception) -> str:
    text = str(error)
    if "refused" in text.lower():
        return "the connection was refused"
    if "name resolution" in text.lower() or "not known" in text.lower():
        return "the host name does not resolve"
    return f"the connection broke ({type(error).__name__})"
