"""The article page: marked text, versions and what changed between them, the archived copy as text."""

import difflib
import itertools
from collections import Counter
from pathlib import Path
from typing import Any

from starlette.requests import Request

from db.articles import current_text
from db.errors import StoreError
from db.kinds import packaged_kinds
from db.queries import FactRow, facts
from db.records import Action
from db.store import Row, Store
from tradewire.headlines import headline
from tradewire.web.page import Page, fact_dict, family, number

MOST_LINES = 2000  # lines of a version that are compared; longer texts are cut
MOST_TEXT = 400_000  # characters of a text that a page shows

MARKABLE = ("amount", "listing", "statement")


def article_page(store: Store, request: Request, article: int) -> Page | None:
    """The text with its facts marked; None when there is no such article."""
    row = article_row(store, article)
    text = current_text(store, article)
    if row is None or text is None:
        return None
    wanted = number(request, "version", text["version"], 10**6)
    shown = store.row("SELECT * FROM texts WHERE article = ? AND version = ?", (article, wanted)) or text
    found = [
        f
        for f in facts(store, article=article, everything=True, sort="text", limit=2000)
        if f.text == shown["id"]
    ]
    found = [f for f in found if f.state == "live" and f.review != "rejected"]
    versions = store.rows("SELECT version, made_at FROM texts WHERE article = ? ORDER BY version", (article,))
    copies = (
        store.rows(
            "SELECT a.id, a.title, a.url, coalesce(s.name, a.source) AS source, a.published FROM articles a"
            " LEFT JOIN sources s ON s.id = a.source WHERE a.story = ? AND a.id <> ? ORDER BY a.published LIMIT 50",
            (row["story"], article),
        )
        if row["story"] is not None
        else []
    )
    earlier = [v["version"] for v in versions if v["version"] < shown["version"]]
    return Page(
        template="article.html",
        title=row["title"],
        context={
            "a": row,
            "paragraphs": paragraphs(shown["body"][:MOST_TEXT], found),
            "is_cut": len(shown["body"]) > MOST_TEXT,
            "lead": shown["lead"],
            "facts": [(f, headline(f), family(f)) for f in found],
            "families": sorted(Counter(family(f) for f in found).items()),
            "version": shown["version"],
            "is_current": shown["id"] == text["id"],
            "versions": versions,
            "earlier": earlier[-1] if earlier else None,
            "copies": copies,
            "kinds": [k for k in packaged_kinds().values() if k.family in MARKABLE],
            "lists": store.rows("SELECT id, name FROM lists ORDER BY name"),
            "actions": sorted(Action),
        },
        rows=[fact_dict(f) for f in found],
        data={"article": row, "text": shown, "facts": found},
    )


def article_row(store: Store, article: int) -> Row | None:
    if not 0 < article < 2**63:
        return None
    return store.row(
        "SELECT a.*, s.name AS source_name, p.fetched_at, p.warc_file, p.warc_offset, p.warc_length, p.rights FROM articles a"
        " LEFT JOIN sources s ON s.id = a.source LEFT JOIN pages p ON p.id = a.page WHERE a.id = ?",
        (article,),
    )


def paragraphs(body: str, found: list[FactRow]) -> list[list[dict[str, Any]]]:
    """The body cut at lines and at borders of evidence: pieces with text, anchors that start there, and families."""
    edges = (
        {0, len(body)}
        | {i for i, c in enumerate(body) if c == "\n"}
        | {i + 1 for i, c in enumerate(body) if c == "\n"}
    )
    for f in found:
        edges |= {f.start, f.end}
    points = sorted(e for e in edges if 0 <= e <= len(body))
    by_start = sorted(found, key=lambda f: f.start)
    lines: list[list[dict[str, Any]]] = [[]]
    active: list[FactRow] = []
    position = 0
    for start, end in itertools.pairwise(points):
        while position < len(by_start) and by_start[position].start <= start:
            active.append(by_start[position])
            position += 1
        active = [f for f in active if f.end > start]
        piece = body[start:end]
        if piece == "\n":
            lines.append([])
            continue
        over = [f for f in active if f.start <= start]
        lines[-1].append(
            {
                "text": piece,
                "families": sorted({family(f) for f in over}),
                "anchors": [f.id for f in over if f.start == start],
            }
        )
    return [line for line in lines if line]


def changes_page(store: Store, request: Request, article: int) -> Page | None:
    """What changed between two versions of a text, line by line; None when there is no such article."""
    row = article_row(store, article)
    texts = store.rows(
        "SELECT version, body, made_at FROM texts WHERE article = ? ORDER BY version", (article,)
    )
    if row is None or not texts:
        return None
    by_version = {t["version"]: t for t in texts}
    new = by_version.get(number(request, "new", 0, 10**6), texts[-1])
    older = [t for t in texts if t["version"] < new["version"]]
    old = by_version.get(number(request, "old", 0, 10**6), older[-1] if older else new)
    lines = compared(old["body"].split("\n")[:MOST_LINES], new["body"].split("\n")[:MOST_LINES])
    return Page(
        template="changes.html",
        title=f"Changes: {row['title']}",
        context={"a": row, "old": old, "new": new, "lines": lines, "versions": texts},
        rows=[line for line in lines if line["mark"] != " "],
    )


def compared(old: list[str], new: list[str]) -> list[dict[str, str]]:
    """Lines with "+", "-" or " " in front of them; whole lines, as that stays fast on any text."""
    lines: list[dict[str, str]] = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            lines += [{"mark": " ", "text": text} for text in old[a:b]]
        else:
            lines += [{"mark": "-", "text": text} for text in old[a:b]]
            lines += [{"mark": "+", "text": text} for text in new[c:d]]
    return lines


def copy_page(store: Store, request: Request, article: int, archive: Path | None) -> Page | None:
    """The page as it was fetched, as plain text: nothing of it can run or load. None without such an article."""
    from lxml import etree, html

    from crawler.archive import Location, read_capture

    row = article_row(store, article)
    if row is None:
        return None
    text, problem, capture = "", None, None
    if archive is None or not row["warc_file"]:
        problem = "No copy of this page is held here; its text was imported."
    elif {"noarchive", "nocache"} & set((row["rights"] or "").split()):
        problem = "The publisher asks not to show copies of this page (noarchive)."
    else:
        try:
            capture = read_capture(
                archive, Location(row["warc_file"], row["warc_offset"], row["warc_length"])
            )
            tree = html.fromstring(capture.body, parser=html.HTMLParser(encoding=charset(capture)))
            for part in tree.xpath("//script | //style | //noscript | //template"):
                part.drop_tree()
            lines = (" ".join(line.split()) for line in tree.itertext())
            text = "\n".join(line for line in lines if line)[:MOST_TEXT]
        except (StoreError, ValueError, etree.LxmlError) as error:
            problem = f"The copy cannot be read: {error}"
    return Page(
        template="copy.html",
        title=f"Archived copy: {row['title']}",
        context={"a": row, "text": text, "problem": problem, "capture": capture},
        rows=[{"article": article, "url": row["url"], "fetched_at": row["fetched_at"], "text": text}],
    )


def charset(capture: Any) -> str | None:
    """The encoding the server named, when Python knows it."""
    import codecs

    name = (capture.header("content-type") or "").lower().partition("charset=")[2].split(";")[0].strip(" \"'")
    try:
        return codecs.lookup(name).name if name else None
    except LookupError:
        return None
