"""Neighbouring quantities that are one amount: ranges with a shared scale or currency, units with their cents.

"rose from X to Y" tells two amounts, "ranging from X to Y" one range.
"""

import re
from dataclasses import dataclass, replace

from nlp.money.quantities import Quantity
from nlp.money.units import SP, units

PER = rf"(?:{SP}+(?:per|an?){SP}+[a-z]+|{SP}+(?:each|apiece))?"
RANGE_GAP = re.compile(
    rf"{PER}(?P<word>{SP}*[-–]{SP}*to{SP}*[-–]{SP}*|{SP}*[-–]{SP}*|{SP}+to{SP}+(?:about{SP}+|around{SP}+)?)"
)
AND_GAP = re.compile(rf"{PER}{SP}+and{SP}+(?:about{SP}+|around{SP}+)?")
#: "at least $500 million and as much as $1 billion"
LEAST_MOST = re.compile(
    rf"{PER}{SP}+(?:and|but|or){SP}+(?:as{SP}+much{SP}+as|up{SP}+to|no{SP}+more{SP}+than|at{SP}+most){SP}+",
    re.I,
)
AT_LEAST = re.compile(rf"\b(?:at{SP}+least|as{SP}+little{SP}+as|no{SP}+less{SP}+than){SP}+$", re.I)
BETWEEN = re.compile(rf"\b(?P<word>between){SP}+(?:about{SP}+|around{SP}+|roughly{SP}+)?$", re.I)
#: "rose from X to Y" and "rose X to Y" tell two amounts; "ranging from X to Y" one range.
CHANGE = re.compile(
    rf"\b(?:from|by|rose|rises?|rising|fell|falls?|falling|grew|grow|grows|growing|increased?|increases|increasing|"
    rf"decreased?|decreases|decreasing|jumped|climbed|dropped|gained|lost|slipped|slid|edged|surged|soared|declined|"
    rf"advanced|added|shed|cut|up|down|raised|lowered|widened|narrowed|doubled|tripled|shrank|swelled)"
    rf"{SP}+(?:(?:about|around|some|nearly|almost|roughly|more{SP}than|over){SP}+)?$",
    re.I,
)
RANGED = re.compile(
    r"\b(?:rang(?:e|es|ed|ing)|var(?:y|ies|ied|ying)|runs?|running|stretch(?:es|ed|ing)?|extend(?:s|ed|ing)?|anywhere|estimates?|estimated|priced?|prices|bids?|offers?|fines?|penalties"
    r"|somewhere|worth|cost|costs|costing)\W+(?:\w+\W+)?from\W*$",
    re.I,
)
AFTER_RANGE = re.compile(
    rf"$|[^\w\s]|{SP}+(?:in|for|from|at|to|on|over|by|of|a|an|per|each|this|next|last|and|or|with|after|before|as|under|"
    rf"during|through|when|if|because|but|would|will|could|may|is|was|were|are|into|apiece|annually|worth)\b",
    re.I,
)
CENTS_GAP = re.compile(rf"{SP}*,?{SP}*(?:and{SP}+)?")


@dataclass(frozen=True, slots=True)
class Joined:
    """One amount in the making: one quantity, or the two ends of a range."""

    start: int
    end: int
    low: Quantity
    high: Quantity | None = None

    @property
    def currency(self) -> str | None:
        return self.low.currency


def join_cents(text: str, quantities: list[Quantity]) -> list[Quantity]:
    """ "3 dollars 50 cents" as one quantity."""
    out: list[Quantity] = []
    for q in quantities:
        last = out[-1] if out else None
        if (
            last is not None
            and q.subunit
            and last.is_money
            and not (last.subunit or last.scale or last.prefixed)
            and last.value is not None
            and q.number is not None
            and CENTS_GAP.fullmatch(text, last.end, q.start)
        ):
            out[-1] = replace(last, end=q.end, number=last.value + q.number / 100, scale=None)
        else:
            out.append(q)
    return out


#: Before a number that is compared with the amount told just before, and after it: "61 million euros from 118 million a year ago".
COMPARED = re.compile(
    rf"\b(?:from|against|versus|vs\.?|compared{SP}(?:with|to)|than|average{SP}of|averag(?:ing|ed)|(?:had|have|has|were|was)"
    rf"(?:{SP}\w+){{0,3}}{SP}(?:feared|expected|forecast|predicted|hoped{SP}for|sought|promised|asked{SP}for|pencilled{SP}in))"
    rf"{SP}+(?:(?:up{SP}to|at{SP}least|as{SP}much{SP}as|about|nearly|some|around|the){SP}+)?$",
    re.I,
)
COMPARED_END = re.compile(
    rf"{SP}*(?:$|[.,;)\n]|(?:each|apiece|an?{SP}(?:year|quarter|month)|the{SP}(?:year|previous|prior)|in{SP}(?:\d{{4}}|the)|on{SP}average"
    rf"|last|this|one{SP}year|previously|earlier|before|when)\b)",
    re.I,
)


