"""Further names of a party that the document itself gives: "Long Name Corp. (LNC)", and short forms later on."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from db.records import EntityKind, Mention
from nlp.companies.kinds import kind_by_words
from nlp.lexicon import Lexicon
from nlp.names import CJK, SMALL_WORDS, core, is_acronym_of, is_legal_form, key
from nlp.parties import Parties

_QUOTE = "[\"“”'‘’]?"
_NAME = r"(?P<form>(?:[^\W\d_a-z]|\d[A-Z]|[a-z][A-Z])[^()\"“”;:]{1,80}?)"
#: "(SMIC)", '("Luming")', "(full name: Shanghai Luming ... Co.)", "(formerly Acme)".
_BRACKET = re.compile(
    rf"\s?\(\s*(?:(?:hereinafter|hereafter|formerly|also|known|or|as|the|full|name|legal|collectively|short|for|called|aka"
    rf"|a\.k\.a\.|trading|previously)[ ,:]+)*{_QUOTE}{_NAME}{_QUOTE}\s*\)"
)
#: '("Luming", or together with its subsidiaries, "we")'
_BRACKET_AND = re.compile(
    rf"\s?\(\s*(?:the )?[\"“]{_NAME}[\"”],? (?:or|and|together|collectively)\b[^()]{{0,80}}\)"
)
_ADVERBS = r"(?:(?:better|also|formerly|previously|commonly|widely|now|which is|which was|is|was) ){0,2}"
#: "X, better known as Y", "X, whose full name is Y", "X, which trades as Y".
_KNOWN_AS = re.compile(
    rf",? (?:{_ADVERBS}(?:known|branded|trading|doing business|referred to|abbreviated)(?: in short| simply)? as"
    r"|which trades as|short for|formerly(?: called| named)?|previously called|renamed|now called"
    r"|whose (?:full|legal|registered|official|Chinese|English) name is|in full) "
    rf"{_QUOTE}(?P<form>[A-Z0-9][\w+&.()-]*(?:,? [A-Z(][\w+&.()-]*){{0,6}})"
)
#: Without one of these the slow pattern above cannot match.
KNOWN_AS_CUES = (
    "known as", "known in short as", "known simply as", "branded", "trading", "trades as", "business as", "referred to",
    "abbreviated", "short for", "formerly", "previously called", "renamed", "now called", "whose ", "in full",
)  # fmt: skip
_OR = re.compile(r", or (?P<form>[A-Z][A-Z0-9&.]{1,9}),")
_WORD_CHAR = re.compile(r"\w")
_WORDS_BEFORE = re.compile(r"[^\s()]+")
SHORT_FORM_WORDS = 3
PERSON_BEFORE = 3  # mentions; a headline or two may be misread as a person
DEFINABLE = frozenset([EntityKind.COMPANY, EntityKind.AGENCY, EntityKind.ORGANISATION])
#: Words that, alone, never stand for a company that begins with them.
NO_SHORT_FORM = SMALL_WORDS | frozenset(
    [
        "new",
        "first",
        "china",
        "national",
        "general",
        "united",
        "international",
        "big",
        "asia",
        "global",
        "american",
        "group",
        "bank",
        "fund",
        "capital",
    ]
)
PLURALS = frozenset(["companies", "firms", "entities", "groups", "corporations"])
#: Words at the end of a name that do not make another company of it.
EMPTY_TAILS = frozenset(
    ["technology", "technologies", "group", "holdings", "holding", "international", "global"]
)


def learn_definitions(parties: Parties, words: Lexicon) -> None:
    """Bind each defined short form to its long name, everywhere in the document.

    A short form that the document defines for another company is no longer the well-known one: in a text on
    "Sunrise Metals and Industrial Casting (SMIC)", SMIC is not the chip maker.
    """
    by_end: dict[int, Mention] = {mention.end: mention for mention in parties.mentions}
    by_start: dict[int, Mention] = {mention.start: mention for mention in parties.mentions}
    bound: dict[str, int] = {}
    for long_end, form, start in _definitions(parties.body):
        long = by_end.get(long_end)
        fits = long is not None and _defines(form, long.text, parties, parties.root(long.entity))
        if not fits and form.replace("&", "").isupper() and _has_no_part(parties, long):
            long = _unknown_long_form(parties, long_end, form, words)
        if long is None:
            continue
        entity = parties.root(long.entity)
        if core(form) != key(form) and long.how == "ner" and " " not in long.text:
            parties.drafts[
                entity
            ].kind = EntityKind.COMPANY  # "Tianhe, whose full name is Tianhe Equipment Corp"
        if not _defines(form, long.text, parties, entity):
            continue
        other = by_start.get(start)
        parties.drafts[entity].defined = True
        if other is not None and core(other.text) == core(form):
            _join(parties, entity, other)
        bound[form] = entity
    if bound:
        bind(parties, bound, "definition")


def _definitions(body: str) -> Iterator[tuple[int, str, int]]:
    """(end of the long form, short form, start of the short form) of everything that looks like a definition."""
    for pattern, cues in (
        (_BRACKET, ("(",)),
        (_BRACKET_AND, ('("', "(“", "(the ")),
        (_KNOWN_AS, KNOWN_AS_CUES),
        (_OR, (", or ",)),
    ):
        if not any(cue in body for cue in cues):
            continue
        for match in pattern.finditer(body):
            form = match["form"].rstrip(" ,") if pattern is _BRACKET else match["form"].rstrip(" ,.")
            yield match.start(), form, match.start("form")


def _has_no_part(parties: Parties, long: Mention | None) -> bool:
    """True unless a known record's name ends here: "Casting" of an unknown long name may be taken apart."""
    return long is None or parties.drafts[parties.root(long.entity)].company is None


