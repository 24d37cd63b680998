"""Score predicted facts against annotated articles: one flat table of row -> (F1, annotated items).

A prediction takes the annotated item that it fits best, each item once. A repeat of an item that was found, and
whatever fits an item marked `doubtful`, counts neither way.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Item = dict[str, Any]
Fit = Callable[[Item, Item], float]

LEGAL = set(
    "incorporated inc corporation corp company co limited ltd llc llp plc gmbh ag sa se nv bv kk pte pty group"
    " holding holdings technology technologies tech".split()
)
ROLES = set(
    "spokesman spokeswoman spokesperson representative official officials secretary analyst analysts the a an"
    " mr ms".split()
)
#: Departments of one government speak with one voice.
GOVERNMENTS = {
    "us": "us government|united states|washington|commerce department|us commerce department|department of"
    " commerce|bis|bureau of industry and security|treasury|treasury department|ofac|pentagon|us department of"
    " defense|department of defense|defense department|congress|us congress|white house|justice department"
    "|us department of justice|department of homeland security",
    "china": "chinese government|china|beijing|china ministry of commerce|chinas ministry of commerce|chinas"
    " commerce ministry|commerce ministry|ministry of commerce|mofcom|foreign ministry|chinas foreign ministry"
    "|chinese ministry of commerce|chinese foreign ministry",
}
BODIES = {name: of for of, names in GOVERNMENTS.items() for name in names.split("|")}
MICRO = (
    "companies",
    "listings +action",
    "listings groups (count+list)",
    "amounts +kind+company",
    "shares pct+kind",
    "statements span+speaker (all)",
    "relations",
)


class Tally(Counter[str]):
    """Right (tp), wrong (fp) and missed (fn) items of one row."""

    def precision(self) -> float:
        found = self["tp"] + self["fp"]
        return self["tp"] / found if found else float(not self["fn"])

    def f1(self) -> float:
        whole = 2 * self["tp"] + self["fp"] + self["fn"]
        return 2 * self["tp"] / whole if whole else 0.0


def words(text: Any) -> list[str]:
    plain = unicodedata.normalize("NFKD", str(text or "")).replace("’", "'").lower()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", re.sub(r"'s\b", "", plain)).replace("'", "")
    return re.findall(r"[a-z0-9%]+|[㐀-鿿]+", plain.replace("&", " and "))


def name_keys(name: Any) -> set[str]:
    """The name in small letters, with and without its legal form."""
    found = words(name)
    if found[:1] == ["the"]:
        found = found[1:]
    keys = {" ".join(found)}
    while len(found) > 1 and found[-1] in LEGAL:
        found = found[:-1]
        keys.add(" ".join(found))
    return keys - {""}


def company_keys(item: Item) -> set[str]:
    names = [item.get("name"), *(item.get("aliases_in_text") or []), *(item.get("aliases") or [])]
    return set().union(*map(name_keys, names))


class Names:
    """Which names of an article mean the same company."""

    def __init__(self, companies: list[Item]) -> None:
        self.known = [company_keys(company) for company in companies]

    def same(self, one: Any, other: Any) -> bool:
        if not one or not other:
            return not one and not other
        first, second = name_keys(one), name_keys(other)
        return bool(first & second) or any(keys & first and keys & second for keys in self.known)


def tally(golds: list[Item], found: list[Item], fit: Fit) -> Tally:
    pairs = [(fit(a, b), i, j) for i, a in enumerate(found) for j, b in enumerate(golds)]
    taken: dict[int, int] = {}
    for value, i, j in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if value > 0 and i not in taken and j not in taken.values():
            taken[i] = j
    hit = set(taken.values())
    swallowed = {
        i for value, i, j in pairs if value > 0 and i not in taken and (j in hit or golds[j].get("doubtful"))
    }
    counted = [j for j, gold in enumerate(golds) if not gold.get("doubtful")]
    right = sum(j in hit for j in counted)
    return Tally(tp=right, fn=len(counted) - right, fp=len(found) - len(taken) - len(swallowed))


# amounts


def close(one: Any, other: Any) -> bool:
    return one is not None and other is not None and abs(one - other) <= 0.01 * max(abs(one), abs(other))


def values(item: Item, conversion: bool) -> Iterator[tuple[Any, Any]]:
    yield item.get("amount"), item.get("currency")
    yield item.get("amount_max"), item.get("currency")
    if conversion and (stated := item.get("stated_conversion")):
        yield stated["amount"], stated["currency"]


def amount_fit(names: Names, kind: bool, company: bool) -> Fit:
    def fit(found: Item, gold: Item) -> float:
        if not any(close(a, b) and c == d for a, c in values(found, False) for b, d in values(gold, True)):
            return 0
        right_kind = found.get("kind") in [gold["kind"], *(gold.get("kind_alt") or [])]
        right_company = not gold.get("company") or names.same(found.get("company"), gold["company"])
        if not right_company and gold.get("counterparty"):  # a deal may be told from either side
            right_company = names.same(found.get("company"), gold["counterparty"]) and names.same(
                found.get("counterparty"), gold["company"]
            )
        if (kind and not right_kind) or (company and not right_company):
            return 0
        return 1 + 4 * right_kind + 2 * right_company + 0.5 * (found.get("amount") == gold["amount"])

    return fit


def conversion_fit(found: Item, gold: Item) -> float:
    mine, theirs = list(values(found, True)), list(values(gold, True))
    return float(all(any(close(a, b) and c == d for a, c in mine) for b, d in theirs if b is not None))


# listings


def is_group(item: Item) -> bool:
    return bool(item.get("group")) or (item.get("count") or 0) > 1


def same_list(found: Item, gold: Item) -> bool:
    general = gold.get("list_inferred") and found.get("list") in (None, "", "Entity List")
    names = re.findall(
        r"[^()]*[^() ]", str(found.get("list")).lower()
    )  # "Denied Persons List (denial order)": either
    return bool(general) or gold["list"].lower() in [name.strip() for name in names]


def listing_fit(names: Names, action: bool) -> Fit:
    def fit(found: Item, gold: Item) -> float:
        if is_group(gold):
            party = found.get("count") == gold.get("count")
        else:
            party = names.same(found.get("company"), gold["company"])
        right_action = found.get("action") == gold["action"]
        if not party or not same_list(found, gold) or (action and not right_action):
            return 0
        return 1 + right_action + 0.5 * (not gold.get("doubtful"))

    return fit


# statements


def run_in(one: list[str], other: list[str]) -> bool:
    return any(other[i : i + len(one)] == one for i in range(len(other) - len(one) + 1))


def edge_score(one: list[str], other: list[str], longest: int) -> float:
    """Share of the words at an edge that agree, if enough of them do."""
    length = min(len(one), len(other), longest)
    if length < 2 or (length < 3 and len(one) != len(other)):
        return 0
    share = sum(a == b for a, b in zip(one[:length], other[:length], strict=True)) / length
    return share if share >= 0.8 else 0


def span_score(found: list[str], gold: list[str], mixed: bool) -> float:
    starts, ends = edge_score(found, gold, 5), edge_score(found[::-1], gold[::-1], 4)
    shared = sum((Counter(found) & Counter(gold)).values()) / max(len(found), len(gold), 1)
    score = max(starts, ends, shared if shared >= 0.5 and min(len(found), len(gold)) >= 2 else 0)
    if mixed and not score and len(found) >= 2:
        score = 0.5 * (run_in(found, gold) or (len(found) <= 60 and run_in(gold, found)))
    return score


def right_speaker(found: Item, gold: Item, names: Names) -> bool:
    for mine in filter(None, (found.get("speaker"), found.get("speaker_org"))):
        bare = [word for word in words(mine) if word not in ROLES]
        for field in ("speaker", "speaker_org"):
            theirs = [word for word in words(gold.get(field)) if word not in ROLES]
            if not theirs or not bare:
                continue
            government = BODIES.get(" ".join(bare))
            if (
                names.same(mine, gold[field])
                or names.same(" ".join(bare), " ".join(theirs))
                or (field == "speaker" and bare[-1] == theirs[-1])
                or (government is not None and government == BODIES.get(" ".join(theirs)))
            ):
                return True
    return False


def statement_fit(names: Names, text: str, kinds: set[str], speaker: bool) -> Fit:
    def fit(found: Item, gold: Item) -> float:
        start, end = gold["span"]
        score = span_score(words(found.get("text")), words(text[start:end]), gold["kind"] == "mixed")
        who = right_speaker(found, gold, names)
        counts = not gold.get("doubtful") and gold["kind"] in kinds
        if not score or (speaker and counts and not who):
            return 0
        return score + who + 0.01 * counts

    return fit


# rows


def article_rows(gold: Item, found: Item, text: str) -> Iterator[tuple[str, Tally]]:
    """The tally of each row for one article."""
    names = Names(gold["companies"])

    def same_company(a: Item, b: Item) -> float:
        return (1 + (not b.get("doubtful"))) * bool(company_keys(a) & company_keys(b))

    true, said = bool(gold["relevant"]), bool(found.get("relevant"))
    yield "relevance", Tally(tp=true and said, fp=said and not true, fn=true and not said)
    yield "companies", tally(gold["companies"], found["companies"], same_company)
    yield (
        "companies listed=true",
        tally(
            [c for c in gold["companies"] if c["listed"] or c.get("doubtful")],
            [c for c in found["companies"] if c["listed"]],
            same_company,
        ),
    )
    for group, row, action in (
        (False, "listings entity+list", False),
        (False, "listings +action", True),
        (True, "listings groups (count+list)", False),
    ):
        sides = [[x for x in side["listings"] if is_group(x) == group] for side in (gold, found)]
        yield row, tally(*sides, listing_fit(names, action))
    for row, kind, company in (
        ("amounts value+currency", False, False),
        ("amounts +kind", True, False),
        ("amounts +kind+company", True, True),
    ):
        yield row, tally(gold["amounts"], found["amounts"], amount_fit(names, kind, company))
    sides = [[x for x in side["amounts"] if x.get("stated_conversion")] for side in (gold, found)]
    yield "amounts stated conversion", tally(*sides, conversion_fit)
    yield (
        "shares pct+kind",
        tally(
            gold["shares"],
            found["shares"],
            lambda a, b: (
                (1 + names.same(a["company"], b["company"]))
                * (a["kind"] == b["kind"] and abs(a["pct"] - b["pct"]) < 0.051)
            ),
        ),
    )
    for label, kinds in (("all", {"direct", "mixed", "indirect"}), ("direct+mixed", {"direct", "mixed"})):
        golds = [x if x["kind"] in kinds else x | {"doubtful": True} for x in gold["statements"]]
        for row, speaker in (("span", False), ("span+speaker", True)):
            fit = statement_fit(names, text, kinds, speaker)
            # what says that it is of another kind is not held against the row
            mine = [x for x in found["statements"] if x["kind"] in kinds or any(fit(x, b) for b in golds)]
            yield f"statements {row} ({label})", tally(golds, mine, fit)
    yield (
        "relations",
        tally(gold["relations"], [turned(x) for x in found["relations"]], relation_fit(names)),
    )


def turned(relation: Item) -> Item:
    """A customer told as its supplier."""
    if relation["type"] != "customer":
        return relation
    return {"type": "supplier", "a": relation["b"], "b": relation["a"]}


def relation_fit(names: Names) -> Fit:
    def fit(found: Item, gold: Item) -> float:
        if found["type"] != gold["type"]:
            return 0
        straight = names.same(found["a"], gold["a"]) and (
            gold["type"] == "ipo" or names.same(found["b"], gold["b"])
        )
        back = gold["type"] == "partner" and names.same(found["a"], gold["b"])
        return float(straight or (back and names.same(found["b"], gold["a"])))

    return fit


def score_facts(gold: Path, prediction: Path, articles: Path) -> dict[str, tuple[float, int]]:
    """All rows over a set of articles."""
    found, texts = rows_by_id(prediction), rows_by_id(articles)
    sums: dict[str, Tally] = {}
    for key, row in rows_by_id(gold).items():
        for name, counts in article_rows(row, found[key], texts[key]["text"]):
            sums.setdefault(name, Tally()).update(counts)
    total = Tally()
    for name in MICRO:
        total.update(sums[name])
    sums[f"MICRO ({', '.join(dict.fromkeys(name.split()[0] for name in MICRO))})"] = total
    table = {name: (t.f1(), t["tp"] + t["fn"]) for name, t in sums.items()}
    listed = sums["companies listed=true"]
    return table | {"companies listed=true P": (listed.precision(), listed["tp"] + listed["fn"])}


def rows_by_id(path: Path) -> dict[str, Item]:
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    return {row["id"]: row for row in rows}
