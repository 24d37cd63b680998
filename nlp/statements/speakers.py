"""Who speaks: from a cue verb to the words that name its subject."""

from bisect import bisect_right
from itertools import islice

from spacy.tokens import Token

from db.records import Mention
from nlp.statements.chains import reported_by
from nlp.statements.cuts import FINITE, PAUSES, stretch_of
from nlp.statements.persons import source_words
from nlp.statements.reader import Reader, Speaker
from nlp.statements.subjects import DEEPEST, NAMED, agent_of, is_passive, may_speak, never_speaks, subject_of

MAX_NAME = 6  # words of a name that opens its sentence
WIDEST = 50  # words of a speaker's name with apposition and affiliation; more is a bad parse
RELATIVES = frozenset({"who", "which", "that", "whom"})
DASHES = frozenset({"—", "–", "-", "--", "―"})
#: Words that can be the subject of a cue but never speak.
NEVER = frozenset(
    {"there", "what", "this", "these", "nothing", "whatever", "something", "nobody", "anybody", "anyone", "everybody",
     "someone", "somebody", "you"}
)  # fmt: skip


def beside(reader: Reader, verb: Token, begin: int) -> Token | None:
    """The noun that stands between token `begin` and `verb`, or right behind a verb that stands at `begin`.

    Beside quotation marks the parse of an attribution is often wrong, its order of words never is.
    """
    doc = reader.doc
    first, stop = (begin, verb.i) if begin < verb.i else (verb.i + 1, min(len(doc), verb.i + 12))
    start = doc[first] if first < len(doc) else None
    while start is not None and first + 1 < stop and start.pos_ in ("ADV", "SCONJ", "CCONJ", "SPACE"):
        first += 1
        start = doc[first]
    if start is None or first >= stop:
        return None
    titled = start.pos_ == "ADP" and start.text[:1].isupper()  # "said Under Secretary Jane Roe"
    if titled:
        named = next((doc[i] for i in range(first, stop) if doc[i].ent_type_ == "PERSON"), None)
        if named is not None:
            return next(
                (t for t in named.subtree if t.ent_type_ == "PERSON" and t.head.ent_type_ != "PERSON"), named
            )
    if start.pos_ not in ("PROPN", "NOUN", "DET", "ADJ", "PRON", "NUM"):
        return None
    head = start
    while (
        head.head.i != head.i and first <= head.head.i < stop and head.head.pos_ in ("NOUN", "PROPN", "PRON")
    ):
        if head.dep_ in ("appos", "conj", "pobj"):
            break
        head = head.head
    if head.pos_ not in ("NOUN", "PROPN", "PRON"):
        head = next((doc[i] for i in range(first, stop) if doc[i].pos_ in ("NOUN", "PROPN")), head)
    return head if head.pos_ in ("NOUN", "PROPN", "PRON") else None


def mention_of(reader: Reader, head: Token, how: str = "subject") -> Speaker:
    """The words around `head` that name the speaker: title, name, apposition, affiliation; no clauses."""
    doc = reader.doc
    first, last = head.i, head.i
    for token in head.lefts:
        if token.dep_ in (
            "det",
            "amod",
            "compound",
            "poss",
            "nummod",
            "nmod",
            "quantmod",
            "predet",
            "advmod",
        ):
            first = max(min(first, token.left_edge.i), head.i - WIDEST)
    block = reader.block_at[head.i]
    while first < head.i and (reader.block_at[first] != block or doc[first].is_punct or doc[first].is_space):
        first += 1
    dash = next((i for i in range(head.i - 1, first, -1) if _stands_apart(doc[i])), None)
    if dash is not None:
        first = dash + 1  # "Feb 28 - German sensor maker Acme"
    for token in head.rights:
        if token.dep_ in ("relcl", "acl") or token.dep_ == "punct":
            continue
        if token.dep_ in ("conj", "cc", "appos", "prep", "compound", "nmod", "case", "flat", "amod"):
            end = min(token.right_edge.i, head.i + WIDEST)
            for inner in doc[token.left_edge.i : end + 1]:  # cut before a relative clause
                if inner.dep_ in ("relcl", "acl", "advcl", "ccomp") and inner.i > head.i:
                    end = min(end, inner.left_edge.i - 1)
            if any(t.i in reader.cue_at for t in doc[last + 1 : end + 1]):
                break
            last = max(last, end)
    while last > head.i and (
        reader.block_at[last] != block
        or reader.quote_at[last] != reader.quote_at[head.i]
        or doc[last].is_punct
        or doc[last].is_space
    ):
        last -= 1
    if last - 1 > head.i and doc[last].lower_ in ("the", "each", "together") and doc[last - 1].text == "(":
        last -= 2  # 'the board of directors (the | "Board")'
    start, end = reader.chars(first, last)
    return Speaker(start, end, head, how)


