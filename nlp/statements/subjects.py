"""Subjects of cue verbs in the parse, and which words can speak at all."""

from collections.abc import Callable

from spacy.tokens import Token

from nlp.statements.persons import source_words

SUBJECTS = frozenset({"nsubj", "csubj", "expl"})
PASSIVE_SUBJECTS = frozenset({"nsubjpass", "csubjpass"})
DEEPEST = 12  # links from a noun up to its clause; deeper chains are parse errors
#: Links over which a verb shares the subject of the verb it hangs on.
SHARING = frozenset({"conj", "xcomp", "advcl", "pcomp", "dep", "acomp"})
#: Pronouns that stand for whoever spoke.
PERSONAL = frozenset(
    {"he", "she", "they", "we", "i", "who", "it", "one", "others", "his", "her", "its", "their"}
)
OBJECTS = frozenset({"him", "them", "me", "us"})  #: forms that are no subject, whatever the parser thinks
NAMED = frozenset({"PERSON", "ORG", "GPE", "NORP"})


def may_speak(token: Token) -> bool:
    """True for a word that names a person, body or document; False for things and events ("the ban")."""
    words, lower, lemma = source_words(), token.lower_, token.lemma_.lower()
    if token.ent_type_ in NAMED or token.pos_ == "PROPN" or lower in PERSONAL:
        return True
    return any(
        w in group
        for w in (lower, lemma)
        for group in (
            words.people,
            words.roles,
            words.spokespersons,
            words.bodies,
            words.groups,
            words.documents,
        )
    )


def never_speaks(token: Token) -> bool:
    """True for things and events: "the ban", "shares"."""
    return token.pos_ == "NOUN" and {token.lower_, token.lemma_.lower()} & source_words().things != set()


def is_passive(verb: Token) -> bool:
    """True when the subject of `verb` is told, asked or accused, not speaking."""
    if verb.tag_ not in ("VBN", "VBD"):
        return False
    deps = {child.dep_ for child in verb.children}
    if verb.dep_ == "acl" and "nsubj" not in deps and contact_subject(verb) is None:
        return True  # "a spokeswoman, asked about it"
    if "nsubjpass" in deps or "auxpass" in deps:
        return True
    if verb.tag_ == "VBD" or "nsubj" in deps:
        return False
    if verb.dep_ == "acl":
        return False
    if verb.dep_ == "conj":
        return is_passive(verb.head) if verb.head.pos_ in ("VERB", "AUX") else True
    return not any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children)


def contact_subject(verb: Token) -> Token | None:
    """The union of "a move the union called theft", which the parser took for a participle beside an apposition."""
    noun = verb.head
    if verb.dep_ != "acl" or noun.dep_ != "appos" or noun.i != verb.i - 1:
        return None
    first = noun.left_edge.i
    return noun if first and verb.doc[first - 1].pos_ == "NOUN" else None


def anything(token: Token) -> bool:
    """True: any noun may be the subject."""
    return True


def subject_of(verb: Token, heard: Callable[[Token], bool] = anything) -> Token | None:
    """The token that heads the subject of `verb`, through shared subjects and relative clauses; one of those that
    are `heard`, where a clause has several."""
    if verb.i and verb.nbor(-1).lower_ == "as":
        quoted = _quoted_as(verb)
        if quoted is not None:
            return quoted
    contact = contact_subject(verb)
    if contact is not None:
        return contact
    seen = 0
    token = verb
    while seen < 6:  # deeper chains are parse errors in practice
        seen += 1
        subject = _nearest([c for c in token.children if c.dep_ in SUBJECTS and heard(c)], token)
        if subject is None and token.i != verb.i:
            subject = next((c for c in token.children if c.dep_ in PASSIVE_SUBJECTS and heard(c)), None)
        if subject is not None:
            return subject
        if token.dep_ == "acl":
            return _of_participle(token)
        if token.dep_ == "relcl":
            return None
        if token.dep_ == "prep" or token.dep_ in SHARING:
            if token.dep_ == "advcl" and token.tag_ not in ("VBG", "VBN", "VB"):
                return None
            token = token.head
            if token.dep_ == "prep" and token.head.pos_ in ("NOUN", "PROPN"):
                return _clause_subject(token.head)
            continue
        return None
    return None


def _nearest(subjects: list[Token], verb: Token) -> Token | None:
    """The last of several subjects before the verb: a further one stands in front of a colon or in another clause."""
    before = [subject for subject in subjects if subject.i < verb.i and subject.lower_ not in OBJECTS]
    return before[-1] if before else next(iter(subjects), None)


def _quoted_as(verb: Token) -> Token | None:
    """Whom somebody else quotes: "the site quoted Ms. Roe as saying", "she was quoted as saying"."""
    token = verb
    for _ in range(4):
        token = token.head
        if token.lemma_ in ("quote", "cite"):
            wanted = ("nsubjpass",) if is_passive(token) else ("dobj",)
            return next((c for c in token.children if c.dep_ in wanted), None)
    return None


def _of_participle(verb: Token) -> Token | None:
    """Subject of a participle that hangs on a noun: after a comma the clause's subject, else the noun.

    "released a letter saying ..." : the letter says. "met the minister, saying ...": the subject says.
    """
    noun = verb.head
    comma = any(t.text == "," for t in verb.doc[noun.i + 1 : verb.i])
    if not comma and verb.tag_ == "VBG":
        return noun
    return _clause_subject(noun)


def _clause_subject(noun: Token) -> Token | None:
    """Subject of the clause that `noun` stands in."""
    clause = noun
    for _ in range(DEEPEST):
        if clause.head.i == clause.i or clause.pos_ in ("VERB", "AUX"):
            break
        if clause.dep_ in SUBJECTS:
            return clause
        clause = clause.head
    if clause.pos_ not in ("VERB", "AUX"):
        return None
    return next((c for c in clause.children if c.dep_ in ("nsubj", "nsubjpass")), None)


def agent_of(verb: Token) -> Token | None:
    """Who does it in a passive: "was accused by the union" -> union."""
    for child in verb.children:
        if child.dep_ == "agent":
            return next((c for c in child.children if c.dep_ == "pobj"), None)
    return None
