"""Hosts of the rig that answer badly: redirects, throttling, slowness, torn and oversized bodies, robots, refusals."""

import datetime as dt
import gzip
import zlib
from functools import cache

from crawler.simsite.kit import Kit
from crawler.simsite.replies import Handler, Reply, Request, VirtualHost, http_date
from crawler.simsite.stories import html_page

RETRY_AFTER_S = 1
SLOW_S = 1.0  #: to the first byte; within any patience
HANG_S = 60.0  #: beyond the patience of tests
OVERSIZE = 20 * 1024 * 1024  #: over our limit of 16 MB
BOMB = 64 * 1024 * 1024  #: unpacked


def fault_hosts() -> list[VirtualHost]:
    return [*_redirects(), *_throttling(), *_bodies(), *_robots(), *_refusals(), *_reservations()]


def _to(location: str, status: int = 302) -> Handler:
    """A redirect; `{base}`, `{other}` and `{port}` are filled in."""

    def answer(request: Request) -> Reply:
        other = request.bases.get("crosstarget.example", request.base)
        target = location.format(base=request.base, other=other, port=request.base.rsplit(":", 1)[1])
        return Reply(b"<p>moved</p>", status=status, headers={"Location": target})

    return answer


def _page(kit: Kit, index: int) -> Handler:
    """The article itself, for hosts that answer well in the end."""
    return lambda r: Reply(html_page(kit.story(index), r.base + r.path))


def _redirects() -> list[VirtualHost]:
    chain = Kit("redirects.example", "redirects: permanent, chains, loops, nonsense", 600)
    chain.article(1, answer=_to("/hop/a", 301), expects="ok").route("/hop/a", _to("/hop/b", 302))
    chain.route("/hop/b", _to("/final/1", 308)).route("/final/1", _page(chain, 1))
    chain.article(2, answer=_to("/loop/b"), expects="redirect-loop").route("/loop/b", _to("/news/2"))
    chain.article(3, answer=_to("/news/3"), expects="redirect-loop")
    chain.article(4, answer=_to("/endless/0"), expects="redirect-loop")
    chain.route("/endless/*", lambda r: _to(f"/endless/{int(r.path.rsplit('/', 1)[1]) + 1}")(r))
    refresh = b'<html><head><meta http-equiv="refresh" content="0; url=/final/5"></head><body></body></html>'
    chain.article(5, answer=Reply(refresh)).route("/final/5", _page(chain, 5))
    chain.article(6, answer=_to("mailto:desk@redirects.example"), expects="bad-redirect")
    chain.article(7, answer=Reply(b"", status=302), expects="bad-redirect")
    chain.article(8, answer=_to("file:///etc/hostname"), expects="bad-redirect")
    chain.article(
        9, answer=_to("https://127.0.0.1:{port}/final/1", 301), expects="connection"
    )  # no TLS there
    for index, location in enumerate(("tel:+1555", "http://[half", "http://127.0.0.1:99999/"), start=10):
        chain.article(index, answer=_to(location), expects="bad-redirect")
    cookies = Kit("cookiewall.example", "redirects to itself until a cookie comes back", 615)
    cookies.article(
        1,
        expects="redirect-loop",
        answer=lambda r: (
            _page(cookies, 1)(r)
            if "seen=1" in r.headers.get("cookie", "")
            else Reply(status=302, headers={"Location": r.path, "Set-Cookie": "seen=1"})
        ),
    )
    cross = Kit("crosshost.example", "a redirect to another host", 620)
    cross.article(1, answer=_to("{other}/news/1", 301))
    target = Kit("crosstarget.example", "the other host", 625).articles(1)
    private = Kit("private.example", "redirects into private networks", 630)
    for index, location in enumerate(
        ("http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[::1]:{port}/news/9",
         "http://0x7f000001:1/", "http://2130706433:1/", "http://192.168.1.1/admin"), start=1,
    ):  # fmt: skip
        private.article(index, answer=_to(location), expects="private-address")
    return [chain.build(), cookies.build(), cross.build(), target.build(), private.build()]