def _join(parties: Parties, entity: int, other: Mention) -> None:
    """Make one party of the two sides of a definition, unless both are known and differ."""
    draft, second = parties.drafts[entity], parties.drafts[parties.root(other.entity)]
    if second.kind not in DEFINABLE:
        return
    if second.company is not None and second.company != draft.company:
        # The well-known owner of this short form is not meant here; `bind` re-points the mentions.
        return
    second.kind = draft.kind
    parties.merge(other.entity, entity)


def _defines(form: str, long: str, parties: Parties, entity: int) -> bool:
    """True when `form` can be a name of `long`: its acronym, or a name that shares a word with it."""
    if parties.drafts[entity].kind not in DEFINABLE:
        return False
    short, full = core(form).split(), core(long).split()
    if not short or short == full or is_legal_form(form):
        return False
    if is_acronym_of(form, long) or is_acronym_of(long, form):
        return True
    shared = [word for word in short if word in full and word not in SMALL_WORDS]
    return bool(shared) and (len(short) <= 4 or key(form) != core(form))


def _unknown_long_form(parties: Parties, end: int, form: str, words: Lexicon) -> Mention | None:
    """A new company mention for the words before "(SF)" that SF abbreviates."""
    offset = max(0, end - 120)
    found = list(_WORDS_BEFORE.finditer(parties.body, offset, end))[-(len(form) + 5) :]
    for match in reversed(found):
        start = match.start()
        long = parties.body[start:end]
        parts = long.split()
        capitals = sum(part[0].isupper() for part in parts)
        if (
            not long[0].isupper()
            or capitals < 2
            or capitals * 2 < len(parts)
            or not is_acronym_of(form, long)
        ):
            continue
        if (
            core(long) in words.things
            or parts[-1].lower() in words.thing_heads
            or parts[-1].lower() in PLURALS
        ):
            return None
        kind = kind_by_words(core(long), words)
        kind = kind if kind in DEFINABLE else EntityKind.COMPANY
        parties.mentions[:] = [m for m in parties.mentions if m.end <= start or m.start >= end]
        parties.add(start, end, parties.new(long, kind), "definition", 0.8)
        return parties.mentions[-1]
    return None


def bind(parties: Parties, bound: dict[str, int], how: str, first: dict[int, int] | None = None) -> None:
    """Let every occurrence of each form mean its entity; one pass over the text."""
    spans = []
    last = 0
    for start, end, form in sorted(
        _occurrences(parties.body, bound), key=lambda found: (found[0], -found[1])
    ):
        if start < last:
            continue
        last = end
        entity = bound[form]
        if first is None or start >= first[entity] or parties.drafts[entity].kind is EntityKind.COMPANY:
            spans.append((start, end, entity))
    _replace(parties, spans, how)


