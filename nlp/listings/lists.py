"""Where a text names an official list, and which one a loose word such as "trade blacklist" means.

Names, loose words and the rules that read them are in `db/data/lists.toml`; words for authorities in
`nlp/data/listings.toml`.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, Token

from db.listregistry import UNKNOWN, Lists, packaged_lists
from nlp.extensions import text_of, tokens_at

DATA = Path(__file__).parent.parent / "data" / "listings.toml"
# "the list", "that list", "same blacklist": the list spoken of before. Plurals and "a list" are not.
ANAPHOR = re.compile(
    r"\b(?:the|that|this|its|their)(?:\s+(?:same|updated|new|latest))?\s+(?:black)?list(?=\W)(?!\s+of\b)",
    re.I,
)
#: "removed from it": the list named right before.
ON_IT = re.compile(r"\b(?:off|from|onto|on|to) (it|(?:that|this) one)\b")
IT_REACH = 300  # characters back to the list that "it" means
SAME_REACH = 2500  # characters back in which "the same list" may mean any list
OWNER_REACH = 60  # characters before a list in which its owner stands
WORDS_BEFORE = 400  # characters before a list in which its authority is looked for
#: Every name of a list holds one of these (a test holds the patterns to it), so only what stands right before them
#: is held against the hundred patterns.
ANCHORS = (
    "list", "1260h", "denial", "denying", "procurement", "ndaa", "889", "5949", "1237", "military", "annex", "nationals",
    "uvl", "unreliable",
)  # fmt: skip
IT = "it"
BEFORE = 80  # characters of a name before its first anchor; the longest of today are 55
_STARTS = re.compile(r"(?<!\w)(?=\S)")


@dataclass(frozen=True, slots=True)
class ListRef:
    """A list named at characters [start, end), tokens [first, last]."""

    start: int
    end: int
    first: int
    last: int
    list: str  #: id of db/data/lists.toml
    inferred: bool
    anaphor: bool = False
    aside: bool = False  #: named in a relative clause: what the text goes on with is another one

    @property
    def is_it(self) -> bool:
        """True for the bare "it" of "removed from it"."""
        return self.anaphor and self.first == self.last and self.end - self.start == len(IT)


@cache
def cues() -> dict[str, Any]:
    """nlp/data/listings.toml, read once."""
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


@cache
def _matcher(lists: "_Hashable") -> tuple[re.Pattern[str], dict[str, tuple[str, bool]]]:
    """One pattern over all names; group name -> (list id or sort of a loose word, loose?)."""
    groups: dict[str, tuple[str, bool]] = {}
    parts: list[str] = []
    named = [(p, entry.id, False) for entry in lists.value.lists.values() for p in entry.patterns]
    loose = [(p, entry.sort, True) for entry in lists.value.loose for p in entry.patterns]
    for pattern, name, is_loose in [*named, *loose]:
        group = f"g{len(groups)}"
        groups[group] = (name, is_loose)
        spaced = pattern.replace("[- ]", r"[-\s]").replace(" ", r"[-\s]+")
        parts.append(f"(?P<{group}>{spaced})")
    return re.compile(r"(?<![\w])(?:" + "|".join(parts) + r")(?![\w])", re.I), groups


class _Hashable:
    """Lists by identity, so that the compiled matcher can be cached."""

    def __init__(self, value: Lists) -> None:
        self.value = value


@cache
def _packaged() -> _Hashable:
    return _Hashable(packaged_lists())


def find_lists(doc: Doc) -> list[ListRef]:
    """Every list the text names or points back to, in order."""
    text = text_of(doc)
    found: list[tuple[int, int, str, bool]] = []
    pattern, groups = _matcher(_packaged())
    position = 0
    searched = list(windows(text))
    for start, end in searched:
        for begin in _STARTS.finditer(text, start, end):
            if begin.start() < position or (match := pattern.match(text, begin.start())) is None:
                continue
            best = _longest_at(pattern, text, match)
            name, is_loose = groups[str(best.lastgroup)]
            found.append((best.start(), best.end(), name, is_loose))
            position = best.end()
    refs: list[ListRef] = []
    taken = [(s, e) for s, e, _, _ in found]
    anaphors = [
        (m.start(), m.end(), "", False)
        for start, end in searched
        for m in ANAPHOR.finditer(text, start, end + len("list "))
        if not any(s < m.end() and e > m.start() for s, e in taken)
    ]
    its = [(*m.span(1), IT, False) for m in ON_IT.finditer(text, min(s for s, *_ in found))] if found else []
    chinese = any(name == "unreliable-entity-list" for _, _, name, _ in found)
    for start, end, name, is_loose in sorted([*found, *anaphors, *its]):
        tokens = tokens_at(doc, start, end)
        if tokens is None or (len(tokens) == 1 and tokens[0].tag_ in {"VB", "VBP", "VBZ"}):
            continue  # "to blacklist X" is an act
        if name in ("", IT):
            previous = _focus(refs, start, IT_REACH if name else 2500)
            if previous is None and (law := _law_before(text, start)) is not None:
                refs.append(ListRef(start, end, tokens.start, tokens.end - 1, law, True, True))
                continue  # "under the Act. The list behind it grew"
            if previous is None:
                continue
            near = {r.list for r in refs if start - r.end <= SAME_REACH}
            if " same " in text[start:end].lower() and len(near) > 1:
                refs.append(ListRef(start, end, tokens.start, tokens.end - 1, UNKNOWN, True, True))
                continue  # which of them is open
            refs.append(
                ListRef(start, end, tokens.start, tokens.end - 1, previous.list, previous.inferred, True)
            )
            continue
        listed, inferred = name, False
        if is_loose:
            authority = owner_at(doc, start) or _owner_told(doc, tokens.root) or authority_at(doc, start)
            if name == "export-control" and chinese and authority != "commerce":
                authority = "china"
            listed, inferred = packaged_lists().infer(name, authority, doc._.context.published), True
            if (
                listed == "blacklist"
                and (previous := _focus(refs, start, far=1500))
                and not previous.inferred
            ):
                listed = previous.list  # "the blacklist" after the list was named
            listed = narrowed(listed, name, doc, start)
            if name == "export-control" and listed == "china-export-control":
                inferred = False
        refs.append(
            ListRef(start, end, tokens.start, tokens.end - 1, listed, inferred, aside=_in_aside(tokens.root))
        )
    return refs


def _law_before(text: str, start: int) -> str | None:
    """The list of the law that the text named last before `start`."""
    before = text[max(0, start - SAME_REACH) : start]
    named = [
        (at, listed) for listed, laws in cues()["laws"].items() if (at := max(map(before.rfind, laws))) >= 0
    ]
    return max(named)[1] if named else None


def _in_aside(token: Token) -> bool:
    """ "X, which the Treasury put on its SDN list": told in passing."""
    return any(t.dep_ in {"relcl", "acl"} for t in token.ancestors if t.sent == token.sent)


def owner_at(doc: Doc, position: int) -> str | None:
    """Whose list it is by the words right before it: "a U.S. blacklist", "the Pentagon's own list"."""
    before = text_of(doc)[max(0, position - OWNER_REACH) : position]
    match = _owner().search(before)
    if match is None:
        return None
    return "china" if match.lastgroup == "china" else authority_in(match.group().strip(" '’s") + " ")


def narrowed(listed: str, sort: str, doc: Doc, position: int) -> str:
    """The SDN list where the Treasury "blacklists" for oil, arms or the like: an investment list says why."""
    if listed != "ns-cmic" or sort != "blacklist":
        return listed
    sent = doc.char_span(position, position + 1, alignment_mode="expand").sent
    return "sdn" if _sanctions().search(text_of(doc), sent.start_char, sent.end_char) else listed


@cache
def _sanctions() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(cues()["sanctions"]["grounds"]) + r")", re.I)


def windows(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of `text` in which the name of a list may begin, in order, none over another."""
    lower = text.lower()
    if len(lower) != len(text):
        yield 0, len(text)
        return
    places = []
    for anchor in ANCHORS:
        at = lower.find(anchor)
        while at >= 0:
            if anchor != "list" or not lower[at + 4 : at + 5].isalpha() or lower.startswith("lists", at):
                places.append(at)  # "listed" and "listing" name none
            at = lower.find(anchor, at + 1)
    last = 0
    for at in sorted(places):
        if at >= last:
            yield max(last, at - BEFORE), at + 1
            last = at + 1


