"""Writing facts and articles to files: rows stream from the store, whatever their number."""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from db.errors import UsageError
from db.queries import FactRow, iterate_facts
from db.store import Row, Store
from tradewire.options import csv_cell

FILE_FORMATS = ("parquet", "xlsx")
BATCH = 5_000
MAX_XLSX = 1_048_575  # rows of a sheet
#: BibTeX's own characters.
_TEX = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
})  # fmt: skip


def fact_rows(store: Store, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Facts as flat rows: one cell a value, several parties of a role joined by "; "."""
    from tradewire.commands.facts import flat

    for row in iterate_facts(store, **asked):
        yield flat(row)


def fact_objects(store: Store, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Facts with their parties as objects."""
    return (row.as_dict() for row in iterate_facts(store, **asked))


def article_rows(store: Store, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Articles with their current text; of `asked` only since, until and source count."""
    for row in articles(store, asked):
        yield {
            **row,
            "authors": "; ".join(json.loads(row["authors"])),
            "topics": "; ".join(json.loads(row["topics"])),
        }


def articles(store: Store, asked: dict[str, Any]) -> Iterator[Row]:
    from db.queries import days

    odd = asked.keys() - {"since", "until", "source", "limit"}
    if odd:
        raise UsageError(f"articles have no {', '.join(sorted(odd))}; export facts for that")
    where, values = ["a.text IS NOT NULL"], []
    if asked.get("since"):
        where.append("coalesce(a.published, a.first_seen) >= ?")
        values.append(days(asked["since"])[0])
    if asked.get("until"):
        where.append("coalesce(a.published, a.first_seen) < ?")
        values.append(days(asked["until"])[1] + "U")  # T sorts before U
    if asked.get("source"):
        where.append(f"a.source IN ({', '.join('?' * len(asked['source']))})")
        values += asked["source"]
    ids = [
        row["id"]
        for row in store.rows(
            f"SELECT a.id FROM articles a WHERE {' AND '.join(where)}"
            " ORDER BY coalesce(a.published, a.first_seen) DESC, a.id LIMIT ?",
            (*values, asked.get("limit") or -1),
        )
    ]
    for article in ids:
        row = store.row(
            "SELECT a.id, a.url, a.title, a.authors, a.source, s.name AS source_name, a.published, a.language,"
            " a.page_type, a.topics, a.story, a.first_seen, t.body FROM articles a JOIN texts t ON t.id = a.text"
            " LEFT JOIN sources s ON s.id = a.source WHERE a.id = ?",
            (article,),
        )
        if row is not None:
            yield row


def gold(store: Store) -> Iterator[dict[str, Any]]:
    """Articles with what people decided about their facts: `facts` are right (corrected where needed), `wrong` are not."""
    rows = store.rows(
        "SELECT text, group_concat(id) AS ids FROM facts WHERE review <> 'auto' AND state = 'live' GROUP BY text ORDER BY text"
    )
    for row in rows:
        article = store.row(
            "SELECT a.url, a.title, a.published, t.body FROM texts t JOIN articles a ON a.id = t.article WHERE t.id = ?",
            (row["text"],),
        )
        assert article is not None, row
        found = list(iterate_facts(store, ids=row["ids"].split(","), sort="text"))
        yield {
            "id": article["url"],
            "date": (article["published"] or "")[:10] or None,
            "title": article["title"],
            "text": article["body"],
            "facts": [_gold(f) for f in found if f.review != "rejected"],
            "wrong": [_gold(f) for f in found if f.review == "rejected"],
        }


def _gold(fact: FactRow) -> dict[str, Any]:
    kept = fact.as_dict()
    left_out = (
        "article", "text", "url", "title", "source", "source_name", "published", "story", "event", "first_seen",
        "changed_at", "fingerprint", "confidence", "state", "company_id", "rule",
    )  # fmt: skip
    return {name: value for name, value in kept.items() if name not in left_out}


def bibtex(row: Row) -> str:
    """One article as a BibTeX entry."""
    key = (
        re.sub(r"[^a-z0-9]+", "", (row["source"] or "article").lower())
        + f"{(row['published'] or '')[:4]}-{row['id']}"
    )
    fields = {
        "title": row["title"],
        "author": " and ".join("{" + _tex(name) + "}" for name in json.loads(row["authors"])),
        "organization": row["source_name"] or row["source"],
        "date": (row["published"] or "")[:10],
        "url": row["url"],
        "urldate": row["first_seen"][:10],
        "langid": row["language"],
    }
    lines = [
        f"  {name} = {{{value if name in ('author', 'url') else _tex(value)}}},"
        for name, value in fields.items()
        if value
    ]
    return f"@online{{{key},\n" + "\n".join(lines) + "\n}\n"


def _tex(text: str) -> str:
    return " ".join(text.translate(_TEX).split())


def write_text(rows: Iterable[Any], form: str, out: TextIO) -> int:
    """How many rows were written to `out`."""
    count = 0
    if form == "csv":
        writer = csv.writer(out, lineterminator="\n")
        for count, row in enumerate(rows, 1):
            if count == 1:
                writer.writerow(row)
            writer.writerow([csv_cell(value) for value in row.values()])
        return count
    if form == "json":
        out.write("[")
        for count, row in enumerate(rows, 1):
            out.write((",\n" if count > 1 else "\n") + json.dumps(row, ensure_ascii=False, default=str))
        out.write("\n]\n")
        return count
    for row in rows:
        count += 1
        out.write(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False, default=str) + "\n")
    return count


def write_parquet(rows: Iterable[dict[str, Any]], path: Path) -> int:
    """How many rows were written, in batches; columns are typed by name, so that an empty batch changes nothing."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise UsageError("Parquet needs: pip install 'tradewire[archive]'") from error
    rows = iter(rows)
    batch = list(islice(rows, BATCH))
    if not batch:
        raise UsageError("nothing to export")
    schema = pa.schema([(name, getattr(pa, arrow_type(name))()) for name in batch[0]])
    count = 0
    with ExitStack() as stack:
        writer = stack.enter_context(pq.ParquetWriter(path, schema))
        while batch:
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))
            count += len(batch)
            batch = list(islice(rows, BATCH))
    return count


REALS = {
    "amount", "low", "high", "conversion_amount", "usd", "usd_rate", "pct", "confidence",
}  # fmt: skip
WHOLE = {
    "article", "text", "story", "start", "end", "approx", "undisclosed", "list_inferred", "count", "in_headline",
    "event",
}  # fmt: skip


def arrow_type(name: str) -> str:
    return "float64" if name in REALS else "int64" if name in WHOLE else "string"


def write_xlsx(rows: Iterable[dict[str, Any]], path: Path) -> int:
    """How many rows were written; text never becomes a formula or a link."""
    try:
        import xlsxwriter
    except ImportError as error:
        raise UsageError("xlsx needs: pip install 'tradewire[xlsx]'") from error
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    count = 0
    try:
        sheet = book.add_worksheet("export")
        bold = book.add_format({"bold": True})
        for count, row in enumerate(islice(rows, MAX_XLSX), 1):
            if count == 1:
                sheet.write_row(0, 0, list(row), bold)
                sheet.freeze_panes(1, 0)
            for column, value in enumerate(row.values()):
                if isinstance(value, int | float):
                    sheet.write_number(count, column, value)
                elif value is not None:
                    sheet.write_string(count, column, csv_cell(value)[:32_000])  # a cell holds 32,767
    finally:
        book.close()
    return count
