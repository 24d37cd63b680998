"""Amounts of money in a text: offsets, values, ranges, bounds, conversions. Needs no spaCy.

    find_amounts("won orders worth 1.85 billion yuan ($260 million)")
    ->  one Amount: 1850000000 CNY, with the conversion 260000000 USD

Numbers with scale and currency come from nlp/money/quantities.py; here neighbours are joined: ranges with
a shared scale, "3 dollars 50 cents", stated conversions. Currency and scale names are data in nlp/data.
"""

import re
from dataclasses import replace

from db.records import Amount
from nlp.money.quantities import find_quantities, settle
from nlp.money.ranges import PER, Joined, carry_currency, join_cents, join_ranges
from nlp.money.units import SP, units, yen_or_yuan

LEAD = (
    rf"(?:(?:or|about|around|approximately|approx\.?|some|roughly|nearly|almost|equivalent{SP}to|equal{SP}to|worth|i\.e\.|"
    rf"equals|more{SP}than|less{SP}than|over|up{SP}to|at{SP}least|the{SP}equivalent{SP}of|=|~|≈|close{SP}to){SP}*){{0,3}}"
)
CONVERSION_GAP = re.compile(
    rf"{PER}(?:{SP}+(?:in{SP}total|altogether|a{SP}year))?"
    rf"(?:{SP}*(?P<paren>[(\[]){SP}*{LEAD}"
    rf"|,?{SP}*(?:or|i\.e\.|equivalent{SP}to|equal{SP}to|which{SP}is|that{SP}is),?{SP}+{LEAD}"
    rf"|{SP}*[-–—]{SP}*(?:or|about|around|roughly){SP}+{LEAD}"
    rf"|{SP}*[/=]{SP}*)",
    re.I,
)
LAST = re.compile(r"([^\s(\[]+)\s*$")
NEXT_GAP = re.compile(rf"{SP}*(?:[,;/]|or|and){SP}*{LEAD}", re.I)
CONVERSION_END = re.compile(
    rf"{SP}*(?:$|[)\]:;,./–—-]|at\b|then\b|or\b|in\b|using\b|based\b|as{SP}of\b|today\b|now\b|under\b|per\b|a\b|and\b|each\b)"
    rf"|{SP}+(?:[a-z]+)"
)
NOT_CONVERTED = re.compile(
    rf"{SP}*,?{SP}*(?:of{SP}(?:which|it|that)|a{SP}year{SP}(?:earlier|ago)|last{SP}year|earlier|previously|up{SP}from|down{SP}from|before)\b",
    re.I,
)
RATE = re.compile(
    rf"{SP}+(?:per|to|against|for|versus|vs\.?)(?:{SP}+(?:the|a|an|one|each|every))?{SP}+(?:US{SP}|U\.S\.{SP}|Hong{SP}Kong{SP}|American{SP})?"
    rf"(?:dollar|euro|greenback|pound|yen|yuan|renminbi|\$1\b|€1\b|1{SP}US)(?![\w])",
    re.I,
)
EQUALS = re.compile(rf"{SP}*(?:=|equals){SP}*")
HOME_SIGNS = {
    "AUD": r"AU?\$",
    "CAD": r"C(?:A|DN|dn)?\$",
    "NZD": r"NZ\$",
    "SGD": r"SG?\$",
    "HKD": r"HK\$",
    "TWD": r"NT\$",
}
US_SIGN = re.compile(r"\b(?:US|U\.S\.) ?\$|\bUSD\b")
KILO = {
    "kg": "kilogram",
    "kgs": "kilogram",
    "hr": "hour",
    "pcs": "unit",
    "piece": "unit",
    "pc": "unit",
    "annum": "year",
}


def find_amounts(text: str, *, country: str | None = None) -> tuple[Amount, ...]:
    """Every amount of money in `text`, in order; `country` of the paper (ISO alpha-2) decides what a bare "$" is.

    A stated conversion belongs to its amount and is none of its own. Percentages, counts, exchange rates and
    vague sums ("hundreds of millions") are no amounts. What is not understood keeps its text and has no value.
    """
    quantities = find_quantities(text)
    if not any(q.is_money for q in quantities):
        return ()
    quantities = carry_currency(text, quantities)
    joined = [j for j in join_ranges(text, join_cents(text, quantities)) if j.low.is_money]
    joined = [j for i, j in enumerate(joined) if not is_rate(text, joined, i)]
    signs = decide_signs(text, country)
    joined = [settle_joined(text, j, signs, country, joined[i + 1 : i + 2]) for i, j in enumerate(joined)]
    amounts: list[Amount] = []
    i = 0
    while i < len(joined):
        main, used = joined[i], 1
        conversions: list[Amount] = []
        while i + used < len(joined) and converts(text, main, joined[i : i + used], joined[i + used]):
            conversions.append(as_amount(text, joined[i + used]))
            used += 1
        amounts.append(as_amount(text, main, tuple(conversions)))
        i += used
    return tuple(amounts)


