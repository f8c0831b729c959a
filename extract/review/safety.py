"""Who may talk to the server, and what its pages may do. Every request passes here first.

Against DNS rebinding: the Host header must be an address that this server answers to. Against
forged requests from other pages: a secret that only our pages carry, and the browser's own word
on where a request comes from. Against oversized bodies: bytes are counted as they come.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import ipaddress
import json
import secrets
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from extract.words import in_both

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BODY = 64 * 1024
MOST_UPLOAD = 64 * 1024 * 1024
UPLOAD = "/upload"
COOKIE = "gouji_token"
_SECONDS_TO_DRAIN = 1.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_WILDCARD = ("0.0.0.0", "::", "")
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True, slots=True)
class Guard:
    """What this server answers to. `token` is None where only this machine can reach it."""

    host: str
    port: int
    token: str | None
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def knows_host(self, header: str) -> bool:
        """Whether a Host header names this server."""
        try:
            parts = urlsplit(f"//{header}")
            name, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            return False
        if parts.username is not None or (port or 80) != self.port:
            return False
        if name in _LOOPBACK or name == self.host.lower():
            return True
        return self.host in _WILDCARD and (_is_address(name) or name == socket.gethostname())


def guard_for(host: str, port: int) -> Guard:
    """A token is needed wherever others can reach the server."""
    return Guard(host, port, None if host in _LOOPBACK else secrets.token_urlsafe(24))


class TooLargeError(Exception):
    """More bytes came than a request may have."""


class _Came:
    """The bytes of a body, counted as they come: its own word on its length may be a lie."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.bytes = 0

    @property
    def too_much(self) -> bool:
        return self.bytes > self.limit

    def counted(self, receive: Receive) -> Receive:
        async def counted() -> Message:
            message = await receive()
            self.bytes += len(message.get("body", b""))
            if self.too_much:
                raise TooLargeError
            return message

        return counted


class Safety:
    """The guard around an application (ASGI)."""

    def __init__(self, app: App, guard: Guard) -> None:
        self.app = app
        self.guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no web sockets here
        headers = _headers(scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(_drained(receive), _SECONDS_TO_DRAIN)
            await _refuse(send, *refusal)
            return
        if self.guard.token is not None and not self._has_cookie(headers):
            await _hand_over(scope, send, self.guard.token)
            return
        limit = MOST_UPLOAD if scope["path"] == UPLOAD else MOST_BODY
        came, begun = _Came(limit), False

        async def out(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                if came.too_much:
                    await _refuse(send, 413, f"more than {limit} bytes")
                    return
                message = {**message, "headers": [*message["headers"], *_own_headers()]}
            if not came.too_much:
                await send(message)

        try:
            await self.app(scope, came.counted(receive), out)
        except TooLargeError:
            if not begun:
                await _refuse(send, 413, f"more than {limit} bytes")

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        if not self.guard.knows_host(headers.get("host", "")):
            return 421, "this server does not answer to that name"
        limit = MOST_UPLOAD if scope["path"] == UPLOAD else MOST_BODY
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > limit:
            return 413, f"more than {limit} bytes"
        if self.guard.token is not None and not self._has_token(scope, headers):
            return 401, "open the address that gouji review printed, with its token"
        if scope["method"] not in ("GET", "HEAD") and not self._is_ours(headers):
            return 403, "this request does not come from the review pages; load the page again"
        return None

    def _is_ours(self, headers: dict[str, str]) -> bool:
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != headers.get("host"):
            return False
        return _equal(headers.get("x-csrf-token", ""), self.guard.csrf)

    def _has_token(self, scope: Scope, headers: dict[str, str]) -> bool:
        given = dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("token", "")
        asked = scope["method"] == "GET" and _equal(given, self.guard.token or "")
        return asked or self._has_cookie(headers)

    def _has_cookie(self, headers: dict[str, str]) -> bool:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and _equal(cookie.value, self.guard.token or "")


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _headers(scope: Scope) -> dict[str, str]:
    """Header values by name. Of a doubled header nothing is believed."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1").lower()
        doubled = key in found and key in ("host", "content-length", "origin", "x-csrf-token")
        found[key] = "\0" if doubled else value.decode("latin-1")
    return found


def _own_headers() -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in _HEADERS.items()]


async def _hand_over(scope: Scope, send: Send, token: str) -> None:
    """Trade the token of the address for a cookie, so that it does not stay in the address."""
    rest = [
        pair for pair in parse_qsl(scope["query_string"].decode("latin-1")) if pair[0] != "token"
    ]
    path = "/" + scope["path"].lstrip("/")
    target = f"{path}?{urlencode(rest)}" if rest else path
    safe = target.encode("ascii", "ignore").replace(b"\r", b"").replace(b"\n", b"")
    headers = [
        (b"location", safe),
        (b"set-cookie", f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict".encode()),
        *_own_headers(),
    ]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _drained(receive: Receive) -> None:
    """Read what little a refused request sent: a closed door in its face would hide the answer."""
    came = 0
    while came <= MOST_BODY:
        message = await receive()
        came += len(message.get("body", b""))
        if not message.get("more_body", False):
            return


async def _refuse(send: Send, status: int, what: str) -> None:
    headers = [(b"content-type", b"application/json"), (b"connection", b"close"), *_own_headers()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    body = json.dumps({"error": in_both(what)}).encode()
    await send({"type": "http.response.body", "body": body})
