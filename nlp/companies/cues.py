"""What stands around a name and only a company has, or only a person.

"Shares of X", "X-backed", "chip maker X", "Japan's X", "X fell 3%" on the one side; titles, "X, who", "X, 52," on the other.
"""

from spacy.tokens import Doc

from nlp.companies.pieces import Run, is_title
from nlp.lexicon import Lexicon

#: "shares of X", "stake in X", "backed by X", "suppliers to X".
COMPANY_OF = frozenset(
    "shares stake stakes backed suppliers supplier sales unit subsidiary employees customers customer investors shipments "
    "sold supplied owned made acquired invested subsidiaries affiliates valuation executives bought lots orders order "
    "funding revenue revenues turnover capitalisation capitalization flotation shareholding holding backlog "
    "contract contracts awarded valuing purchases equipment cameras chips drones tools machines parts components sensors "
    "cells panels wafers batteries motors turbines modules scanners servers processors boards lenses magnets engines".split()
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
PEOPLE_TOO = frozenset(
    "partner partners investor owner backer broker leader trader champion pioneer rival customer client sponsor "
    "specialist builder developer designer shareholder buyer seller importer exporter competitor parent grocer".split()
)
WORKS_AT = frozenset(
    "analyst analysts strategist economist lawyer lawyers partner counsel engineer engineers executive executives "
    "manager trader researcher official employees workers managers".split()
)
#: What shares do, told of the company: "Kitamori Denko lost 2.4%".
PERCENT = frozenset(["%", "percent", "per"])
MOVES = frozenset(
    "rise rose fall fell gain gained lose lost jump jumped drop dropped slip slipped climb climbed slide slid surge "
    "surged tumble tumbled plunge plunged add added shed sank soared leapt dived rallied retreated eased".split()
)
#: "hands X $330mn"
HANDS = frozenset("hand award give grant pay fine owe lend offer promise cost".split())
#: "capital has flowed into X"
FLOWS = frozenset("flow pour pump invest inject plough".split())
ROUNDS = frozenset(["round", "seed", "series", "funding", "financing"])
FILINGS = frozenset(["filing", "prospectus", "filings"])
SPONSORS = frozenset(["sponsors", "underwriters", "bookrunners", "bidders", "winners"])
LISTED = frozenset("added put placed struck removed taken dropped deleted".split())
ENDS_APPOSITION = frozenset("who of at for with in from to by that which whose and".split())


def is_human(name: str, words: Lexicon) -> bool:
    """True when `name` begins with a known first name or Chinese surname."""
    first = name.split()[0]
    return first in words.given_names or first in words.surnames


def company_cues(doc: Doc, run: Run, words: Lexicon) -> int:
    """How much around the run only a company has: "shares of X", "X-backed", "chip maker X", "X, a supplier"."""
    found = _cues_before(doc, run.start, words) + _cues_after(doc, run.end, words)
    return found or (int(run.end - run.start > 1 or "PERSON" not in run.labels) and _handles_money(doc, run))


def _handles_money(doc: Doc, run: Run) -> int:
    """1 for "X has collected $400m", "hands X $330mn", "poured $8m into X", "Once valued at $11bn, X is": told of
    companies more often than of people."""
    n, k = len(doc), run.end
    if run.start and doc[run.start - 1].lower_ in ("in", "near", "from"):
        return 0  # "police in Luohe signed for $110 million"
    if run.start and doc[run.start - 1].lemma_ in HANDS and k < n and _is_money(doc, k):
        return 1
    before = doc[max(0, run.start - 8) : run.start]
    if len(before) > 3 and before[-1].lower_ in ("into", ","):
        paid = "valued" if before[-1].text == "," else "into"
        if _is_money(doc, run.start - 2) and any(t.lower_ == paid for t in before):
            return 1
        if paid == "into" and any(t.lemma_ in FLOWS for t in before[-4:]):
            return 1
    while k < min(n, run.end + 4) and doc[k].pos_ in ("AUX", "ADV", "PART"):
        k += 1
    if k >= n or doc[k].pos_ not in ("VERB", "AUX"):
        return 0
    if run.end - run.start == 1 and doc[k].lemma_ in ("be", "cost", "hit", "reach", "top", "trade", *MOVES):
        return 0  # "Gallium rose from $310 per kg"
    if doc[k].lemma_ in ("file", "apply") and any(
        t.lower_ in ("ipo", "offering", "listing", "flotation", "bankruptcy") for t in doc[k : k + 8]
    ):
        return 1
    for m in range(k + 1, min(n, k + 6)):
        if _is_money(doc, m):
            return 1
        if run.end - run.start == 1 or doc[m].pos_ not in ("ADP", "ADV", "ADJ", "DET", "PART", "SCONJ"):
            return 0
    return 0


def _is_money(doc: Doc, i: int) -> bool:
    return doc[i].ent_type_ == "MONEY" or doc[i].text[-1] in "$€£¥"


def _cues_before(doc: Doc, i: int, words: Lexicon) -> int:
    if i < 1:
        return 0
    before = doc[i - 1]
    if _is_company_noun(doc, i - 1, words) and before.pos_ != "VERB":
        if before.lower_ in ("partner", "partners") and not _named_after(doc, i - 1):
            return 0  # "notes partner Celeste Amadi"
        return 2  # "the London firm Marsh Tilney" outweighs a PERSON label
    if before.lower_ in ("'s", "’s") and i >= 2 and doc[i - 2].lower_ in words.places:
        return int(i + 1 < len(doc) and doc[i + 1].text[0].isupper())  # "Japan's Kitamori Denko"
    if before.text == "," and i >= 2 and _is_company_noun(doc, i - 2, words) and doc[i - 2].tag_ == "NN":
        return _named_after(doc, i - 2)  # "Its smaller rival, Dorrin Maltby, won the rest"
    if i >= 2 and before.lower_ in ("of", "in", "by", "to", "at", "from", "into", "for", "with"):
        earlier = doc[i - 2].lower_
        if before.lower_ == "at" and earlier in WORKS_AT:
            return 1
        if before.lower_ == "with":
            return int(
                earlier in ("signed", "contract", "contracts", "deal", "venture", "orders", "agreement")
            ) + 2 * int(
                earlier
                in (
                    "venture",
                    "partnership",
                    "alliance",
                    "consortium",
                    "forces",
                    "jointly",
                    "cooperates",
                    "cooperate",
                    "partnered",
                )
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
    if word in MOVES and any(doc[k].text in PERCENT for k in range(j + 1, min(j + 6, n))):
        return 2
    if after.lemma_ == "lead" and any(doc[k].lower_ in ROUNDS for k in range(max(0, j - 12), min(j + 8, n))):
        return 2  # "$42M seed extension, Nightjar leads"
    if word == "," and j + 3 < n and doc[j + 1].lower_ == "based" and doc[j + 2].lower_ in ("in", "near"):
        return 1
    if after.lemma_ in ("say", "report") and j + 3 < n and doc[j + 1].lower_ in ("in", "through"):
        told = [doc[k].lower_ for k in range(j + 2, min(j + 7, n))]
        if any(name in FILINGS for name in told):
            return 2  # "Halvard said in a filing"
    if word == "of" and j + 3 < n and doc[j + 2].text == "," and doc[j + 3].lower_ == "which":
        return 2 * int(_is_place(doc, j + 1, words))  # "Tamsin of Eindhoven, which makes lenses"
    if word == "of" and j >= 2 and doc[j - 2].text[0].isupper() and j + 1 < n:
        k = j + 2 if doc[j + 1].lower_ == "the" and j + 2 < n else j + 1
        if doc[k].text[0].isupper() and _is_place(doc, k, words):
            return 1  # "Duoshan Memory of Wuxi"
    if after.lemma_ in SPEAKING and j + 1 < n and doc[j + 1].lower_ == "it":
        return 2  # "Norven said it had": a person says "he"
    if word in ("is", "was", "were"):
        k = j + 1
        while k < min(n, j + 4) and doc[k].pos_ == "ADV":
            k += 1
        if k < n and doc[k].lower_ == "worth":
            return 2
        if k < n and doc[k].lower_ in ("a", "an") and _describes_company(doc, k + 1, words) == 2:
            return 1  # "X is now a $5bn company"
    if after.pos_ == "VERB" and after.lemma_ in words.company_verbs:
        money = j + 1 < n and (doc[j + 1].ent_type_ == "MONEY" or doc[j + 1].text in "$€£¥")
        return 2 if money else 1
    return 0


def _is_place(doc: Doc, k: int, words: Lexicon) -> bool:
    return doc[k].lower_ in words.places or doc[k].ent_type_ == "GPE"


def _is_company_noun(doc: Doc, k: int, words: Lexicon) -> bool:
    if doc[k].lower_ == "up" and k >= 2:  # "start-up" is three tokens
        return doc[k - 2].lower_ == "start"
    return doc[k].lower_ in words.company_nouns


def _describes_company(doc: Doc, start: int, words: Lexicon) -> int:
    """2 when a noun that calls something a company follows within a few words (", a Shenzhen-based maker of"),
    1 when a person can be called so too (", a partner"), else 0."""
    for k in range(start, min(start + 7, len(doc))):
        if _is_company_noun(doc, k, words) or doc[k].lower_ in SPONSORS:
            after = doc[k + 1] if k + 1 < len(doc) else doc[k]
            if after.lower_ in ("'s", "’s"):
                return 0  # "the foundry's finance chief"
            if after.tag_ == "NN" and not _is_company_noun(doc, k + 1, words):
                continue  # "a fund manager"
            return 1 if doc[k].lower_ in PEOPLE_TOO else 2
        if doc[k].text in ",.;()" or doc[k].lower_ in ENDS_APPOSITION or is_title(doc[k].lower_, words):
            return 0
    return 0


def person_cues(doc: Doc, run: Run, words: Lexicon) -> int:
    """How many things around the run only a person has: a title, "X, a spokesman", "X, who", "X, 52,"."""
    cues = int(run.title) * 2
    j, n = run.end, len(doc)
    before = doc[run.start - 1].lower_ if run.start else ""
    if before and (is_title(before, words) or before == "chief"):
        cues += 2
    if (
        before == ","
        and run.start > 2
        and j < n
        and doc[j].text == ","
        and _titled(doc, run.start - 2, words)
    ):
        cues += 3  # "The chief executive of Prairie Minerals, Walt Sorrell, says"
    if j + 1 < n and doc[j].text == ",":
        following = [doc[k].lower_ for k in range(j + 1, min(j + 7, n))]
        named = following[0] == "who" or (following[0].isdigit() and len(following[0]) == 2)
        reach = (
            6 if any(word in ("'s", "’s") for word in following[:3]) else 4
        )  # "X, Norrgard's chief financial officer"
        if named or any(word in words.person_titles for word in following[:reach]):
            cues += 2
    return cues


def _titled(doc: Doc, last: int, words: Lexicon) -> bool:
    """True where the phrase that ends at token `last` is "the chairman of X"."""
    for i in range(last, max(-1, last - 7), -1):
        token = doc[i]
        if token.lower_ in ("of", "at", "for"):
            title = doc[i - 1].lower_ if i else ""
            return is_title(title, words) or title in ("executive", "officer", "economist")
        if not (token.pos_ in ("PROPN", "DET", "NOUN", "PART") or token.text in ("'s", "’s")):
            return False
    return False