def _occurrences(body: str, forms: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """(start, end, form) wherever one of the forms stands as a word of its own; a pattern of all would cost more."""
    for form in forms:
        start = body.find(form)
        while start >= 0:
            end = start + len(form)
            if not (_joins(body[start - 1 : start]) or _WORD_CHAR.match(body, end)):
                yield start, end, form
            start = body.find(form, start + 1)


def _joins(before: str) -> bool:
    """True for what makes one word with what follows: "pre-Orvane"."""
    return before == "-" or bool(_WORD_CHAR.match(before))


def _replace(parties: Parties, spans: list[tuple[int, int, int]], how: str) -> None:
    """Mentions of given entities at `spans`; a mention that already stands there exactly is re-pointed."""
    parties.sort()
    at, added = 0, []
    for start, end, entity in spans:
        while at < len(parties.mentions) and parties.mentions[at].end <= start:
            at += 1
        mention = parties.mentions[at] if at < len(parties.mentions) else None
        if mention is None or mention.start >= end:
            added.append((start, end, entity))
        elif mention.start == start and mention.end == end and parties.root(mention.entity) != entity:
            parties.point(at, entity, how)
        # A longer name that holds the form ("SMIC Beijing") stays what it is.
    for start, end, entity in added:
        parties.add(start, end, entity, how, 0.8)
    parties.sort()


def learn_short_forms(parties: Parties, words: Lexicon) -> None:
    """Bind the first words of a name to it where the document uses them alone and nobody else has them."""
    owners: dict[str, set[int]] = defaultdict(set)
    first: dict[int, int] = {}
    full: dict[str, int] = {}
    begins: dict[str, set[int]] = defaultdict(set)
    people: dict[str, list[int]] = defaultdict(list)
    for mention in parties.mentions:
        entity = parties.root(mention.entity)
        first.setdefault(entity, mention.start)
        kind = parties.drafts[entity].kind
        if kind is EntityKind.COMPANY:
            full.setdefault(core(mention.text), entity)
            for form, begin in short_forms(mention.text, words):
                owners[form].add(entity)
                if begin:
                    begins[form].add(entity)
        elif kind is EntityKind.PERSON and " " not in mention.text:
            people[mention.text].append(mention.start)
        elif kind is EntityKind.PERSON:
            given, *_, family = mention.text.split()
            owners[family].add(entity)
            owners[given].add(entity)  # "Han" of Han Yue
    bound: dict[str, int] = {}
    for form, entities in owners.items():
        if any(_is_rather_a_person(people[form], first[entity]) for entity in entities):
            continue
        owner = _owner(parties, form, entities, begins[form], full, first, words)
        if owner is not None:
            bound[form] = owner
    if bound:
        bind(parties, {form: parties.root(entity) for form, entity in bound.items()}, "short-form", first)


def _is_rather_a_person(starts: list[int], first: int) -> bool:
    """True when the form names a person again and again before the company comes up: Trump, Trump National."""
    return sum(start < first for start in starts) >= PERSON_BEFORE


def _owner(
    parties: Parties, form: str, entities: set[int], begins: set[int], full: dict[str, int],
    first: dict[int, int], words: Lexicon,
) -> int | None:  # fmt: skip
    """The one party that `form` can be short for; merges the party that stands under the bare form into it."""
    entities = {parties.root(entity) for entity in entities}
    known = full.get(core(form))
    if known is not None and parties.root(known) in entities:
        return None  # it is short for that one already: "Tarvik" of Tarvik Systems, Tarvik (Shanghai) Trading apart
    if len(entities) > 1 and len(begins) == 1:
        entities = {
            parties.root(entity) for entity in begins
        }  # "Beilin": Beilin Vision, not Beijing Beilin Vision Software
    if len(entities) != 1:
        return None
    entity = next(iter(entities))
    if known is None:
        return entity
    known = parties.root(known)
    one, other = parties.drafts[known], parties.drafts[entity]
    if one.kind is not other.kind or (one.company is not None and one.company != other.company):
        return None
    if one.defined and other.company is not None and other.company != one.company:
        return None  # the document means somebody else by it
    if (
        known == entity
        or " " not in form
        or _same_but_tail(form, other.name, words)
        or (first[known] > first[entity] and entity in begins)
    ):
        parties.merge(known, entity)
        first[entity] = min(first[entity], first[known])
        return entity
    return None


def _same_but_tail(form: str, name: str, words: Lexicon) -> bool:
    """True when `name` is `form` with a place in front and an empty word behind, no more."""
    rest = core(name).split()
    if len(rest) > 1 and rest[0] in words.places:
        rest = rest[1:]
    while len(rest) > 1 and rest[-1] in EMPTY_TAILS:
        rest.pop()
    mine = core(form).split()
    while len(mine) > 1 and mine[-1] in EMPTY_TAILS:
        mine.pop()
    return rest == mine


def short_forms(name: str, words: Lexicon) -> Iterator[tuple[str, bool]]:
    """First one to three words of `name`, with and without a place in front; True where they begin the name."""
    if CJK.search(name):
        return
    parts = [part.strip(",()") for part in name.split()]
    if "&" not in name:
        parts = parts[: max(1, len(core(name).split()))]
    starts = [0, 1] if len(parts) > 2 and parts[0].lower() in words.places else [0]
    for start in starts:
        for end in range(start + 1, min(start + SHORT_FORM_WORDS, len(parts)) + 1):
            form = " ".join(parts[start:end])
            if (start == 0 and end == len(parts) == 1) or not _can_stand_alone(
                form, parts[end - 1].lower(), words
            ):
                continue
            if end - start < len(parts) or len(form) < len(name):
                yield form, start == 0


def _can_stand_alone(form: str, last: str, words: Lexicon) -> bool:
    lower = form.lower()
    if lower in words.places or lower in words.demonyms or last in SMALL_WORDS or last in ("&", "-"):
        return False
    if " " not in form and (
        lower in NO_SHORT_FORM or lower in words.company_heads or lower in words.not_names
    ):
        return False
    return len(form) >= 2 and form[0].isalnum() and any(c.isupper() for c in form)
