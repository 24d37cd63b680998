"""Cues that the parser hung on a reported clause although they stand beside it.

"He said the plant was safe and warned that it may close": who said also warned. "The ministry said it would sue,
and Acme said it would pay": a second one speaks.
"""

from spacy.tokens import Token

from nlp.statements.cues import Cue
from nlp.statements.reader import Reader
from nlp.statements.subjects import is_passive, may_speak, never_speaks

SUBJECTS = ("nsubj", "nsubjpass", "expl")
#: Subjects of a reported clause that mostly mean whoever reports it.
PRONOUNS = frozenset({"he", "she", "it", "they", "we", "i", "there"})
#: What leads to a second speaker.
CONTRASTS = frozenset({"while", "whereas"})
#: What may be told, asked or ordered inside a reported event: "said the judge heard them, and the court told ...".
ADDRESSING = frozenset({"tell", "ask", "order", "instruct", "inform", "remind", "assure"})
ADVERBIAL = frozenset({"when", "if", "as", "once", "after", "before", "while"})
TENSES = {"VBD": "past", "VBZ": "present", "VBP": "present", "MD": "modal", "VBG": "participle"}
LONGEST = 4  # links of a chain of verbs; further ones are parse errors


def tense_of(verb: Token) -> str | None:
    """past, present, modal or participle, read off the first helper of `verb` or itself."""
    for child in verb.lefts:
        if child.dep_ in ("aux", "auxpass") and child.tag_ in TENSES:
            return TENSES[child.tag_]
    return TENSES.get(verb.tag_)


def reported_by(reader: Reader, verb: Token) -> Token | None:
    """The cue verb that shares its speaker with `verb`, which was joined to the clause that cue reports.

    "stressed that the step helps trade, and urged ...": tense, or a subject that cannot speak, tell that the
    reported clause is over. None where the clause's own subject may be the one who speaks.
    """
    tense = tense_of(verb)
    if verb.dep_ != "conj" or tense is None or any(c.dep_ in SUBJECTS for c in verb.children):
        return None
    if any(c.lower_ in ADVERBIAL for c in verb.lefts):
        return None  # "and when asked whether it would, he said"
    clause = verb.head
    for _ in range(LONGEST):
        if clause.dep_ != "conj":
            break
        clause = clause.head
    main = clause.head
    if clause.dep_ != "ccomp" or main.i not in reader.cue_at or not main.i < clause.i < verb.i:
        return None
    if tense_of(main) != tense or is_passive(main) or is_passive(verb):
        return None
    perfect = any(c.dep_ == "aux" and c.lemma_ == "have" for c in clause.lefts)
    if reader.quoted(clause) or (tense_of(clause) != tense and not perfect):
        return main
    subject = next((c for c in clause.lefts if c.dep_ in SUBJECTS), None)
    if subject is None:
        return None
    if (
        subject.lower_ in PRONOUNS
    ):  # "said he had left and warned that ...", but "said he rated them and talked"
        return main if _has_words(reader, verb) else None
    return main if never_speaks(subject) or not may_speak(subject) else None


def _has_words(reader: Reader, verb: Token) -> bool:
    """True where a clause or quoted words follow `verb`."""
    return any(
        c.dep_ == "ccomp" or any(reader.quote_at[i] >= 0 for i in range(c.left_edge.i, c.right_edge.i + 1))
        for c in verb.rights
    )


def second_speaker(reader: Reader, cue: Cue, verb: Token) -> int | None:
    """The token before ", and Acme said ..." in the words that `cue` reports; None where `verb` belongs to them."""
    doc = reader.doc
    subject = next((c for c in verb.lefts if c.dep_ == "nsubj"), None)
    if subject is None or verb.lemma_ in ADDRESSING or verb.dep_ not in ("conj", "advcl", "ccomp"):
        return None
    first = subject.left_edge.i
    if first < 2 or doc[first - 2].text != "," or tense_of(verb) != tense_of(cue.verb):
        return None
    if doc[first - 1].dep_ != "cc" and doc[first - 1].lower_ not in CONTRASTS:
        return None
    if subject.pos_ == "PRON" or not may_speak(subject) or never_speaks(subject):
        return None
    said = any(c.dep_ == "ccomp" and c.i > verb.i for c in verb.rights)
    return first - 3 if said else None
