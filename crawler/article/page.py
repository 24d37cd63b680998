"""One bounded parse of a page, shared by everything that reads it.

Hostile input ends here: size, nesting, number of elements and attributes are limited before any other
code sees the tree, so that time and memory stay in proportion to the bytes that were fetched.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lxml import etree, html

MAX_BYTES = 16_000_000  # what the crawler fetches at most
MAX_ELEMENTS = 60_000  # the largest recorded live page has 30,000
MANY_ELEMENTS = 20_000  # below it, the depth that the parser allows (256) does no harm
MAX_DEPTH = 400  # the deepest recorded page has 70; libraries behind us walk recursively
LONG_TAG = re.compile(r"<[A-Za-z][^<>]{50000,}>")  # a million attributes; no honest tag is that long
DATA_URI = re.compile(r"data:[a-z]+/[a-z0-9.+-]+;base64,[A-Za-z0-9+/=]{2000,}")
DROPPED = re.compile(r"<(script|style|svg|!--)", re.IGNORECASE)
CLOSINGS = {
    "!--": re.compile("-->"),
    **{tag: re.compile(rf"</{tag}[^>]*>", re.IGNORECASE) for tag in ("script", "style", "svg")},
}
SLIM_ABOVE = 400_000  # characters; below, scripts cost nothing worth saving
MAX_JSON = 2_000_000
MAX_NODES = 3000


class Unreadable(Exception):
    """The page cannot be read; the message is the typed reason."""


def parse(text: str) -> html.HtmlElement:
    """The tree of `text`, comments and instructions left out.

    Raises:
        Unreadable: no markup, too many elements, or nested too deep.
    """
    if len(text) > SLIM_ABOVE:
        text = slim(text)
    text = LONG_TAG.sub("", text)
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, collect_ids=False, encoding="utf-8")
    try:
        tree = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("no-markup") from error
    count = tree.xpath("count(//*)")
    if count > MAX_ELEMENTS:
        raise Unreadable("too-many-elements")
    if count > MANY_ELEMENTS and tree.xpath(f"boolean(//*[count(ancestor::*) > {MAX_DEPTH}])"):
        raise Unreadable("nested-too-deep")
    return tree


def slim(text: str) -> str:
    """`text` without scripts (but JSON-LD), styles, drawings, comments and embedded images; linear."""
    text = DATA_URI.sub("", text)
    out, at = [], 0
    while (match := DROPPED.search(text, at)) is not None:
        closing = CLOSINGS[match[1].lower()].search(text, match.end())
        end = closing.end() if closing else len(text)
        keep = match[1].lower() == "script" and "ld+json" in text[match.start() : match.start() + 300]
        out.append(text[at : end if keep else match.start()])
        if match[1].lower() == "script" and not keep:
            out.append("<script></script>")  # that there was one says what the page is
        at = end
    out.append(text[at:])
    return "".join(out)


def clean(text: str | None) -> str:
    """`text` on one line, without soft hyphens and zero-width characters."""
    if not text:
        return ""
    return " ".join((text if text.isascii() else INVISIBLE.sub("", text)).split())


INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a-\u202e]")
ARTICLE_TYPES = frozenset(
    {
        "article",
        "newsarticle",
        "reportagenewsarticle",
        "analysisnewsarticle",
        "opinionnewsarticle",
        "backgroundnewsarticle",
        "reviewnewsarticle",
        "blogposting",
        "liveblogposting",
        "techarticle",
        "scholarlyarticle",
        "report",
        "advertisercontentarticle",
        "satiricalarticle",
        "socialmediaposting",
    }
)


@dataclass
class Page:
    """A parsed page with its embedded data, read once."""

    url: str
    tree: html.HtmlElement
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """Content of meta elements by lower-case name, property or itemprop."""
        found: dict[str, list[str]] = {}
        for meta in self.tree.iter("meta"):
            name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv")
            content = clean(meta.get("content"))
            if name and content:
                found.setdefault(name.strip().lower(), []).append(content)
        return found

    def meta(self, *names: str) -> str | None:
        """The first content given under any of `names`, in their order."""
        return next((self.metas[name][0] for name in names if name in self.metas), None)

    @cached_property
    def nodes(self) -> list[dict[str, Any]]:
        """Every JSON-LD object of the page, outer ones first."""
        found: list[dict[str, Any]] = []
        for script in self.tree.iter("script"):
            if (
                "ld+json" in (script.get("type") or "").lower()
                and script.text
                and len(script.text) < MAX_JSON
            ):
                found += flat_nodes(load_json(script.text))
        return found[:MAX_NODES]

    @cached_property
    def news(self) -> dict[str, Any]:
        """The JSON-LD object of the article, or {}: the one with the most news fields."""
        found = [node for node in self.nodes if types_of(node) & ARTICLE_TYPES]
        fields = ("headline", "datePublished", "author", "articleBody")
        return max(found, key=lambda node: sum(bool(node.get(f)) for f in fields), default={})

    @cached_property
    def types(self) -> frozenset[str]:
        """All JSON-LD types of the page, lower case."""
        return frozenset[str]().union(*(types_of(node) for node in self.nodes))


def load_json(text: str) -> Any:
    """What `text` holds, or None; comments around it, control characters and a final ";" are forgiven."""
    text = (
        re.sub(r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>)\s*$", "", text)
        .strip()
        .rstrip(";")
    )
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        try:
            return json.loads(re.sub(r",\s*([}\]])", r"\1", text), strict=False)
        except (ValueError, RecursionError):
            return None


def flat_nodes(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-LD document, through lists, @graph and mainEntity."""
    stack, seen = [value], 0
    while stack and seen < MAX_NODES:
        node = stack.pop()
        seen += 1
        if isinstance(node, list):
            stack.extend(reversed(node))
        elif isinstance(node, dict):
            yield node
            stack.extend(node[key] for key in ("mainEntity", "mainEntityOfPage", "@graph") if key in node)


def types_of(node: Mapping[str, Any]) -> frozenset[str]:
    """The JSON-LD types of one object, lower case, without their address."""
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return frozenset(n.rsplit("/", 1)[-1].lower() for n in names if isinstance(n, str))


def text_of(element: Any) -> str:
    """The words of `element` on one line, scripts and styles left out."""
    if next(element.iter("script", "style"), None) is None:
        return clean("".join(element.itertext()))
    return clean("".join(element.xpath(".//text()[not(parent::script or parent::style)]")))