def _throttling() -> list[VirtualHost]:
    def once(kit: Kit, reply: Reply, times: int = 1) -> Handler:
        return lambda r: reply if r.nth < times else _page(kit, 1)(r)

    seconds = Kit("retryafter.example", f"429 once, Retry-After: {RETRY_AFTER_S}", 640)
    header = {"Retry-After": str(RETRY_AFTER_S)}
    seconds.article(1, answer=once(seconds, Reply(b"slow down", status=429, headers=header))).article(2)
    date = Kit("retrydate.example", "429 once, Retry-After as a date", 645)

    def dated(request: Request) -> Reply:
        if request.nth:
            return _page(date, 1)(request)
        later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=RETRY_AFTER_S + 1)
        return Reply(b"slow down", status=429, headers={"Retry-After": http_date(later)})

    date.article(1, answer=dated).article(2)
    never = Kit("throttled.example", "429 for ever, Retry-After: an hour", 650)
    never.article(1, answer=Reply(b"no", status=429, headers={"Retry-After": "3600"}), expects="throttled")
    busy = Kit("unavailable.example", "503 twice, then well", 655)
    busy.article(1, answer=once(busy, Reply(b"busy", status=503), 2)).article(2)
    failing = Kit("servererror.example", "500 for ever", 660)
    failing.article(1, answer=Reply(b"oops", status=500), expects="server-error")
    return [seconds.build(), date.build(), never.build(), busy.build(), failing.build()]


