"""What was said, where the parse shows it: clauses, objects, gerunds, infinitives, prepositional complements."""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from nlp.statements_cues import Cue
from nlp.statements_reader import Reader
from nlp.statements_speakers import is_passive

QUESTION_WORDS = frozenset({"whether", "if", "why", "how", "what", "who", "when", "where", "which"})
LOOSE = frozenset({"mark", "prep", "advmod"})  #: what may follow an attribution without changing it
FINITE = frozenset({"VBZ", "VBD", "VBP", "MD"})
#: Verbs that also tell of deals and payments.
DEALS = frozenset(
    {"announce", "propose", "recommend", "promise", "pledge", "estimate", "predict", "demand", "declare"}
)
#: Nouns and pronouns that are an object of a cue but tell nothing.
EMPTY_OBJECTS = frozenset(
    {"it", "this", "that", "so", "him", "her", "them", "me", "us", "you", "himself", "herself", "themselves",
     "something", "anything", "nothing", "much", "more", "one", "some", "itself", "way"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Content:
    """Tokens [first, last] of each stretch that was said."""

    ranges: tuple[tuple[int, int], ...]
    frame: str
    target: Token | None = None
    addressee: Token | None = None


def contents_of(reader: Reader, cue: Cue) -> Content | None:
    """The content of `cue` by the frames that its word takes, the surest frame first."""
    takes, verb = cue.word.takes, cue.verb
    passive = is_passive(verb)
    finders = []
    if "clause" in takes or "question" in takes:
        finders.append(_clause)
    if "urge" in takes or "tell" in takes:
        finders.append(_urge)
    if "infinitive" in takes and not passive:
        finders.append(_infinitive)
    if "as" in takes or "name" in takes:
        finders.append(_naming)
    if cue.word.prepositions:
        finders.append(_prepositional)
    if "gerund" in takes and not passive:
        finders.append(_gerund)
    if ("object" in takes or "marked" in takes) and not passive:
        finders.append(_object)
    if "clause" in takes:
        finders.append(_preceding)
    for find in finders:
        content = find(reader, cue)
        if content is not None:
            return content
    return None


def _clause(reader: Reader, cue: Cue) -> Content | None:
    """A finite clause that depends on the verb, after it or before it."""
    verb = cue.verb
    best: Token | None = None
    for child in verb.children:
        if child.dep_ != "ccomp":
            continue
        if child.tag_ in ("VB", "VBG", "VBN") and not _is_finite(child):
            continue
        if best is None or child.i > verb.i > best.i:
            best = child
    if best is None:
        return None
    if best.i > verb.i:
        first = max(best.left_edge.i, cue.end)
        addressee = next((c for c in verb.rights if c.dep_ in ("dobj", "dative") and c.i < first), None)
        question = _asks(reader, first)
        if question and "question" not in cue.word.takes and "clause" not in cue.word.takes:
            return None
        if not question and "clause" not in cue.word.takes:
            return None
        last = _cut(reader, cue, first, best.right_edge.i)
        return Content(((first, last),), "clause", addressee=addressee) if last >= first else None
    _, high = stretch_of(reader, cue)
    after = reader.doc[high + 1] if high + 1 < len(reader.doc) else None
    if (
        after is not None
        and not (after.is_punct or after.is_space or reader.quoted(after))
        and after.dep_ not in LOOSE
    ):
        return None  # something else hangs on the verb: "..., firms vow to go on"
    return _around(reader, cue, best.left_edge.i, max(best.right_edge.i, verb.i))


def _is_finite(verb: Token) -> bool:
    if verb.tag_ in ("VBZ", "VBD", "VBP", "MD"):
        return True
    return any(
        (c.dep_ in ("aux", "auxpass") and c.lower_ != "to") or c.dep_ in ("nsubj", "nsubjpass")
        for c in verb.children
    )


def _asks(reader: Reader, first: int) -> bool:
    return reader.doc[first].lower_ in QUESTION_WORDS


def stretch_of(reader: Reader, cue: Cue) -> tuple[int, int]:
    """Tokens [first, last] of speaker, cue and what hangs on the cue, as they stand between commas."""
    verb, doc = cue.verb, reader.doc
    own = {verb.i}
    for child in verb.children:
        if child.dep_ in ("nsubj", "aux", "neg", "advmod", "npadvmod", "prt", "prep", "dobj", "dative", "attr",
                          "nsubjpass", "auxpass", "oprd", "agent"):  # fmt: skip
            own.update(range(child.left_edge.i, child.right_edge.i + 1))
    own.update(range(verb.i, cue.end))
    first = last = verb.i
    while first - 1 in own and reader.quote_at[first - 1] < 0:
        first -= 1
    while last + 1 in own and last + 1 < len(doc) and reader.quote_at[last + 1] < 0:
        last += 1
    return first, last


def _around(reader: Reader, cue: Cue, first: int, last: int) -> Content | None:
    """The clause [first, last] without the attribution that stands behind or inside it."""
    doc = reader.doc
    low, high = stretch_of(reader, cue)
    if low <= first:
        return None
    ranges = []
    left = _strip(reader, first, low - 1)
    if left is None:
        return None
    ranges.append(left)
    if high + 1 < len(doc) and last > high and doc[high + 1].text in (",", "—", "–", "-"):
        right = _strip(reader, high + 2, _cut(reader, cue, high + 2, last))
        if right is not None and right[1] - right[0] >= 1 and doc[right[0]].tag_ != "VBG":
            ranges.append(right)
    return Content(tuple(ranges), "clause before")


def _preceding(reader: Reader, cue: Cue) -> Content | None:
    """The rest of a sentence whose attribution the parser did not see as one: "..., the firm said"."""
    verb, doc = cue.verb, reader.doc
    if is_passive(verb):
        return None
    low, high = stretch_of(reader, cue)
    first, last = reader.sentence(verb.i)
    if low - 1 <= first or doc[low - 1].text not in {",", "—", "–"} or low == verb.i == high:
        return None
    if high < last and doc[high + 1].text not in {",", ".", "?", "!", ";", "—", "–"}:
        return None
    inside = high + 1 < last and doc[high + 1].text == ","
    if any(i in reader.cue_at and doc[i].dep_ not in ("relcl", "csubj", "pcomp") for i in range(first, low)):
        return None
    if not any(
        doc[i].tag_ in FINITE for i in (*range(first, low), *(range(high + 1, last) if inside else ()))
    ):
        return None
    if reader.quote_at[first] >= 0:
        return None  # a quotation that begins its sentence is joined to its cue elsewhere
    return _around(reader, cue, first, last)


def _strip(reader: Reader, first: int, last: int) -> tuple[int, int] | None:
    """[first, last] without punctuation and white space at its ends; quotation marks stay."""
    doc = reader.doc
    while first <= last and (doc[first].is_space or doc[first].text in ",;:—–-" or doc[first].text == "."):
        first += 1
    while last >= first and (doc[last].is_space or doc[last].text in ",;:—–-."):
        last -= 1
    return (first, last) if last >= first else None


def _cut(reader: Reader, cue: Cue, first: int, last: int) -> int:
    """Where a content that begins at `first` ends: at a further cue that shares the speaker, or a stop."""
    doc = reader.doc
    block = reader.block_at[cue.verb.i]
    i = first
    while i <= last:
        token = doc[i]
        if reader.block_at[i] not in (block, -1):
            return i - 1
        if reader.quote_at[i] < 0:
            if token.text == ";" and i > first:
                return i - 1
            if i in reader.cue_at and i > first + 1:
                edge = _new_attribution(reader, cue, token, first)
                if edge is not None:
                    return edge
        i += 1
    number = reader.quote_at[last] if last < len(doc) else -1
    if number >= 0 and reader.quotes[number].first >= first:
        last = max(last, reader.quotes[number].last)
    while last > first and (doc[last].is_space or doc[last].text in {",", ".", ";", ":", "—", "-", "–"}):
        last -= 1
    return last


def _new_attribution(reader: Reader, cue: Cue, verb: Token, first: int) -> int | None:
    """The token before a further attribution inside a content, or None where `verb` belongs to the content."""
    doc = reader.doc
    start = verb.i
    while start > first and (
        doc[start - 1].dep_ in ("advmod", "aux", "neg") or doc[start - 1].lower_ == "by"
    ):
        start -= 1
    if verb.tag_ == "VBG" and doc[start - 1].text == ",":
        return start - 2
    if verb.tag_ == "VBG" and doc[start - 1].lower_ in ("and", "while") and verb.dep_ in ("advcl", "conj"):
        return start - 2
    if verb.dep_ == "conj" and verb.head.i == cue.verb.i and doc[start - 1].dep_ == "cc":
        return start - 2
    return None


def _urge(reader: Reader, cue: Cue) -> Content | None:
    """somebody + to-clause: "urged Washington to stop" (both), "told staff to stop" (the clause)."""
    verb = cue.verb
    for child in verb.rights:
        if child.dep_ not in ("ccomp", "xcomp", "advcl") or not any(
            c.lower_ == "to" and c.dep_ == "aux" for c in child.lefts
        ):
            continue
        to = next(c for c in child.lefts if c.lower_ == "to")
        person = next((c for c in child.lefts if c.dep_ == "nsubj"), None) or next(
            (c for c in verb.rights if c.dep_ in ("dobj", "dative") and c.i < to.i), None
        )
        if person is None:
            prep = next((c for c in verb.rights if c.dep_ == "prep" and c.i < to.i), None)
            person = next((c for c in prep.rights if c.dep_ == "pobj"), None) if prep is not None else None
        last = _cut(reader, cue, to.i, child.right_edge.i)
        if "urge" in cue.word.takes:
            if person is None or is_passive(verb):
                first = to.i
            else:
                first = person.left_edge.i
            return Content(((max(first, cue.end), last),), "urge", addressee=person)
        return Content(((to.i, last),), "tell", addressee=person)
    return None


def _infinitive(reader: Reader, cue: Cue) -> Content | None:
    """promised to comply, threatened to sue."""
    for child in cue.verb.rights:
        if child.dep_ in ("xcomp", "ccomp"):
            to = next((c for c in child.lefts if c.lower_ == "to" and c.dep_ == "aux"), None)
            if to is not None and not any(c.dep_ == "nsubj" for c in child.lefts):
                return Content(((to.i, _cut(reader, cue, to.i, child.right_edge.i)),), "infinitive")
    return None


def _gerund(reader: Reader, cue: Cue) -> Content | None:
    """denied using, suggested waiting."""
    for child in cue.verb.rights:
        if child.dep_ in ("xcomp", "ccomp") and child.tag_ == "VBG":
            first = max(child.left_edge.i, cue.end)
            return Content(((first, _cut(reader, cue, first, child.right_edge.i)),), "gerund")
    return None


def _naming(reader: Reader, cue: Cue) -> Content | None:
    """called it a mistake, described the list as a tool, was labelled a threat."""
    verb, doc = cue.verb, reader.doc
    if "as" in cue.word.takes:
        for child in verb.rights:
            if child.dep_ == "prep" and child.lower_ == "as":
                target = next((c for c in verb.rights if c.dep_ == "dobj" and c.i < child.i), None)
                if is_passive(verb):
                    target = next((c for c in verb.lefts if c.dep_ == "nsubjpass"), None)
                if target is None:
                    return None
                first = child.i if is_passive(verb) else target.left_edge.i
                last = _cut(reader, cue, first, child.right_edge.i)
                return Content(((first, last),), "as", target=target)
    if "name" in cue.word.takes:
        for child in verb.rights:
            if child.dep_ == "oprd" or (child.dep_ == "ccomp" and child.pos_ in ("NOUN", "PROPN", "ADJ")):
                target = next((c for c in child.lefts if c.dep_ == "nsubj"), None) or next(
                    (c for c in verb.rights if c.dep_ == "dobj" and c.i < child.i), None
                )
                if target is None and not is_passive(verb):
                    return None
                first = max(
                    cue.end, min(child.left_edge.i, target.left_edge.i if target is not None else child.i)
                )
                return Content(
                    ((first, _cut(reader, cue, first, child.right_edge.i)),), "name", target=target
                )
        last_object = next((c for c in verb.rights if c.dep_ == "dobj"), None)
        if (
            last_object is not None
            and any(reader.quote_at[i] >= 0 for i in range(last_object.i, last_object.right_edge.i + 1))
            and last_object.i - verb.i > 1
        ):
            first = cue.end
            last = _cut(reader, cue, first, last_object.right_edge.i)
            return Content(((first, last),), "name", target=doc[first])
    return None


def _prepositional(reader: Reader, cue: Cue) -> Content | None:
    """accused X of theft, warned of delays, called for talks."""
    verb = cue.verb
    for child in verb.rights:
        if child.dep_ not in ("prep", "agent") or child.lower_ not in cue.word.prepositions:
            continue
        inner = next((c for c in child.rights if c.dep_ in ("pobj", "pcomp")), None)
        if inner is None:
            continue
        target = next((c for c in verb.rights if c.dep_ == "dobj" and c.i < child.i), None)
        if is_passive(verb):
            target = next((c for c in verb.lefts if c.dep_ == "nsubjpass"), None)
        first = max(inner.left_edge.i, child.i + 1)
        named = next(
            (c for c in verb.rights if c.dep_ == "prep" and c.lower_ == "as" and c.i > child.i), None
        )
        if named is not None:  # referred to the list as a tool
            last = _cut(reader, cue, first, named.right_edge.i)
            return Content(((first, last),), "as", target=inner)
        if (
            child.lower_ in ("for", "as")
            and target is not None
            and cue.word.cue_class in ("accuse", "praise")
        ):
            first = target.left_edge.i if not is_passive(verb) else first
        last = _cut(reader, cue, first, inner.right_edge.i)
        return Content(((first, last),), "preposition", target=target)
    return None


def _object(reader: Reader, cue: Cue) -> Content | None:
    """A noun that is what was said: denied wrongdoing, criticised the ban."""
    for child in cue.verb.rights:
        if child.dep_ != "dobj" or child.i < cue.end:
            continue
        if child.lower_ in EMPTY_OBJECTS and cue.word.cue_class not in ("accuse", "praise"):
            return None
        first = max(child.left_edge.i, cue.end)
        last = _cut(reader, cue, first, child.right_edge.i)
        if cue.word.lemma in DEALS and any(
            reader.doc[i].ent_type_ == "MONEY" for i in range(first, last + 1)
        ):
            return None  # "proposed a dividend of 7 yuan" tells of money, not of words
        if "object" not in cue.word.takes and not any(
            reader.quote_at[i] >= 0 for i in range(first, last + 1)
        ):
            return None
        return Content(((first, last),), "object")
    return None


def all_contents(reader: Reader) -> Iterator[tuple[Cue, Content]]:
    """Every cue with its content, in order."""
    for cue in reader.cues:
        content = contents_of(reader, cue)
        if content is not None:
            yield cue, content