def _stands_apart(token: Token) -> bool:
    """True for a dash with a blank before it, which is no hyphen of a name."""
    return token.text in DASHES and token.i > 0 and bool(token.nbor(-1).whitespace_)


def speaker_of(reader: Reader, verb: Token, begin: int | None = None) -> Speaker | None:
    """The speaker of cue `verb`; None where the text names none (passives without "by").

    `begin` is the token after the quotation or clause that the attribution follows.
    """
    if is_passive(verb):
        agent = agent_of(verb)
        return mention_of(reader, agent, "agent") if agent is not None else None
    main = reported_by(reader, verb)
    subject = _heard_subject(reader, main if main is not None else verb)
    if subject is None and verb.tag_ == "VBG":
        subject = _main_speaker(reader, verb, None)
    if begin is not None:
        low, high = (begin, verb.i) if begin < verb.i else (verb.i, verb.i + 40)
        if subject is None or not low <= subject.i < high:
            subject = beside(reader, verb, begin) or subject
    if subject is None and verb.tag_ in ("VBD", "VBZ", "VBP"):
        subject = _before_comma(reader, verb)
    if subject is None:
        subject = _under_secretary(reader, verb)
    misread = _misread_name(reader, subject) if subject is not None else None
    if misread is not None:
        return misread
    if subject is None or subject.lower_ in NEVER or subject.pos_ in ("VERB", "AUX", "PUNCT", "SPACE"):
        return None
    if verb.tag_ == "VB" and subject.lower_ in ("it", "one"):
        helped = any(c.dep_ == "aux" and c.lemma_ in ("do", "will", "would") for c in verb.lefts)
        if subject.lower_ == "one" or not helped:
            return None  # it is safe to say; one could say
    if subject.lower_ in RELATIVES:
        antecedent = _antecedent(subject)
        if antecedent is None:
            return None
        found = mention_of(reader, antecedent, "relative")
        return Speaker(
            found.start, found.end, found.head, "relative", (subject.idx, subject.idx + len(subject))
        )
    if verb.tag_ == "VBG":
        subject = _main_speaker(reader, verb, subject) or subject
        if verb.dep_ != "acl" and not may_speak(subject) and not any(c.dep_ == "aux" for c in verb.lefts):
            subject = _controlled(reader, subject) or subject
    subject = _apposed_name(reader, subject, verb) or subject
    if never_speaks(subject) and subject.ent_type_ not in NAMED:
        outer = _outer(reader, verb) if verb.dep_ == "conj" else None
        if outer is None:
            return None
        subject = outer
    dateline_end = _dateline(reader, subject, verb)
    if dateline_end is not None:
        subject = beside(reader, verb, dateline_end) or subject
    return mention_of(reader, subject)


def _misread_name(reader: Reader, subject: Token) -> Speaker | None:
    """The name whose first word was taken for a verb: "Binding Solutions told investors"."""
    mentions: tuple[Mention, ...] = reader.doc._.mentions
    if subject.pos_ not in ("VERB", "AUX") or not subject.text[:1].isupper():
        return None
    at = bisect_right(mentions, subject.idx, key=lambda m: m.start) - 1
    if at < 0:
        return None
    start, end = mentions[at].start, mentions[at].end
    edge = start == subject.idx or end == subject.idx + len(subject)
    return Speaker(start, end, subject) if edge else None


def _heard_subject(reader: Reader, verb: Token) -> Token | None:
    """The subject of `verb`; whom a quotation names does not speak outside it."""
    return subject_of(verb, lambda token: not reader.quoted(token) or reader.quoted(verb))


def _main_speaker(reader: Reader, verb: Token, subject: Token | None) -> Token | None:
    """The subject of ", adding that ...": that of the cue before it in the sentence, not of a clause it reports."""
    doc = reader.doc
    first, _ = reader.sentence(verb.i)
    before = verb.i - 1
    while before > first and doc[before].dep_ == "advmod":
        before -= 1
    if before <= first or doc[before].text not in PAUSES:
        return subject
    above = {a.i for a in islice(verb.ancestors, DEEPEST)}
    for i in range(verb.i - 1, first - 1, -1):
        cue = reader.cue_at.get(i)
        if cue is not None and cue.verb.tag_ in FINITE and stretch_of(reader, cue)[1] == before - 1:
            return _heard_subject(reader, cue.verb) or subject  # "..., she said, noting that"
        if cue is None or cue.verb.tag_ == "VBG" or cue.verb.dep_ in ("relcl", "acl"):
            continue
        if cue.verb.i not in above or (subject is not None and i > subject.i):
            continue
        main = _heard_subject(reader, cue.verb)
        if main is not None and main.lower_ not in RELATIVES and not is_passive(cue.verb):
            return main
    return subject


