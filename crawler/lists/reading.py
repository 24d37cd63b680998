"""What the parsers of official lists share: tables by column name, dates, countries, names in one cell."""

import codecs
import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence

from db.errors import InputError
from db.listrows import Report

csv.field_size_limit(1_000_000)  # statements of reasons run long; more is a quotation mark that nobody closed
MONTHS = {m: i for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
COUNTRIES = {
    "china": "CN", "hong kong": "HK", "taiwan": "TW", "russia": "RU", "iran": "IR", "united arab emirates": "AE",
    "pakistan": "PK", "turkey": "TR", "singapore": "SG", "malaysia": "MY", "united states": "US", "japan": "JP",
    "south korea": "KR", "north korea": "KP", "germany": "DE", "india": "IN", "united kingdom": "GB", "israel": "IL",
}  # fmt: skip
SUCCESSORS = re.compile(
    r",?\s*\(?\b(?:and|including) any successor,? sub-?units?,? (?:or|and) subsidiar(?:y|ies)(?: thereof)?\)?",
    re.I,
)
AFFILIATE = re.compile(
    r"[.;,]?\s*\b(?:Affiliated Entit(?:y|ies)|Subordinate Institutions?|Subordinate Entit(?:y|ies))\s*[:\-–]\s*",
    re.I,
)


def text_of(data: bytes) -> str:
    """`data` as text: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252, which old government files use."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def table(
    text: str,
    report: Report,
    *,
    required: Sequence[str],
    known: Sequence[str],
    where: str,
    delimiter: str = ",",
    groups: tuple[str, ...] = (),
) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, row by column name) of a CSV with a header; names are compared without case and spaces.

    A column is known by its whole name, or by how it begins (`groups`).

    Raises:
        InputError: no header, or a required column is missing: the format is not the one described.
    """
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    header = next((row for row in reader if any(cell.strip() for cell in row)), None)
    if header is None:
        raise InputError(f"{where}: the file is empty")
    names = [slug(cell) for cell in header]
    missing = [name for name in required if name not in names]
    if missing:
        raise InputError(f"{where}: no column {', '.join(missing)}; found {', '.join(names)[:300]}")
    report.new_columns(
        {name for name in names if not name.startswith(groups)} if groups else set(names),
        {*required, *known, ""},
    )
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        report.read += 1
        if len(row) != len(names):
            report.bad(f"{where} line {reader.line_num}", f"{len(row)} cells, {len(names)} columns", row)
            continue
        yield reader.line_num, {name: cell.strip() for name, cell in zip(names, row)}


def lines_above(data: bytes, column: str) -> tuple[str, str]:
    """(the line above the header or "", the table) of a CSV whose first line may give the day of the edition."""
    text = text_of(data).lstrip("\n\r")
    first, _, rest = text.partition("\n")
    return ("", text) if column in first.lower() else (first.strip().rstrip(","), rest)


def slug(name: str) -> str:
    """A column name as we compare it: "Name 6" -> "name_6"."""
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


def iso_date(text: str | None) -> str | None:
    """An ISO date from "2019-10-09", "10/9/2019" (US order), "21 May 2019", "May 21, 2019", "20190521"; else None."""
    text = (text or "").strip()
    if match := re.match(r"(\d{4})-(\d{2})-(\d{2})", text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})", text):
        year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
        return _day(year, int(match[1]), int(match[2]))
    if match := re.fullmatch(r"(\d{1,2})\.?[ -]([A-Za-z]{3})[a-z]*\.?,?[ -](\d{4})", text):
        return _day(int(match[3]), MONTHS.get(match[2].lower(), 0), int(match[1]))
    if match := re.fullmatch(r"([A-Za-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4})", text):
        return _day(int(match[3]), MONTHS.get(match[1].lower(), 0), int(match[2]))
    if match := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if re.fullmatch(r"\d{4}(?:-\d{2})?", text):
        return text
    return None


def european_date(text: str | None) -> str | None:
    """As `iso_date`, with "09/10/2019" read day first."""
    if match := re.fullmatch(r"\s*(\d{1,2})/(\d{1,2})/(\d{4})\s*", text or ""):
        return _day(int(match[3]), int(match[2]), int(match[1]))
    return iso_date(text)


def checked_european_date(text: str | None, report: Report, where: str) -> str | None:
    """`european_date`, with a note where there are words but no date in them."""
    found = european_date(text)
    if found is None and (text or "").strip():
        report.bad(where, "not a date, kept in the raw row", text)
    return found


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


def checked_date(text: str | None, report: Report, where: str) -> str | None:
    """`iso_date`, with a note where there are words but no date in them."""
    found = iso_date(text)
    if found is None and (text or "").strip():
        report.bad(where, "not a date, kept in the raw row", text)
    return found


def country(text: str | None) -> str | None:
    """ISO 3166 alpha-2, from a code or a name we know."""
    text = (text or "").strip()
    if len(text) == 2 and text.isalpha():
        return text.upper()
    return COUNTRIES.get(text.lower())


def split_cell(text: str | None, separator: str = ";") -> tuple[str, ...]:
    """The values of a cell, quoting inside the cell respected: 'A; "B; C"' -> A and B; C."""
    if not (text or "").strip():
        return ()
    row = next(csv.reader([text or ""], delimiter=separator, skipinitialspace=True), [])
    return tuple(dict.fromkeys(cell.strip() for cell in row if cell.strip()))


def citations(text: str | None) -> tuple[str, ...]:
    """Federal Register citations of one string: "84 FR 22963, 5/21/19; 84 FR 43495, 8/21/19" -> two."""
    text = re.sub(r"\bF\.\s?R\.", "FR", text or "")
    found = re.findall(r"\b(\d{2,3}) FR (\d{1,6})", text)
    return tuple(dict.fromkeys(f"{volume} FR {page}" for volume, page in found))


def printed_name(text: str) -> tuple[str, str | None, tuple[str, ...]]:
    """(name, the party it is an affiliate of, short forms) of a name as the Entity List prints it.

    "Huawei Technologies Co., Ltd. (Huawei). Affiliated Entity: Hangzhou Huawei Enterprises" is the record
    Hangzhou Huawei Enterprises, never Huawei.
    """
    text = SUCCESSORS.sub("", text.replace("?s ", "'s ")).strip(" .;,")
    parts = AFFILIATE.split(text, maxsplit=1)
    if len(parts) == 2 and parts[1].strip():
        parent, _, _ = printed_name(parts[0])
        name, _, own = printed_name(parts[1])
        return name, parent, own
    short: tuple[str, ...] = ()
    if match := re.search(r"\s*\(([A-Z][\w&.\- ]{1,24})\)$", text):
        inner = match[1].strip()
        head = text[: match.start()].strip(" .,")
        # only an acronym, or a word of the name, is another name; a place in brackets belongs to the name
        initials = "".join(word[0] for word in re.findall(r"[A-Z]\w*", head))
        if inner.lower() in head.lower() or (inner.isupper() and set(inner) <= set(initials)):
            return head + ("." if text[: match.start()].rstrip().endswith(".") else ""), None, (inner,)
    return text, None, short
