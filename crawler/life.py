"""The whole life of one URL: how it was found, asked, kept, read, and what came of it."""

import json
from dataclasses import dataclass

from crawler.outcomes import MEANINGS
from crawler.urls import canonical_url, host_of
from db.store import Store

#: What the extract stage says of a page that is no article (db.records.PageType, and its own words).
PAGE_MEANINGS = {
    "list": "a list of articles, not an article",
    "consent": "a consent wall instead of the article",
    "paywall": "the beginning of an article and an offer",
    "soft_404": "says that there is no such page, with status 200",
    "js_shell": "nothing to read without running scripts",
    "media": "pictures, sound or video with captions",
    "unreadable": "no readable page",
    "no-text": "no text was found",
    "duplicate": "the same article as another page",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened."""

    at: str
    what: str


def life(store: Store, url: str) -> list[Step]:
    """What happened to `url`, in order; empty where nothing ever did."""
    canonical = canonical_url(url) or url
    steps: list[Step] = []
    page = store.row("SELECT * FROM pages WHERE url IN (?, ?) OR final_url IN (?, ?)", (url, canonical) * 2)
    if page is None:  # an archive's copy, or a page whose article has another address
        page = store.row(
            "SELECT p.* FROM pages p JOIN articles a ON a.page = p.id WHERE a.url IN (?, ?)", (url, canonical)
        )
    names = {url, canonical} | ({page["url"]} if page else set())
    if canonical != url and (page is None or page["url"] == canonical):
        steps.append(Step("", f"canonical URL {canonical}"))
    tombstone = store.row("SELECT * FROM tombstones WHERE kind = 'url' AND key IN (?, ?)", (url, canonical))
    if page is not None:
        found_in = page["discovered_in"]
        how = "imported" if found_in == "import" else f"found in {found_in} ({page['source']})"
        title = f', entry "{page["entry_title"]}"' if page["entry_title"] else ""
        dated = f", dated {page['entry_published']}" if page["entry_published"] else ""
        steps.append(Step(page["discovered_at"], how + title + dated))
    marks = ", ".join("?" * len(names))
    for fetch in store.rows(f"SELECT * FROM fetches WHERE url IN ({marks}) ORDER BY id", sorted(names)):
        meaning = MEANINGS.get(fetch["outcome"], "")
        status = f" {fetch['status']}" if fetch["status"] else ""
        size = f", {fetch['bytes']} bytes in {fetch['elapsed_ms']} ms" if fetch["bytes"] else ""
        detail = f": {fetch['detail']}" if fetch["detail"] else ""
        steps.append(
            Step(
                fetch["at"], f"asked as {fetch['kind']}:{status} {fetch['outcome']} ({meaning}){size}{detail}"
            )
        )
    if page is not None:
        steps += _of_page(store, page)
    rows = store.rows(
        "SELECT a.*, s.articles AS copies FROM articles a LEFT JOIN stories s ON s.id = a.story"
        f" WHERE a.url IN ({marks}) OR a.page = ?",
        (*sorted(names), page["id"] if page else -1),
    )
    for article in rows:
        steps += _of_article(store, article)
    if tombstone is not None:
        note = f": {tombstone['note']}" if tombstone["note"] else ""
        steps.append(Step(tombstone["at"], f"forgotten on request{note}"))
    dated_steps = [step for step in steps if step.at]
    steps = [step for step in steps if not step.at] + sorted(dated_steps, key=lambda step: step.at)
    if page is not None:
        steps.append(Step("", _now(page)))
    return steps


def _of_page(store: Store, page: dict[str, object]) -> list[Step]:
    steps = []
    if page["warc_file"]:
        at = str(page["fetched_at"])
        said = f"; the page says {page['rights']}" if page["rights"] else ""
        steps.append(
            Step(
                at,
                f"kept in {page['warc_file']} at {page['warc_offset']} ({page['warc_length']} bytes){said}",
            )
        )
    for run in store.rows(
        "SELECT * FROM article_runs WHERE stage = 'extract' AND input = ? ORDER BY at", (page["id"],)
    ):
        meaning = PAGE_MEANINGS.get(run["state"].removeprefix("skipped:"), "")
        told = f" ({meaning})" if meaning else ""
        error = f": {run['error']}" if run["error"] else ""
        cpu = f", {run['cpu_s']:.2f} s" if run["cpu_s"] else ""
        steps.append(
            Step(run["at"], f"extracted: {run['state']}{told}{error}{cpu}, attempt {run['attempts']}")
        )
    return steps


def _of_article(store: Store, article: dict[str, object]) -> list[Step]:
    verdict = "relevant" if article["relevant"] else "not relevant"
    score = f" {article['relevance']:.2f}" if isinstance(article["relevance"], float) else ""
    reasons = json.loads(str(article["reasons"]))
    why = f" ({'; '.join(reasons[:4])})" if reasons else ""
    steps = [
        Step(
            str(article["first_seen"]), f'article {article["id"]} "{article["title"]}": {verdict}{score}{why}'
        )
    ]
    copies = article["copies"]
    if isinstance(copies, int) and copies > 1:
        steps.append(Step(str(article["first_seen"]), f"one of {copies} copies of story {article['story']}"))
    for text in store.rows("SELECT * FROM texts WHERE article = ? ORDER BY version", (article["id"],)):
        steps.append(Step(text["made_at"], f"text version {text['version']}, {len(text['body'])} characters"))
        for run in store.rows(
            "SELECT * FROM article_runs WHERE stage = 'annotate' AND input = ?", (text["id"],)
        ):
            error = f": {run['error']}" if run["error"] else ""
            steps.append(Step(run["at"], f"annotated: {run['state']}{error}"))
    facts = store.value("SELECT count(*) FROM facts WHERE article = ? AND state = 'live'", (article["id"],))
    if facts:
        last = store.value("SELECT max(changed_at) FROM facts WHERE article = ?", (article["id"],))
        steps.append(Step(last, f"{facts} facts"))
    return steps


def _now(page: dict[str, object]) -> str:
    said = f"now: {page['state']}" + (f", {page['outcome']}" if page["outcome"] else "")
    if page["state"] == "discovered":
        said += f"; asked again after {page['not_before']}" if page["not_before"] else "; waits for its turn"
    return said


def known_host(store: Store, url: str) -> bool:
    """Whether any page of that host is known."""
    return bool(store.value("SELECT 1 FROM pages WHERE host = ? LIMIT 1", (host_of(url),)))
