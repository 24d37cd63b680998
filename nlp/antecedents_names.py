"""Further names of a party that the document itself gives: "Long Name Corp. (LNC)", and short forms later on."""

import re
from collections import defaultdict
from collections.abc import Iterator

from db.records import EntityKind
from nlp.companies_kinds import kind_by_words
from nlp.lexicon import Lexicon
from nlp.names import CJK, SMALL_WORDS, core, is_acronym_of, is_legal_form, key
from nlp.parties import Parties

_QUOTED = "[\"“”'‘’]?"
_BRACKET = re.compile(
    rf"\s?\(\s*(?:(?:hereinafter|hereafter|formerly|also|known|or|as|the|full|name|collectively|short|for|nee|a\.?k\.?a\.?)[ ,:]+)*{_QUOTED}"
    rf"(?P<form>[^\W\d_a-z][^()\"“”;]{{1,60}}?|\d[A-Z]\w+|[a-z][A-Z]\w+){_QUOTED}\s*\)"
)
_KNOWN_AS = re.compile(
    rf",? (?:(?:(?:better|also|formerly|previously|commonly|widely|now|which is|which was|is)\s){{0,2}}(?:known|branded|trading|doing business|referred to|abbreviated)"
    rf" (?:in short )?as|which trades as|short for|formerly(?: called| named)?|previously called|renamed|now called|or simply|aka) {_QUOTED}(?P<form>[A-Z0-9][\w+&.-]*(?: [A-Z][\w+&.-]*){{0,3}})"
)
_OR = re.compile(r", or (?P<form>[A-Z][A-Z0-9&.]{1,9}),")
_WORDS_BEFORE = re.compile(r"[^\s()]+")
SHORT_FORM_WORDS = 3
#: Words that may trail a place: they alone never stand for the company.
_NO_SHORT_FORM = SMALL_WORDS | {
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
}


def learn_definitions(parties: Parties, words: Lexicon) -> None:
    """Bind each defined short form to its long name, everywhere in the document.

    A short form that the document defines for another company is no longer the well-known one: in a text on
    "Sunrise Metals and Industrial Casting (SMIC)", SMIC is not the chip maker.
    """
    ends = {mention.end: at for at, mention in enumerate(parties.mentions)}
    for long_end, form, start, end in _definitions(parties.body):
        at = ends.get(long_end)
        if at is None and form.replace("&", "").isupper():
            at = _unknown_long_form(parties, long_end, form, words)
        if at is None:
            continue
        mention = parties.mentions[at]
        entity = parties.root(mention.entity)
        if not _defines(form, mention.text, parties, entity):
            continue
        bind(parties, entity, form, start, end)


def _definitions(body: str) -> Iterator[tuple[int, str, int, int]]:
    for pattern in (_BRACKET, _KNOWN_AS, _OR):
        for match in pattern.finditer(body):
            form = match["form"].strip(" ,.")
            yield match.start(), form, match.start("form"), match.start("form") + len(form)


def _defines(form: str, long: str, parties: Parties, entity: int) -> bool:
    """True when `form` can be a name of `long`: its acronym, or a name that shares a word with it."""
    draft = parties.drafts[entity]
    if draft.kind not in (EntityKind.COMPANY, EntityKind.AGENCY, EntityKind.ORGANISATION):
        return False
    short, full = key(form).split(), core(long).split()
    if not short or short == full:
        return False
    if is_acronym_of(form, long):
        return True
    return (
        any(word in full for word in short if word not in SMALL_WORDS)
        and len(short) <= 6
        and not is_legal_form(form)
    )


def _unknown_long_form(parties: Parties, end: int, form: str, words: Lexicon) -> int | None:
    """A new company mention for the words before "(SF)" that SF abbreviates; its place in the list of mentions."""
    window = parties.body[max(0, end - 120) : end]
    offset = max(0, end - 120)
    found = list(_WORDS_BEFORE.finditer(window))[-(len(form) + 5) :]
    for match in reversed(found):
        start = offset + match.start()
        long = parties.body[start:end]
        capitals = [w for w in long.split() if w[0].isupper()]
        if (
            long[0].isupper()
            and len(capitals) >= 2
            and len(capitals) * 2 >= len(long.split())
            and key(long)[0] == key(form)[0]
        ):
            if not is_acronym_of(form, long) or len(long.split()) < 2:
                continue
            kind = kind_by_words(core(long), words) or EntityKind.COMPANY
            parties.mentions[:] = [m for m in parties.mentions if m.end <= start or m.start >= end]
            entity = parties.new(long, kind)
            parties.add(start, end, entity, "definition", 0.8)
            return len(parties.mentions) - 1
    return None


