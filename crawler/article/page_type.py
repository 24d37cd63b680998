"""What kind of page it is: article, live blog, release, list, wall, stub, soft 404, shell, media.

Each rule looks at what the page says (title, address, JSON-LD), at how much text and how many links it has,
and gives its reasons. Order matters: a wall may carry the metadata of the article that it hides.
"""

import re
from collections.abc import Sequence

from crawler.article.blocks import Piece
from crawler.article.knowledge import any_of, words
from crawler.article.page import ARTICLE_TYPES, Page, clean, text_of
from crawler.article.signs import Signs
from crawler.article.titles import fold
from db.records import PageType

SHORT, STUB, FULL = 400, 1300, 2200  # characters of body: a note, the most a stub shows, surely an article
MANY_TEASERS = 8
MIN_ENTRY = 70  # characters an entry of a live blog has at least; a timetable has less
ARTICLE_PROSE = 800  # characters in paragraphs that are neighbours: no list of teasers has that
TIME_OF_DAY = re.compile(
    r"^\W*(?:[01]?\d|2[0-3])[:.h][0-5]\d\b|^\W*\d{1,2}(?::\d\d)? ?[ap]\.?m\b", re.IGNORECASE
)
TIME_ALONE = re.compile(
    r"\s*(?:[01]?\d|2[0-3])[:.h][0-5]\d(?: ?(?:Uhr|[ap]\.?m\.?|[A-Z]{2,4}))?\s*", re.IGNORECASE
)
MOUNTS = frozenset(
    {"root", "app", "__next", "__nuxt", "main-app", "react-root", "gatsby-focus-wrapper", "ng-app", "svelte"}
)
LIST_TYPES = frozenset(
    {"collectionpage", "itemlist", "searchresultspage", "profilepage", "contactpage", "aboutpage"}
)
MEDIA_TYPES = frozenset(
    {"videoobject", "imagegallery", "mediagallery", "podcastepisode", "audioobject", "video", "videogallery"}
)

Verdict = tuple[PageType, tuple[str, ...]]


def page_type_of(
    page: Page, pieces: Sequence[Piece], title: str | None, headings: Sequence[str] = ()
) -> Verdict:
    """The type and what decided it."""
    signs = Signs(page, pieces, title or "", headings)
    for rule in (missing, consent, shell, live, stub, media, listing, release):
        if verdict := rule(signs):
            return verdict
    if signs.size >= SHORT:
        return PageType.ARTICLE, (f"{signs.size} characters of text",)
    if signs.claims_article and pieces:
        return PageType.ARTICLE, ("short, calls itself an article",)
    if signs.teasers >= MANY_TEASERS:
        return PageType.LIST, (f"{signs.teasers} teasers, little text",)
    if not pieces:
        return PageType.JS_SHELL, ("no text",)
    return PageType.ARTICLE, ("short text",)


def missing(signs: Signs) -> Verdict | None:
    """Soft 404, blocked, try again."""
    said = [clean(h) for h in (signs.title, *signs.headings) if h]
    found = next((h for h in said if any_of("not_found", "titles").fullmatch(h)), None)
    if found and signs.size < SHORT and not (signs.claims_article and signs.size > 150):
        return PageType.SOFT_404, (f"headline {found[:40]!r}",)
    if signs.size < SHORT and not signs.claims_article and len(signs.visible) < 3000:
        match = any_of("not_found", "text").search(signs.visible)
        if match:
            return PageType.SOFT_404, (f"says {match.group()[:40]!r}",)
    return None


def consent(signs: Signs) -> Verdict | None:
    """A wall of consent: nearly every line is about cookies and partners."""
    text = signs.text if signs.size >= SHORT else signs.visible
    if not CONSENT_TOPIC.search(text[:2500]) or signs.teasers >= 2 * MANY_TEASERS:
        return None
    lines = [p.text for p in signs.pieces if len(p.text) >= 40]
    if sum(bool(any_of("consent", "text").search(line)) for line in lines) < 0.6 * len(lines):
        return None
    found = {m.group().lower() for m in any_of("consent", "text").finditer(text[:6000])}
    if len(found) >= (4 if len(signs.visible) > 800 or signs.has_day else 3):
        return PageType.CONSENT, tuple(sorted(found)[:4])
    return None


