"""Quotations and the cues that stand beside them: "...," she said. "..."; he said, "..."; split quotations.

The parse around quotation marks is weak, so the rules look at the words between quotations of one paragraph
(the gaps) and use the parse only inside a gap.
"""

import re
from dataclasses import dataclass, field
from itertools import islice

from spacy.tokens import Token

from nlp.statements.cues import Cue
from nlp.statements.cuts import stretch_of
from nlp.statements.reader import STOPS, QuoteTokens, Reader

MAX_GAP = 45  # words between a quotation and its cue: the longest appositions seen, more is another sentence
#: Words that may lead from the attribution back into the quotation: '"...," he said, but "...".'
JOINERS = frozenset({"but", "and", "because", "that", "so", "or", "yet"})
#: Last characters of quoted words that announce an attribution.
ENDINGS = frozenset({",", "?", "!", "…", "-", "—", "–", "."})
MAX_ALIAS = 8  # words of a short name in brackets
ALIAS = re.compile(r"\((?:(?:the|each|together|collectively|hereafter|or),?\s+)*$", re.IGNORECASE)
ALIAS_END = re.compile(r"\)|,? (?:or|and|together|collectively)\b")
BREAKS = frozenset({".", "?", "!", ";"})


@dataclass(slots=True)
class Attached:
    """Quotations of one cue, in order."""

    cue: Cue
    quotes: list[QuoteTokens] = field(default_factory=list)
    lead: tuple[int, int] | None = None  #: unquoted words of the same sentence before the first quotation
    begin: int | None = None  #: first token of an attribution that follows its quotation


def attach_quotes(reader: Reader) -> list[Attached]:
    """Quotations joined to their cues, paragraph by paragraph."""
    found: list[Attached] = []
    for number, quotes in reader.quotes_of.items():
        found.extend(_attach(reader, number, quotes))
    return found


def _attach(reader: Reader, number: int, quotes: list[QuoteTokens]) -> list[Attached]:
    by_cue: dict[int, Attached] = {}
    order: list[Attached] = []
    owner: dict[int, Attached] = {}

    def give(cue: Cue, quote: QuoteTokens) -> Attached:
        attached = by_cue.get(cue.verb.i)
        if attached is None:
            attached = by_cue[cue.verb.i] = Attached(cue)
            order.append(attached)
        attached.quotes.append(quote)
        owner[quote.first] = attached
        return attached

    block_first, block_last = _block_tokens(reader, number, quotes)
    for k, quote in enumerate(quotes):
        if _is_alias(reader, quote):
            continue
        gap_after_end = quotes[k + 1].first - 1 if k + 1 < len(quotes) else block_last
        gap_before_start = quotes[k - 1].last + 1 if k else block_first
        after = _cue_after(reader, quote, quote.last + 1, gap_after_end)
        before = _cue_before(reader, quote, gap_before_start, quote.first - 1)
        if before is not None and before.verb.i in by_cue:  # "...," he said, "..."
            give(before, quote)
        elif after is not None:
            attached = give(after, quote)
            if len(attached.quotes) == 1:
                attached.lead = _lead(reader, quote, gap_before_start)
                attached.begin = _begin(reader, quote.last + 1)
        elif before is not None:
            give(before, quote)
        elif (
            k
            and (last := next((q for q in reversed(quotes[max(0, k - 3) : k]) if q.first in owner), None))
            is not None
            and _follows(reader, owner[last.first], last, quote)
        ):
            owner[last.first].quotes.append(quote)
            owner[quote.first] = owner[last.first]
    return order


def _is_alias(reader: Reader, quote: QuoteTokens) -> bool:
    """True for a name given in brackets: 'Tarvik Semiconductor Ltd. ("Tarvik")', '(the "Company")'."""
    inner = reader.text[quote.quote.inner_start : quote.quote.inner_end].rstrip()
    if quote.last - quote.first > MAX_ALIAS or inner[-1:] in ".?!,":
        return False
    before = reader.text[max(0, quote.quote.start - 25) : quote.quote.start]
    return ALIAS.search(before) is not None and ALIAS_END.match(reader.text, quote.quote.end) is not None


