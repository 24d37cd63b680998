"""When a found fact is the one of the answer key: rules for each kind, names folded, values within one per cent."""

import re
import unicodedata
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from typing import Any

from db.listregistry import packaged_lists

Row = dict[str, Any]

AMOUNT_TOLERANCE = 0.01  #: papers round: "$5.3 billion" and "$5.28 billion" are one value
_LEGAL = set(
    "inc corp corporation company co ltd limited llc llp plc ag gmbh sa nv group holdings holding".split()
)
_ROLES = set(
    "a an the its his her mr ms mrs dr prof professor spokesman spokeswoman spokesperson official officials statement"
    " chief executive said senator judge minister secretary".split()
)
_PRONOUNS = set("he she it they we i the a an this these its his her their".split())
#: Names of one government, as speakers.
_GOVERNMENTS = (
    {"us", "washington", "us commerce department", "commerce department", "commerce", "department", "department of commerce",
     "us department of commerce", "bis", "bureau of industry and security", "bureau of industry and security bis"},
    {"us defense department", "defense department", "pentagon", "dod", "us department of defense", "department"},
    {"us department of homeland security", "department of homeland security", "dhs"},
    {"china", "beijing", "commerce ministry", "ministry of commerce", "ministry", "china ministry of commerce",
     "chinas ministry of commerce", "chinas commerce ministry", "mofcom", "china commerce ministry"},
    {"china", "beijing", "foreign ministry", "china foreign ministry", "chinas foreign ministry"},
    {"us trade representative", "us trade representatives office", "us trade representative office", "ustr"},
)  # fmt: skip


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """`text` as folded words: no accents, marks, possessives; "U.S." is "us"."""
    folded = unicodedata.normalize("NFKD", text).replace("\u2019", "'").replace("\u2018", "'").lower()
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    folded = re.sub(r"(?<=\b\w)\.(?=\w\b)|(?<=\w)'s\b(?=\W*$)", "", folded).replace("'", "")
    return tuple(re.findall(r"[a-z0-9%\u3400-\u9fff]+", folded))


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """A name for comparison: without article and legal form."""
    found = list(words(name))
    if found and found[0] == "the":
        found = found[1:]
    while len(found) > 1 and found[-1] in _LEGAL:
        found.pop()
    return " ".join(found)


class Names:
    """The company names of one article of the key."""

    def __init__(self, companies: Iterable[Row]) -> None:
        self._canonical: dict[str, str] = {}
        for company in companies:
            for alias in (company["name"], *company["aliases"]):
                self._canonical.setdefault(name_key(alias), name_key(company["name"]))

    def canonical(self, name: str) -> str:
        return self._canonical.get(name_key(name), name_key(name))

    def same(self, found: Any, wanted: Any) -> bool:
        """Whether `found` (a name or several) is one of the names `wanted` (joined by a bar)."""
        if not wanted:
            return True
        candidates = all_names(found)
        return any(
            self.canonical(c) == self.canonical(w) or _within(name_key(c), name_key(w))
            for c in candidates
            for w in str(wanted).split("|")
        )


def _within(found: str, wanted: str) -> bool:
    """ "Ningbo" for "Ningbo municipal government", a longer legal name for a shorter one; never a single letter."""
    short, long = sorted((found.split(), wanted.split()), key=len)
    return bool(short) and len(short[0]) > 2 and long[: len(short)] == short


def all_names(value: Any) -> list[str]:
    """A name or several, as a list."""
    return [value] if isinstance(value, str) else list(value or ())


def _close(first: Any, second: Any) -> bool:
    if first is None or second is None:
        return False
    one, two = abs(float(first)), abs(float(second))
    return abs(one - two) <= AMOUNT_TOLERANCE * max(one, two)


def _values(row: Row) -> list[tuple[Any, Any]]:
    values = [(row.get(field), row.get("currency")) for field in ("amount", "low", "high")]
    if isinstance(conversion := row.get("conversion"), dict):
        values.append((conversion.get("amount"), conversion.get("currency")))
    values.append((row.get("conversion_amount"), row.get("conversion_currency")))
    return [(v, c) for v, c in values if v is not None]


def same_value(found: Row, wanted: Row) -> bool:
    """The same money, in either of the currencies that the text gives."""
    return any(_close(v, w) and c == d for v, c in _values(found) for w, d in _values(wanted))


@lru_cache(maxsize=64)
def list_id(name: str) -> str:
    """The id of a list named in any way the registry knows."""
    folded = " ".join(words(name))
    if folded in ("denial order", "denied persons"):
        return "denied-persons"
    for entry in packaged_lists().lists.values():
        if folded in (" ".join(words(entry.id)), " ".join(words(entry.name))):
            return str(entry.id)
    return folded


class Match(IntEnum):
    """How a found fact stands to one of the key."""

    NONE = 0  #: another thing
    WRONG = 1  #: the same money, words or list, but a part that counts is wrong
    OPEN = 2  #: right as far as it goes; a party is left open. Missed, but not false
    RIGHT = 3


def _match(same: bool, right: bool, *, is_open: bool = False) -> Match:
    if not same:
        return Match.NONE
    return Match.RIGHT if right else Match.OPEN if is_open else Match.WRONG


