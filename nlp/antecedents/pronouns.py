"""Who "it" and "its" are: the subject that governs them, when that is a party; otherwise nobody."""

from spacy.tokens import Token

from db.records import EntityKind
from nlp.antecedents.focus import in_focus
from nlp.antecedents.index import Reading, said_before, subject_of

MAX_STEPS = 12  # heads climbed; deeper parses are wrong parses
NEUTRAL = frozenset([EntityKind.COMPANY, EntityKind.AGENCY, EntityKind.ORGANISATION])
SPANS_OF_TIME = frozenset(
    ["minute", "hour", "day", "week", "month", "year"]
)  # "a day after it was named, X ..."
#: Nouns by which one company is called after another.
RELATIVES = frozenset(
    "affiliate subsidiary unit arm parent owner rival competitor supplier customer partner sister contractor"
    " shareholder backer investor distributor spin-off predecessor successor".split()
)
VALUED = frozenset(["value", "list", "found", "blacklist", "sanction", "name", "spare", "add"])  # passives
OPENS_WITHIN = 3  # tokens from the start of a sentence within which a subject pronoun looks back


def pronoun_party(reading: Reading, token: Token, number: int) -> int | None:
    """The entity that `token` ("it", "its") means; None without a single governing subject."""
    is_subject = token.dep_ in ("nsubj", "nsubjpass", "expl")
    if token.lower_ == "it" and not is_subject:
        return _object(reading, token, number)
    if token.dep_ == "expl" or _is_empty(token):
        return None
    entity = _named_beside(reading, token)
    if entity is None:
        entity = said_before(reading, _reporting(token, is_subject), token.i)
    if entity is None:
        entity = _governing(reading, token, is_subject)
    if entity is None and _opens_sentence(reading, token, is_subject, number):
        entity = _previous_subject(reading, token, number)
        if entity is None and _tells_of_company(reading, token, is_subject):
            entity = in_focus(reading, number, token.i, set(), set())
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


def _reporting(token: Token, is_subject: bool) -> Token:
    """The verb that may report the clause before: "Nanhu will appeal, its lawyer said", "..., it said"."""
    noun = token.head
    return noun.head if not is_subject and noun.dep_ == "nsubj" else noun


def _named_beside(reading: Reading, token: Token) -> int | None:
    """The company right before "its": "added Moyun, its affiliate MQT and ...", "Pixelrun of Hangzhou and its rival"."""
    named = next(
        (i for i in range(token.i + 1, min(token.i + 7, len(token.doc))) if i in reading.party_at), None
    )
    if token.dep_ != "poss" or named is None or not _is_relative(token, named):
        return None
    doc, i = token.doc, token.i - 1
    if i < 1 or doc[i].lower_ not in (",", "and", "with"):
        return None
    if doc[i].lower_ == "with" or (doc[i].lower_ == "and" and doc[i - 1].text == ","):
        i -= 1
    i -= 1
    if i >= 2 and i not in reading.party_at and doc[i - 1].lower_ in ("of", "in") and doc[i].pos_ == "PROPN":
        i -= 2
    entity = reading.party_at.get(i)
    return entity if entity is not None and reading.is_company(entity) else None


def _is_relative(token: Token, named: int) -> bool:
    """True for "its Singapore affiliate X": only words that describe stand between, one of them a relation."""
    between = token.doc[token.i + 1 : named]
    return any(t.lemma_.lower() in RELATIVES for t in between) and all(
        t.pos_ in ("NOUN", "PROPN", "ADJ", "NUM", "VERB") or t.text in ("-", ",", "and") for t in between
    )


def _tells_of_company(reading: Reading, token: Token, is_subject: bool) -> bool:
    """True where only a company can be meant: "It was last valued at", "Its shares"."""
    if not is_subject:
        return token.head.lower_ in reading.words.company_possessions
    verb = token.head
    if token.dep_ == "nsubjpass":
        return verb.lemma_ in VALUED
    return verb.lemma_ in reading.words.company_verbs


def _governing(reading: Reading, token: Token, is_subject: bool) -> int | None:
    verb = token.head
    own = verb if is_subject else None
    if (
        is_subject
        and verb.dep_ == "conj"
        and any(c.dep_ == "mark" and c.lower_ == "that" for c in verb.lefts)
    ):
        verb = verb.head  # "said the supplier was small and that it had found another": who said so
        own = verb
    for _ in range(MAX_STEPS):
        if verb is not own and verb.pos_ in ("VERB", "AUX"):
            subject = subject_of(verb)
            if subject is not None and not subject.is_ancestor(token):
                if subject.lower_ in ("who", "which", "that") and verb.dep_ == "relcl":
                    return reading.party_at.get(verb.head.i)
                return reading.party_at.get(
                    subject.i
                )  # behind the pronoun, too: "With half its sales abroad, X ..."
            if (
                verb.dep_ == "acl"
                and verb.i
                and verb.doc[verb.i - 1].text == ","
                and verb.head.i not in reading.party_at
            ):
                verb = verb.head  # "slipped into the red in June, hit by curbs on its sales"
                continue
            if verb.dep_ in ("relcl", "acl") and verb.head.lemma_ not in SPANS_OF_TIME:
                # "handed Calloway a licence to ship its chip": the one who ships is not the subject.
                return reading.party_at.get(verb.head.i)
        if verb.head is verb:
            return None
        verb = verb.head
    return None


def _opens_sentence(reading: Reading, token: Token, is_subject: bool, number: int) -> bool:
    start = token.sent.start
    if is_subject:
        if token.i - start <= OPENS_WITHIN:
            return True
        nobody = not any(i < token.i for i, _ in reading.sentences[number])
        first = not any(
            t.dep_ in ("nsubj", "nsubjpass") and t.head.dep_ != "advcl" and t.head.dep_ != "pcomp"
            for t in token.doc[start : token.i]
        )
        return (
            nobody and first and token.head.dep_ == "ROOT"
        )  # "In a filing after the market shut, it put ..."
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
            (
                reading.party_at[c.i]
                for c in subject.children
                if c.dep_ in ("poss", "compound") and c.i in reading.party_at
            ),
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