def _block_tokens(reader: Reader, number: int, quotes: list[QuoteTokens]) -> tuple[int, int]:
    first, last = quotes[0].first, quotes[-1].last
    while first > 0 and reader.block_at[first - 1] == number:
        first -= 1
    while last + 1 < len(reader.doc) and reader.block_at[last + 1] == number:
        last += 1
    return first, last


def _end_mark(reader: Reader, quote: QuoteTokens) -> str:
    """The last character inside the marks: a comma announces an attribution, a full stop rarely does."""
    inner = reader.text[quote.quote.inner_start : quote.quote.inner_end].rstrip(" \n\t\xa0'’”\"")
    return inner[-1:]


def _cue_after(reader: Reader, quote: QuoteTokens, first: int, last: int) -> Cue | None:
    """The cue of an attribution that directly follows `quote`: ', she said', 'said the minister'."""
    doc = reader.doc
    mark = _end_mark(reader, quote)
    named = reader.cue_at.get(quote.first - 1)
    if named is not None and "name" in named.word.takes and "quote" not in named.word.takes:
        return (
            None  # 'what they called "the core," the firm charged a fee': a name, and no attribution follows
        )
    i = first
    comma = mark in {",", "?", "!", "…", "-", "—", "–"}
    while i <= last and (doc[i].is_space or doc[i].text in {",", "—", "–", "-", "--"}):
        comma = comma or not doc[i].is_space
        i += 1
    begin = i
    if begin <= last and doc[begin].dep_ == "cc" and mark not in ENDINGS:
        return None  # 'spoke of acts that "break the law", and threatened': the cue has words of its own
    for j in range(begin, min(last, begin + MAX_GAP) + 1):
        token = doc[j]
        if token.text in BREAKS or token.text == ":":
            return None
        cue = reader.cue_at.get(j)
        if cue is None:
            finite = token.tag_ in ("VBD", "VBZ", "VBP", "MD") and not _inside_np(token, begin)
            if finite and not token.text[:1].isupper() and token.lemma_ not in ("quote", "be"):
                return None  # a name may be taken for a verb, and "was quoted as saying" leads to the cue
            continue
        if "quote" not in cue.word.takes and "clause" not in cue.word.takes:
            return None
        if token.dep_ == "relcl" and reader.quote_at[token.head.i] < 0:
            continue
        if (
            token.tag_ == "VBG"
            and doc[j - 1].lower_ != "as"
            and not any(c.dep_ == "aux" for c in token.lefts)
        ):
            return None
        if j == begin:
            return None if token.text[:1].isupper() else cue  # 'no need to worry." Asked about it, she said'
        subject = next((c for c in token.lefts if c.dep_ in ("nsubj", "nsubjpass")), None)
        if (
            subject is None
            and doc[j - 1].lower_ != "as"
            and token.dep_ not in ("ROOT", "ccomp", "parataxis", "conj")
        ):
            return None
        if not comma and not _closes(reader, cue, last):
            return None
        if mark != "," and any(
            c.dep_ == "ccomp" and c.i > token.i and reader.quote_at[c.i] < 0 for c in token.rights
        ):
            return None  # '"Why?" The firm said it would': the cue has words of its own
        if subject is not None and subject.left_edge.i > begin + 3:
            return None
        if (
            mark not in ENDINGS
            and not _opens_sentence(reader, quote)
            and not _closes_sentence(reader, cue, last)
        ):
            return None  # 'what they call "dumping", he argued, is ...': a fragment of a reported clause
        return cue
    return None


def _begin(reader: Reader, i: int) -> int:
    """The first word at or after token i."""
    doc = reader.doc
    while i < len(doc) and (doc[i].is_space or doc[i].text in {",", "—", "–", "-", "--"}):
        i += 1
    return i


def _opens_sentence(reader: Reader, quote: QuoteTokens) -> bool:
    """True when no words of the same sentence stand before `quote`."""
    first, _ = reader.sentence(quote.first)
    return all(reader.quote_at[i] >= 0 or not reader.doc[i].is_alpha for i in range(first, quote.first))


def _closes_sentence(reader: Reader, cue: Cue, last: int) -> bool:
    """True when the attribution ends its sentence, or a quotation follows it."""
    _, high = stretch_of(reader, cue)
    return high >= last or reader.doc[high + 1].text in {".", "?", "!", ";"}


