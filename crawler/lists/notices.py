"""Lists that are published as notices or annexes only, typed into rows: China's, and annexes of EU regulations."""

from collections.abc import Iterator

from crawler.lists.reading import checked_date, country, split_cell, table, text_of
from db.listregistry import packaged_lists
from db.listrows import CONFIDENCE, ListRow, Report

REQUIRED = ("list", "name", "action", "effective_date", "citation")
KNOWN = ("aliases", "chinese", "country", "published_date", "source_url", "reason", "confidence")


def notice_rows(data: bytes, report: Report, where: str, lists: set[str]) -> Iterator[ListRow]:
    """Rows with list, name, action (add, remove, modify), effective_date, citation, and aliases, chinese, country,
    published_date, source_url, reason, confidence (medium where none stands) besides; of `lists` only."""
    for line, row in table(text_of(data), report, where=where, required=REQUIRED, known=KNOWN):
        listed = packaged_lists().by_source_name(row["list"])
        place = f"line {line}"
        if (
            listed is None
            or listed.id not in lists
            or row["action"] not in {"add", "remove", "modify"}
            or not row["name"]
        ):
            report.bad(place, "no name, or an unknown list or action", row)
            continue
        confidence = row.get("confidence") or "medium"
        if confidence not in CONFIDENCE:
            report.bad(place, "a confidence that is none, taken as low", confidence)
            confidence = "low"
        yield ListRow(
            list=listed.id, name=row["name"], action=row["action"], aliases=(*split_cell(row.get("aliases")), *split_cell(row.get("chinese"))),
            country=country(row.get("country")), effective_date=checked_date(row["effective_date"], report, place),
            date_kind="effective", published_date=checked_date(row.get("published_date"), report, place),
            citation=row["citation"] or None, source_url=row.get("source_url") or None, reason=row.get("reason") or None,
            confidence=confidence, raw=row,
        )  # fmt: skip


def parse_china(data: bytes, report: Report) -> Iterator[ListRow]:
    """Rows of notices of China's ministries."""
    yield from notice_rows(data, report, "china", {"unreliable-entity-list", "china-export-control"})