def _bodies() -> list[VirtualHost]:
    slow = Kit("slow.example", "slow first byte; dripping body", 670)
    slow.article(1, answer=lambda r: Reply(html_page(slow.story(1), r.base + r.path), delay_s=SLOW_S))
    slow.article(2, answer=lambda r: Reply(html_page(slow.story(2), r.base + r.path), drip=(512, 0.02)))
    hanging = Kit("hanging.example", "no first byte within a minute", 675)
    hanging.article(1, answer=lambda r: Reply(b"too late", delay_s=HANG_S), expects="timeout")
    dripping = Kit("dripping.example", "a byte a second, for ever", 680)
    dripping.article(1, answer=lambda r: Reply(b"x" * 3600, drip=(1, 1.0)), expects="timeout")
    reset = Kit("reset.example", "connections reset; bodies shorter than announced", 685)
    whole = html_page(reset.story(1), "")
    reset.article(1, answer=Reply(whole, cut_after=-1), expects="connection")
    reset.article(2, answer=Reply(whole, cut_after=700), expects="cut-off")
    reset.article(3, answer=Reply(whole, length=len(whole) + 5000), expects="cut-off")
    big = Kit("oversize.example", "bodies over the limit, announced or not, packed or not", 690)
    headers = {"Content-Encoding": "gzip"}
    big.article(1, answer=lambda r: Reply(_junk()), expects="too-large")
    big.article(2, answer=lambda r: Reply(_junk(), chunked=True), expects="too-large")
    big.article(3, answer=lambda r: Reply(_packed_blanks(), headers=headers), expects="too-large")
    packed = Kit("badgzip.example", "says gzip and is not; torn gzip", 695)
    packed.article(1, answer=Reply(html_page(packed.story(1), ""), headers=headers), expects="bad-encoding")
    torn = gzip.compress(html_page(packed.story(2), ""), mtime=0)
    packed.article(2, answer=Reply(torn[: len(torn) // 2], headers=headers), expects="bad-encoding")
    packed.article(
        3, answer=lambda r: Reply(gzip.compress(_page(packed, 3)(r).body, mtime=0), headers=headers)
    )
    kinds = Kit("kinds.example", "answers that are no pages", 700)
    kinds.article(1, answer=Reply(b"%PDF-1.7\n%\xe2\xe3\n1 0 obj", "application/pdf"), expects="not-html")
    kinds.article(2, answer=Reply(b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "text/html"), expects="not-html")
    kinds.article(3, answer=Reply(b"", "text/html"), expects="empty")
    kinds.article(4, answer=Reply(b"", None, 204), expects="bad-status")
    kinds.article(5, answer=lambda r: Reply(html_page(kinds.story(5), r.base + r.path), None))
    return [h.build() for h in (slow, hanging, dripping, reset, big, packed, kinds)]


@cache
def _junk() -> bytes:
    """A page of `OVERSIZE` bytes."""
    return b"<html><body><p>" + b"all work and no play " * (OVERSIZE // 21) + b"</p></body></html>"


@cache
def _packed_blanks() -> bytes:
    """`BOMB` blanks in a small gzip body."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    block = b" " * (1 << 20)
    return b"".join(packer.compress(block) for _ in range(BOMB >> 20)) + packer.flush()


def _robots() -> list[VirtualHost]:
    def kit(
        name: str, says: str, first: int, robots: Handler | Reply | bytes, expects: str = "ok"
    ) -> VirtualHost:
        host = Kit(f"{name}.example", says, first)
        for index in (1, 2, 3):
            host.article(index, expects=expects)
        if expects != "ok" and name != "robotsno":
            host.unreached("/feed", expects)  # the feed is refused, too
        if isinstance(robots, bytes):
            robots = Reply(robots, "text/plain")
        return host.route("/robots.txt", robots).build()

    return [
        kit("robotsdelay", "Crawl-delay: 1", 710, b"User-agent: *\nCrawl-delay: 1\nDisallow:\n"),
        kit("robotsno", "everybody is kept out of /news/", 715, b"User-agent: *\nDisallow: /news/\n", "robots-refused"),
        kit("robotsbot", "we are kept out by name", 720,
            b"User-agent: *\nDisallow:\n\nUser-agent: Tradewire\nDisallow: /\n", "robots-refused"),
        kit("robotsmissing", "no robots.txt (404): all may be asked", 725, Reply(b"none", "text/plain", 404)),
        kit("robotserror", "robots.txt fails (500): nothing may be asked", 730, Reply(b"oops", "text/plain", 500),
            "robots-unavailable"),
        kit("robotshtml", "a web page instead of robots.txt: no rules", 735, Reply(b"<html><body>Hello</body></html>")),
        kit("robotswild", "wildcards and the longest rule", 740,
            b"User-agent: *\nDisallow: /*/\nAllow: /news/1$\nAllow: /news/2\nAllow: /news/3\n"),
        kit("robotsmoved", "robots.txt behind a redirect", 745,
            lambda r: _to("/real-robots.txt", 301)(r)),
    ]  # fmt: skip


def _refusals() -> list[VirtualHost]:
    codes = {
        401: "blocked",
        402: "paywalled",
        403: "blocked",
        404: "gone",
        410: "gone",
        451: "blocked",
        418: "bad-status",
    }
    kit = Kit("refusals.example", "every code that means no", 750)
    for index, (status, outcome) in enumerate(codes.items(), start=1):
        kit.article(index, answer=Reply(b"<h1>No</h1>", status=status), expects=outcome)
    rot = Kit("rotting.example", "well at first, 403 from tick 1 on", 760)
    rot.article(1, answer=lambda r: Reply(b"<h1>No</h1>", status=403) if r.tick else _page(rot, 1)(r))
    return [kit.build(), rot.build()]


def _reservations() -> list[VirtualHost]:
    """Text and data mining reserved (TDMRep), and robots headers."""
    kit = Kit("tdm.example", "TDM reserved by header, meta tag and robots words; noindex, noarchive", 770)
    reserved = {"tdm-reservation": "1", "tdm-policy": "https://tdm.example/policy.json"}
    kit.article(1, answer=lambda r: Reply(_page(kit, 1)(r).body, headers=reserved), expects="tdm-reserved")
    meta = '<meta name="tdm-reservation" content="1">\n'
    kit.article(2, head=meta, expects="tdm-reserved")
    kit.article(3, answer=lambda r: Reply(_page(kit, 3)(r).body, headers={"tdm-reservation": "0"}))
    noai = {"X-Robots-Tag": "noai, noimageai"}
    kit.article(4, answer=lambda r: Reply(_page(kit, 4)(r).body, headers=noai), expects="tdm-reserved")
    noarchive = '<meta name="robots" content="noarchive">\n'
    kit.article(5, head=noarchive)
    kit.article(6)
    noindex = {"X-Robots-Tag": "tradewire: noindex"}
    kit.article(7, answer=lambda r: Reply(_page(kit, 7)(r).body, headers=noindex), expects="noindex")
    kit.article(8, head='<meta content="NONE" name="robots">\n', expects="noindex")
    others = {"X-Robots-Tag": "otherbot: noindex, nofollow"}
    kit.article(9, answer=lambda r: Reply(_page(kit, 9)(r).body, headers=others))
    whole = Kit("tdmrep.example", "everything reserved by /.well-known/tdmrep.json", 780)
    for index in (1, 2):
        whole.article(index, expects="tdm-reserved")
    whole.route(
        "/.well-known/tdmrep.json",
        Reply(b'[{"location": "/news/*", "tdm-reservation": 1}]', "application/json"),
    )
    return [kit.build(), whole.build()]
