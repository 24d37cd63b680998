"""Numbers with their scale and currency: what stands directly before and behind a number.

A quantity without a currency is kept only until ranges are made ("300-400 million euros").
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from nlp.money.numbers import Number, find_numbers
from nlp.money.units import SP, WINDOW, decide_shared, units

BARE = {"$", "¥", "￥"}  # the text decides which currency they are
PERCENT = re.compile(
    rf"(?:{SP}|-)?(?:%|per{SP}?cents?\b|percent|percentage|pct\b|basis{SP}points|bps\b)", re.I
)
YEAR = re.compile(r"(?:1[89]|20)\d\d")
#: "21. 35": a page broke the number; read on only where the words after it cannot be a new sentence.
BROKEN = re.compile(
    rf"(?P<gap>{SP}\.{SP}|{SP}\.|\.{SP})(?P<rest>\d{{1,2}})(?!\d)(?=$|[,;)]|\.(?!\d)|{SP}*(?:m|bn|tn|mn)\b"
    rf"|{SP}+(?:million|billion|trillion|in|at|on|and|per|a|from|by|apiece|or|to|for|each)\b)",
)
BROKEN_GROUP = re.compile(rf",{SP}(?P<rest>\d{{3}})(?=[\s-]*(?:million|billion|trillion|bn|m)\b)")
WEIGHT = re.compile(
    rf"{SP}*\((?:about{SP}|around{SP}|roughly{SP})?[\d.,]+{SP}?(?:million{SP}|m)?(?:kg|kilo|tonne|ton|metric|g\b)"
    rf"|{SP}+(?:per{SP}square|of{SP}(?:thrust|force|pressure|weight))|-?{SP}?(?:bomb|man|woman|weight|warhead|payload|machine)",
    re.I,
)
#: "crates of 600 pounds": before a weight.
LOADS = re.compile(
    rf"\b(?:crate|box|barrel|drum|sack|bale|pallet|load|ingot|bar|slab|block|cargo|container|parcel|boulder|weight|payload|mass)e?s?{SP}of{SP}"
    rf"(?:(?:about|around|some|nearly|over|up{SP}to){SP})?$",
    re.I,
)
MONEY_NOUN = re.compile(
    rf"{SP}+of{SP}+(?:[a-z]+{SP}+)?(?:investment|funding|money|aid|debt|savings|revenue|sales|contracts?|orders?|grants?"
    rf"|loans?|subsid|support|exports?|imports?|goods|profit|losses|costs?|cuts|taxpayer|public|new|government|cash|"
    rf"damages?|fines?|equity|capital|assets|shares|turnover|income|spending|business|trade|tax|compensation|budget)",
    re.I,
)
#: After "won" as a verb: "the 12 won a contract".
WON_VERB = re.compile(
    rf"{SP}+(?:an?|the|its|his|her|their|our|some|several|more|contracts?|orders?|by|support|approval|over|out|\d)\b",
    re.I,
)
WON_EACH = re.compile(
    rf"{SP}+an?{SP}+(?:share|year|quarter|month|week|day|night|unit|piece|person|head|kilo|ton)", re.I
)
BILLION = 10**9  # nobody wins so many contracts
LAST_WORD = re.compile(r"[A-Za-z.]+$")
WORD_AT = re.compile(rf"(?:{SP}|-){{0,2}}(?P<word>[A-Za-z][A-Za-z.]*)")
ISO3 = frozenset({"EUR", "USD", "GBP", "CNY", "NEUR", "NUSD"})  # "120 MEUR", "5 BnUSD"
NO_CURRENCY = ",.;:()\"'!?\n"  # a look at the next character saves the search for a name there
ADJECTIVE = re.compile(r"an?\s(?:million|billion|trillion)", re.I)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as the text writes it, with the scale and currency that belong to it."""

    start: int
    end: int
    number: Decimal | None
    scale: Decimal | None = None
    currency: str | None = None  #: "$", "¥" or "?name" until the text has decided; "" for an unknown sign
    prefixed: bool = False
    broken_scale: bool = False  #: a scale or sign that is not understood
    words: bool = False  #: in words, with a scale among them
    tail: Decimal | None = None  #: that scale
    subunit: bool = False

    @property
    def value(self) -> Decimal | None:
        """In whole units."""
        if self.number is None or self.broken_scale:
            return None
        value = self.number * (self.scale or 1)
        return value / 100 if self.subunit else value

    @property
    def is_money(self) -> bool:
        return self.currency is not None


