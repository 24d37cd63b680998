"""Runs of capitalised words: everything that may be a name, before anybody asks what it names.

The entity recogniser finds about 60 % of the company names of this field and cuts many of them short
("Yulong" GPE, "Foundry" ORG), so the words themselves say where a name begins and ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from nlp.lexicon import Lexicon
from nlp.names import key, legal_words

#: Heads after which "of" goes on with the name: Ministry of Commerce, Bank of China, University of X.
OF_HEADS = frozenset(
    [
        "ministry",
        "department",
        "bureau",
        "office",
        "university",
        "bank",
        "academy",
        "institute",
        "house",
        "college",
        "council",
        "court",
        "committee",
        "association",
        "chamber",
        "federation",
        "society",
        "school",
        "board",
        "commission",
        "agency",
        "institutes",
        "center",
        "centre",
    ]
)
SKIPPED_ENTITIES = frozenset(["DATE", "TIME", "MONEY", "PERCENT", "QUANTITY"])
MONEY_MARKS = frozenset("$€£¥")


@dataclass(slots=True)
class Run:
    """Tokens [start, end) that may be a name."""

    start: int
    end: int
    legal: bool = False  #: ends in a legal form
    title: bool = False  #: a person's title stands in front
    labels: list[str] = field(default_factory=list)  #: what the entity recogniser said of its tokens


def is_name_token(token: Token) -> bool:
    """True for "Haoyang", "iFlytek", "4Paradigm", "SMIC"; false for "S$21", "2019", "Monday"."""
    text: str = token.text
    first = text[0]
    if first.islower():
        return len(text) > 2 and text[1].isupper() and text[2:].isalnum()
    if first.isdigit():
        return any(c.isupper() for c in text) and text.isalnum() and not text[-1].isdigit()
    if not first.isupper() or any(c in MONEY_MARKS for c in text):
        return False
    return token.ent_type_ not in SKIPPED_ENTITIES or (token.tag_ == "NNP" and token.ent_type_ == "MONEY")


def find_runs(doc: Doc, words: Lexicon) -> Iterator[Run]:
    """Every run of name tokens, legal forms and connectives taken in, openers and titles cut off."""
    flags = [is_name_token(token) for token in doc]
    sentence_starts = {token.i for token in doc if token.is_sent_start}
    i, n = 0, len(doc)
    while i < n:
        if not flags[i]:
            i += 1
            continue
        j = _end_of_run(doc, flags, i, n, sentence_starts)
        yield from _pieces(doc, i, j, words)
        i = j


def _end_of_run(doc: Doc, flags: list[bool], i: int, n: int, sentence_starts: set[int]) -> int:
    legal = legal_words()
    j = i + 1
    while j < n and j not in sentence_starts:
        token = doc[j]
        text = token.text
        if flags[j] or (text.isdigit() and doc[j - 1].whitespace_ != "" and j + 1 < n and flags[j + 1]):
            j += 1
        elif text in ("&", "-", "–") and j + 1 < n and flags[j + 1]:
            if text != "&" and (doc[j - 1].whitespace_ or token.whitespace_):
                break
            j += 2
        elif text == "," and j + 1 < n and _is_legal(doc[j + 1], legal):
            j += 2
        elif (_is_legal(token, legal) and token.text.lower() == "plc") or (
            text == "."
            and key(doc[j - 1].text) in legal
            and not doc[j - 1].whitespace_
            and j + 1 < n
            and (flags[j + 1] or doc[j + 1].text == ",")
        ):
            j += 1
        elif text == "(" and (close := _place_in_brackets(doc, flags, j, n)):
            j = close
        elif text in ("of", "for", "and", "the", "'s", "’s") and (nxt := _connective(doc, flags, i, j, n)):
            j = nxt
        else:
            break
    return j


def _is_legal(token: Token, legal: frozenset[str]) -> bool:
    text = token.text
    return (
        (text[0].isupper() or text in ("plc", "a.s.", "s.r.o.", "d.o.o."))
        and key(text) in legal
        and len(text) > 1
    )


def _place_in_brackets(doc: Doc, flags: list[bool], j: int, n: int) -> int | None:
    """The token after "(Beijing)" when the name goes on behind it."""
    k = j + 1
    while k < n and k < j + 4 and (flags[k] or doc[k].text in ("'", "’")):
        k += 1
    if k > j + 1 and k + 1 < n and doc[k].text == ")" and flags[k + 1] and doc[k].whitespace_:
        return k + 2
    return None


def _connective(doc: Doc, flags: list[bool], i: int, j: int, n: int) -> int | None:
    """The token after the connective and the word behind it when the name goes on there."""
    k = j + 1
    if k < n and doc[k].text == "the" and doc[j].text in ("of", "for"):
        k += 1
    if k >= n or not flags[k]:
        return None
    text = doc[j].text
    has_head = any(doc[t].text.lower() in OF_HEADS for t in range(i, j))
    if text == "of":
        return k + 1 if has_head else None
    if doc[j].ent_type_ == "ORG" and doc[j].ent_iob_ == "I" and doc[k].ent_iob_ == "I" and has_head:
        return k + 1
    return None


def _pieces(doc: Doc, i: int, j: int, words: Lexicon) -> Iterator[Run]:
    """The run [i, j) without opening words, cut at titles."""
    while j > i and doc[j - 1].text in ("&", "-", "–", ","):
        j -= 1
    legal = _legal_tail(doc, i, j)
    last = doc[(legal or j) - 1].text.lower()
    whole = legal is not None or last in words.company_heads
    start, title = i, False
    for t in range(i, j):
        lower = doc[t].text.lower()
        if lower in words.person_titles and not (whole and t > i) and lower != last:
            if t > start:
                yield from _piece(doc, start, t, words, title, None)
            start, title = t + 1, True
    if start < j:
        yield from _piece(doc, start, j, words, title, legal)


def _legal_tail(doc: Doc, i: int, j: int) -> int | None:
    """Where the legal form at the end of [i, j) begins; None without one."""
    legal = legal_words()
    k = j
    while k - 1 > i and (key(doc[k - 1].text) in legal or doc[k - 1].text in (",", ".")):
        k -= 1
    return k if k < j else None


def _piece(doc: Doc, i: int, j: int, words: Lexicon, title: bool, legal: int | None) -> Iterator[Run]:
    while i < j and _opens(doc, i, j, words):
        i += 1
    while (
        j > i
        and not doc[j - 1].text[-1].isalnum()
        and doc[j - 1].text not in ("+", ")")
        and doc[j - 1].text[-1] not in ".+"
    ):
        j -= 1
    if i < j:
        labels = [token.ent_type_ for token in doc[i:j] if token.ent_type_]
        yield Run(i, j, legal=legal is not None and legal > i, title=title, labels=labels)


def _opens(doc: Doc, i: int, j: int, words: Lexicon) -> bool:
    """True for a first word that is no part of the name: "The", "Meanwhile", "Chinese"."""
    token = doc[i]
    lower = token.text.lower().replace("’", "'")
    if not token.text[-1].isalnum() and len(token.text) == 1:
        return True
    if lower in words.demonyms:
        return not (i + 1 < j and token.ent_type_ == "ORG" and doc[i + 1].ent_type_ == "ORG")
    return lower in words.not_names and (
        i + 1 == j
        or not (token.ent_type_ == "ORG" and lower in ("new", "national", "first", "one", "american"))
    )
