"""Hosts of the rig that answer as public APIs do: Federal Register, Wayback CDX with replay, GDELT DOC."""

import json
from typing import Any
from urllib.parse import parse_qs

from crawler.simsite.kit import Kit
from crawler.simsite.replies import Reply, Request, SourceEntry, VirtualHost
from crawler.simsite.stories import html_page

JSON = "application/json"
#: The site whose pages the archive of the rig holds; it is gone.
LOST_SITE = "http://lost.example"
CDX = "/cdx/search/cdx?url=lost.example/*&output=json&limit=3&showResumeKey=true"
DOC = "/api/v2/doc/doc?query=%22entity%20list%22&mode=artlist&format=json&maxrecords=250"
REGISTER = "/api/v1/documents.json?per_page=2&order=newest"


def api_hosts() -> list[VirtualHost]:
    return [_register(), _wayback(), _gdelt(), _gdelt_error()]


def _host(kit: Kit, api: str) -> VirtualHost:
    """The host, with an API in place of its feed."""
    built = kit.build()
    source = SourceEntry(kit.name.removesuffix(".example"), kit.name, "us", apis=(api,))
    return VirtualHost(built.name, built.handler, source, built.says, built.expects)


def _register() -> VirtualHost:
    kit = Kit("register.example", "the Federal Register API, in pages of two documents", 950).articles(5)

    def documents(request: Request) -> Reply:
        page = int(parse_qs(request.query).get("page", ["1"])[0])
        chosen = kit.entries[2 * page - 2 : 2 * page]
        answer: dict[str, Any] = {"count": len(kit.entries), "description": "all", "total_pages": 3}
        answer["results"] = [
            {"title": title, "type": "Rule", "document_number": f"2026-{n}", "html_url": request.base + path,
             "publication_date": "2026-11-02", "agencies": [{"name": "Industry and Security Bureau"}],
             "abstract": "Additions to the Entity List."}
            for n, (title, path) in enumerate(chosen)
        ]  # fmt: skip
        if page < 3:
            answer["next_page_url"] = f"{request.base}{REGISTER}&page={page + 1}"
        return Reply(json.dumps(answer).encode(), JSON)

    return _host(kit.route("/api/v1/documents.json", documents), REGISTER)


def _wayback() -> VirtualHost:
    kit = Kit("wayback.example", "a Wayback CDX server, three captures a page, and what it replays", 960)
    captures: list[list[str]] = []
    for index in range(1, 6):
        url, times = f"{LOST_SITE}/news/{index}", [f"2024010{index}030405"]
        if index == 2:
            times.append("20240301000000")  # captured twice: the newer one counts
        for time in times:
            captures.append(
                [f"example,lost)/news/{index}", time, url, "text/html", "200", f"D{index}{time}", "900"]
            )
        path = f"/web/{times[-1]}id_/{url}"
        kit.route(path, _replayed(kit, index)).expects[path] = "ok"
    captures.append(
        ["example,lost)/news/6", "20240106030405", f"{LOST_SITE}/news/6", "text/html", "404", "X", "90"]
    )
    captures.append(
        ["example,lost)/p.png", "20240106030405", f"{LOST_SITE}/p.png", "image/png", "200", "Y", "90"]
    )

    def search(request: Request) -> Reply:
        query = parse_qs(request.query)
        first = int(query.get("resumeKey", ["lost 0"])[0].split()[1])
        count = int(query["limit"][0])
        rows: list[list[str]] = [
            ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
        ]
        rows += captures[first : first + count]
        if first + count < len(captures):
            rows += [[], [f"lost+{first + count}"]]
        return Reply(json.dumps(rows).encode(), JSON)

    return _host(kit.route("/cdx/search/cdx", search), CDX)


def _replayed(kit: Kit, index: int) -> Reply:
    return Reply(html_page(kit.story(index), f"{LOST_SITE}/news/{index}"))


def _gdelt() -> VirtualHost:
    kit = Kit("gdelt.example", "GDELT DOC 2.0, a list of articles", 970).articles(3)

    def articles(request: Request) -> Reply:
        rows = [
            {"url": request.base + path, "url_mobile": "", "title": f"{title} ", "seendate": "20261102T081500Z",
             "socialimage": "", "domain": kit.name, "language": "English", "sourcecountry": "United States"}
            for title, path in kit.entries
        ]  # fmt: skip
        return Reply(json.dumps({"articles": rows}).encode(), JSON)

    return _host(kit.route("/api/v2/doc/doc", articles), DOC)


def _gdelt_error() -> VirtualHost:
    kit = Kit("gdelterror.example", "GDELT's way to say no: text with status 200", 975).unreached(
        DOC, "not-a-feed"
    )
    said = b"The specified phrase is too short.\n"
    return _host(kit.route("/api/v2/doc/doc", Reply(said, "text/html; charset=utf-8")), DOC)
