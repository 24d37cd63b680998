"""The headline by vote: h1, JSON-LD, og:title and <title> without the site's name; alternatives are kept."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from crawler.article.knowledge import words
from crawler.article.page import Page, clean, text_of

MAX_TITLE = 400
MIN_PART = 12  # characters; a shorter part of a headline is no headline
SUFFIX_MARKS = frozenset("|-–—·•»›/«")
KICKER_MARKS = frozenset(":|-–—")
QUOTES = frozenset("\"'“„«")
KICKER_CLASS = re.compile(
    r"kicker|overline|over-?title|dachzeile|top-?line|eyebrow|spitzmarke|rubrik|antetitulo|occhiello|surtitre|pre-?title",
    re.IGNORECASE,
)
#: Field -> weight of its voice when fields disagree; h1 is what the reader sees as the headline.
WEIGHTS = {"h1": 1.3, "json-ld": 1.1, "itemprop": 1.05, "og": 1.0, "twitter": 0.4, "title": 0.9}


def fold(text: str) -> str:
    """`text` for comparing headlines: case, quotes, dashes, spaces and punctuation at the ends do not matter."""
    return _known_fold(text) if len(text) <= LONGEST_KNOWN else _fold(text)


def _fold(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(NO_WORD.sub(" ", text).split())


NO_WORD = re.compile(r"[^\w%$€£]+")
LONGEST_KNOWN = 1000  # characters; the same headlines and lines are compared many times while a page is read
_known_fold = lru_cache(maxsize=512)(_fold)


def candidates(page: Page) -> dict[str, str]:
    """Headlines the page gives, by field."""
    found: dict[str, str | None] = {}
    headline = page.news.get("headline") or page.news.get("name")
    found["json-ld"] = unescaped(headline) if isinstance(headline, str) else None
    found["og"] = page.meta("og:title")
    found["twitter"] = page.meta("twitter:title")
    found["itemprop"] = next(
        (t for e in page.tree.xpath("//*[@itemprop='headline']") if (t := e.get("content") or text_of(e))),
        None,
    )
    found["title"] = clean(page.tree.findtext(".//head/title") or page.tree.findtext(".//title"))
    window = found["title"] or ""
    others = [fold(bare_title(value, page)) for value in found.values() if value]
    h1 = best_h1(page, others)
    if h1 and (rest := without_suffix(unescaped(window), h1)):  # the h1 of every page is the name of the site
        found["title"], h1 = rest, None if fold(h1) not in others else h1
    found["h1"] = h1
    bare = {
        name: bare_title(unescaped(value), page)[:MAX_TITLE]
        for name, value in found.items()
        if value and value.strip()
    }
    return {name: shortest_form(value, bare, kickers=name == "h1") for name, value in bare.items()}


def without_suffix(text: str, suffix: str) -> str | None:
    """`text` without a separator and `suffix` at its end, or None when it does not end so."""
    if text.endswith(suffix) and text != suffix:
        rest = text[: -len(suffix)].rstrip()
        if rest[-1:] in SUFFIX_MARKS and len(rest) > 3:
            return rest.rstrip(" :" + "".join(SUFFIX_MARKS))
    return None


def shortest_form(value: str, others: Mapping[str, str], *, kickers: bool) -> str:
    """`value`, or the other field's form that it only adds a suffix or (with `kickers`) a kicker to."""
    for other in others.values():
        if len(other) >= MIN_PART and len(other) < len(value) and other.count(" ") >= 2:
            if value.startswith(other) and value[len(other) :].lstrip()[:1] in SUFFIX_MARKS:
                return other
            if kickers and value.endswith(other) and value[: -len(other)].rstrip()[-1:] in KICKER_MARKS:
                return other
        cut = len(other) > len(value) >= MIN_PART and other.startswith(value)
        if cut and other[len(value) :].lstrip()[:1] in QUOTES:
            return other  # an attribute that its own quotation mark cut off
    return value


def unescaped(text: str) -> str:
    """`text` with entities that were escaped twice, and markup in JSON-LD strings, undone."""
    if "&" in text or "<" in text:
        from html import unescape

        text = re.sub(r"</?[a-z][^<>]{0,200}>", " ", unescape(text))
    return clean(text)