def find_quantities(text: str) -> list[Quantity]:
    """Every number of `text` that is no percentage, with scale and currency."""
    found: list[Quantity] = []
    taken = 0
    for number in find_numbers(text):
        if number.start < taken:
            continue
        quantity = read_quantity(text, number, taken)
        if quantity is not None:
            found.append(quantity)
            taken = quantity.end
    return found


def read_quantity(text: str, number: Number, taken: int) -> Quantity | None:
    """The quantity around `number`; None for a percentage or part of a word."""
    prefix = read_prefix(text, number, taken)
    start, end, value = number.start, number.end, number.value
    if prefix is not None:
        start = prefix[0]
        end, value = repair(text, number)
    elif inside_word(text, start):
        return None
    if PERCENT.match(text, end):
        return None
    scale, end, strange = (None, end, False) if number.scaled else read_scale(text, end, prefix is not None)
    quantity = Quantity(
        start,
        end,
        value,
        scale,
        prefix[1] if prefix else None,
        prefixed=prefix is not None,
        broken_scale=strange or (prefix is not None and prefix[1] == ""),
        words=number.scaled,
        tail=number.tail,
    )
    quantity = read_suffix(text, quantity)
    if prefix is not None and weak_prefix(text, quantity, prefix[2]):
        return None
    return quantity


def inside_word(text: str, start: int) -> bool:
    """True for digits inside a name or number ("G7"); Chinese and Japanese are written without spaces."""
    before = text[start - 1 : start]
    if before and before in ".,":
        return start > 1 and text[start - 2].isdigit()
    return before.isalnum() and before < "\u2e80"


def repair(text: str, number: Number) -> tuple[int, Decimal | None]:
    """End and value of a number that a page may have broken with a space ("21. 35", "1, 200 million")."""
    digits = text[number.start : number.end]
    if digits.isdigit() and len(digits) <= 3 and number.value is not None:
        broken = BROKEN.match(text, number.end)
        if broken:
            return broken.end("rest"), number.value + Decimal(f"0.{broken['rest']}")
        group = BROKEN_GROUP.match(text, number.end)
        if group:
            return group.end("rest"), number.value * 1000 + Decimal(group["rest"])
    return number.end, number.value


def read_prefix(text: str, number: Number, taken: int) -> tuple[int, str, str] | None:
    """Start, currency and form of the currency before a number."""
    left = max(taken, number.start - WINDOW)
    before = text[left : number.start]
    if not may_be_prefix(before):
        return None
    found = units().prefix.search(before)
    if found is None:
        return None
    form = found.lastgroup or ""
    written = " ".join(found[form].split())
    if form in {"word", "sign"}:
        if form == "word" and written[-1].isalpha() and number.scaled:
            return None
        code = written if written in BARE else units().symbols[written]
        return left + found.start(), code, form
    if form == "name":
        return left + found.start(), units().names[written.lower()], form
    if form == "glued":  # "of$5m": a page lost the space
        return left + found.start(), found["glued"], form
    return left + found.start(), "", form


def may_be_suffix(word: str) -> bool:
    """True for a word that a currency behind a number can begin with."""
    low = word.lower()
    return low in units().suffix_starts or low.rstrip(".") in units().suffix_starts or low[1:].upper() in ISO3


def may_be_prefix(before: str) -> bool:
    """A cheap look at the last word or sign before a number, which spares most numbers the search."""
    stripped = before.rstrip()
    if not stripped or len(before) - len(stripped) > 2:
        return False
    last = stripped[-1]
    if last >= "\u2e80":
        return True
    if last.isalpha() or last == ".":
        word = LAST_WORD.search(stripped)
        return word is not None and (
            word.group() in units().symbols or word.group().lower() in units().prefix_ends
        )
    return not (last.isdigit() or last in ",;:()[]\"'“”‘’-–—/%+&")


def weak_prefix(text: str, quantity: Quantity, form: str) -> bool:
    """True where the letters before a number are a word or label, not a currency: "TOP 5", "USD 2018"."""
    if form not in {"word", "name"} or quantity.scale is not None:
        return False
    written = re.match(r"[A-Za-z.]+", text[quantity.start : quantity.end])
    letters = written.group() if written else ""
    digits = re.search(r"[\d.,]+", text[quantity.start : quantity.end])
    plain = digits.group() if digits else ""
    if YEAR.fullmatch(plain) or text[quantity.start - 1 : quantity.start] == "/":
        return True
    if form == "name":
        return False
    if (
        letters in units().iso_words
        or letters.islower()
        or (len(letters) <= 2 and letters not in {"Rs", "RM"})
    ):
        return "," not in plain
    return False


