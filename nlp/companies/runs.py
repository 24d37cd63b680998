"""Runs of capitalised words: everything that may be a name, before anybody asks what it names.

The entity recogniser finds about 60 % of the company names of this field and cuts many of them short
("Yulong" GPE, "Foundry" ORG), so the words themselves say where a name begins and ends.
"""

from bisect import bisect_right
from collections.abc import Iterator

from spacy.attrs import ENT_TYPE, IDX, ORTH, SENT_START
from spacy.strings import get_string_id
from spacy.tokens import Doc

from nlp.companies.headlines import find_headlines
from nlp.companies.pieces import LOWER_LEGAL, Run, is_legal, legal_tail, pieces
from nlp.lexicon import Lexicon, lexicon
from nlp.names import legal_words

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
        "administration",
        "authority",
        "institutes",
        "center",
        "centre",
    ]
)
SKIPPED_ENTITIES = frozenset(["DATE", "TIME", "MONEY", "PERCENT", "QUANTITY"])
NO_NAME = frozenset("$€£¥<>=@")
#: Small words inside a person's name.
PARTICLES = frozenset(
    [
        "van",
        "von",
        "der",
        "den",
        "de",
        "da",
        "di",
        "del",
        "la",
        "le",
        "bin",
        "ibn",
        "al",
        "el",
        "ter",
        "ten",
        "dos",
        "du",
    ]
)
LONGEST_NAME = 9  # words in capitals without a legal form; more are a headline
MOST_SHAPES = 200_000  # words remembered by number; a long job must not grow without bound
NEVER, LIKELY, SURE = 0, 1, 2  #: of a word: no name, a name unless it belongs to a date or sum, a name
_SHAPES: dict[int, int] = {}
_SKIPPED = frozenset(get_string_id(label) for label in SKIPPED_ENTITIES)
_MONEY = get_string_id("MONEY")
HYPHENATED = frozenset(
    "based backed owned led made style born built listed run wide area class era bound only".split()
)
JOINED = frozenset(["ve", "und", "et", "y", "dan", "i", "e"])
LONGEST_SYLLABLE = 6  # letters of the second part of a given name: "hyeong"


def _name_flags(doc: Doc) -> list[bool]:
    """Of each token whether it may be part of a name; most words are told by one look-up of their number."""
    if len(_SHAPES) > MOST_SHAPES:
        _SHAPES.clear()
    words = doc.to_array([ORTH]).tolist()
    for word in set(words).difference(_SHAPES):
        _SHAPES[word] = _shape(doc.vocab.strings[word])
    shapes = [_SHAPES[word] for word in words]
    flags = [shape != NEVER for shape in shapes]
    for i, entity in enumerate(doc.to_array([ENT_TYPE]).tolist()):
        if entity in _SKIPPED and shapes[i] == LIKELY:
            flags[i] = entity == _MONEY and doc[i].tag_ == "NNP"
    return flags


def _shape(text: str) -> int:
    """SURE for "iFlytek" and "4Paradigm", LIKELY for "Haoyang" and "SMIC", NEVER for "S$21" and "2019"."""
    first = text[0]
    if first.islower():
        return SURE if len(text) > 2 and text[1].isupper() and text[2:].isalnum() else NEVER
    if first.isdigit():
        return SURE if any(c.isupper() for c in text) and text.isalnum() and not text[-1].isdigit() else NEVER
    return LIKELY if first.isupper() and not any(c in NO_NAME for c in text) else NEVER


def find_runs(doc: Doc, words: Lexicon) -> Iterator[Run]:
    """Every run of name tokens, legal forms and connectives taken in, openers and titles cut off."""
    flags = _name_flags(doc)
    begins = doc.to_array([IDX]).tolist()
    blocks = {block.start for block in doc._.blocks}
    opened = [i for i, mark in enumerate(doc.to_array([SENT_START]).tolist()) if mark == 1]
    starts = {i for i in opened if (i and not doc[i - 1].text[-1].isalnum()) or begins[i] in blocks}
    headlines = find_headlines(doc, flags, begins)
    line_starts = [start for start, _ in headlines]
    i, n = 0, len(doc)
    while i < n:
        if not flags[i]:
            i += 1
            continue
        j = _end_of_run(doc, flags, i, n, starts)
        at = bisect_right(line_starts, i) - 1
        too_long = j - i > LONGEST_NAME and legal_tail(doc, i, j) is None
        if too_long or (at >= 0 and i < headlines[at][1]):
            yield from _in_headline(doc, i, j)
        else:
            for run in pieces(doc, i, j, words):
                yield _with_offsets(doc, run)
        i = j


