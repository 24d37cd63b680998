"""What was said, where the parse shows it: clauses behind, before and around the cue; other complements."""

from spacy.tokens import Token

from nlp.extensions import word_beside
from nlp.statements.complements import gerund, infinitive, naming, object_said, prepositional, urged
from nlp.statements.cues import Cue
from nlp.statements.cuts import FINITE, Content, cut_at, stretch_of, stripped
from nlp.statements.reader import Reader
from nlp.statements.subjects import is_passive

QUESTION_WORDS = frozenset({"whether", "if", "why", "how", "what", "who", "when", "where", "which"})
ADDRESSING = frozenset(
    {"tell", "inform", "assure", "reassure", "remind", "advise", "warn", "brief", "caution"}
)
LOOSE = frozenset({"mark", "prep", "advmod"})  #: what may follow an attribution without changing it


def contents_of(reader: Reader, cue: Cue) -> Content | None:
    """The content of `cue` by the frames that its word takes, the surest frame first."""
    takes, verb = cue.word.takes, cue.verb
    passive = is_passive(verb)
    finders = []
    if "clause" in takes or "question" in takes:
        finders.append(_clause)
    if "urge" in takes or "tell" in takes:
        finders.append(urged)
    if "infinitive" in takes and not passive:
        finders.append(infinitive)
    if "as" in takes or "name" in takes:
        finders.append(naming)
    if cue.word.prepositions:
        finders.append(prepositional)
    if "gerund" in takes and not passive:
        finders.append(gerund)
    if ("object" in takes or "marked" in takes) and not passive:
        finders.append(object_said)
    if "clause" in takes:
        finders += [_hung, _preceding]
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
        if child.dep_ != "ccomp" and not _told_that(cue, child):
            continue
        if child.tag_ in ("VB", "VBG", "VBN") and not _is_finite(child):
            continue
        if child.pos_ == "AUX" and all(c.is_punct for c in child.children):
            continue  # "The firms added are:"
        if best is None or child.i > verb.i > best.i:
            best = child
    if best is None:
        return None
    if best.i > verb.i:
        mark = next((c for c in best.lefts if c.dep_ == "mark" and c.lower_ == "that"), None)
        if best.dep_ != "advcl" and best.left_edge.lower_ not in ("only", "just", "merely"):
            mark = None
        first = max(best.left_edge.i if mark is None else mark.i, cue.end)
        addressee = next((c for c in verb.rights if c.dep_ in ("dobj", "dative") and c.i < first), None)
        question = _asks(reader, first)
        if question and "question" not in cue.word.takes and "clause" not in cue.word.takes:
            return None
        if not question and "clause" not in cue.word.takes:
            return None
        if mark is None and not question and _torn_off(cue, best):
            return None
        last = cut_at(reader, cue, first, _goes_on(verb, best).right_edge.i)
        frame = "question" if question and "question" in cue.word.takes else "clause"
        return Content(((first, last),), frame, addressee=addressee) if last >= first else None
    _, high = stretch_of(reader, cue)
    after = reader.doc[high + 1] if high + 1 < len(reader.doc) else None
    if (
        after is not None
        and not (after.is_punct or after.is_space or reader.quoted(after))
        and after.dep_ not in LOOSE
    ):
        return None  # something else hangs on the verb: "..., firms vow to go on"
    return _around(reader, cue, best.left_edge.i, max(best.right_edge.i, verb.i))


def _torn_off(cue: Cue, clause: Token) -> bool:
    """True for the main clause of "a plant announced in 2016 by Acme never broke ground", which has no subject of its own."""
    if any(c.dep_ in ("nsubj", "nsubjpass", "expl", "csubj", "mark") for c in clause.lefts):
        return False
    return any(c.dep_ == "agent" for c in cue.verb.rights) and not is_passive(cue.verb)


def _goes_on(verb: Token, clause: Token) -> Token:
    """The last part of a clause that the parser tore apart: "insists the deal, worth $2 billion, | is safe"."""
    for child in verb.rights:
        if child.dep_ != "ccomp" or child.i <= clause.i or child.tag_ not in FINITE:
            continue
        subjects = any(c.dep_ in ("nsubj", "nsubjpass", "expl", "cc") for c in child.lefts)
        between = verb.doc[clause.right_edge.i + 1 : child.left_edge.i]
        if not subjects and all(t.is_punct for t in between) and verb.doc[child.left_edge.i - 1].text == ",":
            return child
    return clause


def _told_that(cue: Cue, child: Token) -> bool:
    """True for the that-clause which the parser took for an adjunct: "said only that it complied"."""
    if child.dep_ != "advcl" or child.i < cue.verb.i or "clause" not in cue.word.takes:
        return False
    mark = next((c for c in child.lefts if c.dep_ == "mark"), None)
    return (
        mark is not None and mark.lower_ == "that" and mark.i <= cue.end + 1 and word_beside(mark, -1) != "so"
    )


def _is_finite(verb: Token) -> bool:
    if verb.tag_ in ("VBZ", "VBD", "VBP", "MD"):
        return True
    return any(
        (c.dep_ in ("aux", "auxpass") and c.lower_ != "to") or c.dep_ in ("nsubj", "nsubjpass")
        for c in verb.children
    )


def _asks(reader: Reader, first: int) -> bool:
    return first < len(reader.doc) and reader.doc[first].lower_ in QUESTION_WORDS


