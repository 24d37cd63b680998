"""The standfirst: the summary between headline and text, kept apart from the body.

An element is the lead when its class says so, or when the description that the page gives of itself begins
with its words, and when it stands between the headline and the first line of the text. A first paragraph
that the description merely repeats stays in the body.
"""

import re
from collections.abc import Sequence
from typing import Any

from crawler.article.blocks import Piece
from crawler.article.page import Page, text_of
from crawler.article.titles import fold, unescaped

LEAD_CLASS = re.compile(
    r"(?:^|[-_ ])(?:stand-?first|lead(?:[-_]?(?:text|paragraph|in))?|lede|dek|deck|sub-?(?:title|headline|heading|head|hed)|"
    r"summary|intro(?:duction)?(?:[-_]?text)?|abstract|vorspann|anleser|chapo|chapeau|bajada|entradilla|copete|sapo|ingress|"
    r"manchet|sottotitolo|occhiello|sommario|excerpt|perex|spot|zajawka|preamble|synopsis|strapline|underrubrik|"
    r"subtitulo|resumen|olho|lid|zhaiyao|bold-?intro|blurb)(?:$|[-_ ])|"
    r"standfirst|(?:article|story|post|content|headline|page)[-_]*(?:lead|intro|summary|dek|description|subtitle|sub-?head|excerpt|abstract)\b|"
    r"subTitle|subHeadline|leadText|articleLead|introText",
    re.IGNORECASE,
)
NOT_LEAD_CLASS = re.compile(
    r"teaser|related|card|promo|recommend|newsletter|comment|caption|byline|author|share|social|menu|nav|list|grid|item-|footer|read-?more|lead-?(?:image|media|photo|art)",
    re.IGNORECASE,
)
ELSEWHERE_CLASS = re.compile(
    r"teaser|related|promo|recommend|newsletter|sidebar|most-?read|caption|figure|media-|image|photo|gallery|footer",
    re.IGNORECASE,
)
TAGS = ("p", "h2", "h3", "h4", "div", "span", "section", "strong", "ul", "b", "em", "blockquote")
MIN_LEAD, MAX_LEAD = 40, 900
MIN_WORDS = 6
MATCH = 45  # characters of a description that tell it from every other sentence
HEAD_PIECES = 3  # the lead stands among the first lines of a body, if it is there


def lead_of(page: Page, pieces: Sequence[Piece], title: str | None) -> tuple[str | None, list[Piece]]:
    """The lead, and the body without it."""
    pieces = list(pieces)
    descriptions = described(page)
    first = [fold(piece.text)[:MATCH] for piece in pieces[:HEAD_PIECES]]
    headline = fold(title or "")
    found = None
    for text, marked in between(page, headline, [f for f in first if f], descriptions):
        if fold(text) != headline and not fold(text).startswith(tuple(f for f in first[1:] if f)):
            found = (text, marked)
            break
    if found is None:
        return None, pieces
    text, marked = found
    key = fold(text)
    for i, piece in enumerate(pieces[:HEAD_PIECES]):
        folded = fold(piece.text)
        if folded and (folded in key or key in folded):
            if not marked or len(folded) > 1.3 * len(key) or (i > 0 and not key.startswith(folded)):
                return None, pieces  # an ordinary first paragraph
            rest = pieces[i + 1 :]
            while rest and fold(rest[0].text) and fold(rest[0].text) in key:
                rest.pop(0)  # a list of points is one lead
            return (text, [*pieces[:i], *rest]) if rest else (None, pieces)
    return (text, pieces) if pieces else (None, pieces)


def described(page: Page) -> list[str]:
    """The beginnings of what the page says it is about, folded."""
    values: list[Any] = [
        page.news.get("description"),
        page.news.get("alternativeHeadline"),
        page.meta("og:description"),
        page.meta("description"),
        page.meta("twitter:description"),
        page.meta("sailthru.description"),
    ]
    folded = [fold(unescaped(v)) for v in values if isinstance(v, str)]
    return [f[:MATCH] for f in folded if len(f) >= 25]


def between(
    page: Page, headline: str, first: Sequence[str], descriptions: Sequence[str]
) -> list[tuple[str, bool]]:
    """Texts that may be the lead, marked by class first, those the page describes itself with before others."""
    found: list[tuple[int, int, str, bool]] = []
    after_headline = False
    for order, element in enumerate(page.tree.iter("h1", *TAGS)):
        if element.tag == "h1":
            after_headline = True
            continue
        marks = " ".join(
            element.get(a) or "" for a in ("class", "itemprop", "id", "data-testid", "data-component")
        )
        marked = bool(marks.strip()) and bool(LEAD_CLASS.search(marks)) and not NOT_LEAD_CLASS.search(marks)
        plain = element.tag in ("p", "h2", "h3", "h4") or (
            element.tag in ("div", "span", "strong") and len(element) <= 2
        )
        if not marked and (not plain or len(element) > 6):
            continue
        text = short_text(element)
        if text is None:
            continue
        folded = fold(text)
        if (headline and headline in folded and len(folded) > len(headline)) or "©" in text:
            continue  # a wrapper around the headline, the foot of the page
        if not marked and found and folded[:MATCH] in first:
            break  # the text has begun
        is_described = any(folded.startswith(d) or d.startswith(folded) for d in descriptions)
        if (marked and (after_headline or is_described)) or is_described:
            if elsewhere(element):
                continue
            found.append((0 if is_described else 1, order, text, marked))
        elif after_headline and folded[:MATCH] in first and element.tag == "p":
            break
    return [(text, marked) for _, _, text, marked in sorted(found)]


def short_text(element: Any) -> str | None:
    """The text of an element that may be a lead, or None when it is too short or too long."""
    size = 0
    for text in element.itertext():
        size += len(text)
        if size > 4 * MAX_LEAD:
            return None
    text = text_of(element)
    if not MIN_LEAD <= len(text) <= MAX_LEAD or (len(text.split()) < MIN_WORDS and text.isascii()):
        return None
    return text


def elsewhere(element: Any) -> bool:
    """True inside links, navigation, teasers of other stories and the like."""
    for step, parent in enumerate(element.iterancestors()):
        if parent.tag in ("a", "nav", "aside", "footer", "li", "figure", "form", "button"):
            return True
        if step < 4 and ELSEWHERE_CLASS.search(parent.get("class") or ""):
            return True
    return False
