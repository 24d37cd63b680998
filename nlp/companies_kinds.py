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
from nlp.companies_runs import Run, is_title
from nlp.lexicon import Lexicon

PLACE_LABELS = frozenset(["GPE", "LOC", "FAC", "NORP"])
#: Prepositions that go with a place and with few companies: "in Jinhua".
PLACE_PREPOSITIONS = frozenset(["in", "near", "across", "throughout", "outside", "around"])
#: "shares of X", "stake in X", "backed by X", "suppliers to X".
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
        "equipment",
        "cameras",
        "chips",
        "drones",
        "lots",
        "orders",
        "order",
        "contract",
        "contracts",
        "awarded",
        "valuing",
        "purchases",
    ]
)
AFTER_HYPHEN = frozenset(
    ["backed", "linked", "owned", "made", "controlled", "led", "branded", "supplied", "funded"]
)
COMPANY_COMPOUNDS = frozenset(
    [
        "shares",
        "stock",
        "executives",
        "employees",
        "subsidiary",
        "factory",
        "spokesman",
        "spokeswoman",
        "equipment",
        "drones",
    ]
)
SPEAKING = frozenset(
    [
        "say",
        "deny",
        "tell",
        "decline",
        "warn",
        "argue",
        "claim",
        "refuse",
        "respond",
        "call",
        "add",
        "expect",
        "reject",
        "appeal",
    ]
)
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
    ]
)
PEOPLE_TOO = frozenset(
    "partner partners investor owner backer broker leader trader champion pioneer rival customer client sponsor "
    "specialist builder developer designer shareholder buyer seller importer exporter competitor parent grocer".split()
)
SPONSORS = frozenset(["sponsors", "underwriters", "bookrunners", "bidders", "winners"])
LISTED = frozenset("added put placed struck removed taken dropped deleted".split())
ENDS_APPOSITION = frozenset("who of at for with in from to by that which whose and".split())
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
    if ("of" in tokens or "for" in tokens) and any(token in AGENCY_OPENERS for token in tokens):
        return EntityKind.AGENCY
    if last in words.agency_heads:
        return EntityKind.AGENCY
    if "of" in tokens and any(t in words.organisation_heads for t in tokens[: tokens.index("of")]):
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
    if PRODUCT.match(name) and not company:
        return None
    if person > company or (any(run.title for run in runs) and company <= person + 1):
        return EntityKind.PERSON
    if labels["PERSON"] and size >= 2 and labels["PERSON"] >= labels["ORG"]:
        human = is_human(name, words)  # in a long article something speaks for a company now and then
        if company < (max(2, len(runs) / 2) if human else max(1, len(runs) / 5)):
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


def is_human(name: str, words: Lexicon) -> bool:
    """True when `name` begins with a known first name or Chinese surname."""
    first = name.split()[0]
    return first in words.given_names or first in words.surnames


def company_cues(doc: Doc, run: Run, words: Lexicon) -> int:
    """How much around the run only a company has: "shares of X", "X-backed", "chip maker X", "X, a supplier"."""
    return _cues_before(doc, run.start, words) + _cues_after(doc, run.end, words)


def _cues_before(doc: Doc, i: int, words: Lexicon) -> int:
    if i < 1:
        return 0
    before = doc[i - 1]
    if _is_company_noun(doc, i - 1, words) and before.pos_ != "VERB":
        return 2  # "the London firm Marsh Tilney" outweighs a PERSON label
    if before.text == "," and i >= 2 and _is_company_noun(doc, i - 2, words) and doc[i - 2].tag_ == "NN":
        return _named_after(doc, i - 2)  # "Its smaller rival, Dorrin Maltby, won the rest"
    if i >= 2 and before.lower_ in ("of", "in", "by", "to", "at", "from", "into", "for", "with"):
        earlier = doc[i - 2].lower_
        if before.lower_ == "with":
            return int(
                earlier in ("signed", "contract", "contracts", "deal", "venture", "orders", "agreement")
            )
        return int(
            earlier in COMPANY_OF
            or (i >= 3 and earlier.isalpha() and doc[i - 3].lower_ in ("stake", "stakes"))
        )
    return 0


