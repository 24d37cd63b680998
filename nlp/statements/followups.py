"""Quotations without a cue of their own: going on from the paragraph before, announced by its colon, or bare.

`go_on` gives paragraphs of nothing but quotation to the statement that they continue; `bare_quotes` lets the
last speaker of the paragraph before speak where no attribution says otherwise.
"""

from collections.abc import Iterator

from nlp.statements.direct import Attached
from nlp.statements.reader import Draft, QuoteTokens, Reader
from nlp.statements.speakers import mention_of
from nlp.statements.subjects import SUBJECTS

MIN_WORDS = 4  # shorter quoted bits without a cue are titles, terms and scare quotes


def go_on(reader: Reader, attached: list[Attached]) -> None:
    """Add to each statement the quoted paragraphs that continue it."""
    owner: dict[int, Attached] = {q.first: a for a in attached for q in a.quotes}
    by_cue = {a.cue.verb.i: a for a in attached}
    for number in sorted(reader.quotes_of):
        quotes = reader.quotes_of[number]
        before = reader.quotes_of.get(number - 1, [])
        if before and before[-1].quote.continues:
            _join(owner, before, quotes)
        if quotes[0].first in owner or not _only_quoted(reader, number, quotes):
            continue
        last = _last_word(reader, quotes[0].first)
        if last < 0:
            continue
        if (
            before
            and (found := owner.get(before[-1].first)) is not None
            and _closes_block(reader, found, before[-1], last)
        ):
            for quote in quotes:
                found.quotes.append(quote)
                owner[quote.first] = found
        elif reader.doc[last].text == ":":
            first, _ = reader.sentence(last)
            cues = [
                c
                for i in range(first, last)
                if (c := reader.cue_at.get(i)) is not None and c.verb.dep_ != "relcl"
            ]
            if not cues:
                continue
            cue = cues[-1]
            found = by_cue.get(cue.verb.i)
            if found is None:
                found = by_cue[cue.verb.i] = Attached(cue)
                attached.append(found)
            for quote in quotes:
                found.quotes.append(quote)
                owner[quote.first] = found


def _join(owner: dict[int, Attached], before: list[QuoteTokens], quotes: list[QuoteTokens]) -> None:
    """A quotation that left its mark open goes on in the next paragraph, whichever of them has the cue."""
    earlier, later = owner.get(before[-1].first), owner.get(quotes[0].first)
    if earlier is not None and later is None:
        earlier.quotes.append(quotes[0])
        owner[quotes[0].first] = earlier
    elif later is not None and earlier is None:
        later.quotes.insert(0, before[-1])
        owner[before[-1].first] = later


def _only_quoted(reader: Reader, number: int, quotes: list[QuoteTokens]) -> bool:
    """True when nothing but quotations stands in the block."""
    block = reader.blocks[number]
    covered = sum(q.quote.end - q.quote.start for q in quotes)
    return quotes[0].quote.start <= block.start + 1 and covered >= 0.95 * (block.end - block.start)


def _last_word(reader: Reader, i: int) -> int:
    """The last token of the paragraph before token i, white space left out."""
    i -= 1
    while i >= 0 and reader.doc[i].is_space:
        i -= 1
    return i


def _closes_block(reader: Reader, found: Attached, quote: QuoteTokens, last: int) -> bool:
    """True when the paragraph ends with the statement: with its quotation, or with its attribution."""
    if quote.last >= last - 1:
        return True
    _, end = reader.sentence(found.cue.verb.i)
    return end >= last - 1 and found.cue.verb.i > quote.last


def announced(reader: Reader, owned: set[int]) -> Iterator[Draft]:
    """Quotations behind a colon whose sentence has no cue: "The minister was blunt: '...'" ."""
    doc = reader.doc
    for quote in reader.quotes:
        if quote.first in owned:
            continue
        colon = _last_word(reader, quote.first)
        if colon < 1 or doc[colon].text != ":" or _words(reader, quote) < MIN_WORDS:
            continue
        if reader.block_at[quote.first] - reader.block_at[colon] > 1:
            continue
        first, _ = reader.sentence(colon)
        if colon - first > 40 or any(i in reader.cue_at for i in range(first, colon)):
            continue
        subjects = (
            doc[i] for i in range(first, colon) if doc[i].dep_ in SUBJECTS and first <= doc[i].head.i < colon
        )
        names = (doc[i] for i in range(first, colon) if doc[i].dep_ == "ROOT" and doc[i].pos_ == "PROPN")
        subject = next(subjects, None) or next(names, None)
        if subject is None or not (
            subject.ent_type_ in ("PERSON", "ORG") or subject.lower_ in ("he", "she") or subject.tag_ == "NNP"
        ):
            continue
        yield Draft(
            cue=None,
            spans=[(q.quote.start, q.quote.end) for q in _run(reader, quote, owned)],
            rule="colon",
            speaker=mention_of(reader, subject, "colon"),
            cue_span=reader.chars(colon, colon),
            cue_lemma=":",
            cue_class="say",
        )


def _words(reader: Reader, quote: QuoteTokens) -> int:
    return sum(not t.is_punct and not t.is_space for t in reader.doc[quote.first : quote.last + 1])


def _run(reader: Reader, quote: QuoteTokens, owned: set[int]) -> list[QuoteTokens]:
    """`quote` and the quotations that follow it with nothing between."""
    run = [quote]
    owned.add(quote.first)
    number = reader.quote_at[quote.first] + 1
    while number < len(reader.quotes):
        other = reader.quotes[number]
        gap = range(run[-1].last + 1, other.first)
        if other.first in owned or other.quote.paragraph != quote.quote.paragraph or len(gap) > 2:
            break
        if not all(reader.doc[i].is_space for i in gap):
            break
        run.append(other)
        owned.add(other.first)
        number += 1
    return run


def bare_quotes(reader: Reader, drafts: list[Draft], owned: set[int]) -> Iterator[Draft]:
    """Whole quoted sentences without a cue, spoken by whoever spoke last in this paragraph or the one before."""
    doc = reader.doc
    told = sorted((d for d in drafts if d.speaker is not None), key=lambda d: d.end)
    ends = [d.end for d in told]
    position = 0
    for quote in reader.quotes:
        if quote.first in owned or _words(reader, quote) < MIN_WORDS:
            continue
        inner = reader.text[quote.quote.inner_start : quote.quote.inner_end].strip()
        if inner[-1:] not in ".?!…" or not inner[:1].isupper():
            continue
        before = _last_word(reader, quote.first)
        number = quote.quote.paragraph
        opens_block = before < 0 or reader.block_at[before] != number
        if not opens_block and doc[before].text not in {".", "?", "!"} and reader.quote_at[before] < 0:
            continue
        if opens_block and not _only_quoted(reader, number, reader.quotes_of[number]):
            continue
        while position < len(ends) and ends[position] <= quote.quote.start:
            position += 1
        last = told[position - 1] if position else None
        if last is None or last.speaker is None:
            continue
        told_in = reader.block_at[last.speaker.head.i]
        if number - told_in > (1 if opens_block else 0):
            continue
        yield Draft(
            cue=None,
            spans=[(q.quote.start, q.quote.end) for q in _run(reader, quote, owned)],
            rule="follow-up",
            speaker=last.speaker,
            cue_class="say",
            confidence=0.6,
        )