def amount_matches(found: Row, wanted: Row, names: Names) -> Match:
    """The same money, in the right role of the right company."""
    if not same_value(found, wanted):
        return Match.NONE
    owner = [*all_names(found.get("company")), *all_names(found.get("joint"))]
    other = all_names(found.get("counterparty"))
    company = names.same(owner, wanted.get("company"))
    if not company and wanted.get("counterparty"):  # the two sides of one deal, told the other way round
        buyer = names.same(owner, wanted["counterparty"])
        company = buyer and (found["kind"] == "purchases" or names.same(other, wanted["company"]))
    told = found["kind"] in (wanted["kind"], *wanted.get("kind_alt", ()))
    told = told and (wanted.get("standing") == "denied") == (found.get("standing") == "denied")
    return _match(True, told and company, is_open=told and not owner)


def stake_matches(found: Row, wanted: Row, names: Names) -> Match:
    same = same_value(found, wanted) or (
        wanted.get("pct") is not None and _close(found.get("pct"), wanted["pct"])
    )
    parties = [n for field in ("a", "b", "company", "counterparty") for n in all_names(found.get(field))]
    right = names.same(parties, wanted["a"]) or names.same(parties, wanted["b"])
    return _match(same, right, is_open=not parties)


def share_matches(found: Row, wanted: Row, names: Names) -> Match:
    pct, company = found.get("pct"), all_names(found.get("company"))
    same = pct is not None and abs(float(pct) - wanted["pct"]) < (0.5 if wanted.get("approx") else 0.051)
    same = same and found.get("share_kind") == wanted["share_kind"]
    return _match(same, names.same(company, wanted["company"]), is_open=not company)


def listing_matches(found: Row, wanted: Row, names: Names) -> Match:
    ids = {list_id(str(found.get("list"))), list_id(wanted["list"])}
    if len(ids) > 1 and not (wanted.get("list_inferred") or found.get("list_inferred")):
        return Match.NONE
    if len(ids) > 1 and not ids & {"blacklist", "export-licence"}:
        return Match.NONE
    if bool(wanted.get("group")) != bool(found.get("group") or (found.get("count") or 0) > 1):
        return Match.NONE
    if wanted.get("group"):
        same = found.get("count") == wanted["count"]
    else:
        who = found.get("company")
        same = names.same(who, wanted["company"]) or any(
            names.same(who, n) for n in wanted.get("company_alt", ())
        )
    return _match(same, found.get("action") == wanted["action"])


def _agrees(found: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return len(found) == len(wanted) and sum(a == b for a, b in zip(found, wanted)) >= 0.8 * len(wanted)


def span_matches(quote: str, wanted: Row) -> bool:
    """The first words or the last words agree; of a mixed quotation, the words may be the part in marks."""
    found, first, last = words(quote), words(wanted["starts"]), words(wanted["ends"])
    if found[:1] == ("that",) and first[:1] != ("that",):
        found = found[1:]
    if not found:
        return False
    if _agrees(found[: len(first)], first) or _agrees(found[-len(last) :], last):
        return True
    joined, inner = f" {' '.join(found)} ", wanted["quote_kind"] == "mixed" and len(found) <= 60
    return bool(inner and (f" {' '.join(first)} " in joined or f" {' '.join(last)} " in joined))


def _governments(name: str) -> set[int]:
    key = " ".join(w for w in words(name) if w not in _ROLES)
    return {i for i, group in enumerate(_GOVERNMENTS) if key in group}


def speaker_matches(found: Row, wanted: Row, names: Names) -> bool:
    """The same person by family name (first or last), or the same organisation where nobody is named."""
    candidates = [str(found[f]) for f in ("speaker", "speaker_person", "speaker_org") if found.get(f)]
    wanted_speakers = wanted["speaker"].split("|")
    for name in candidates:
        bare = [w for w in words(name) if w not in _ROLES]
        for speaker in wanted_speakers:
            key = [w for w in words(speaker) if w not in _ROLES]
            if bare and key and (set(bare) <= set(key) or bare[-1] == key[-1] or names.same(name, speaker)):
                return True
    person = str(found.get("speaker_person") or "")
    named = wanted["speaker"] != wanted.get("speaker_org") and wanted["speaker"][:1].isupper()
    if person and named and " " in wanted["speaker"]:
        return False  # another person of the same house is still the wrong one
    organisations = [o for o in (wanted.get("speaker_org"), *wanted_speakers) if o]
    return any(
        names.same(c, o) or _governments(c) & _governments(o) for c in candidates for o in organisations
    )


def names_nobody(found: Row) -> bool:
    """The speaker is a pronoun or a description ("the company", "she"), or nobody."""
    if found.get("speaker_person") or found.get("speaker_org"):
        return False
    speaker = str(found.get("speaker") or "")
    return not any(word[:1].isupper() for word in speaker.split()[1:]) and (
        not speaker[:1].isupper() or speaker.split()[0].lower() in _PRONOUNS
    )


def statement_matches(found: Row, wanted: Row, names: Names) -> Match:
    same = span_matches(str(found.get("quote") or ""), wanted)
    return _match(same, same and speaker_matches(found, wanted, names), is_open=names_nobody(found))


def no_comment_matches(found: Row, wanted: Row, names: Names) -> Match:
    same = speaker_matches(found, wanted, names)
    return _match(same, same)


def relation_matches(found: Row, wanted: Row, names: Names) -> Match:
    kind, a, b = found.get("relation_type"), found.get("a"), found.get("b")
    if kind == "customer":
        kind, a, b = "supplier", b, a
    if kind != wanted["relation_type"]:
        return Match.NONE
    pairs = [(a, b), (b, a)] if kind in ("partner", "rival") else [(a, b)]
    same = any(names.same(x, wanted["a"]) and (kind == "ipo" or names.same(y, wanted["b"])) for x, y in pairs)
    return _match(same, same)