def _longest_at(pattern: re.Pattern[str], text: str, match: re.Match[str]) -> re.Match[str]:
    """Alternatives are tried in file order, so a longer name that starts later inside this one may be meant."""
    best = match
    for start in range(match.start() + 1, match.end()):
        other = pattern.match(text, start)
        if other is not None and other.end() > best.end():
            best = other
    return best


def _focus(refs: list[ListRef], start: int, far: int = 2500) -> ListRef | None:
    """The list last named before `start`, one told in a relative clause last of all."""
    near = [r for r in refs if start - r.end <= far]
    return in_focus(near)


def in_focus(refs: list[ListRef]) -> ListRef | None:
    """The last of `refs`, but not one that a relative clause names, where the text is about another."""
    last = refs[-1] if refs else None
    if last is not None and last.aside and not last.anaphor:
        return next((r for r in reversed(refs) if not r.aside), last)
    return last


def _owner_told(doc: Doc, root: Token) -> str | None:
    """ "China said the U.S. had added X to its list": whose "its" is, by the subject of the verb."""
    if not any(c.lower_ == "its" for c in root.lefts):
        return None
    verb = next((t for t in root.ancestors if t.pos_ == "VERB"), None)
    subject = next((c for c in verb.children if c.dep_ == "nsubj"), None) if verb is not None else None
    if subject is None:
        return None
    return authority_in(doc[subject.left_edge.i : subject.right_edge.i + 1].text + " ")


