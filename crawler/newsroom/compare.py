"""Found facts held against the answer key: what was found, what was missed, what is false, with sentences.

    report = compare_newsroom(found_rows, as_of)
    for line in report.lines():
        print(line)

A found row is a plain dict; missing keys are None:

    article       slug or address of the article (tracking parameters do not matter)
    kind          a fact kind; or "article", which only says that the article was read, with `relevant`
    sentence      the evidence, printed where the fact is false
    company, counterparty, joint, amount, low, high, currency, conversion_amount, conversion_currency,
    conversion {amount, currency}, pct, share_kind, list, list_inferred, action, count, group, quote,
    speaker, speaker_person, speaker_org, relation_type, a, b, modality, standing
                  as in docs/facts.md; `company`, `counterparty`, `a` and `b` may be a name or a list of names

`found_row(fact)` makes such a row of a fact read from the store.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from crawler.newsroom.articles import load_pieces
from crawler.newsroom.key import load_key
from crawler.newsroom.matching import (
    Match,
    Names,
    Row,
    amount_matches,
    listing_matches,
    no_comment_matches,
    relation_matches,
    share_matches,
    stake_matches,
    statement_matches,
)  # fmt: skip
from db.kinds import packaged_kinds

_RULES: dict[str, Callable[[Row, Row, Names], Match]] = {
    "amount": amount_matches,
    "stake": stake_matches,
    "share": share_matches,
    "listing": listing_matches,
    "statement": statement_matches,
    "no_comment": no_comment_matches,
    "relation": relation_matches,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One fact that was missed or is false."""

    article: str
    kind: str
    says: str
    sentence: str


@dataclass(slots=True)
class Count:
    """Facts of one kind. Doubtful facts of the key count nowhere."""

    found: int = 0
    missed: int = 0
    false: int = 0


@dataclass(slots=True)
class Report:
    """What a run made of the newsroom."""

    counts: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    missed: list[Line] = field(default_factory=list)
    false: list[Line] = field(default_factory=list)
    relevance: Count = field(default_factory=Count)
    relevance_errors: list[str] = field(default_factory=list)

    @property
    def total(self) -> Count:
        rows = self.counts.values()
        return Count(sum(c.found for c in rows), sum(c.missed for c in rows), sum(c.false for c in rows))

    @property
    def precision(self) -> float:
        total = self.total
        return total.found / (total.found + total.false) if total.found + total.false else 1.0

    @property
    def recall(self) -> float:
        total = self.total
        return total.found / (total.found + total.missed) if total.found + total.missed else 1.0

    def table(self) -> list[tuple[str, int, int, int]]:
        """(kind, found, missed, false), most frequent first, with a last row `all`."""
        rows = sorted(self.counts.items(), key=lambda row: (-row[1].found - row[1].missed, row[0]))
        total = self.total
        return [
            *((k, c.found, c.missed, c.false) for k, c in rows),
            ("all", total.found, total.missed, total.false),
        ]

    def lines(self, limit: int | None = 10) -> list[str]:
        """The report as text: the table, then missed and false facts with their sentences (`limit` of each)."""
        out = [f"{'kind':<20}{'found':>7}{'missed':>8}{'false':>7}"]
        out += [f"{kind:<20}{found:>7}{missed:>8}{false:>7}" for kind, found, missed, false in self.table()]
        out.append(f"precision {self.precision:.2f}, recall {self.recall:.2f}")
        for title, lines in (("missed", self.missed), ("false", self.false)):
            shown = lines if limit is None else lines[:limit]
            out += [
                "",
                f"{title}: {len(lines)}" + (f", the first {len(shown)}" if len(shown) < len(lines) else ""),
            ]
            for line in shown:
                out.append(f"  {line.kind}: {line.says}  [{line.article}]")
                if line.sentence:
                    out.append(f"      {line.sentence}")
        if self.relevance_errors:
            out += ["", "relevance wrong: " + ", ".join(self.relevance_errors)]
        return out