def read_scale(text: str, end: int, money: bool) -> tuple[Decimal | None, int, bool]:
    """Scale behind a number, where it ends, and whether it is one we do not know."""
    found = units().scale.match(text, end)
    if found is None:
        if money and end < len(text) and text[end].isascii() and text[end].isalpha():
            word = re.compile(r"[A-Za-z]+").match(text, end)
            return None, word.end() if word else end, True
        return None, end, False
    if found["unknown"] is not None:
        return None, found.end(), True
    form = found.lastgroup or ""
    written = " ".join(found[form].split())
    value = units().scale_values.get(written) or units().scale_values.get(written.lower())
    if form == "short" and text[end : found.start(form)] and len(written) == 1 and written not in "mMbB":
        return None, end, False  # "$20 t", "5 k": too little to go by
    return value, found.end(form), False


def read_suffix(text: str, quantity: Quantity) -> Quantity:
    """`quantity` with the currency written behind it, if there is one."""
    following = text[quantity.end : quantity.end + 3].lstrip(" -\u00a0\u202f\u2009")[:1]
    if following.isdigit() or following in NO_CURRENCY:
        return quantity
    word = WORD_AT.match(text, quantity.end)
    signed = word is not None and text[word.end() : word.end() + 1] in {"$", "£", "¥", "€"}  # "1 C$"
    if word is not None and not signed and not may_be_suffix(word["word"]):
        return quantity
    sub = units().subunit.match(text, quantity.end)
    if sub and not quantity.prefixed and (sub["p"] or "Cent" not in sub["name"]):
        name = " ".join(sub["name"].lower().split()) if sub["name"] else "pence"
        code = "$" if name in {"cent", "cents", "¢"} else units().subunits[name]
        return replace(quantity, end=sub.end(), currency=code, subunit=True)
    found = units().suffix.match(text, quantity.end)
    if found is None:
        return quantity
    form = "code" if found.lastgroup == "mega" else found.lastgroup or ""
    written = " ".join(found[form].split())
    scale = quantity.scale
    if form == "code":
        code = units().symbols[written]
        if found["mega"]:
            scale = Decimal(10) ** (6 if found["mega"][0] in "Mm" else 9)
        elif scale is None and not quantity.prefixed and written in units().iso_words:
            return quantity
    elif form == "sign":
        code = written if written in BARE else units().symbols[written]
    else:
        code = currency_of_name(written.lower())
        if not name_counts(text, quantity, written.lower(), found.end()):
            return quantity
    if quantity.prefixed:
        if form == "sign" or quantity.currency not in {"$", code}:
            return quantity
        end = quantity.end if form == "code" and quantity.currency != code else found.end(form)
        return replace(quantity, currency=code, end=end)
    end = found.end(form)
    if form == "code" and scale is None:  # "75 USD million"
        scale, end, _ = read_scale(text, end, False)
    return replace(quantity, end=end, scale=scale, currency=code)


def currency_of_name(name: str) -> str:
    """Code of a currency's name; "$" for bare dollars; "?name" where several currencies share it."""
    if name in {"dollar", "dollars", "buck", "bucks"}:
        return "$"
    return units().names.get(name) or "?" + name


def name_counts(text: str, quantity: Quantity, name: str, end: int) -> bool:
    """False where the word behind a number is no currency: pounds of ore, "12 won a contract"."""
    written = text[quantity.start : quantity.end]
    if name in units().loose:
        big = (
            quantity.scale is not None
            or quantity.words
            or ((quantity.number or 0) >= 100 and not YEAR.fullmatch(written))
        )
        if name == "won" and (quantity.scale or 0) < BILLION and not WON_EACH.match(text, end):
            return big and not WON_VERB.match(text, end)
        return big
    if ADJECTIVE.fullmatch(written) and text[quantity.end : quantity.end + 1] == "-":
        return False  # "a million-dollar home" is a manner of speaking
    if name in {"pound", "pounds"}:
        if WEIGHT.match(text, end) or LOADS.search(text[max(0, quantity.start - 30) : quantity.start]):
            return False
        if re.compile(rf"{SP}+of\b").match(text, end) and not MONEY_NOUN.match(text, end):
            return False
    return True


def settle(text: str, quantity: Quantity, dollar: str, yen: str) -> Quantity:
    """`quantity` with an ISO code in place of a bare sign or shared name."""
    currency = quantity.currency
    if currency == "$":
        return replace(quantity, currency=dollar)
    if currency in {"¥", "￥"}:
        return replace(quantity, currency=yen)
    if currency is not None and currency.startswith("?"):
        return replace(quantity, currency=decide_shared(text, currency[1:], quantity.start) or "")
    return quantity
