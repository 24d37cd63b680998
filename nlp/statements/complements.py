"""Complements that are no finite clause: denied wrongdoing, accused X of theft, urged X to stop, called it a mistake."""

from spacy.tokens import Token

from nlp.statements.cues import Cue
from nlp.statements.cuts import Content, cut_at
from nlp.statements.persons import source_words
from nlp.statements.reader import Reader
from nlp.statements.subjects import contact_subject, is_passive

#: Verbs that also tell of deals and payments.
DEALS = frozenset(
    {"announce", "propose", "recommend", "promise", "pledge", "estimate", "predict", "demand", "declare"}
)
#: Nouns and pronouns that are an object of a cue but tell nothing.
EMPTY_OBJECTS = frozenset(
    {"it", "this", "that", "so", "him", "her", "them", "me", "us", "you", "himself", "herself", "themselves",
     "something", "anything", "nothing", "much", "more", "one", "some", "itself", "way"}
)  # fmt: skip


#: What a source asks for itself: "who asked not to be named".
UNNAMED = frozenset({"name", "identify", "remain"})
SHORTEST_NAME = 4  # words: 'a process the firm called "cold forging"' is a term


def urged(reader: Reader, cue: Cue) -> Content | None:
    """somebody + to-clause: "urged Washington to stop" (both), "told staff to stop" (the clause)."""
    verb = cue.verb
    for child in verb.rights:
        if child.dep_ not in ("ccomp", "xcomp", "advcl") or not any(
            c.lower_ == "to" and c.dep_ == "aux" for c in child.lefts
        ):
            continue
        to = next(c for c in child.lefts if c.lower_ == "to")
        if child.lemma_ in UNNAMED:
            return None
        person = next((c for c in child.lefts if c.dep_ == "nsubj"), None) or next(
            (c for c in verb.rights if c.dep_ in ("dobj", "dative") and c.i < to.i), None
        )
        if person is None and cue.word.lemma == "ask" and is_passive(child):
            return None  # "asked not to be called again": a wish about oneself
        if person is None:
            prep = next((c for c in verb.rights if c.dep_ == "prep" and c.i < to.i), None)
            person = next((c for c in prep.rights if c.dep_ == "pobj"), None) if prep is not None else None
        last = cut_at(reader, cue, to.i, child.right_edge.i)
        if "urge" in cue.word.takes:
            if person is None or is_passive(verb):
                first = to.i
            else:
                first = person.left_edge.i
            return Content(((max(first, cue.end), last),), "urge", addressee=person)
        return Content(((to.i, last),), "tell", addressee=person)
    return None


def infinitive(reader: Reader, cue: Cue) -> Content | None:
    """promised to comply, threatened to sue."""
    for child in cue.verb.rights:
        if child.dep_ in ("xcomp", "ccomp"):
            to = next((c for c in child.lefts if c.lower_ == "to" and c.dep_ == "aux"), None)
            if to is not None and not any(c.dep_ == "nsubj" for c in child.lefts):
                return Content(((to.i, cut_at(reader, cue, to.i, child.right_edge.i)),), "infinitive")
    return None


def gerund(reader: Reader, cue: Cue) -> Content | None:
    """denied using, suggested waiting."""
    for child in cue.verb.rights:
        if child.dep_ in ("xcomp", "ccomp") and child.tag_ == "VBG":
            first = max(child.left_edge.i, cue.end)
            return Content(((first, cut_at(reader, cue, first, child.right_edge.i)),), "gerund")
    return None


def naming(reader: Reader, cue: Cue) -> Content | None:
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
                last = cut_at(reader, cue, first, child.right_edge.i)
                return Content(((first, last),), "as", target=target)
    if "name" in cue.word.takes:
        for child in verb.rights:
            if child.dep_ == "oprd" or (child.dep_ == "ccomp" and child.pos_ in ("NOUN", "PROPN", "ADJ")):
                target = next((c for c in child.lefts if c.dep_ == "nsubj"), None) or next(
                    (c for c in verb.rights if c.dep_ == "dobj" and c.i < child.i), None
                )
                if target is None and not is_passive(verb):
                    return _relative_name(reader, cue, child)
                first = max(
                    cue.end, min(child.left_edge.i, target.left_edge.i if target is not None else child.i)
                )
                return Content(
                    ((first, cut_at(reader, cue, first, child.right_edge.i)),), "name", target=target
                )
        last_object = next((c for c in verb.rights if c.dep_ == "dobj"), None)
        if (
            last_object is not None
            and any(reader.quote_at[i] >= 0 for i in range(last_object.i, last_object.right_edge.i + 1))
            and last_object.i - verb.i > 1
        ):
            first = cue.end
            last = cut_at(reader, cue, first, last_object.right_edge.i)
            return Content(((first, last),), "name", target=doc[first])
    return None


