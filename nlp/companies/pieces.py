"""What of a run of capitals is a name: opening words, titles and ranks cut off, people's names cut out."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from nlp.dates.patterns import MONTHS, WEEKDAYS
from nlp.lexicon import Lexicon
from nlp.names import key, legal_words

LOWER_LEGAL = frozenset(
    ["plc", "a.s.", "s.r.o.", "d.o.o.", "a.s", "s.r.o", "d.o.o", "d.d", "a.d", "s.p.a", "z.o.o"]
)
#: Words that call a company something and open a sentence before its name: "Rival Yutai Memory". See also "-maker".
DESCRIBES = frozenset(
    "rival rivals supplier suppliers competitor competitors startup start-up manufacturer distributor contractor "
    "conglomerate retailer lender insurer subsidiary shareholder investor customer refiner shipbuilder shipowner broker "
    "exporter importer producer developer operator vendor miner foundry distributor partner owner parent carrier".split()
)
#: First words of a title, which are no name without it: "Chief Financial | Officer Hugh Bannister".
RANKS = frozenset(
    "chief vice deputy assistant executive senior managing acting first under associate".split()
)
CALENDAR = frozenset(
    [*(month for month in MONTHS if len(month) > 4 or month in ("may", "june", "july")), *WEEKDAYS]
)


@dataclass(slots=True)
class Run:
    """Tokens [start, end) that may be a name."""

    start: int
    end: int
    first: int = 0  #: first character
    last: int = 0  #: character after the last one
    legal: bool = False  #: ends in a legal form
    title: bool = False  #: a person's title stands in front
    headline: bool = False  #: in a heading where every word has a capital
    labels: list[str] = field(default_factory=list)  #: what the entity recogniser said of its tokens


def is_legal(token: Token, legal: frozenset[str]) -> bool:
    text = token.text
    return (text[0].isupper() or text in LOWER_LEGAL) and len(text) > 1 and key(text) in legal


def pieces(doc: Doc, i: int, j: int, words: Lexicon) -> Iterator[Run]:
    """The run [i, j) without opening words, cut at titles and where a person's name begins."""
    if j - i == 1:
        yield from _piece(doc, i, j, words, False, None)
        return
    while j > i and doc[j - 1].text in ("&", "-", "–", ","):
        j -= 1
    legal = legal_tail(doc, i, j)
    last = doc[(legal or j) - 1].lower_
    whole = legal is not None or last in words.company_heads
    start, title = i, False
    for t in range(i, j):
        token = doc[t]
        if (
            not whole
            and t > start
            and token.ent_type_ == "PERSON"
            and token.ent_iob_ == "B"
            and doc[t - 1].ent_type_ != "PERSON"
            and doc[j - 1].ent_type_ == "PERSON"
            and j - t > 1
        ):
            yield from _piece(doc, start, t, words, title, None)
            start = t
        if is_title(token.lower_, words) and not (whole and t > i) and t < j - 1:
            if t > start and not _is_rank(doc, start, t):
                yield from _piece(doc, start, t, words, title, None)
            start, title = t + 1, True
    if start < j:
        yield from _piece(doc, start, j, words, title, legal)


def _is_rank(doc: Doc, i: int, t: int) -> bool:
    """True for what stands in [i, t) before a title and belongs to it: "Chief Financial", "U.S. Trade"."""
    first = doc[i].lower_
    return first in RANKS or (
        key(first) in ("us", "eu", "uk")
        and t - i == 2
        and doc[t - 1].lower_ in ("trade", "special", "climate")
    )


def is_title(word: str, words: Lexicon) -> bool:
    """True for "mr", "sen.", "chairman"."""
    return word in words.person_titles or (word[-1] == "." and word[:-1] in words.person_titles)


def opens_sentence(token: Token) -> bool:
    """True for the first word of a sentence, quotation marks and brackets left out."""
    while not token.is_sent_start and token.i and not token.nbor(-1).text[0].isalnum():
        token = token.nbor(-1)
    return bool(token.is_sent_start)


def legal_tail(doc: Doc, i: int, j: int) -> int | None:
    """Where the legal form at the end of [i, j) begins; None without one."""
    legal = legal_words()
    k = j
    while k - 1 > i and (doc[k - 1].text in (",", ".") or is_legal(doc[k - 1], legal)):
        k -= 1
    return k if k < j else None


def _piece(doc: Doc, i: int, j: int, words: Lexicon, title: bool, legal: int | None) -> Iterator[Run]:
    begin = i
    while i < j and (_opens(doc, i, j, words, legal is not None) or (i > begin and _is_year(doc[i]))):
        i += 1  # "In 2023 Orsted Metrology": the metrology company
    while j > i and doc[j - 1].text[-1] not in ".+)" and not doc[j - 1].text[-1].isalnum():
        j -= 1
    while j - 1 > i and not legal and is_title(doc[j - 1].lower_, words):
        j -= 1  # "State Department Undersecretary"
        if _is_rank(doc, i, j):
            return
    if i < j:
        headed = legal is not None or doc[j - 1].lower_ in words.company_heads
        office = i > 2 and doc[i - 1].lower_ in ("of", "for") and is_title(doc[i - 2].lower_, words)
        if office and j - i > 2 and not headed:
            i, title = i + 1, True  # "Under Secretary of Commerce Dana Whitlock"
        labels = [token.ent_type_ for token in doc[i:j] if token.ent_type_]
        yield Run(i, j, legal=legal is not None and legal > i, title=title, labels=labels)


def _is_year(token: Token) -> bool:
    return len(token) == 4 and token.is_digit and token.text[:2] in ("19", "20")


def _opens(doc: Doc, i: int, j: int, words: Lexicon, legal: bool) -> bool:
    """True for a first word that is no part of the name: "The", "Meanwhile", "Chinese", "Rival"."""
    token = doc[i]
    lower = token.lower_.replace("’", "'")
    if len(token) == 1 and not token.is_alpha:
        return True
    adverb = token.tag_ == "RB" and lower.endswith("ly") and doc.vocab[lower].has_vector
    if adverb and i + 1 < j and opens_sentence(token):
        return True  # "Possibly Oosterwijk Optics."
    if lower in words.demonyms:
        if i + 1 < j and doc[i:j].text.lower() in words.places:
            return False  # "the Czech Republic"
        return not (i + 1 < j and token.ent_type_ == "ORG" and doc[i + 1].ent_type_ == "ORG")
    if lower not in words.not_names:
        called = lower in DESCRIBES or lower.endswith(("maker", "makers"))
        return called and not legal and i + 1 < j and opens_sentence(token)
    if legal and i + 1 < j and lower not in ("the", "a", "an") and not opens_sentence(token):
        return False  # "and Ever Glimmer (Hong Kong) Ltd"
    if opens_sentence(token) or i + 1 == j or lower in CALENDAR:
        return i + 1 == j or not (
            token.ent_type_ == "ORG" and lower in ("new", "national", "first", "one", "american")
        )
    return token.tag_ not in ("NNP", "NNPS") or lower in ("the", "a", "an")  # "the Big Fund" keeps its Big