def carry_currency(text: str, quantities: list[Quantity]) -> list[Quantity]:
    """`quantities` with the currency of the amount before for a bare number compared with it."""
    out: list[Quantity] = []
    last: Quantity | None = None  #: the last number with a scale
    for q in quantities:
        if q.currency is None and not q.is_money and (q.scale or 0) >= 1_000_000 and last is not None:
            near = last.is_money and bool(last.currency) and q.start - last.end <= 120
            before = text[max(last.end, q.start - 60) : q.start]
            near = near and "\n" not in text[last.end : q.start] and COMPARED.search(before) is not None
            if near and COMPARED_END.match(text, q.end):
                q = replace(q, currency=last.currency)
        if q.is_money or q.scale is not None:
            last = q
        out.append(q)
    return out


def join_ranges(text: str, quantities: list[Quantity]) -> list[Joined]:
    """Quantities, neighbours that are the two ends of one range put together."""
    out: list[Joined] = []
    i = 0
    while i < len(quantities):
        low = quantities[i]
        high = quantities[i + 1] if i + 1 < len(quantities) else None
        pair = range_of(text, low, high) if high is not None else None
        if pair is None:
            out.append(Joined(low.start, low.end, low))
            i += 1
            continue
        out += pair
        i += 2
    return out


#: A share or a time is no measure of goods: "raised its bid from $12 a share to $15 a share" tells two amounts.
BY_TIME = re.compile(r"\b(?:share|stock|year|quarter|month|week|day|annum|annually)$")


def same_unit(text: str, low: Quantity, high: Quantity) -> bool:
    """True for "from $350 per kg to $680 per kg": what a thing cost in a time, kept as the span of its price."""
    found = [units().per.match(text, quantity.end) for quantity in (low, high)]
    written = {match.group().lower() for match in found if match is not None}
    return None not in found and len(written) == 1 and not BY_TIME.search(written.pop())


def range_of(text: str, low: Quantity, high: Quantity) -> list[Joined] | None:
    """The range (or the two amounts) that two neighbours make; None where they have nothing to do with each other."""
    if not (low.is_money or high.is_money) or high.start - low.end > 40 or high.start <= low.end:
        return None
    before = text[max(0, low.start - 40) : low.start]
    between = BETWEEN.search(before) if AND_GAP.fullmatch(text, low.end, high.start) else None
    gap = RANGE_GAP.fullmatch(text, low.end, high.start)
    if (
        LEAST_MOST.fullmatch(text, low.end, high.start)
        and AT_LEAST.search(before)
        and low.is_money
        and high.is_money
    ):
        ordered = low.value is not None and high.value is not None and low.value < high.value
        return [Joined(low.start, high.end, low, high)] if ordered and low.currency == high.currency else None
    if between is None and gap is None:
        return None
    if (
        low.is_money
        and high.is_money
        and low.currency != high.currency
        and not {low.currency, high.currency} & {"$"}
    ):
        return None
    if low.number is None or high.number is None or low.broken_scale or high.broken_scale:
        return None
    if not low.is_money and high.prefixed:
        return None  # "rose 50 to $500"
    dash = gap is not None and "to" not in gap["word"]
    scale = high.scale or high.tail
    if scale is not None and low.scale is None and not low.words and low.number * scale < (high.value or 0):
        low = replace(low, scale=scale)
    elif not low.is_money and (
        low.scale is None and not low.words and (high.scale is not None or high.words)
    ):
        return None  # "rose in 2018 to 3 billion yuan"
    bare = high.scale is None and not high.words and (not high.is_money or dash)
    assert low.number is not None  # checked above; kept by replace
    if bare and low.scale is not None and high.number > low.number:  # "$500 million-700"
        high = replace(high, scale=low.scale)
    priced = not dash and between is None and same_unit(text, low, high)
    if priced and (low.value or 0) > (high.value or 0):  # "fell from $680 per kg to $350 per kg"
        return [Joined(low.start, high.end, replace(high, start=low.start, end=low.end), low)]
    low_value, high_value = low.value, high.value
    if low_value is None or high_value is None or low_value >= high_value:
        return None
    if not high.is_money and between is None and not dash and not AFTER_RANGE.match(text, high.end):
        return None  # "paid $5 million to 20 million users"
    if not high.is_money and dash and high.scale is None and not AFTER_RANGE.match(text, high.end):
        return None
    currency = low.currency if low.is_money and low.currency != "$" else high.currency or low.currency
    low, high = replace(low, currency=currency), replace(high, currency=currency)
    if between is not None:
        return [Joined(low.start - len(before) + between.start("word"), high.end, low, high)]
    if not dash and not priced and CHANGE.search(before) and not RANGED.search(before):
        return [Joined(low.start, low.end, low), Joined(high.start, high.end, high)]
    return [Joined(low.start, high.end, low, high)]