@cache
def _owner() -> re.Pattern[str]:
    """The words of an owner that end the text before a list, with an adjective or two between."""
    china = r"(?P<china>China(?:['’]s)?|Chinese|Beijing(?:['’]s)?)"
    us = r"(?P<us>(?:U\.S\.|US|American|Washington|Pentagon|Commerce Department|Treasury(?: Department)?|Defen[cs]e Department|European Union|EU|UK|British)(?:['’]s)?)"
    return re.compile(
        rf"(?<!\w)(?:{china}|{us})[\s-]+(?:(?:own|growing|official|latest|new|so-called|expanding|government)[\s-]+){{0,2}}[“\"'‘]?$"
    )


@cache
def _authorities() -> list[tuple[str, re.Pattern[str]]]:
    table = cues()["authority"]
    plain = {"us", "eu", "uk", "other"}
    return [
        (name, re.compile(r"(?<!\w)(?:" + "|".join(words) + r")(?!\w)", 0 if name in plain else re.I))
        for name, words in table.items()
    ]


def authority_in(text: str) -> str | None:
    """The department that `text` names last, else the country; None for none."""
    best: tuple[int, str] | None = None
    weak: str | None = None
    for name, pattern in _authorities():
        hits = [m.start() for m in pattern.finditer(text)]
        if not hits:
            continue
        if name in ("us", "eu", "uk", "other"):
            weak = weak or name
        elif best is None or hits[-1] > best[0]:
            best = (hits[-1], name)
    return best[1] if best is not None else weak


def authority_at(doc: Doc, position: int) -> str:
    """The department whose act is told around `position`: commerce, treasury, ... china, us, other or none.

    The sentence decides before what precedes it, and a department before a mere "US".
    """
    sent = doc.char_span(position, position + 1, alignment_mode="expand").sent
    for text in (
        text_of(doc)[sent.start_char : sent.end_char],
        text_of(doc)[max(0, sent.start_char - WORDS_BEFORE) : sent.start_char],
    ):
        found = authority_in(text)
        if found is not None:
            return found
    title = doc._.context.title or ""
    for name, pattern in _authorities():
        if pattern.search(title):
            return name
    return "none"