def _around(reader: Reader, cue: Cue, first: int, last: int) -> Content | None:
    """The clause [first, last] without the attribution that stands behind or inside it."""
    doc = reader.doc
    low, high = stretch_of(reader, cue)
    if low <= first or _has_object(reader, cue):
        return None
    for i in range(low - 1, first, -1):  # what stands before a semicolon is another sentence
        if doc[i].text == ";" and reader.quote_at[i] < 0:
            first = i + 1
            break
    ranges = []
    inside = high + 1 < len(doc) and last > high and doc[high + 1].text in (",", "—", "–", "-")
    left = stripped(reader, _clause_start(reader, first, low - 1) if inside else first, low - 1)
    if left is None:
        return None
    ranges.append(left)
    if inside:
        right = stripped(reader, high + 2, cut_at(reader, cue, high + 2, last))
        if right is not None and right[1] - right[0] >= 1 and doc[right[0]].tag_ != "VBG":
            ranges.append(right)
    return Content(tuple(ranges), "clause before")


def _clause_start(reader: Reader, first: int, last: int) -> int:
    """Where the clause begins that an attribution behind token `last` interrupts.

    "Output is rising, and its yields, he said, are poor": what stands before the "and" is the paper's, unless the
    words behind it are a clause of their own.
    """
    doc = reader.doc
    for i in range(last, first, -1):
        if doc[i].tag_ in FINITE and doc[i].dep_ not in ("relcl", "acl", "advcl"):
            return first
        if doc[i].dep_ == "cc" and doc[i - 1].text == "," and reader.quote_at[i] < 0:
            whole = any(t.tag_ in FINITE and t.dep_ not in ("relcl", "acl") for t in doc[first:i])
            return i + 1 if whole and i < last else first
    return first


def _hung(reader: Reader, cue: Cue) -> Content | None:
    """The that-clause which the parser hung on a noun: "says in its notice that the drones were used"."""
    for child in cue.verb.rights:
        if child.dep_ == "prep":
            noun = next((c for c in child.rights if c.dep_ == "pobj"), None)
        else:
            told = child.dep_ in ("dobj", "dative") and cue.word.lemma in ADDRESSING
            noun = child if told else None
        for clause in noun.subtree if noun is not None else ():
            that = _own_that(clause)
            if that is not None and _inside_name(clause.head, noun):
                last = cut_at(reader, cue, that.i, clause.right_edge.i)
                addressee = noun if noun is child else None
                return Content(((that.i, last),), "clause", addressee=addressee)
    return None


def _inside_name(token: Token, noun: Token) -> bool:
    """True where only nouns and prepositions lead from `token` up to `noun`."""
    while token.i != noun.i and token.pos_ in ("NOUN", "PROPN", "ADP"):
        token = token.head
    return token.i == noun.i


def _own_that(clause: Token) -> Token | None:
    """The "that" which opens `clause` and is none of its parts: "told the exchange that rules had changed"."""
    if clause.dep_ not in ("relcl", "acl", "ccomp") or not _is_finite(clause):
        return None
    that = clause.doc[clause.left_edge.i]
    if that.lower_ != "that" or not any(
        c.dep_ in ("nsubj", "nsubjpass", "expl") and c.i > that.i for c in clause.lefts
    ):
        return None
    whole = that.dep_ == "mark" or any(
        c.dep_ in ("dobj", "attr", "acomp") and c.i > clause.i for c in clause.rights
    )
    return that if whole else None


def _has_object(reader: Reader, cue: Cue) -> bool:
    """True where the cue has words of its own: "the index added 0.3 per cent"; whom it was told is none."""
    if cue.word.lemma in ADDRESSING:
        return False
    return any(
        not reader.quoted(c) and (c.dep_ in ("dobj", "xcomp") or c.ent_type_ in ("PERCENT", "MONEY"))
        for c in cue.verb.rights
    )


def _preceding(reader: Reader, cue: Cue) -> Content | None:
    """The rest of a sentence whose attribution the parser did not see as one: "..., the firm said"."""
    verb, doc = cue.verb, reader.doc
    participle = verb.tag_ == "VBG" and not any(c.dep_ == "aux" for c in verb.lefts)
    if is_passive(verb) or participle or verb.dep_ == "relcl":
        return (
            None  # "shares jumped, adding $2 billion": what stands before a participle is not what it reports
        )
    low, high = stretch_of(reader, cue)
    first, last = reader.sentence(verb.i)
    if low - 1 <= first or doc[low - 1].text not in {",", "—", "–"} or low == verb.i == high:
        return None
    if high < last and doc[high + 1].text not in {",", ".", "?", "!", ";", "—", "–"}:
        return None
    inside = high + 1 < last and doc[high + 1].text == ","
    if any(i in reader.cue_at and doc[i].dep_ not in ("relcl", "csubj", "pcomp") for i in range(first, low)):
        return None
    around = (*range(first, low), *(range(high + 1, last) if inside else ()))
    if not any(
        (doc[i].tag_ in FINITE and doc[i].dep_ not in ("relcl", "acl"))
        or (inside and doc[i].pos_ in ("VERB", "AUX"))
        for i in around
    ):
        return None
    if reader.quote_at[first] >= 0:
        return None  # a quotation that begins its sentence is joined to its cue elsewhere
    return _around(reader, cue, first, last)