def compare(
    key_rows: Sequence[Row], found_rows: Iterable[Row], texts: Mapping[str, str] | None = None
) -> Report:
    """The report of `found_rows` against the key; `texts` (slug -> body) gives missed facts their sentences."""
    report = Report()
    keys = {row["slug"]: row for row in key_rows}
    by_article: dict[str, list[Row]] = defaultdict(list)
    for row in found_rows:
        if (slug := slug_of(str(row["article"]), keys)) is not None:
            by_article[slug].append(row)
    for slug, row in keys.items():
        found = by_article.get(slug, [])
        _relevance(report, row, [f for f in found if f["kind"] == "article"])
        facts = [f for f in found if f["kind"] not in ("article", "company")]
        if row["facts_annotated"]:
            _article(report, row, facts, (texts or {}).get(slug, ""))
        elif not row["relevant"]:
            for fact in facts:
                report.counts[fact["kind"]].false += 1
                report.false.append(
                    Line(slug, fact["kind"], says(fact) + " (off topic)", fact.get("sentence") or "")
                )
    return report


def compare_newsroom(found_rows: Iterable[Row], as_of: dt.date) -> Report:
    """`compare` with the packaged key and articles."""
    return compare(load_key(as_of), found_rows, {p.slug: p.text for p in load_pieces(as_of)})


def slug_of(article: str, slugs: Iterable[str]) -> str | None:
    """The slug that an address (or a slug) belongs to; None for pages that are no articles."""
    last = urlsplit(article).path.rstrip("/").rsplit("/", 1)[-1].removesuffix(".html")
    last = re.sub(r"-\d{4}-\d\d-\d\d$", "", last)
    return last if last in slugs else None


def _relevance(report: Report, row: Row, read: list[Row]) -> None:
    if not read or read[0].get("relevant") is None or row.get("language"):
        return  # relevance is a question of English articles; others are only searched
    if bool(read[0]["relevant"]) == row["relevant"]:
        report.relevance.found += 1
    else:
        report.relevance.missed += int(row["relevant"])
        report.relevance.false += int(not row["relevant"])
        report.relevance_errors.append(row["slug"])


def _group(kind: str) -> str:
    """Which rule reads this kind."""
    if kind in ("stake", "no_comment"):
        return kind
    return packaged_kinds()[kind].family


def _groups(fact: Row) -> set[str]:
    """The rules that may match a found fact: a stake is also a share, and may carry money."""
    group = _group(fact["kind"])
    if group == "stake" or (group == "share" and fact.get("share_kind") == "stake"):
        return {"stake", "amount"} if fact.get("amount") is not None else {"stake"}
    return {"amount", "stake"} if group == "amount" else {group}


def _article(report: Report, row: Row, found: list[Row], text: str) -> None:
    """Pair the facts of one article, best pairs first, and count."""
    names = Names(row["companies"])
    wanted: list[Row] = row["facts"]
    pairs = []
    for i, fact in enumerate(found):
        for j, key in enumerate(wanted):
            if _group(key["kind"]) in _groups(fact):
                match = _RULES[_group(key["kind"])](fact, key, names)
                if match is not Match.NONE:
                    rank = (-match, fact["kind"] != key["kind"], bool(key.get("doubtful")))
                    pairs.append((rank, i, j, match))
    pairs.sort(key=lambda pair: pair[:3])
    matched: set[int] = set()  # facts of the key that were found
    best: dict[int, tuple[int, Match]] = {}  # found fact -> its nearest fact of the key, and how near
    for _, i, j, match in pairs:
        if match is Match.RIGHT and i not in best and j not in matched:
            matched.add(j)
            best[i] = (j, match)
    for _, i, j, match in pairs:  # repeats of what is matched, and what comes near
        best.setdefault(i, (j, match))
    nearly = {j for j, match in best.values() if match is Match.OPEN}
    for j, key in enumerate(wanted):
        if key.get("doubtful"):
            continue
        count = report.counts[key["kind"]]
        if j in matched:
            count.found += 1
        else:
            count.missed += 1
            hint = " (found, but whose it is was left open)" if j in nearly else ""
            report.missed.append(Line(row["slug"], key["kind"], says(key) + hint, _sentence(key, text)))
    for i, fact in enumerate(found):
        j, match = best.get(i, (-1, Match.NONE))
        if match >= Match.OPEN or (j >= 0 and wanted[j].get("doubtful")) or _claims_nothing(fact):
            continue
        hint = f" (should be {wanted[j]['kind']}: {says(wanted[j])})" if j >= 0 else ""
        report.counts[fact["kind"]].false += 1
        report.false.append(Line(row["slug"], fact["kind"], says(fact) + hint, fact.get("sentence") or ""))


def _claims_nothing(fact: Row) -> bool:
    """An amount whose role is left open, about nobody, is no claim."""
    return fact["kind"] == "other" and not fact.get("company")


