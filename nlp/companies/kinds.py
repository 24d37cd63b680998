"""What a capitalised name of one document names: company, agency, person ... or nothing we keep.

All occurrences of a name are judged together: the entity recogniser calls "Penrose" a person in one
sentence and a place in the next, but what stands around the name ("Penrose shares", "the toolmaker
Penrose") adds up over the document.
"""

import re
from collections import Counter
from collections.abc import Container, Sequence

from spacy.tokens import Doc

from db.records import EntityKind
from nlp.companies.cues import SPEAKING, company_cues, is_human, person_cues
from nlp.companies.pieces import Run
from nlp.companies.runs import OF_HEADS
from nlp.lexicon import Lexicon

COMPANY_WORDS = frozenset(
    ["company", "firm", "group", "start-up", "maker", "manufacturer", "supplier", "producer"]
)
PLACE_LABELS = frozenset(["GPE", "LOC", "FAC", "NORP"])
#: Prepositions that go with a place and with few companies: "in Jinhua".
PLACE_PREPOSITIONS = frozenset(["in", "near", "across", "throughout", "outside", "around"])
AGENCY_OPENERS = frozenset(
    [
        "ministry",
        "department",
        "bureau",
        "office",
        "agency",
        "commission",
        "administration",
        "embassy",
        "court",
        "authority",
        "directorate",
        "inspectorate",
    ]
)
PRODUCT = re.compile(r"[a-z]{1,3}\d{1,4}[a-z]?(?: |$)")  # P9, CS-20, Mate 60


def kind_by_words(name: str, words: Lexicon) -> EntityKind | None:
    """The kind that the words of `name` (folded, without legal form) tell; None when they tell nothing."""
    if name in words.agencies:
        return EntityKind.AGENCY
    if name in words.organisations:
        return EntityKind.ORGANISATION
    if name in words.media:
        return EntityKind.MEDIA
    if name in words.places or name in words.demonyms:
        return EntityKind.PLACE
    tokens = name.split()
    if len(tokens) < 2:
        return None
    last = tokens[-1]
    if " ".join(tokens[-2:]) in words.company_bodies:
        return EntityKind.COMPANY
    if ("of" in tokens or "for" in tokens) and any(token in AGENCY_OPENERS for token in tokens):
        return EntityKind.AGENCY
    if last in words.agency_heads:
        return EntityKind.AGENCY
    for small in ("of", "for", "on"):  # "Halle Institute for Trade Research"
        if small in tokens and any(t in words.organisation_heads for t in tokens[: tokens.index(small)]):
            return EntityKind.ORGANISATION
    if last in words.company_heads and tokens[0] != "university":
        return EntityKind.COMPANY
    if last in words.organisation_heads:
        return EntityKind.ORGANISATION
    if last in words.thing_heads or PRODUCT.match(name):
        return EntityKind.DOCUMENT
    if last in words.media_heads:
        return EntityKind.MEDIA
    if any(token in words.organisation_heads for token in tokens):
        return EntityKind.ORGANISATION
    if "and" in tokens[1:-1] and any(token in words.agency_heads for token in tokens):
        return EntityKind.AGENCY
    return None


def judge(
    doc: Doc, runs: Sequence[Run], name: str, words: Lexicon, common: Container[str] = frozenset()
) -> EntityKind | None:
    """The kind of a name that its own words do not tell, from labels and surroundings of all its runs."""
    labels: Counter[str] = Counter()
    company = person = place = acts = 0
    for run in runs:
        if run.labels:
            labels[max(reversed(run.labels), key=run.labels.count)] += (
                1  # the last word is the head of a name
            )
        company += company_cues(doc, run, words)
        person += person_cues(doc, run, words)
        before = doc[run.start - 1].lower_ if run.start else ""
        place += before in PLACE_PREPOSITIONS
        if before == "the" and name in words.media_heads:
            return EntityKind.MEDIA
        if not company and (called := _called(doc, run, words)) is not None:
            return called
        token = doc[run.end - 1]
        acts += token.dep_ == "nsubj" and token.head.pos_ == "VERB" and token.head.lemma_ in SPEAKING
    tokens = name.split()
    size = len(tokens)
    if (
        size > 1
        and tokens[0] in words.places
        and tokens[-1] not in words.places
        and not labels["PERSON"]
        and not person
    ):
        return EntityKind.COMPANY if company or labels["ORG"] or place < len(runs) else EntityKind.PLACE
    if size <= 2 and runs and all(_is_origin(doc, run) for run in runs):
        return EntityKind.PLACE
    if PRODUCT.match(name) and not company:
        return None
    if person > company or (any(run.title for run in runs) and company <= person + 1):
        return EntityKind.PERSON
    if labels["PERSON"] and size >= 2 and labels["PERSON"] >= labels["ORG"]:
        human = is_human(name, words)  # in a long article something speaks for a company now and then
        if company < (max(2, len(runs) / 2) if human else max(1, len(runs) / 5)):
            return EntityKind.PERSON
    if size == 1 and name in words.surnames and company < 2:
        return EntityKind.PERSON
    places = sum(labels[label] for label in PLACE_LABELS)
    if company >= 1 and company >= place:
        return EntityKind.COMPANY
    if place and not company and size == 1:
        return EntityKind.PLACE
    if name in words.homonyms:
        return None  # "Apple growers": the gazetteer has already looked for company surroundings
    if labels["ORG"] and labels["ORG"] >= places:
        plain = size == 1 and name in common
        return None if plain and not acts and len(runs) < 3 else EntityKind.COMPANY
    if labels["PERSON"]:
        return EntityKind.PERSON
    if acts and size == 1 and not place:  # "Luming called the report fiction": towns and people are labelled
        return EntityKind.COMPANY
    return EntityKind.PLACE if places else None


def _called(doc: Doc, run: Run, words: Lexicon) -> EntityKind | None:
    """A body or a medium where a noun right before the name says so: "the association VDM-Nord"."""
    if run.legal or run.start < 2 or doc[run.start - 1].tag_ != "NN":
        return None
    noun, before = doc[run.start - 1].lower_, doc[run.start - 2]
    opened = before.pos_ in ("DET", "ADJ", "NOUN", "PROPN") or before.tag_ in ("POS", "HYPH")
    if noun in words.media_nouns:
        return EntityKind.MEDIA if opened else None
    return EntityKind.ORGANISATION if noun in words.body_nouns and opened else None


def _is_origin(doc: Doc, run: Run) -> bool:
    """ "the family-owned company from Freiberg", "Fathom Light of San Diego", "the Coimbatore company"."""
    i, after = run.start, doc[run.end : run.end + 1]
    if i >= 2 and doc[i - 1].lower_ == "the" and len(after) and after[0].lower_ in COMPANY_WORDS:
        return run.end + 1 < len(doc) and doc[run.end + 1].pos_ != "PROPN"
    if i < 3:
        return False
    if doc[i - 1].lower_ == "from":
        return doc[i - 2].lower_ in COMPANY_WORDS
    head = doc[i - 2]
    name = head.pos_ == "PROPN" and doc[i - 3].pos_ == "PROPN" and head.lower_ not in OF_HEADS
    return (
        doc[i - 1].lower_ == "of" and name and {t.ent_type_ for t in doc[run.start : run.end]} <= PLACE_LABELS
    )
