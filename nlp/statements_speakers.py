"""Who speaks: from a cue verb to the words that name its subject."""

from spacy.tokens import Token

from nlp.statements_reader import Reader, Speaker

SUBJECTS = frozenset({"nsubj", "csubj", "expl"})
PASSIVE_SUBJECTS = frozenset({"nsubjpass", "csubjpass"})
RELATIVES = frozenset({"who", "which", "that", "whom"})
#: Links over which a verb shares the subject of the verb it hangs on.
SHARING = frozenset({"conj", "xcomp", "advcl", "pcomp", "dep"})
#: Words that can be the subject of a cue but never speak.
NEVER = frozenset({"there", "what", "this", "these", "those", "nothing", "whatever", "something", "all"})


def is_passive(verb: Token) -> bool:
    """True when the subject of `verb` is told, asked or accused, not speaking."""
    if verb.tag_ != "VBN":
        return False
    return any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children)


def subject_of(verb: Token) -> Token | None:
    """The token that heads the subject of `verb`, through shared subjects and relative clauses."""
    seen = 0
    token = verb
    while seen < 6:  # deeper chains are parse errors in practice
        seen += 1
        subject = next((c for c in token.children if c.dep_ in SUBJECTS), None)
        if subject is None and token.i != verb.i:
            subject = next((c for c in token.children if c.dep_ in PASSIVE_SUBJECTS), None)
        if subject is not None:
            if subject.lower_ in RELATIVES:
                relative = token
                while relative.dep_ == "conj":
                    relative = relative.head
                return relative.head if relative.dep_ == "relcl" else None
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
                return None
            continue
        return None
    return None


def _of_participle(verb: Token) -> Token | None:
    """Subject of a participle that hangs on a noun: after a comma the clause's subject, else the noun.

    "released a letter saying ..." : the letter says. "met the minister, saying ...": the subject says.
    """
    noun = verb.head
    comma = any(t.text == "," for t in verb.doc[noun.i + 1 : verb.i])
    if not comma:
        return noun
    clause = noun
    while clause.head.i != clause.i and clause.pos_ not in ("VERB", "AUX"):
        if clause.dep_ in SUBJECTS:
            return clause
        clause = clause.head
    return subject_of(clause) if clause.pos_ in ("VERB", "AUX") else noun


def agent_of(verb: Token) -> Token | None:
    """Who does it in a passive: "was accused by the union" -> union."""
    for child in verb.children:
        if child.dep_ == "agent":
            return next((c for c in child.children if c.dep_ == "pobj"), None)
    return None


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
            first = min(first, token.left_edge.i)
    block = reader.block_at[head.i]
    while first < head.i and (reader.block_at[first] != block or doc[first].is_punct or doc[first].is_space):
        first += 1
    for token in head.rights:
        if token.dep_ in ("relcl", "acl") or token.dep_ == "punct":
            continue
        if token.dep_ in ("conj", "cc", "appos", "prep", "compound", "nmod", "case", "flat", "amod"):
            end = token.right_edge.i
            for inner in token.subtree:  # cut before a relative clause
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
    start, end = reader.chars(first, last)
    return Speaker(start, end, head, how)


def speaker_of(reader: Reader, verb: Token) -> Speaker | None:
    """The speaker of cue `verb`; None where the text names none (passives without "by")."""
    if is_passive(verb):
        agent = agent_of(verb)
        return mention_of(reader, agent, "agent") if agent is not None else None
    subject = subject_of(verb)
    if subject is None or subject.lower_ in NEVER or subject.pos_ in ("VERB", "AUX", "PUNCT", "SPACE"):
        return None
    return mention_of(reader, subject)