def _outer(reader: Reader, verb: Token) -> Token | None:
    """Who reports the clause that `verb` was hung on: "Roe confirmed that a round had closed but declined to"."""
    clause = verb.head
    if clause.dep_ != "ccomp" or clause.head.i not in reader.cue_at:
        return None
    subject = subject_of(clause.head)
    return subject if subject is not None and may_speak(subject) else None


def _controlled(reader: Reader, subject: Token) -> Token | None:
    """Who is made to act by a thing that cannot speak: "the ban forced the firm to review ..., saying" -> firm."""
    clause = subject.head
    if clause.i in reader.cue_at:
        return None
    for child in clause.rights:
        if child.dep_ in ("ccomp", "xcomp") and any(c.lower_ == "to" for c in child.lefts):
            inner = next((c for c in child.lefts if c.dep_ == "nsubj"), None)
            made = inner or next((c for c in clause.rights if c.dep_ == "dobj" and c.i < child.i), None)
            if made is not None and may_speak(made):
                return made
    return None


def _apposed_name(reader: Reader, subject: Token, verb: Token) -> Token | None:
    """The name that opens the sentence of "Acme, the country's largest maker, said", where the parser took the maker."""
    doc = reader.doc
    left = subject.left_edge.i
    first, _ = reader.sentence(verb.i)
    while first < left and doc[first].is_space:
        first += 1
    if subject.pos_ != "NOUN" or subject.i > verb.i or not 1 < left - first <= MAX_NAME + 1:
        return None
    if doc[left - 1].text != "," or not any(t.text == "," for t in doc[subject.i : verb.i]):
        return None
    name = doc[first : left - 1]
    if not all(t.pos_ == "PROPN" or t.lower_ == "the" for t in name):
        return None
    return next((t for t in name if t.head.i < first or t.head.i >= left - 1), name[-1])


def _before_comma(reader: Reader, verb: Token) -> Token | None:
    """The noun that opens the sentence of "Acme, worth $2 billion in Hong Kong, said": the parser may lose it."""
    doc = reader.doc
    first, _ = reader.sentence(verb.i)
    if verb.i - first < 3 or doc[verb.i - 1].text != ",":
        return None
    while first < verb.i and (doc[first].is_space or doc[first].dep_ in ("cc", "advmod")):
        first += 1
    comma = next((i for i in range(first, verb.i) if doc[i].text == ","), verb.i)
    if doc[first].pos_ not in ("DET", "PROPN", "NOUN", "ADJ") or comma == verb.i - 1:
        return None
    nouns = [doc[i] for i in range(first, comma) if doc[i].pos_ in ("PROPN", "NOUN")]
    if not nouns or any(doc[i].pos_ in ("VERB", "AUX") for i in range(first, comma)):
        return None
    return next((n for n in nouns if n.dep_ not in ("compound", "amod", "poss")), nouns[-1])


def _under_secretary(reader: Reader, verb: Token) -> Token | None:
    """The person of "Under Secretary for Policy Jane Roe said", whose title the parser took for a preposition."""
    first, _ = reader.sentence(verb.i)
    start = reader.doc[first]
    if start.text != "Under" or start.i + 1 >= verb.i or start.nbor().lower_ != "secretary":
        return None
    return beside(reader, verb, first)


def _antecedent(relative: Token) -> Token | None:
    """What "who" stands for: the noun that its clause hangs on."""
    verb = relative.head
    for _ in range(4):  # "who met X and said", "who, he believes, said"
        if verb.dep_ == "relcl":
            return _person_before(verb.head) if relative.lower_ == "who" else verb.head
        verb = verb.head
    return None


def _person_before(noun: Token) -> Token:
    """The person of "Jane Roe of Coldwater County, who ...", where the clause was hung on the place."""
    if noun.dep_ == "pobj" and noun.ent_type_ in ("GPE", "ORG", "LOC", "FAC"):
        holder = noun.head.head
        if holder.ent_type_ == "PERSON" or holder.lower_ in source_words().roles:
            return holder
    return noun


def _dateline(reader: Reader, subject: Token, verb: Token) -> int | None:
    """The token after a dateline that the parser took for the subject: "GENEVA, July 2 (Agency) - The firm said"."""
    block = reader.block(subject)
    if block is None or subject.idx > block.start + 30:
        return None
    for token in reader.doc[subject.i : verb.i]:
        if token.tag_ in FINITE:
            return None  # "Acme denied it - and Roe said": a dash in a sentence
        if _stands_apart(token) and token.idx < block.start + 60:
            return token.i + 1
        if token.text == ":" and reader.text[block.start : token.idx].isupper():
            return token.i + 1  # "MUMBAI: The firm said"
    return None
