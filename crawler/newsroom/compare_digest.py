"""A digest of the newsroom's busiest week held against its answer: what it tells, leaves out and should not tell.

    report = compare_digest(document, as_of)      # the JSON document of the issue
    report.missed, report.false                   # lines of text

Lines of the document are read by `company`, `list`, `action`, `count`, `amount`, `currency` and `sentence`.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from crawler.newsroom.key import load_digest_key, load_key
from crawler.newsroom.matching import Names, Row, list_id, same_value


@dataclass(slots=True)
class DigestReport:
    """What a digest made of the week."""

    found: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        out = [f"digest: {len(self.found)} told, {len(self.missed)} left out, {len(self.false)} false"]
        out += [f"  left out: {line}" for line in self.missed]
        return out + [f"  false: {line}" for line in self.false]


#: Section of the document -> sections of the answer that it may tell.
_LISTINGS = {
    "added": ("listings_added",),
    "removed": ("listings_removed", "listings_suspended"),
    "threatened": ("listings_threatened",),
}


def compare_digest(document: Row, as_of: dt.date) -> DigestReport:
    """The report on the document of the newsroom's last week (`sections` of a digest issue)."""
    key, report = load_digest_key(as_of), DigestReport()
    names = Names(c for row in load_key(as_of) for c in row["companies"])
    sections = document["sections"]
    for section, wanted in _LISTINGS.items():
        _listings(report, section, sections.get(section, ()), [e for w in wanted for e in key[w]], key, names)
    _groups(report, sections.get("added", ()), key["groups_added"])
    _amounts(report, "contract", sections.get("contracts", ()), key["contracts"], names)
    values = [{**v["to"], "company": v["company"]} for v in key["valuations"]]
    _amounts(report, "valuation", sections.get("valuations", ()), values, names)
    _disputes(report, sections.get("disputes", {}), key["disputes"], names)
    return report


def _same_listing(item: Row, entry: Row, names: Names) -> bool:
    return names.same(item.get("company"), entry["company"]) and list_id(str(item["list"])) == list_id(
        entry["list"]
    )


def _listings(
    report: DigestReport, section: str, items: Iterable[Row], wanted: list[Row], key: Row, names: Names
) -> None:
    single = [item for item in items if (item.get("count") or 0) < 2]
    for entry in wanted:
        told = f"{section}: {entry['company']}, {entry['list']}"
        (report.found if any(_same_listing(i, entry, names) for i in single) else report.missed).append(told)
    for item in single:
        if any(_same_listing(item, entry, names) for entry in wanted):
            continue
        why = next(
            (e["why"] for e in key["not_changes"] if _same_listing(item, e, names)), "not in the answer"
        )
        report.false.append(
            f"{section}: {item.get('company')}, {item['list']} ({why}): {item.get('sentence', '')}"
        )


def _groups(report: DigestReport, items: Iterable[Row], wanted: list[Row]) -> None:
    """Groups by size; a group told without one of its members ("11 others") is the same group."""
    counts = {(item.get("count"), list_id(str(item["list"]))) for item in items}
    for entry in wanted:
        sizes = {(entry["count"] - less, list_id(entry["list"])) for less in (0, 1)}
        told = f"added: {entry['count']} names, {entry['list']}"
        (report.found if counts & sizes else report.missed).append(told)


def _amounts(report: DigestReport, kind: str, items: Iterable[Row], wanted: list[Row], names: Names) -> None:
    """Contracts and valuations; what was denied must not be told, what ended or is planned may be left out."""
    told = list(items)
    for entry in wanted:
        hit = any(
            same_value(item, entry) and names.same(item.get("company"), entry["company"]) for item in told
        )
        line = f"{kind}: {entry['company']}, {entry['amount']:,} {entry['currency']}"
        if entry.get("standing") == "denied":
            if hit:
                report.false.append(line + " (denied)")
        elif hit:
            report.found.append(line)
        elif (
            entry.get("standing", "current") == "current" and entry.get("modality", "asserted") == "asserted"
        ):
            report.missed.append(line)
    for item in told:
        near = [entry for entry in wanted if same_value(item, entry)]
        if near and not any(names.same(item.get("company"), e["company"]) for e in near):
            right = near[0]["company"]
            report.false.append(
                f"{kind}: {item.get('company')} (should be {right}): {item.get('sentence', '')}"
            )


def _disputes(report: DigestReport, section: Any, wanted: list[Row], names: Names) -> None:
    told = [d for part in (section.values() if isinstance(section, dict) else [section]) for d in part]
    for entry in wanted:
        hit = any(
            d.get("kind") == entry["kind"] and names.same(d.get("company"), entry["company"]) for d in told
        )
        (report.found if hit else report.missed).append(f"dispute: {entry['company']}, {entry['kind']}")