def says(fact: Row) -> str:
    """One fact in a few words: "Wenshu Vision, 38 bn CNY"."""
    kind = fact["kind"]
    if kind in ("statement", "no_comment"):
        who = fact.get("speaker") or fact.get("speaker_org") or "nobody"
        words = fact.get("quote") or (f"{fact['starts']} ... {fact['ends']}" if "starts" in fact else "")
        return f"{who}: {words}" if words else str(who)
    parts = [_names(fact.get(f)) for f in ("company", "a")]
    if kind == "relation":
        return f"{_names(fact.get('a'))} {fact.get('relation_type')} {_names(fact.get('b'))}"
    if kind == "listing":
        parts += [str(fact.get("action")), str(fact.get("list"))]
        if fact.get("count"):
            parts.append(f"{fact['count']} names")
    if (amount := fact.get("amount")) is not None:
        parts.append(f"{_short(float(amount))} {fact.get('currency') or ''}".strip())
    elif fact.get("low") is not None or fact.get("high") is not None:
        ends = [_short(float(v)) for v in (fact.get("low"), fact.get("high")) if v is not None]
        parts.append(" to ".join(ends) + f" {fact.get('currency') or ''}")
    if fact.get("pct") is not None:
        parts.append(f"{fact['pct']:g}%")
    if b := _names(fact.get("b") or fact.get("counterparty")):
        parts.append(f"with {b}")
    parts += [
        str(fact[f]) for f in ("standing", "modality") if fact.get(f) not in (None, "current", "asserted")
    ]
    return ", ".join(p for p in parts if p)


def _names(value: Any) -> str:
    return value if isinstance(value, str) else ", ".join(sorted(value or ()))


def _short(amount: float) -> str:
    for size, unit in ((1e12, "tn"), (1e9, "bn"), (1e6, "m")):
        if abs(amount) >= size:
            return f"{amount / size:g} {unit}"
    return f"{amount:g}"


_LIST_WORDS = ("list", "added", "remov", "put on", "struck", "taken off", "licen", "suspend", "vacate")
_SILENCE_WORDS = ("comment", "respond", "reached", "declined", "reply")


def _sentence(key: Row, text: str) -> str:
    """The sentence of the article that shows a fact of the key, as far as its words tell."""
    exact = [str(key[f]) for f in ("surface", "starts") if key.get(f)]
    parties = [
        n
        for f in ("company", "a", "b", "counterparty", "speaker")
        for n in [key.get(f)]
        if isinstance(n, str)
    ]
    parties = sorted({name.split()[0] for name in parties})  # "Qiaoyuan" for "Qiaoyuan Semiconductor"
    rare = {name: 12 / max(text.count(name), 1) for name in parties}  # a name told once points best
    soft = {"listing": _LIST_WORDS, "no_comment": _SILENCE_WORDS}.get(key["kind"], ())
    if "list" in key:
        soft = (*soft, *5 * [str(key["list"])])  # the list by name weighs more than any verb
    if (pct := key.get("pct")) is not None:
        exact += [f"{pct:g}{sign}" for sign in ("%", " per cent", " percent")]
    best, found = 0.0, ""
    for sentence in re.split(r"(?<![A-Z][.!?])(?<=[.!?]) |(?<=[.!?][\"”’']) |\n+", text):
        score = 20 * sum(mark in sentence for mark in exact) + sum(rare[n] for n in parties if n in sentence)
        score += sum(word in sentence for word in soft) if score else 0
        if score > best:
            best, found = score, sentence.strip()
    return found


def found_row(fact: Any) -> Row:
    """A found row of a `db.queries.FactRow`."""

    def names(*roles: str) -> list[str]:
        return [n for p in fact.parties if p.role in roles for n in {p.name, p.surface} if n]

    def first(role: str) -> str | None:
        return next((p.name or p.surface for p in fact.parties if p.role == role), None)

    plain = (
        "kind", "sentence", "amount", "low", "high", "currency", "conversion_amount", "conversion_currency", "pct",
        "share_kind", "list", "list_inferred", "action", "count", "quote", "relation_type", "modality", "standing",
    )  # fmt: skip
    row = {name: getattr(fact, name) for name in plain}
    return row | {
        "article": fact.url, "company": names("company"), "counterparty": names("counterparty"),
        "joint": names("joint"), "a": names("a"), "b": names("b"), "speaker": first("speaker"),
        "speaker_person": first("speaker_person"), "speaker_org": first("speaker_org"),
    }  # fmt: skip
