"""Building a host of the rig: routes, the feed that names them, and what a collector should make of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crawler.simsite.replies import Handler, Reply, Request, SourceEntry, VirtualHost, conditional
from crawler.simsite.stories import EPOCH, Entry, Story, html_page, make_story, rss2

RSS_TYPE = "application/rss+xml; charset=utf-8"
ROBOTS = b"User-agent: *\nDisallow: /private/\n"


@dataclass
class Kit:
    """A host in the making. Numbers of stories start at `first`, so that no two hosts tell the same ones."""

    name: str
    says: str
    first: int
    language: str = "en"
    routes: dict[str, Handler] = field(default_factory=dict)
    expects: dict[str, str] = field(default_factory=dict)  #: path -> outcome
    entries: list[tuple[str, str]] = field(default_factory=list)  #: (title, path) of the feed
    feeds: tuple[str, ...] = ("/feed",)
    sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()

    def story(self, index: int) -> Story:
        return make_story(self.first + index)

    def route(self, path: str, answer: Handler | Reply | bytes) -> "Kit":
        """Serve `path`; bytes and replies get validators and 304."""
        if callable(answer):
            self.routes[path] = answer
        else:
            reply = answer if isinstance(answer, Reply) else Reply(answer)
            plain = reply.status == 200 and reply.cut_after is None and reply.length is None
            self.routes[path] = lambda request: conditional(request, reply) if plain else reply
        return self

    def article(
        self, index: int, *, expects: str = "ok", answer: Handler | Reply | None = None, **page: str
    ) -> "Kit":
        """`/news/<index>`: a story, or what comes instead of it, named in the feed."""
        path, story = f"/news/{index}", self.story(index)
        if answer is None:
            head = page.get("head", "")

            def answer(request: Request) -> Reply:
                body = html_page(story, request.base + path, head=head.format(base=request.base))
                return conditional(request, Reply(body), modified=story.published)

        self.route(path, answer)
        self.expects[path] = expects
        self.entries.append((story.title, path))
        return self

    def unreached(self, path: str, outcome: str) -> "Kit":
        """The feed itself ends so, and nobody ever learns of the articles behind it."""
        self.expects = {path: outcome}
        return self

    def articles(self, count: int = 3) -> "Kit":
        for index in range(1, count + 1):
            self.article(index)
        return self

    def feed_entries(self, base: str) -> list[Entry]:
        return [Entry(title, base + path, EPOCH, guid=f"{self.name}{path}") for title, path in self.entries]

    def feed(
        self, make: Callable[[list[Entry]], bytes], content_type: str = RSS_TYPE, path: str = "/feed"
    ) -> "Kit":
        """Serve the feed in another dialect."""
        return self.route(
            path, lambda r: conditional(r, Reply(make(self.feed_entries(r.base)), content_type))
        )

    def build(self) -> VirtualHost:
        if "/feed" not in self.routes and "/feed" in self.feeds:
            self.feed(lambda entries: rss2(self.name, entries))
        if "/robots.txt" not in self.routes:
            self.route("/robots.txt", Reply(ROBOTS, "text/plain"))
        key = self.name.removesuffix(".example").replace("-", "_").replace(".", "_")
        source = SourceEntry(
            key if key[0].isalpha() else f"h_{key}", self.name, "us", self.language, self.feeds, self.sitemaps,
            self.sections,
        )  # fmt: skip
        return VirtualHost(self.name, answer_routes(self.routes), source, self.says, dict(self.expects))


def answer_routes(routes: Mapping[str, Handler]) -> Handler:
    """The route with the longest fitting path: exact, or a prefix that ends in `*`."""
    prefixes = sorted((p.removesuffix("*") for p in routes if p.endswith("*")), key=len, reverse=True)

    def handle(request: Request) -> Reply:
        if request.path in routes:
            return routes[request.path](request)
        for prefix in prefixes:
            if request.path.startswith(prefix):
                return routes[prefix + "*"](request)
        return Reply(b"<html><body><h1>404 Not Found</h1></body></html>", status=404)

    return handle