def _inside_np(token: Token, begin: int) -> bool:
    """True for the verb of a relative clause or apposition between the quotation and its cue."""
    return token.dep_ in ("relcl", "acl", "amod", "appos", "advcl") or any(
        a.dep_ in ("relcl", "acl") and a.i >= begin for a in islice(token.ancestors, MAX_GAP)
    )


def _closes(reader: Reader, cue: Cue, last: int) -> bool:
    """True when speaker and cue are a whole sentence: nothing is said after the cue."""
    _, high = stretch_of(reader, cue)
    doc = reader.doc
    return high >= last or (high + 1 < len(doc) and doc[high + 1].text in {".", ",", "?", "!"})


def _cue_before(reader: Reader, quote: QuoteTokens, first: int, last: int) -> Cue | None:
    """The cue that announces `quote`: 'she said, "', 'he told reporters: "', 'it said "'."""
    doc = reader.doc
    i = last
    while i >= first and doc[i].is_space:
        i -= 1
    if i < first:
        return None
    mark = doc[i].text
    announced = mark in {",", ":", "—", "–", "--"}
    start = i
    steps = 0
    while start - 1 >= first and doc[start - 1].text not in BREAKS and steps < MAX_GAP:
        start -= 1
        steps += 1
    if not announced:
        cue = reader.cue_at.get(i) or reader.cue_at.get(i - 1)
        if (
            cue is not None
            and "quote" in cue.word.takes
            and cue.end in (i + 1, i)
            and doc[i].lower_
            in (cue.verb.lower_, "that", "me", "us", "reporters", "him", "her", "them", *cue.word.particles)
        ):
            return cue
        return None
    best = None
    for j in range(start, i):
        cue = reader.cue_at.get(j)
        if cue is not None and ("quote" in cue.word.takes or (mark == ":" and "clause" in cue.word.takes)):
            best = cue
    if best is None:
        return None
    if mark in {",", "—", "–", "--"}:
        # "he said in May, "...": only adjuncts and addressees may stand between
        for child in best.verb.rights:
            if (
                child.dep_ == "ccomp"
                and child.i < i
                and reader.quote_at[child.i] < 0
                and child.i > best.verb.i
            ) and child.right_edge.i < quote.first:
                return None
        for j in range(best.end, i):
            if (
                doc[j].tag_ in ("VBD", "VBZ", "VBP")
                and j not in reader.cue_at
                and doc[j].dep_ not in ("relcl", "advcl", "ccomp", "acl")
            ):
                return None
    return best


def _lead(reader: Reader, quote: QuoteTokens, first: int) -> tuple[int, int] | None:
    """Unquoted words that begin the sentence which `quote` ends: 'leaders "who understand," she said'."""
    doc = reader.doc
    i = quote.first - 1
    while i >= first and doc[i].is_space:
        i -= 1
    if i < first or doc[i].text in BREAKS or doc[i].text in {",", ":", "—", "–"}:
        return None
    begin = i
    first = max(first, i - MAX_GAP - 1)
    while begin - 1 >= first and doc[begin - 1].text not in BREAKS and doc[begin - 1].text != ":":
        begin -= 1
    while begin < i and (doc[begin].is_space or doc[begin].is_punct):
        begin += 1
    if i - begin > MAX_GAP or any(j in reader.cue_at for j in range(begin, i + 1)):
        return None
    return begin, i


def _follows(reader: Reader, attached: Attached, previous: QuoteTokens, quote: QuoteTokens) -> bool:
    """True when `quote` goes on with `attached`: only its attribution, or nothing, stands between them."""
    doc = reader.doc
    between = range(previous.last + 1, quote.first)
    words = [i for i in between if not doc[i].is_space]
    if not words:
        return True
    goes_on = (
        doc[words[-1]].lower_ in JOINERS and len(words) > 1 and doc[words[-2]].text in {",", "—", "–", "-"}
    )
    stopped = doc[words[-1]].text in STOPS | {",", "—", "–", "--", "-"} or doc[words[-1]].text[-1] == "."
    if not stopped and not goes_on:
        return False
    cue = attached.cue
    if not previous.last < cue.verb.i < quote.first:
        return False
    stops = [i for i in words if doc[i].text in STOPS]
    if len(stops) > 1 or (stops and stops[0] != words[-1]):
        return False
    return len(words) <= MAX_GAP and doc[quote.first].i > cue.verb.i
