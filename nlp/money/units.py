"""Currencies, scales and the words around an amount, read from `nlp/data` and compiled once.

Everything here is looked up at one position of the text (before or after a number), never searched for
from the left, so that the time for a text is linear in its length.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent / "data"
SP = (
    r"[^\S\r\n]"  # white space inside a line: no-break and thin spaces stand between symbol, number and scale
)
WINDOW = 28  # longest currency word before a number, with its spaces
CHINA = re.compile(
    r"\b(?:China|Chinese|Beijing|Shanghai|Shenzhen|Hangzhou|Guangzhou|yuan|RMB|renminbi|CNY)\b", re.I
)
JAPAN = re.compile(
    r"\b(?:Japan|Japanese|Tokyo|Osaka|Kyoto|Nagoya|Yokohama|Kobe|Fukuoka|Kyushu|Kumamoto|Hokkaido|Nikkei|Denko|Denshi|Seiki|KK|yen|JPY)\b",
    re.I,
)


def words_pattern(words: Iterable[str]) -> str:
    """Alternatives for `words`, longest first, spaces in them standing for any white space of a line."""
    ordered = sorted(set(words), key=lambda w: (-len(w), w))
    return "|".join(re.escape(w).replace(r"\ ", f"{SP}+") for w in ordered)


@dataclass(frozen=True, slots=True)
class Units:
    """Compiled knowledge of `currencies.toml` and `scales.toml`."""

    prefix: re.Pattern[str]  #: matches at the end of what stands before a number
    symbols: dict[str, str]  #: symbol before or after a number -> code
    suffix: re.Pattern[str]  #: matches at the end of number and scale
    names: dict[str, str]  #: lower-case name -> code; "?" prefixed: shared
    loose: frozenset[str]
    shared: dict[str, tuple[tuple[str, tuple[str, ...]], ...]]
    subunits: dict[str, str]
    subunit: re.Pattern[str]
    scale: re.Pattern[str]
    scale_values: dict[str, Decimal]
    iso_words: frozenset[str]
    bare_dollar: dict[str, str]
    before: re.Pattern[str]  #: bound and approximation words before an amount
    after: re.Pattern[str]
    before_means: dict[str, tuple[str | None, bool]]
    after_means: dict[str, tuple[str | None, bool]]
    per: re.Pattern[str]
    prefix_ends: frozenset[str]  #: last words of names that stand before a number ("dollars" of "US dollars")
    suffix_starts: frozenset[str]  #: first words of what may stand behind a number, lower case
    hedge_ends: frozenset[str]  #: last words of the hedges before an amount


def plural(name: str) -> list[str]:
    """`name` and its plural with "s"."""
    return [name] if name.endswith("s") or not name.isascii() else [name, name + "s"]


@cache
def units() -> Units:
    """The packaged knowledge."""
    money = tomllib.loads((DATA / "currencies.toml").read_text(encoding="utf-8"))
    sizes = tomllib.loads((DATA / "scales.toml").read_text(encoding="utf-8"))
    iso = money["iso"]
    codes = [*iso["codes"], *iso["words"]]
    symbols = {s: row["code"] for row in money["currency"] for s in row.get("symbols", ())}
    symbols |= {c: c for c in codes} | {c: c.upper().replace("RMB", "CNY") for c in iso["lower"]}
    names, loose = currency_names(money)
    shared = {
        name: tuple((code, tuple(cues)) for code, cues in row["decide"].items())
        for row in money["shared"]
        for n in row["names"]
        for name in plural(n)
    }
    subunits = {
        n.lower(): row["code"] for row in money["subunit"] for name in row["names"] for n in plural(name)
    }
    scale, scale_values = scale_pattern(sizes["scale"])
    before_means, after_means = hedge_words(sizes["bound"], ""), hedge_words(sizes["bound"], "_after")
    return Units(
        prefix=prefix_pattern(symbols, [n for n in names if " " in n]),
        symbols=symbols,
        suffix=suffix_pattern([*names, *shared], symbols),
        names=names,
        loose=loose,
        shared=shared,
        subunits=subunits,
        subunit=re.compile(
            rf"{SP}?-?(?P<name>(?i:{words_pattern(subunits)}))(?![a-zA-Z])|(?P<p>p)(?={SP}(?:a|per){SP}share)"
        ),
        scale=scale,
        scale_values=scale_values,
        iso_words=frozenset(iso["words"]),
        bare_dollar=money["bare_dollar"],
        before=re.compile(rf"(?:^|(?<=[\s(\[\"'“‘—–:-]))(?P<words>(?i:{words_pattern(before_means)})){SP}*$"),
        after=re.compile(rf"(?:{SP}|-)*(?P<words>(?i:{words_pattern(after_means)}))(?![a-zA-Z0-9])"),
        before_means=before_means,
        after_means=after_means,
        per=per_pattern(sizes["per"]["units"]),
        prefix_ends=frozenset(re.split(r"[ $]", n)[-1].lower() for n in [*names, *symbols] if " " in n),
        suffix_starts=frozenset(
            re.split(r"[ -]", n)[0].lower() for n in [*names, *shared, *symbols, *subunits, "p"]
        ),
        hedge_ends=frozenset(w.split()[-1].lower() for w in before_means),
    )


def currency_names(money: dict[str, Any]) -> tuple[dict[str, str], frozenset[str]]:
    names: dict[str, str] = {}
    loose: set[str] = set()
    for row in money["currency"]:
        for name in row.get("names", ()):
            names |= {n.lower(): row["code"] for n in plural(name)}
        for name in row.get("loose", ()):
            forms = plural(name) if name != "won" else [name]
            names |= {n.lower(): row["code"] for n in forms}
            loose.update(n.lower() for n in forms)
    return names, frozenset(loose)


def scale_pattern(rows: list[dict[str, Any]]) -> tuple[re.Pattern[str], dict[str, Decimal]]:
    values: dict[str, Decimal] = {}
    words: list[str] = []
    short: list[str] = []
    cjk: list[str] = []
    for row in rows:
        value = Decimal(10) ** row["power"]
        words += row["words"]
        values |= dict.fromkeys(row["words"], value)
        for form in row["short"]:
            (short if form.isascii() else cjk).append(form)
            values[form] = value
    # "$5 millions" and "40 billionyuan" (glued by the page) both count; a short form ends the word.
    pattern = re.compile(
        rf"(?:{SP}|-){{0,2}}(?P<word>(?i:{words_pattern(words)}))(?=$|[^a-zA-Z]|yuan|euro|dollar|pound|won|yen)"
        rf"|{SP}?(?P<short>{words_pattern(short)})(?![a-zA-Z0-9])"
        rf"|(?P<glued>{words_pattern(short)})(?=(?:euro|yuan|dollar|EUR|USD|CNY|GBP)s?\b)"
        rf"|{SP}?(?P<cjk>{words_pattern(cjk)})"
        rf"|{SP}?-?(?P<unknown>[a-z]*(?:illion|illiard)s?)(?![a-zA-Z])"
    )
    return pattern, values


def prefix_pattern(symbols: dict[str, str], names: list[str]) -> re.Pattern[str]:
    signs = words_pattern(s for s in symbols if not s[-1].isalnum() and s[-1] != ".")
    letters = words_pattern(s for s in symbols if s[-1].isalnum() or s[-1] == ".")
    # An unknown sign ("ZZ$", "₡") is seen, so that its amount is kept without a value.
    return re.compile(
        rf"(?:(?<![A-Za-z0-9])(?P<word>{letters}){SP}{{0,2}}"
        rf"|(?<![A-Za-z0-9])(?P<name>(?i:{words_pattern(names)})){SP}{{1,2}}"
        rf"|(?<![A-Za-z.])(?P<sign>{signs}){SP}{{0,2}}"
        rf"|(?<![A-Za-z.])(?P<odd>[A-Z]{{1,4}}[$£¥]|[\u20a0-\u20cf]){SP}{{0,2}}"
        rf"|(?P<glued>[$€£¥]){SP}{{0,2}})$"
    )


def suffix_pattern(names: Iterable[str], symbols: dict[str, str]) -> re.Pattern[str]:
    latin = [n for n in names if n.isascii() or n[0].isascii()]
    other = [n for n in names if n not in latin]
    signs = [s for s in symbols if not s[-1].isalnum() and s[-1] != "."]
    codes = [s for s in symbols if s.isascii() and s.isalpha() and len(s) == 3 and s not in ("Dhs", "stg")]
    return re.compile(
        rf"(?:{SP}|-){{0,2}}(?P<name>(?i:{words_pattern(latin)}))(?![a-zA-Z])"
        rf"|{SP}?(?P<cjk>{words_pattern(other)})"
        rf"|{SP}{{0,2}}(?P<sign>{words_pattern(signs)})(?!{SP}?\d)"
        rf"|{SP}{{0,2}}(?P<mega>[MBmb]n?)?(?P<code>{words_pattern(codes)})(?![A-Za-z0-9])"
    )


def hedge_words(rows: dict[str, list[str]], ending: str) -> dict[str, tuple[str | None, bool]]:
    """Word -> (bound, approximate)."""
    means: dict[str, tuple[str | None, bool]] = {}
    for word in rows["max" + ending]:
        means[word] = ("max", False)
    for word in rows["min" + ending]:
        means[word] = ("min", False)
    for word in rows["approx" + ending]:
        means[word] = (means[word][0] if word in means else None, True)
    return means


def per_pattern(per: list[str]) -> re.Pattern[str]:
    named = words_pattern(per)
    return re.compile(
        rf"{SP}?/{SP}?(?P<slash>[a-zA-Z]+)"
        rf"|{SP}+per{SP}+(?P<per>(?:square|cubic|metric|troy){SP}+)?(?P<word>[a-zA-Z][\w-]*)"
        rf"|{SP}+(?:an?|for{SP}+each|for{SP}+every){SP}+(?P<named>(?:\d+{SP}+)?(?:{named})s?)(?![\w-])(?!{SP}+(?:earlier|ago|before|later|prior)\b)"
        rf"|-an?-(?P<joined>{named})(?![\\w-])"
        rf"|{SP}+(?P<each>apiece|each|per{SP}+annum|annually)(?![\w-])",
        re.I,
    )


def yen_or_yuan(text: str, start: int, usd_ratio: Decimal | None, country: str | None = None) -> str:
    """CNY or JPY for a bare yen sign: by the stated dollar value, the country of the paper, or the words around it.

    The words of its own paragraph count first: a Korean paper tells of China and of Japan in one text.
    """
    if usd_ratio is not None:
        return "CNY" if usd_ratio < 30 else "JPY"  # 5 to 9 yuan, 75 to 160 yen have made a dollar since 1994
    home = {"jp": "JPY", "cn": "CNY"}.get((country or "").lower())
    if home is not None:
        return home
    for left, right in ((start - 120, start + 60), (start - 400, start + 400)):
        near = text[max(0, left) : right]
        near = near[near.rfind("\n", 0, start - max(0, left)) + 1 :].split("\n")[0]
        china, japan = len(CHINA.findall(near)), len(JAPAN.findall(near))
        if bool(china) != bool(japan):
            return "CNY" if china else "JPY"
    near = text[max(0, start - 1500) : start + 1500]
    china, japan = len(CHINA.findall(near)), len(JAPAN.findall(near))
    return "CNY" if china > japan else "JPY"


def decide_shared(text: str, name: str, start: int) -> str | None:
    """The currency of a name that several share, by the words of the text around it; None: not to be told."""
    near = text[max(0, start - 1500) : start + 1500].lower()
    for code, cues in units().shared[name]:
        if any(cue in near for cue in cues):
            return code
    return None
