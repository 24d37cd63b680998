"""What a capitalised name of one document names: company, agency, person ... or nothing we keep.

All occurrences of a name are judged together: the entity recogniser calls "Penrose" a person in one
sentence and a place in the next, but what stands around the name ("Penrose shares", "the toolmaker
Penrose") adds up over the document.
"""

from collections import Counter
from collections.abc import Sequence

from spacy.tokens import Doc

from db.records import EntityKind
from nlp.companies_runs import Run
from nlp.lexicon import Lexicon

MALE_FEMALE = frozenset(["he", "she", "his", "her", "him", "who"])
PLACE_LABELS = frozenset(["GPE", "LOC", "FAC", "NORP"])
#: Prepositions that go with a place and with few companies: "in Jinhua".
PLACE_PREPOSITIONS = frozenset(["in", "near", "across", "throughout", "outside", "around"])


def kind_by_words(name: str, words: Lexicon) -> EntityKind | None:
    """The kind that the words of `name` (folded, without legal form) tell; None when they tell nothing."""
    if name in words.agencies:
        return EntityKind.AGENCY
    if name in words.organisations:
        return EntityKind.ORGANISATION
    if name in words.media:
        return EntityKind.MEDIA
    tokens = name.split()
    if len(tokens) < 2:
        return None
    last = tokens[-1]
    if name in words.places or name in words.demonyms:
        return EntityKind.PLACE
    if last in words.company_heads and tokens[0] not in ("university", "ministry", "department"):
        return EntityKind.COMPANY
    if last in words.agency_heads or (tokens[0] in words.agency_heads and "of" in tokens):
        return EntityKind.AGENCY
    if last in words.organisation_heads or (tokens[0] in words.organisation_heads and "of" in tokens):
        return EntityKind.ORGANISATION
    if last in words.media_heads:
        return EntityKind.MEDIA
    if any(t in words.organisation_heads for t in tokens):
        return EntityKind.ORGANISATION
    if "and" in tokens[1:-1] and any(t in words.agency_heads for t in tokens):
        return EntityKind.AGENCY
    return None


def judge(
    doc: Doc, runs: Sequence[Run], name: str, words: Lexicon, *, in_headings: bool
) -> EntityKind | None:
    """The kind of a name that its own words do not tell, from labels and surroundings of all its runs."""
    labels: Counter[str] = Counter()
    company = person = place = 0
    for run in runs:
        if run.labels:
            labels[max(set(run.labels), key=run.labels.count)] += 1
        company += company_cues(doc, run, words)
        person += person_cues(doc, run, words)
        place += doc[run.start - 1].lower_ in PLACE_PREPOSITIONS if run.start else 0
    size = len(name.split())
    if name in words.places or name in words.demonyms:
        return EntityKind.PLACE
    if person > company or (any(run.title for run in runs) and company <= person + 1):
        return EntityKind.PERSON
    if labels["PERSON"] and size >= 2 and company <= 1 and labels["PERSON"] >= labels["ORG"]:
        return EntityKind.PERSON
    places = sum(labels[label] for label in PLACE_LABELS)
    if company >= 1 and company >= place:
        return EntityKind.COMPANY
    if labels["ORG"] and labels["ORG"] >= places and not in_headings:
        return EntityKind.COMPANY
    if labels["PERSON"]:
        return EntityKind.PERSON
    return EntityKind.PLACE if places else None


def company_cues(doc: Doc, run: Run, words: Lexicon) -> int:
    """How many things around the run only a company has: "shares of X", "X-backed", "chip maker X", "X, a supplier"."""
    cues = 0
    i, j, n = run.start, run.end, len(doc)
    after = doc[j] if j < n else None
    if after is not None:
        if after.lower_ in ("'s", "’s", "'", "’"):
            nearby = [doc[k].lower_ for k in range(j + 1, min(j + 5, n))]
            cues += bool(nearby) and any(word in words.company_possessions for word in nearby[:3])
        elif after.lower_ in words.company_possessions and after.tag_ in ("NN", "NNS"):
            cues += after.lower_ in (
                "shares",
                "stock",
                "executives",
                "employees",
                "subsidiary",
                "factory",
                "spokesman",
                "spokeswoman",
            )
        elif (
            after.text == "-"
            and j + 1 < n
            and doc[j + 1].lower_ in ("backed", "linked", "owned", "made", "controlled", "led", "branded")
        ):
            cues += 1
        elif (
            after.text == ","
            and j + 2 < n
            and doc[j + 1].lower_ in ("a", "an", "the", "another", "which", "whose")
        ):
            cues += _describes_company(doc, j + 2, words) or doc[j + 1].lower_ == "which"
        elif after.text == "(" and j + 1 < n and doc[j + 1].text.isupper():
            cues += 0
        if after.lemma_ in words.company_verbs and after.pos_ == "VERB":
            cues += 1
    if i >= 2:
        before, earlier = doc[i - 1], doc[i - 2].lower_
        if (before.lower_ in words.company_nouns and before.pos_ != "VERB") or (
            before.lower_ in ("of", "in", "by", "to", "at", "from", "into") and earlier in COMPANY_OF
        ):
            cues += 1
    return cues


#: "shares of X", "stake in X", "backed by X", "suppliers to X", "licence to X".
COMPANY_OF = frozenset(
    [
        "shares",
        "stake",
        "stakes",
        "backed",
        "suppliers",
        "supplier",
        "sales",
        "unit",
        "subsidiary",
        "employees",
        "customers",
        "customer",
        "investors",
        "shipments",
        "sold",
        "supplied",
        "owned",
        "made",
        "acquired",
        "invested",
        "subsidiaries",
        "affiliates",
        "valuation",
        "executives",
        "bought",
    ]
)


def _describes_company(doc: Doc, start: int, words: Lexicon) -> int:
    """1 when a noun that calls something a company follows within a few words: ", a Shenzhen-based maker of"."""
    for k in range(start, min(start + 7, len(doc))):
        if doc[k].lower_ in words.company_nouns:
            return 1
        if doc[k].text in ",.;()" or doc[k].lower_ in ("who", "of", "at", "for"):
            return 0
    return 0


def person_cues(doc: Doc, run: Run, words: Lexicon) -> int:
    """How many things around the run only a person has: a title, "X, a spokesman", "X, who", "X, 52,"."""
    cues = int(run.title) * 2
    j, n = run.end, len(doc)
    if run.start >= 1 and doc[run.start - 1].lower_ in words.person_titles:
        cues += 2
    if j + 1 < n and doc[j].text == ",":
        following = [doc[k].lower_ for k in range(j + 1, min(j + 7, n))]
        if (
            following[0] == "who"
            or (following[0].isdigit() and len(following[0]) == 2)
            or any(word in words.person_titles for word in following[:4])
        ):
            cues += 2
    return cues