def best_h1(page: Page, others: list[str]) -> str | None:
    """The first h1 that another field repeats, else the first that is not in the page head, else the only one."""
    texts = []
    for element in page.tree.iter("h1"):
        text, bare = text_of(element), without_kicker(element)
        if text != bare and fold(text) in others:
            return None  # the others tell kicker and headline apart, the layout does it without words
        if 3 <= len(bare) <= MAX_TITLE:
            texts.append((element, bare))
    for _, text in texts:
        if fold(text) in others:
            return text
    for element, text in texts:
        if not any(
            a.tag in ("header", "nav") and a.find(".//nav") is not None for a in element.iterancestors()
        ):
            folded = fold(text)
            if len(texts) == 1 or any(folded and (folded in o or o in folded) for o in others if o):
                return text
    return texts[0][1] if len(texts) == 1 else None


def without_kicker(h1: Any) -> str:
    """The words of an h1 without a part that its class calls a kicker."""
    text = text_of(h1)
    for child in h1.iterdescendants("span", "div", "small", "strong", "p", "em", "a"):
        if KICKER_CLASS.search(child.get("class") or ""):
            kicker = text_of(child)
            if kicker and text.startswith(kicker) and len(text) - len(kicker) >= MIN_PART:
                return text[len(kicker) :].lstrip(" :|-–—")
    return text


def bare_title(text: str, page: Page) -> str:
    """`text` without the name of the site at either end."""
    names = site_names(page)
    for _ in range(2):
        for separator in words("titles", "separators"):
            head, found, tail = text.rpartition(separator)
            if found and head.strip() and is_site(tail, names):
                text = head.strip()
                break
            first, found, rest = text.partition(separator)
            if found and rest.strip() and is_site(first, names):
                text = rest.strip()
                break
        else:
            break
    return text.strip()


def site_names(page: Page) -> set[str]:
    """Folded names of the site: og:site_name, publisher, host."""
    names = {
        page.meta(
            "og:site_name",
            "application-name",
            "al:android:app_name",
            "apple-mobile-web-app-title",
            "twitter:site",
        )
    }
    publisher = page.news.get("publisher")
    for one in publisher if isinstance(publisher, list) else [publisher]:
        if isinstance(one, Mapping) and isinstance(one.get("name"), str):
            names.add(one["name"])
    for node in page.nodes:
        if isinstance(node.get("@type"), str) and node["@type"] in (
            "WebSite",
            "NewsMediaOrganization",
            "Organization",
        ):
            name = node.get("name")
            if isinstance(name, str):
                names.add(name)
    folded = {squeeze(n) for n in names if n}
    host = re.sub(r"^[a-z]+://", "", page.url).split("/")[0].split(":")[0].lower()
    labels = [label for label in host.split(".") if label not in ("www", "m", "amp", "news", "en")]
    folded |= {squeeze(".".join(labels)), *(squeeze(label) for label in labels[:-1] if len(label) > 2)}
    return {name for name in folded if name}


def squeeze(text: str) -> str:
    return re.sub(r"\W+", "", unicodedata.normalize("NFKC", text).casefold())


def is_site(part: str, names: set[str]) -> bool:
    """True for a piece of a title that names the site ("Harbour Times", "HarbourTimes.example")."""
    squeezed = squeeze(part)
    if not squeezed:
        return True
    return any(
        squeezed == name
        or (
            len(name) >= 4
            and len(squeezed) >= 4
            and len(squeezed) <= 3 * len(name) + 4
            and (name in squeezed or squeezed in name)
        )
        for name in names
    )


def vote(
    found: Mapping[str, str], habit: Mapping[str, int] | None = None
) -> tuple[str | None, str | None, list[str]]:
    """The best headline, the field it was read from, and the others, best first.

    `habit` counts how often each field of this site was the headline that readers see.
    """
    support: dict[str, float] = {}
    fields: dict[str, str] = {}
    for name in WEIGHTS:  # h1 first: its spelling wins among equals
        if name in found and (key := fold(found[name])):
            support[key] = support.get(key, 0.0) + WEIGHTS[name]
            fields.setdefault(key, name)
            if habit and sum(habit.values()) >= 3 and habit.get(name, 0) == max(habit.values()):
                support[key] += 1.0
    ranked = sorted(support, key=lambda key: -support[key])
    if not ranked:
        return None, None, []
    texts = [found[fields[key]] for key in ranked]
    return texts[0], fields[ranked[0]], texts[1:]


def headline_like(page: Page, found: Mapping[str, str]) -> set[str]:
    """Folded headings and titles of the page: lines equal to one of them at the top of a text are no text."""
    values: list[Any] = [*found.values(), *(text_of(e) for e in page.tree.iter("h1"))]
    return {fold(v) for v in values if v}