def is_rate(text: str, joined: list[Joined], i: int) -> bool:
    """True for an exchange rate: "6.9 yuan to the dollar", "$1 = 6.9 yuan"."""
    this = joined[i]
    if RATE.match(text, this.end) and (this.low.value or 0) < 100_000:
        return True
    for a, b in ((i, i + 1), (i - 1, i)):
        if a < 0 or b >= len(joined):
            continue
        if joined[a].low.value in {1, 10, 100} and EQUALS.fullmatch(text, joined[a].end, joined[b].start):
            return True
    return False


def decide_signs(text: str, country: str | None) -> str:
    """Code of a bare "$": the home currency of the paper, unless it writes that with a sign of its own."""
    us = US_SIGN.search(text) is not None
    home = units().bare_dollar.get((country or "").lower())
    if home is not None:
        sign = HOME_SIGNS.get(home)
        marked = sign is not None and re.search(rf"(?<![A-Za-z]){sign}", text) is not None
        return "USD" if marked and not us else home
    if us:  # a paper that writes US$ means another dollar by "$": the one it names beside it
        seen = [c for c in ("AUD", "CAD", "NZD", "SGD") if re.search(rf"(?<![A-Za-z]){HOME_SIGNS[c]}", text)]
        if len(seen) == 1:
            return seen[0]
    return "USD"


def settle_joined(
    text: str, item: Joined, dollar: str, country: str | None, following: list[Joined]
) -> Joined:
    """`item` with its bare sign decided; a yen sign by the dollar value stated behind it."""
    ratio = None
    if (
        item.currency in {"¥", "￥"}
        and following
        and CONVERSION_GAP.fullmatch(text, item.end, following[0].start)
    ):
        here, there = (item.high or item.low).value, (following[0].high or following[0].low).value
        if here and there and following[0].currency in {"$", "USD"}:
            ratio = here / there
    yen = yen_or_yuan(text, item.start, ratio, country) if item.currency in {"¥", "￥"} else ""
    high = settle(text, item.high, dollar, yen) if item.high else None
    return replace(item, low=settle(text, item.low, dollar, yen), high=high)


def converts(text: str, main: Joined, before: list[Joined], this: Joined) -> bool:
    """True where `this` is the stated conversion of `main` (`before`: main and the conversions found so far)."""
    last = before[-1]
    if not this.currency or this.currency in {j.currency for j in before} or this.start - last.end > 60:
        return False
    if len(before) == 1:
        gap = CONVERSION_GAP.fullmatch(text, last.end, this.start)
        if gap is None or not main.currency:
            return False
    elif "(" not in text[main.end : last.start] or not NEXT_GAP.fullmatch(text, last.end, this.start):
        return False
    return CONVERSION_END.match(text, this.end) is not None and not NOT_CONVERTED.match(text, this.end)


def as_amount(text: str, item: Joined, conversions: tuple[Amount, ...] = ()) -> Amount:
    """The record for one joined amount, with the words around it that say how exact it is."""
    bound, approx = hedges(text, item)
    end, per = read_per(text, item, conversions)
    low, high = item.low.value, item.high.value if item.high else None
    return Amount(
        start=item.start,
        end=end,
        text=text[item.start : end],
        value=low if item.high is None and item.currency else None,
        low=low if item.high is not None else None,
        high=high,
        currency=item.currency or None,
        bound=None if item.high is not None and bound == "min" else bound,
        approx=approx,
        per=per,
        conversions=conversions,
    )


def hedges(text: str, item: Joined) -> tuple[str | None, bool]:
    """Bound and approximation from the words before and after an amount."""
    know = units()
    bound, approx, at = None, False, item.start
    for _ in range(2):  # "up to about"
        ends = LAST.search(text[max(0, at - 16) : at])
        if ends is None or ends.group(1).lower() not in know.hedge_ends:
            break
        found = know.before.search(text[max(0, at - 32) : at])
        if found is None:
            break
        says, vague = know.before_means[" ".join(found["words"].lower().split())]
        bound, approx = bound or says, approx or vague
        at = max(0, at - 32) + found.start("words")
    after = know.after.match(text, item.end)
    if after is not None:
        says, vague = know.after_means[
            " ".join(after["words"].lower().split())
            if after["words"].strip() == after["words"]
            else after["words"].lower()
        ]
        bound, approx = bound or says, approx or vague
    return bound, approx


def read_per(text: str, item: Joined, conversions: tuple[Amount, ...]) -> tuple[int, str | None]:
    """End of the amount with its unit, and the unit: "$1,900 per wafer"."""
    know = units()
    found = know.per.match(text, item.end)
    if found is None and conversions:
        close = re.compile(r"\s?[)\]]?").match(text, conversions[-1].end)
        found = know.per.match(text, close.end() if close else conversions[-1].end)
        if found is not None:
            return item.end, per_name(found)
    if found is None:
        return item.end, None
    if found["each"]:
        return item.end, per_name(found)
    return found.end(), per_name(found)


def per_name(found: re.Match[str]) -> str:
    if found["each"]:
        return "year" if "ann" in found["each"].lower() else "unit"
    word = (found["slash"] or found["word"] or found["named"] or found["joined"]).lower()
    return KILO.get(word, word)