def bind(parties: Parties, entity: int, form: str, start: int, end: int) -> None:
    """Let every occurrence of `form` mean `entity`."""
    parties.drafts[entity].defined = True
    pattern = re.compile(rf"(?<![\w-]){re.escape(form)}(?!\w)")
    spans = [match.span() for match in pattern.finditer(parties.body)]
    replace_names(parties, [(a, b, entity) for a, b in spans], "definition")


def replace_names(parties: Parties, spans: list[tuple[int, int, int]], how: str) -> None:
    """Mentions of given entities at `spans`; a mention that already stands there exactly is re-pointed."""
    parties.sort()
    at, added = 0, []
    for start, end, entity in sorted(spans):
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
    """Bind the first words of a company's name to it where the document uses them alone and nobody else has them."""
    owners: dict[str, set[int]] = defaultdict(set)
    first_seen: dict[int, int] = {}
    full: dict[str, int] = {}
    for mention in parties.mentions:
        entity = parties.root(mention.entity)
        first_seen.setdefault(entity, mention.start)
        kind = parties.drafts[entity].kind
        if kind is EntityKind.COMPANY:
            full.setdefault(core(mention.text), entity)
            for form in short_forms(mention.text, words):
                owners[form].add(entity)
        elif kind is EntityKind.PERSON:
            parts = mention.text.split()
            if len(parts) >= 2 and len(parts[-1]) > 1:
                owners[parts[-1]].add(entity)
                if parts[0] not in owners or not owners[parts[0]]:
                    owners["\0" + parts[0]].add(entity)
    forms: dict[str, int] = {}
    for form, entities in owners.items():
        companies = {e for e in entities if parties.drafts[e].kind is EntityKind.COMPANY}
        known = full.get(core(form))
        if known is not None:
            companies.discard(known)
            draft = parties.drafts[known]
            if len(companies) == 1 and draft.company is None and not draft.defined and " " not in form:
                forms[form] = companies.pop()
        elif len(entities) == 1:
            forms[form.removeprefix("\0")] = next(iter(entities))
    if not forms:
        return
    pattern = re.compile(
        rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(forms, key=len, reverse=True)))})(?![\w])"
    )
    spans = [
        (match.start(), match.end(), forms[match.group()])
        for match in pattern.finditer(parties.body)
        if match.start() >= first_seen[forms[match.group()]]
        or parties.drafts[forms[match.group()]].kind is EntityKind.COMPANY
    ]
    replace_names(parties, spans, "short-form")


def short_forms(name: str, words: Lexicon) -> Iterator[str]:
    """First one to three words of `name` as written, with and without a place in front, never a place alone."""
    if CJK.search(name):
        return
    parts = [part.strip(",()") for part in name.split()]
    length = len(core(name).split())
    parts = parts[: max(1, length)] if "&" not in name and "(" not in name else parts
    starts = [0]
    if len(parts) > 2 and parts[0].lower() in words.places:
        starts.append(1)
    for start in starts:
        for end in range(start + 1, min(start + SHORT_FORM_WORDS, len(parts)) + 1):
            form = " ".join(parts[start:end])
            lower = form.lower()
            if end - start == len(parts) or lower in words.places or lower in words.demonyms:
                continue
            last = parts[end - 1].lower()
            if (
                last in SMALL_WORDS
                or last in ("&", "-")
                or (
                    end - start == 1
                    and (lower in _NO_SHORT_FORM or lower in words.company_heads or lower in words.not_names)
                )
            ):
                continue
            if len(form) >= 2 and form[0].isalnum() and any(c.isupper() for c in form):
                yield form
