"""Onboarding: from a home page to a source. Feeds and sitemaps are found, asked, and three articles are shown.

Everything is fetched by the real crawler into a throw-away store: with the same politeness, limits and guard.
"""

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml import etree, html

from crawler.archive import Location, read_capture
from crawler.extract import extract_pending
from crawler.importing import import_paths
from crawler.run import crawl
from crawler.sources import NAME, Source
from crawler.urls import canonical_url, host_of, site_of
from db.clock import now
from db.errors import InputError, SourceError
from db.store import Store

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
FEED_LINK = re.compile(
    r"(?:/(?:rss|feed|feeds|atom)(?:/|$)|\.(?:rss|atom|rdf)$|(?:rss|feed|atom)[\w-]*\.(?:xml|json)$)", re.I
)
MAX_CANDIDATES = 12
SAMPLES = 3
FIELDS = ("title", "published", "authors", "lead", "body", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One article as it would be stored."""

    url: str
    title: str
    published: str | None
    authors: str
    language: str | None
    relevant: bool
    words: int
    missing: tuple[str, ...]  #: fields that the page does not give


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A feed or sitemap that was tried."""

    kind: str
    url: str
    outcome: str
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What was found out about a site."""

    source: Source
    findings: tuple[Finding, ...]
    samples: tuple[Sample, ...]
    failures: Mapping[str, int]  #: outcomes of sample pages that did not become articles

    @property
    def coverage(self) -> dict[str, float]:
        """Share of the samples that have each field."""
        count = len(self.samples)
        return {
            name: sum(name not in sample.missing for sample in self.samples) / count if count else 0.0
            for name in FIELDS
        }


def propose(url: str, *, name: str | None = None, settings: Mapping[str, Any] | None = None) -> Proposal:
    """What can be followed on the site with this home page.

    Raises:
        InputError: the page cannot be fetched, or nothing to follow was found.
    """
    home = canonical_url(url if "://" in url else f"https://{url}")
    if home is None:
        raise InputError(f"{url!r} is no web address")
    if name is not None and not NAME.fullmatch(name):
        raise InputError(f"{name!r} is no name of a table: lower case letters, digits and _, a letter first")
    private = bool((settings or {}).get("CRAWL_ALLOW_PRIVATE"))
    with tempfile.TemporaryDirectory(prefix="tradewire-") as folder:
        archive = Path(folder) / "archive"
        with Store.open(Path(folder) / "store.sqlite", create=True) as store:
            import_paths(store, archive, [home])
            crawl(store, [], archive, settings=settings)
            page = store.row("SELECT * FROM pages")
            assert page is not None
            if page["payload_digest"] is None:
                detail = store.value(
                    "SELECT detail FROM fetches WHERE kind = 'page' ORDER BY id DESC LIMIT 1"
                )
                raise InputError(f"{home}: {page['outcome']}" + (f" ({detail})" if detail else ""))
            place = Location(page["warc_file"], page["warc_offset"], page["warc_length"])
            body = read_capture(archive, place).body
            robots = (
                store.value("SELECT robots FROM hosts WHERE host = ?", (host_of(page["final_url"]),)) or ""
            )
        final = page["final_url"]
        feeds, sitemaps = find_feeds(body, final), find_sitemaps(robots, final)
        title, language = _site(body, final)
        source = Source(
            id=name or source_id(final),
            name=title,
            language=language,
            home=final,
            feeds=feeds,
            sitemaps=sitemaps,
            sections=(final,),
            allow_private=private,
        )
        return try_source(source, settings=settings, narrow=True)


def try_source(
    source: Source, *, settings: Mapping[str, Any] | None = None, narrow: bool = False
) -> Proposal:
    """Ask everything the source declares and read a few of its articles; with `narrow`, keep only what answered.

    Raises:
        InputError: nothing gave an entry.
    """
    trial = source.model_copy(
        update={"max_pages": SAMPLES, "topical": True, "paused": False, "max_age_days": 3650}
    )
    with tempfile.TemporaryDirectory(prefix="tradewire-") as folder:
        archive = Path(folder) / "archive"
        with Store.open(Path(folder) / "store.sqlite", create=True) as store:
            crawl(store, [trial], archive, settings=settings)
            extract_pending(store, archive)
            rows = store.rows(
                "SELECT kind, url, outcome, entries FROM feeds WHERE parent IS NULL ORDER BY kind, url"
            )
            findings = tuple(Finding(**row) for row in rows)
            samples = tuple(_sample(row) for row in store.rows(_ARTICLES))
            failures = {
                row["outcome"]: row["n"]
                for row in store.rows(
                    "SELECT outcome, count(*) AS n FROM pages p WHERE outcome IS NOT NULL AND outcome <> 'ok'"
                    " GROUP BY outcome"
                )
            }
    if narrow:
        source = _narrow(source, findings)
    if not any(finding.entries for finding in findings):
        tried = ", ".join(f"{finding.url}: {finding.outcome}" for finding in findings)
        raise InputError(f"nothing to follow on {source.home or source.id} ({tried})")
    return Proposal(source=source, findings=findings, samples=samples, failures=failures)


#: Declared feeds; the entries of an index are those of its sitemaps.
_FEEDS = """
SELECT kind, url, outcome, entries + coalesce((SELECT sum(c.entries) FROM feeds c WHERE c.parent = f.url), 0) AS entries
FROM feeds f WHERE parent IS NULL ORDER BY kind, url"""
_ARTICLES = """
SELECT a.url, a.title, a.published, a.authors, a.language, a.relevant, t.lead, t.body
FROM articles a JOIN texts t ON t.id = a.text ORDER BY a.id"""


def _sample(row: dict[str, Any]) -> Sample:
    given = {**row, "authors": row["authors"] not in ("[]", None)}
    return Sample(
        url=row["url"],
        title=row["title"],
        published=row["published"],
        authors=row["authors"],
        language=row["language"],
        relevant=bool(row["relevant"]),
        words=len(row["body"].split()),
        missing=tuple(name for name in FIELDS if not given[name]),
    )


def _narrow(source: Source, findings: Sequence[Finding]) -> Source:
    """Only what answered: feeds before sitemaps, and the home page's links only where there is neither."""
    good = [finding for finding in findings if finding.outcome == "ok" and finding.entries]
    feeds = tuple(finding.url for finding in good if finding.kind == "feed")
    maps = tuple(f.url for f in findings if f.kind == "sitemap" and f.outcome == "ok") if not feeds else ()
    sections = source.sections if not feeds and not maps else ()
    keep = feeds or maps or sections
    return source.model_copy(
        update={
            "feeds": feeds,
            "sitemaps": maps,
            "sections": sections,
            "evidence": (source.home,) if keep else (),
        }
    )


def find_feeds(body: bytes, url: str) -> tuple[str, ...]:
    """Feeds that a page names in its head, then those it links to."""
    try:
        tree = html.document_fromstring(body, base_url=url)
    except (etree.LxmlError, ValueError):
        return ()
    found: dict[str, None] = {}
    for link in tree.iter("link"):
        if "alternate" in (link.get("rel") or "").lower() and (link.get("type") or "").lower() in FEED_TYPES:
            address = canonical_url(link.get("href") or "", url)
            if address and "comments" not in address:
                found[address] = None
    for link in tree.iter("a"):
        address = canonical_url(link.get("href") or "", url) if link.get("href") else None
        if (
            address
            and FEED_LINK.search(urlsplit(address).path)
            and site_of(host_of(address)) == site_of(host_of(url))
        ):
            found[address] = None
    return tuple(found)[:MAX_CANDIDATES]


def find_sitemaps(robots: str, url: str) -> tuple[str, ...]:
    """Sitemaps that robots.txt names, those for news first."""
    lines = re.findall(r"^\s*sitemap\s*:\s*(\S+)", robots, re.IGNORECASE | re.MULTILINE)
    found = dict.fromkeys(address for line in lines if (address := canonical_url(line, url)) is not None)
    return tuple(sorted(found, key=lambda address: "news" not in urlsplit(address).path))[:MAX_CANDIDATES]


def source_id(url: str) -> str:
    """A table name from an address: "harbourtimes_example"."""
    host = (urlsplit(url).hostname or "site").removeprefix("www.")
    name = re.sub(r"[^a-z0-9]+", "_", host.lower()).strip("_")
    return (name if name[:1].isalpha() else f"s_{name}")[:40]


def _site(body: bytes, url: str) -> tuple[str, str]:
    """Name and language that a home page gives itself."""
    host = urlsplit(url).hostname or url
    try:
        tree = html.document_fromstring(body, base_url=url)
    except (etree.LxmlError, ValueError):
        return host, "en"
    named = tree.xpath("//meta[@property='og:site_name']/@content") or tree.xpath("//title/text()")
    language = re.match(r"[a-z]{2}", (tree.get("lang") or "").lower())
    name = " ".join(str(named[0]).split()).rpartition(" | ")[2][:80] if named else ""
    return name or host, language[0] if language else "en"


def add_table(path: Path, table: str, source_name: str) -> None:
    """Append a source's table to the user's file.

    Raises:
        SourceError: it has a table of that name, or cannot be written.
    """
    refuse_twice(path, source_name)
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    _replace(path, (before.rstrip("\n") + "\n\n" if before.strip() else "") + table.strip() + "\n")


def refuse_twice(path: Path, source_name: str) -> None:
    """Refuse a name that the user's file has a table of.

    Raises:
        SourceError: it has.
    """
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    if re.search(rf"^\[{re.escape(source_name)}\]\s*$", before, re.MULTILINE):
        raise SourceError(f"{path} has a source [{source_name}] already")


def set_verified(path: Path, source_name: str, *, day: str | None = None) -> None:
    """Note in the user's file that a live check succeeded on `day`, in a table of its own where there is none."""
    line = f'verified = "{day or now().date().isoformat()}"'
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    head = re.search(rf"^\[{re.escape(source_name)}\][^\n]*\n", text, re.MULTILINE)
    if head is None:
        _replace(path, (text.rstrip("\n") + "\n\n" if text.strip() else "") + f"[{source_name}]\n{line}\n")
        return
    rest = text[head.end() :]
    end = re.search(r"^\[", rest, re.MULTILINE)
    table, tail = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    table = re.sub(r"^verified\s*=[^\n]*\n", "", table, flags=re.MULTILINE)
    _replace(path, text[: head.end()] + line + "\n" + table + tail)


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from error