CONSENT_TOPIC = re.compile(
    r"cookie|consent|privacy|datenschutz|zustimm|einwillig|confidential|privacidad|before you continue",
    re.IGNORECASE,
)


def shell(signs: Signs) -> Verdict | None:
    """Nothing to read without running scripts."""
    if signs.size >= SHORT / 2 or len(signs.visible) > 700 or signs.teasers >= MANY_TEASERS:
        return None
    tree = signs.page.tree
    mount = next(
        (
            e
            for e in tree.iter("div", "main")
            if (e.get("id") or "").lower() in MOUNTS and len(text_of(e)) < 200
        ),
        None,
    )
    plea = any(
        re.search(r"java ?script", "".join(n.itertext()), re.IGNORECASE) for n in tree.iter("noscript")
    )
    plea = plea or bool(
        re.search(
            r"(?:enable|activate|requires?|aktivieren|activer|habilit\w+) (?:your )?java ?script",
            signs.visible,
            re.IGNORECASE,
        )
    )
    if mount is not None or plea:
        return PageType.JS_SHELL, ("empty application root" if mount is not None else "asks for JavaScript",)
    scripts = sum(1 for s in tree.iter("script") if "json" not in (s.get("type") or ""))
    if len(signs.visible) < 150 and scripts >= 2:
        return PageType.JS_SHELL, (f"{scripts} scripts, no text",)
    return None


def live(signs: Signs) -> Verdict | None:
    """A live blog: says so, or entries with the time of day."""
    if "liveblogposting" in signs.page.types and signs.size >= SHORT / 2:
        return PageType.LIVE_BLOG, ("json-ld LiveBlogPosting",)
    stamps = sum(bool(TIME_OF_DAY.match(p.text)) for p in signs.pieces)
    tags = ("time", "h2", "h3", "h4", "dt", "span", "strong", "b", "div")
    marked = sum(1 for t in signs.page.tree.iter(*tags) if t.text and TIME_ALONE.fullmatch(t.text))
    said = any(
        any_of("live", "titles").search(t) for t in (signs.title, " ".join(signs.path[-1:]).replace("-", " "))
    )
    enough = max(SHORT / 2, MIN_ENTRY * stamps)
    if said and len(signs.text) >= enough and max(stamps, marked) >= 3:
        return PageType.LIVE_BLOG, (f"{max(stamps, marked)} entries with a time",)
    return None


def stub(signs: Signs) -> Verdict | None:
    """The beginning of an article and an offer."""
    if signs.size > STUB:
        return None
    sample = signs.visible
    offers = {
        match.group().lower()[:40]
        for entry in words("paywall", "text")
        if (match := re.search(entry, sample, re.IGNORECASE))
    }
    free = next(
        (
            n.get("isAccessibleForFree")
            for n in (signs.page.news, *signs.page.nodes)
            if "isAccessibleForFree" in n
        ),
        None,
    )
    paid = free is False or (isinstance(free, str) and free.lower() == "false")
    paid = paid or (signs.page.meta("article:content_tier") or "") in ("locked", "metered")
    box = any(
        PAYWALL_BOX.search(f"{e.get('class', '')} {e.get('id', '')}")
        for e in signs.page.tree.iter("div", "section", "aside")
    )
    cut = signs.text.rstrip().endswith(("...", "…"))
    hidden = bool(offers) and (paid or box or cut or len(offers) >= 2)
    if (hidden or (paid and box)) and (signs.size or signs.title):
        marks = [name for name, seen in (("marked as paid", paid), ("paywall box", box)) if seen]
        return PageType.PAYWALL, (*sorted(offers)[:2], *marks)
    return None


PAYWALL_BOX = re.compile(
    r"paywall|pay-wall|piano-|regwall|subscription-wall|subscribe-?wall|barrier|premium-box|gate-?keeper|truncated",
    re.IGNORECASE,
)