def _relative_name(reader: Reader, cue: Cue, name: Token) -> Content | None:
    """The quoted name of "which one of them called 'unheard of'", "a step the union called 'theft in daylight'"."""
    asked = any(c.dep_ == "dobj" and c.lower_ in ("which", "what", "that") for c in cue.verb.lefts)
    relative = cue.verb.dep_ == "relcl" and cue.verb.tag_ == "VBD" and cue.verb.head.i < cue.verb.left_edge.i
    bare = relative or contact_subject(cue.verb) is not None
    first, last = max(cue.end, name.left_edge.i), name.right_edge.i
    quote = next((reader.quote_at[i] for i in range(first, last + 1) if reader.quote_at[i] >= 0), None)
    last = max(last, reader.quotes[quote].last) if quote is not None else last
    words = [t for t in reader.doc[first : last + 1] if t.is_alpha]
    if quote is None or len(words) < (2 if asked else SHORTEST_NAME) or not (asked or bare):
        return None  # 'what Washington calls "coercion"' is a word for it, not a statement
    if bare and 2 * sum(t.is_title for t in words) > len(words):
        return None  # 'a collection the author called "Thirty Years of Tariffs"'
    first = max(cue.end, min(first, reader.quotes[quote].first))
    return Content(((first, cut_at(reader, cue, first, last)),), "name")


def prepositional(reader: Reader, cue: Cue) -> Content | None:
    """accused X of theft, warned of delays, called for talks."""
    verb = cue.verb
    passive = is_passive(verb)
    object_ = next((c for c in verb.rights if c.dep_ == "dobj"), None)
    preps = [c for c in verb.rights if c.dep_ in ("prep", "agent")]
    if cue.word.lemma == "accuse" and object_ is not None:  # "of" often hangs on the accused
        preps += [c for c in object_.rights if c.dep_ == "prep"]
    if passive:  # "was accused by the union of theft": "of" hangs on the union
        agents = [c for p in preps if p.dep_ == "agent" for c in p.rights]
        preps += [c for a in agents for c in (a, *a.rights) if c.dep_ == "prep"]
    for child in preps:
        if child.lower_ not in cue.word.prepositions:
            continue
        inner = next((c for c in child.rights if c.dep_ in ("pobj", "pcomp")), None)
        if inner is None:
            continue
        if (
            cue.word.lemma == "refer"
            and verb.tag_ != "VBG"
            and inner.lemma_.lower() in source_words().documents
        ):
            continue  # "we refer to our announcement" points to it and tells nothing
        target = object_ if object_ is not None and object_.i < child.i else None
        if passive:
            target = next((c for c in verb.lefts if c.dep_ == "nsubjpass"), None)
        first = max(inner.left_edge.i, child.i + 1)
        named = next(
            (c for c in verb.rights if c.dep_ == "prep" and c.lower_ == "as" and c.i > child.i), None
        )
        if named is not None:  # referred to the list as a tool
            last = cut_at(reader, cue, first, named.right_edge.i)
            return Content(((first, last),), "as", target=inner, preposition=child.lower_)
        if child.lower_ == "for" and target is not None and not passive:  # blamed Beijing for the delay
            first = target.left_edge.i
        edge, agent = inner.right_edge.i, None
        by = next((c for c in inner.rights if c.dep_ in ("prep", "agent") and c.lower_ == "by"), None)
        if passive and by is not None:
            edge, agent = by.i - 1, next((c for c in by.rights if c.dep_ == "pobj"), None)
        last = cut_at(reader, cue, first, edge)
        return Content(((first, last),), "preposition", target=target, preposition=child.lower_, agent=agent)
    return None


def object_said(reader: Reader, cue: Cue) -> Content | None:
    """A noun that is what was said: denied wrongdoing, criticised the ban."""
    for child in cue.verb.rights:
        if child.dep_ != "dobj" or child.i < cue.end:
            continue
        if child.lower_ in EMPTY_OBJECTS and cue.word.meaning("object")[0] not in ("accuse", "praise"):
            return None
        first = max(child.left_edge.i, cue.end)
        last = cut_at(reader, cue, first, child.right_edge.i)
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
