"""Who "it" and "its" are: the subject that governs them, when that is a party; otherwise nobody."""

from spacy.tokens import Token

from db.records import EntityKind
from nlp.antecedents_index import Reading, said_before, subject_of

MAX_STEPS = 12  # heads climbed; deeper parses are wrong parses
NEUTRAL = frozenset([EntityKind.COMPANY, EntityKind.AGENCY, EntityKind.ORGANISATION])
SPANS_OF_TIME = frozenset(
    ["minute", "hour", "day", "week", "month", "year"]
)  # "a day after it was named, X ..."
OPENS_WITHIN = 3  # tokens from the start of a sentence within which a subject pronoun looks back


def pronoun_party(reading: Reading, token: Token, number: int) -> int | None:
    """The entity that `token` ("it", "its") means; None without a single governing subject."""
    is_subject = token.dep_ in ("nsubj", "nsubjpass", "expl")
    if token.lower_ == "it" and not is_subject:
        return _object(reading, token, number)
    if token.dep_ == "expl" or _is_empty(token):
        return None
    entity = said_before(reading, token.head, token.i) if is_subject else None
    entity = entity if entity is not None else _governing(reading, token, is_subject)
    if entity is None and _opens_sentence(token, is_subject):
        entity = _previous_subject(reading, token, number)
    if entity is None or reading.kind(entity) not in NEUTRAL:
        return None
    if reading.quoted[token.i] and not _quoted_too(reading, entity, token, number):
        return None
    if reading.kind(entity) is not EntityKind.COMPANY and _is_company_thing(reading, token):
        return None
    return entity


def _is_empty(token: Token) -> bool:
    """True for "it is expected that", "it was Haoyang that": nobody is meant."""
    after = token.doc[token.i + 1].lower_ if token.i + 1 < len(token.doc) else ""
    if after == "own" and token.i and token.doc[token.i - 1].lower_ in ("of", "on"):
        return True  # "on a line of its own"
    verb = token.head
    return verb.lemma_ == "be" and any(child.dep_ in ("ccomp", "relcl", "csubj") for child in verb.children)


def _governing(reading: Reading, token: Token, is_subject: bool) -> int | None:
    verb = token.head
    own = verb if is_subject else None
    for _ in range(MAX_STEPS):
        if verb is not own and verb.pos_ in ("VERB", "AUX"):
            subject = subject_of(verb)
            if subject is not None and not subject.is_ancestor(token):
                if subject.lower_ in ("who", "which", "that") and verb.dep_ == "relcl":
                    return reading.party_at.get(verb.head.i)
                return reading.party_at.get(
                    subject.i
                )  # behind the pronoun, too: "With half its sales abroad, X ..."
            if verb.dep_ in ("relcl", "acl") and verb.head.lemma_ not in SPANS_OF_TIME:
                # "handed Calloway a licence to ship its chip": the one who ships is not the subject.
                return reading.party_at.get(verb.head.i)
        if verb.head is verb:
            return None
        verb = verb.head
    return None


def _opens_sentence(token: Token, is_subject: bool) -> bool:
    start = token.sent.start
    if is_subject:
        return token.i - start <= OPENS_WITHIN
    noun = token.head
    return token.i - start <= 1 and token.dep_ == "poss" and noun.dep_ in ("nsubj", "nsubjpass")


def _previous_subject(reading: Reading, token: Token, number: int) -> int | None:
    """The subject of the sentence before, or its possessor: "Haoyang's shares fell. It ..."."""
    if number == 0:
        return None
    root = reading.doc[token.sent.start - 1].sent.root
    subject = subject_of(root)
    if subject is None:  # "Skylark held 70 percent, says Aerostat Research."
        return said_before(reading, root, token.i)
    entity = reading.party_at.get(subject.i)
    if entity is None:
        entity = next(
            (reading.party_at[c.i] for c in subject.children if c.dep_ == "poss" and c.i in reading.party_at),
            None,
        )
    attribute = next((c.lemma_ for c in token.head.children if c.dep_ == "attr"), None)
    if entity is not None and attribute in reading.words.company_nouns and not reading.is_company(entity):
        return None
    return entity


def _object(reading: Reading, token: Token, number: int) -> int | None:
    """ "accusing it of": the one company before it that is not the actor of its own clause."""
    if reading.quoted[token.i]:
        return None
    if (
        token.dep_ == "pobj"
        and token.head.lower_ == "of"
        and token.head.head.pos_ in ("NUM", "SYM", "NOUN", "PRON")
    ):
        return None  # "$1.3bn of it"
    barred = set()
    verb = token.head
    for _ in range(MAX_STEPS):
        subject = subject_of(verb)
        if subject is not None and subject.i in reading.party_at:
            barred.add(reading.party_at[subject.i])
        if verb.head is verb or (subject is not None and verb.pos_ in ("VERB", "AUX")):
            break
        verb = verb.head
    rest = set(reading.companies(number, token.i)) - barred
    others = {e for i, e in reading.sentences[number] if i < token.i} - barred - rest
    if len(rest) == 1 and not {e for e in others if reading.kind(e) in NEUTRAL}:
        return rest.pop()
    return None


def _quoted_too(reading: Reading, entity: int, token: Token, number: int) -> bool:
    """True when the party is also named inside the same quotation."""
    return any(e == entity and reading.quoted[i] for i, e in reading.sentences[number] if i < token.i)


def _is_company_thing(reading: Reading, token: Token) -> bool:
    """True for "its shares": an agency has none."""
    return token.lower_ == "its" and (token.head.lower_ in reading.words.company_possessions) and token.head.lower_ not in (
        "list", "order", "orders", "report", "spokesman", "spokeswoman", "spokesperson", "staff", "offices", "output", "website",
    )  # fmt: skip