def media(signs: Signs) -> Verdict | None:
    """A gallery, a video or a podcast with captions only."""
    if len(signs.text) > STUB:
        return None
    reasons = []
    kind = (signs.page.meta("og:type") or "").lower()
    if kind.startswith(("video", "music")):
        reasons.append(f"og:type {kind}")
    if signs.page.types & MEDIA_TYPES and not signs.page.types & ARTICLE_TYPES:
        reasons.append("json-ld " + sorted(signs.page.types & MEDIA_TYPES)[0])
    if signs.in_path("media"):
        reasons.append("address")
    if any_of("media", "titles").search(signs.title):
        reasons.append("headline")
    figures = sum(1 for f in signs.page.tree.iter("figure") if f.find(".//img") is not None)
    players = sum(1 for _ in signs.page.tree.iter("video", "audio"))
    if figures >= 6 and len(signs.text) < 120 * figures:
        reasons.append(f"{figures} pictures")
    if players and signs.size < SHORT:
        reasons.append("player")
    strong = any(not r.startswith(("address", "headline")) for r in reasons)
    if (len(reasons) >= 2 and (strong or signs.size < SHORT)) or (reasons and strong and signs.size < SHORT):
        return PageType.MEDIA, tuple(reasons)
    return None


def listing(signs: Signs) -> Verdict | None:
    """A section front, a tag page, search results, a home page."""
    if signs.claims_article and signs.size >= SHORT and signs.path:
        return None
    if not signs.claims_article and signs.linked_headings >= 3 and signs.loose_paragraphs <= 1:
        return PageType.LIST, (f"{signs.linked_headings} linked headings with summaries, no other text",)
    reasons = []
    if not signs.path and signs.teasers >= MANY_TEASERS:
        reasons.append("home address")
    if signs.page.types & LIST_TYPES and not signs.page.types & ARTICLE_TYPES:
        reasons.append("json-ld " + sorted(signs.page.types & LIST_TYPES)[0])
    if any(any_of("section", "urls").fullmatch(part) for part in signs.path[:-1] or signs.path):
        reasons.append("address")
    if any_of("section", "titles").search(signs.title):
        reasons.append("headline")
    if (signs.page.meta("og:type") or "").lower() in ("website", "profile", "object") and not signs.has_day:
        reasons.append("og:type website")
    cards = sum(1 for a in signs.page.tree.iter("article") if a.find(".//a") is not None)
    if cards >= 5:
        reasons.append(f"{cards} cards")
    if re.search(r"[?&](?:q|s|query|search|page|p)=", signs.page.url):
        reasons.append("query")
    if signs.page.tree.find(".//link[@rel='next']") is not None:
        reasons.append("next page")
    dense = signs.teasers >= MANY_TEASERS and signs.size < 110 * signs.teasers
    if dense:
        reasons.append(f"{signs.teasers} teasers")
    if (signs.claims_article and signs.size >= SHORT) or (
        signs.prose >= ARTICLE_PROSE and "home address" not in reasons
    ):
        return None
    repeated = sum(
        1 for p in signs.pieces if fold(p.text)[:60] and 60 <= len(p.text) <= 320 and p.text[-1:] in ".…"
    )
    if dense and len(reasons) >= 2 and (signs.size < FULL or repeated >= 0.7 * max(1, len(signs.pieces))):
        return PageType.LIST, tuple(reasons)
    if len(reasons) >= 3 and signs.size < STUB and signs.teasers >= 4:
        return PageType.LIST, tuple(reasons)
    return None


def release(signs: Signs) -> Verdict | None:
    """A press release or official announcement."""
    if signs.size < SHORT / 2:
        return None
    ends = f"{signs.title}\n{' '.join(signs.headings)}\n{signs.text[:700]}\n{signs.text[-900:]}\n{signs.page.meta('article:section') or ''}"
    found = {m.group().lower() for m in any_of("release", "text").finditer(ends)}
    address = signs.in_path("release")
    if (
        len(found) >= 2
        or (found and address)
        or any(f.startswith(words("release", "text")[0]) for f in found)
    ):
        return PageType.RELEASE, (*sorted(found)[:3], *(["address"] if address else []))
    return None