def _named_after(doc: Doc, noun: int) -> int:
    """2 when "its", "the" or a possessor opens the phrase that ends in `noun` and a name explains, else 0; 1 for
    nouns that mean people too."""
    for k in range(noun - 1, max(-1, noun - 5), -1):
        if doc[k].tag_ in ("PRP$", "POS"):
            return 1 if doc[noun].lower_ in PEOPLE_TOO else 2
        if doc[k].pos_ not in ("ADJ", "NOUN", "PROPN", "ADV") and doc[k].tag_ not in ("VBN", "JJR", "JJS"):
            return 0
    return 0


def _is_listed(doc: Doc, j: int) -> bool:
    """True for "was added to the Entity List", "were struck from the list and put on" at token `j`."""
    if doc[j].lower_ not in ("was", "were", "is", "are", "has", "have"):
        return False
    ahead = [doc[k].lower_ for k in range(j + 1, min(j + 10, len(doc)))]
    if any(word.startswith("sanction") for word in ahead):
        return False  # people stand on those lists, too
    verb = next((k for k, word in enumerate(ahead) if word in LISTED), None)
    return verb is not None and verb <= 3 and any(word in ("list", "blacklist") for word in ahead[verb:])


def _cues_after(doc: Doc, j: int, words: Lexicon) -> int:
    n = len(doc)
    if j >= n:
        return 0
    after, word = doc[j], doc[j].lower_
    if word in ("'s", "’s", "'", "’"):
        return int(any(doc[k].lower_ in words.company_possessions for k in range(j + 1, min(j + 4, n))))
    if word in COMPANY_COMPOUNDS:
        return 1
    if word in ("-", "–"):
        return int(j + 1 < n and doc[j + 1].lower_ in AFTER_HYPHEN)
    if (
        word == ","
        and j + 2 < n
        and doc[j + 1].lower_ in ("a", "an", "the", "another", "which", "whose", "now", "once")
    ):
        return 2 * int(doc[j + 1].lower_ == "which") or _describes_company(doc, j + 2, words)
    if word == "and":  # "Pemberton Lowe and Haiyuan Securities, the joint sponsors"
        k = j + 1
        while k < min(j + 6, n) and doc[k].text[0].isupper():
            k += 1
        joint = k > j + 1 and k + 1 < n and doc[k].text == "," and doc[k + 1].lower_ in ("the", "two", "both")
        return 2 * int(joint and _describes_company(doc, k + 2, words) > 0)
    if _is_listed(doc, j):
        return 1
    if after.lemma_ in SPEAKING and j + 1 < n and doc[j + 1].lower_ == "it":
        return 2  # "Norven said it had": a person says "he"
    if word == "is" and j + 1 < n and doc[j + 1].lower_ == "worth":
        return 2
    if after.pos_ == "VERB" and after.lemma_ in words.company_verbs:
        money = j + 1 < n and (doc[j + 1].ent_type_ == "MONEY" or doc[j + 1].text in "$€£¥")
        return 2 if money else 1
    return 0


def _is_company_noun(doc: Doc, k: int, words: Lexicon) -> bool:
    if doc[k].lower_ == "up" and k >= 2:  # "start-up" is three tokens
        return doc[k - 2].lower_ == "start"
    return doc[k].lower_ in words.company_nouns


def _describes_company(doc: Doc, start: int, words: Lexicon) -> int:
    """2 when a noun that calls something a company follows within a few words (", a Shenzhen-based maker of"),
    1 when a person can be called so too (", a partner"), else 0."""
    for k in range(start, min(start + 7, len(doc))):
        if _is_company_noun(doc, k, words) or doc[k].lower_ in SPONSORS:
            if k + 1 < len(doc) and doc[k + 1].lower_ in ("'s", "’s"):
                return 0  # "the foundry's finance chief"
            return 1 if doc[k].lower_ in PEOPLE_TOO else 2
        if doc[k].text in ",.;()" or doc[k].lower_ in ENDS_APPOSITION or is_title(doc[k].lower_, words):
            return 0
    return 0


def person_cues(doc: Doc, run: Run, words: Lexicon) -> int:
    """How many things around the run only a person has: a title, "X, a spokesman", "X, who", "X, 52,"."""
    cues = int(run.title) * 2
    j, n = run.end, len(doc)
    if run.start >= 1 and is_title(doc[run.start - 1].lower_, words):
        cues += 2
    if j + 1 < n and doc[j].text == ",":
        following = [doc[k].lower_ for k in range(j + 1, min(j + 7, n))]
        named = following[0] == "who" or (following[0].isdigit() and len(following[0]) == 2)
        if named or any(word in words.person_titles for word in following[:4]):
            cues += 2
    return cues