def _in_headline(doc: Doc, i: int, j: int) -> Iterator[Run]:
    """The recogniser's entities: capitals tell nothing where every word has one."""
    k = i
    while k < j:
        end = k + 1
        if doc[k].ent_iob_ == "B" and doc[k].ent_type_ in ("ORG", "PERSON"):
            while end < j and doc[end].ent_iob_ == "I":
                end += 1
            yield _with_offsets(doc, Run(k, end, headline=True, labels=[doc[k].ent_type_]))
        k = end


def _with_offsets(doc: Doc, run: Run) -> Run:
    first, last = doc[run.start], doc[run.end - 1]
    run.first, run.last = first.idx, last.idx + len(last)
    dash = max(first.text.rfind("—"), first.text.rfind("–"))  # "Calif.—Penrose" is one token
    if 0 <= dash < len(first) - 1:
        run.first += dash + 1
    return run


def _end_of_run(doc: Doc, flags: list[bool], i: int, n: int, starts: set[int]) -> int:
    legal = legal_words()
    j = i + 1
    while j < n and j not in starts:
        token = doc[j]
        text = token.text
        go_on = j + 1 < n and flags[j + 1]
        if flags[j] or (
            text.isdigit()
            and doc[j - 1].whitespace_
            and go_on
            and doc[j - 1].ent_type_ != "DATE"
            and doc[j - 1].pos_ != "ADP"  # "In 2018 Veridian"
        ):
            j += 1
        elif (
            (text == "&" and go_on)
            or (text in ("-", "–") and go_on and not doc[j - 1].whitespace_ and not token.whitespace_)
            or (text == "," and j + 1 < n and is_legal(doc[j + 1], legal))
        ):
            j += 2
        elif text in LOWER_LEGAL or (
            text == "."
            and is_legal(doc[j - 1], legal)
            and not doc[j - 1].whitespace_
            and (go_on or doc[j + 1 : j + 2].text == "," or "." in doc[j - 1].text)
        ):
            j += 1
        elif text == "." and doc[j - 1].text == "No" and j + 1 < n and doc[j + 1].text.isdigit():
            j += 2  # "Qingyang No. 4 Radio Factory"
        elif (
            text in JOINED
            and go_on
            and legal_tail(doc, i, min(j + 6, n)) is None
            and _legal_ahead(doc, flags, j, n)
        ):
            j += 2  # "Zeynep Lojistik ve Ticaret A.Ş."
        elif text == "-" and (behind := _given_name(doc, i, j, n)):
            j = behind
        elif text in ("'", "’") and go_on and doc[j - 1].text[-1] == "s" and doc[j + 1].lower_ in OF_HEADS:
            j += 2  # "the Solar Exporters' Council"
        elif text == "(" and (close := _place_in_brackets(doc, flags, j, n)):
            j = close
        elif text in PARTICLES and go_on and doc[i].ent_type_ == "PERSON" and token.ent_type_ == "PERSON":
            j += 2
        elif text in ("of", "for", "on", "and", "'s", "’s") and (nxt := _connective(doc, flags, i, j, n)):
            j = nxt
        else:
            break
    return j


def _legal_ahead(doc: Doc, flags: list[bool], j: int, n: int) -> bool:
    """True where the words in capitals after token `j` end in a legal form."""
    k = j + 1
    while k < n and k < j + 5 and flags[k]:
        k += 1
    return legal_tail(doc, j, k) is not None


def _given_name(doc: Doc, i: int, j: int, n: int) -> int | None:
    """The token after "Bae Sung-hoon" where only its first part has a capital."""
    if j + 1 >= n or doc[j].whitespace_ or doc[j - 1].whitespace_ or j - i != 2:
        return None
    part = doc[j + 1]
    if not (part.is_lower and part.is_alpha and len(part) <= LONGEST_SYLLABLE and doc[i].is_title):
        return None
    if part.lower_ in HYPHENATED or part.text in lexicon().company_nouns:
        return None  # "Tsuen Wan-based"
    follows = j + 2 < n and doc[j + 2].text == "-"
    known = part.ent_type_ == "PERSON" or doc[i].lower_ in lexicon().surnames
    return j + 2 if known or not (follows or doc[i].lower_ in lexicon().places or part.has_vector) else None


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
    if k < n and doc[k].text == "the" and doc[j].text in ("of", "for", "on"):
        k += 1
    if k >= n or not flags[k]:
        return None
    has_head = any(doc[t].lower_ in OF_HEADS for t in range(i, j))
    text = doc[j].text
    if text == "of" or (text in ("on", "for") and doc[j - 1].lower_ in OF_HEADS):
        return k + 1 if has_head else None
    if text in ("'s", "’s"):  # the Ministry of Commerce of the People's Republic of China
        republic = doc[k : k + 3].text
        return k + 3 if doc[j - 1].text == "People" and republic == "Republic of China" else None
    if has_head and doc[j].ent_type_ == "ORG" and doc[j].ent_iob_ == "I" and doc[k].ent_iob_ == "I":
        return k + 1
    return None
