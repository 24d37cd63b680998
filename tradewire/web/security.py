"""Who may do what, and what a browser may do with our answers.

Page text is hostile: the content security policy allows no inline script or style, no frames and no foreign
loads. Without tokens the server answers loopback only, where the one user has every role; with tokens a request
carries `Authorization: Bearer ...` or the cookie set by /login.
"""

import hmac
import os
import time
from collections import defaultdict, deque
from urllib.parse import urlsplit

from starlette.requests import Request

from db.errors import ConfigError

POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer browsers send "Origin: null" with our own forms
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
ROLES = ("read", "review", "admin")  # each may do what those before it may
COOKIE = "tradewire_token"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
RATE = 240  # requests a client may make in WINDOW_S; a person with many tabs stays far below
WINDOW_S = 10.0


def read_tokens(declared: dict[str, str]) -> dict[str, str]:
    """role -> secret; a value "env:NAME" is read from the environment.

    Raises:
        ConfigError: an unknown role, or an environment variable that is not set.
    """
    tokens = {}
    for role, value in declared.items():
        if role not in ROLES:
            raise ConfigError(f"[web.tokens] knows the roles {', '.join(ROLES)}, not {role!r}")
        if value.startswith("env:"):
            secret = os.environ.get(value[4:], "")
            if not secret:
                raise ConfigError(f"[web.tokens] {role}: environment variable {value[4:]} is not set")
            value = secret
        tokens[role] = value
    return tokens


def role_of(request: Request, tokens: dict[str, str]) -> str | None:
    """The role of a request; without tokens everybody on this machine may do everything."""
    if not tokens:
        return "admin"
    header = request.headers.get("authorization", "")
    given = header[7:] if header.lower().startswith("bearer ") else request.cookies.get(COOKIE, "")
    return role_of_token(given, tokens)


def role_of_token(given: str, tokens: dict[str, str]) -> str | None:
    """The highest role whose secret this is."""
    for role in reversed(ROLES):
        if role in tokens and given and hmac.compare_digest(given.encode(), tokens[role].encode()):
            return role
    return None


def may(role: str | None, needed: str) -> bool:
    return role is not None and ROLES.index(role) >= ROLES.index(needed)


def is_same_origin(request: Request) -> bool:
    """False for a writing request that another site's page sent."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


def host_allowed(request: Request, bound: str) -> bool:
    """On loopback only loopback names are answered: a foreign name pointing here (DNS rebinding) is not."""
    if bound not in LOOPBACK:
        return True
    host = request.headers.get("host", "").rsplit(":", 1)[0].strip("[]")
    return host in LOOPBACK or host == "testserver"


class RateLimit:
    """At most RATE requests in WINDOW_S seconds from one client."""

    def __init__(self, rate: int = RATE, window_s: float = WINDOW_S) -> None:
        self.rate = rate
        self.window_s = window_s
        self._seen: dict[str, deque[float]] = defaultdict(deque)

    def allows(self, client: str) -> bool:
        now = time.monotonic()
        times = self._seen[client]
        while times and times[0] < now - self.window_s:
            times.popleft()
        if len(times) >= self.rate:
            return False
        times.append(now)
        if len(self._seen) > 10_000:  # forget clients that are quiet
            for name in [n for n, t in self._seen.items() if not t or t[-1] < now - self.window_s]:
                del self._seen[name]
        return True
