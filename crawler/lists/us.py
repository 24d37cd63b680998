"""Lists of the United States: Consolidated Screening List, OFAC, Federal Register, UFLPA, 1260H, FCC.

Formats as their publishers give them: data.trade.gov (CSL JSON and CSV), treasury.gov (sdn.csv, alt.csv without a
header, null is -0-), federalregister.gov (documents JSON), dhs.gov (HTML table). The 1260H list and the FCC list
have no machine file: rows with the columns below are taken.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import lxml.html

from crawler.lists.reading import (
    checked_date,
    citations,
    country,
    iso_date,
    printed_name,
    split_cell,
    table,
    text_of,
)
from db.errors import InputError
from db.listrows import ListRow, Report

CSL_KNOWN = frozenset(
    "id _id source entity_number type name title alt_names addresses country federal_register_notice start_date end_date "
    "standard_order license_requirement license_policy programs remarks ids nationalities citizenships dates_of_birth "
    "places_of_birth call_sign vessel_type vessel_flag vessel_owner gross_tonnage gross_registered_tonnage "
    "source_list_url source_information_url".split()
)
CSL_SOURCES = {
    "EL": "entity-list", "UVL": "unverified-list", "MEU": "meu-list", "DPL": "denied-persons", "SDN": "sdn",
    "CMIC": "ns-cmic", "NS-CMIC": "ns-cmic",
}  # fmt: skip
#: Lists of the file that are about other things than trade in goods and know-how, and are not kept.
CSL_OTHERS = frozenset("DTC ISN FSE SSI PLC CAP CAPTA MBS NS-MBS ISA".split())
PARTY = {
    "individual": "person",
    "person": "person",
    "vessel": "vessel",
    "aircraft": "aircraft",
    "entity": "company",
    "": "company",
    "organization": "company",
}


def parse_csl_json(data: bytes, report: Report) -> Iterator[ListRow]:
    """Rows of consolidated.json.

    Raises:
        InputError: no JSON, or no "results".
    """
    try:
        results = json.loads(text_of(data))["results"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"consolidated screening list: no JSON with results ({error})") from error
    for number, row in enumerate(results, 1):
        report.read += 1
        if not isinstance(row, dict):
            report.bad(f"result {number}", "no object", row)
            continue
        report.new_columns(set(row), set(CSL_KNOWN))
        found = _csl_row(row, f"result {number}", report)
        if found is not None:
            yield found


def parse_csl_csv(data: bytes, report: Report) -> Iterator[ListRow]:
    """Rows of consolidated.csv, read by column name; several values in a cell are split at ";"."""
    known = [*CSL_KNOWN]
    for line, row in table(
        text_of(data), report, required=("source", "name"), known=known, where="consolidated screening list"
    ):
        found = _csl_row({**row, "alt_names": split_cell(row.get("alt_names"))}, f"line {line}", report)
        if found is not None:
            yield found


def _csl_row(row: dict[str, Any], where: str, report: Report) -> ListRow | None:
    source, printed = str(row.get("source") or ""), str(row.get("name") or "").strip()
    code = re.search(r"\(([A-Z-]+)\)", source)
    listed = CSL_SOURCES.get(code[1]) if code else None
    if source.startswith("Specially Designated Nationals"):
        listed = "sdn"
    if listed is None and code is not None and code[1] in CSL_OTHERS:
        report.passed[f"{source}, a list that we do not keep"] += 1
        return None
    if listed is None:
        report.bad(where, "a list that nobody described", source)
        return None
    if not printed:
        report.bad(where, "no name", row)
        return None
    name, parent, short = printed_name(printed)
    names = row.get("alt_names") or ()
    aliases = tuple(alias for cell in names for alias in split_cell(str(cell)))
    start, end = row.get("start_date"), row.get("end_date")
    addresses = row.get("addresses") or ()
    first = (
        addresses[0] if isinstance(addresses, list) and addresses and isinstance(addresses[0], dict) else {}
    )
    notices = citations(str(row.get("federal_register_notice") or ""))
    kind = PARTY.get(str(row.get("type") or "").lower(), "company")
    return ListRow(
        list=listed, name=name, party=kind, aliases=aliases, weak_aliases=short, affiliate_of=parent,
        action="add" if start else "listed",
        country=country(row.get("country") or first.get("country")),
        effective_date=checked_date(str(start or ""), report, where), date_kind="listed" if start else None,
        citation="; ".join(notices) or None, reason=row.get("remarks") or None,
        license_policy=row.get("license_policy") or None,
        source_url=row.get("source_list_url") or None,
        raw={**row, **({"ends": end} if end else {})},
    )  # fmt: skip


SDN_COLUMNS = ("ent_num", "SDN_Name", "SDN_Type", "Program", "Title", "Call_Sign", "Vess_type", "Tonnage", "GRT", "Vess_flag", "Vess_owner", "Remarks")  # fmt: skip
CMIC_PROGRAMS = re.compile(r"\bCMIC-EO13959\b|\bNS-CMIC\b|13959")


def parse_ofac_csv(data: bytes, report: Report, alternatives: bytes = b"") -> Iterator[ListRow]:
    """Rows of sdn.csv or cons_prim.csv (no header), with the names of alt.csv when given.

    The file has no listing dates: a row says "listed", and the day comes from elsewhere.

    Raises:
        InputError: the first row has not the twelve columns of the format.
    """
    others = _ofac_names(alternatives, report)
    for number, cells in enumerate(csv.reader(io.StringIO(text_of(data))), 1):
        if not any(cell.strip(" \x1a") for cell in cells):
            continue  # the files end in a control character
        report.read += 1
        if len(cells) != len(SDN_COLUMNS):
            if number == 1:
                raise InputError(f"ofac: {len(cells)} columns, the format has {len(SDN_COLUMNS)}")
            report.bad(f"line {number}", f"{len(cells)} cells", cells)
            continue
        row = {name: "" if cell.strip() == "-0-" else cell.strip() for name, cell in zip(SDN_COLUMNS, cells)}
        if not row["SDN_Name"]:
            report.bad(f"line {number}", "no name", cells)
            continue
        names = others.get(row["ent_num"], [])
        yield ListRow(
            list="ns-cmic" if CMIC_PROGRAMS.search(row["Program"]) else "sdn",
            name=row["SDN_Name"], action="listed", party=PARTY.get(row["SDN_Type"].lower(), "company"),
            aliases=tuple(n for kind, n in names if kind == "aka"), former=tuple(n for kind, n in names if kind in {"fka", "nka"}),
            reason=row["Program"] or None, raw=dict(row),
        )  # fmt: skip


def _ofac_names(data: bytes, report: Report) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for number, cells in enumerate(csv.reader(io.StringIO(text_of(data))), 1):
        if not any(cell.strip(" \x1a") for cell in cells):
            continue
        if len(cells) != 5:
            report.bad(f"alt.csv line {number}", f"{len(cells)} cells, the format has 5", cells)
            continue
        found.setdefault(cells[0].strip(), []).append((cells[2].strip(), cells[3].strip()))
    return found


FR_KNOWN = frozenset(
    "document_number type title abstract action agencies publication_date effective_on citation start_page end_page cfr_references "
    "docket_ids regulation_id_numbers html_url pdf_url dates volume body_html_url raw_text_url json_url excerpts public_inspection_pdf_url "
    "full_text_xml_url topics docket_id subtype signing_date page_length significant agency_names toc_doc toc_subject".split()
)
FR_LISTS = (
    (re.compile(r"entity list", re.I), "entity-list"), (re.compile(r"unverified list", re.I), "unverified-list"),
    (re.compile(r"military end.?user", re.I), "meu-list"), (re.compile(r"denying export privileges|denial order", re.I), "denied-persons"),
    (re.compile(r"covered list|covered equipment", re.I), "fcc-covered"), (re.compile(r"1260H", re.I), "1260h"),
    (re.compile(r"uyghur|forced labor", re.I), "uflpa"), (re.compile(r"military.industrial complex|13959", re.I), "ns-cmic"),
)  # fmt: skip


def parse_federal_register(data: bytes, report: Report) -> Iterator[ListRow]:
    """The rules of documents.json that change a list: citation, publication and effective date.

    A rule names many parties in its text, so its row is an event of the list itself (`modify`, party "rule").

    Raises:
        InputError: no JSON with results.
    """
    try:
        results = json.loads(text_of(data))["results"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"federal register: no JSON with results ({error})") from error
    for number, row in enumerate(results, 1):
        report.read += 1
        if not isinstance(row, dict) or not row.get("title"):
            report.bad(f"document {number}", "no title", row)
            continue
        report.new_columns(set(row), set(FR_KNOWN))
        listed = next((name for pattern, name in FR_LISTS if pattern.search(str(row["title"]))), None)
        if listed is None:
            report.passed["the title names no list that we keep"] += 1
            continue
        yield ListRow(
            list=listed, name=str(row["title"]), action="modify", party="rule",
            effective_date=iso_date(row.get("effective_on")) or iso_date(row.get("publication_date")),
            date_kind="effective" if row.get("effective_on") else "announced",
            published_date=iso_date(row.get("publication_date")),
            citation=row.get("citation") or row.get("document_number"), reason=row.get("action"),
            source_url=row.get("html_url"), raw=row,
        )  # fmt: skip


UFLPA_ALIASES = re.compile(
    r"\s*\((?:including|also known as|formerly known as|f/k/a|a/k/a)\s*(?:\w+ )?(?:alias(?:es)?:?\s*)?(.*?)\)",
    re.I | re.S,
)
UFLPA_MEMBERS = re.compile(
    r"\s+and\s+(?:its\s+)?(?:(\w+)\s+)?(?:[\w-]+-based\s+)?(?:subsidiaries|subsidiary|affiliates)\b.*?(?:which include|including|:)\s*(.+)$",
    re.I | re.S,
)


def parse_uflpa(data: bytes, report: Report) -> Iterator[ListRow]:
    """Rows of the HTML tables of dhs.gov/uflpa-entity-list: the named party, its aliases, and subsidiaries named with it.

    Raises:
        InputError: no table with a name and an effective date.
    """
    tree = lxml.html.fromstring(data)
    found = False
    for block in tree.iter("table"):
        rows = [
            [" ".join(cell.text_content().split()) for cell in row if cell.tag in {"td", "th"}]
            for row in block.iter("tr")
        ]
        header = next((row for row in rows if any("effective" in cell.lower() for cell in row)), None)
        if header is None:
            continue
        found = True
        when = next(i for i, cell in enumerate(header) if "effective" in cell.lower())
        who = next(
            (i for i, cell in enumerate(header) if "name" in cell.lower() or "entity" in cell.lower()), 0
        )
        for number, row in enumerate(rows[rows.index(header) + 1 :], 1):
            report.read += 1
            if len(row) <= max(when, who) or not row[who]:
                report.bad(f"row {number}", f"{len(row)} cells", row)
                continue
            yield from _uflpa_rows(row[who], checked_date(row[when], report, f"row {number}"), {"cells": row})
    if not found:
        raise InputError("uflpa: no table with an effective date column")


def _uflpa_rows(cell: str, date: str | None, raw: dict[str, Any]) -> Iterator[ListRow]:
    members = UFLPA_MEMBERS.search(cell)
    head = cell[: members.start()] if members else cell
    aliases: list[str] = []
    former = bool(re.search(r"formerly known as|f/k/a", head, re.I))
    for match in UFLPA_ALIASES.finditer(head):
        aliases += _enumerated(match[1])
    name = UFLPA_ALIASES.sub("", head).strip(" ,;.")
    common: dict[str, Any] = {
        "list": "uflpa",
        "effective_date": date,
        "date_kind": "effective",
        "source_url": "https://www.dhs.gov/uflpa-entity-list",
        "raw": raw,
    }
    yield ListRow(
        name=name, aliases=() if former else tuple(aliases), former=tuple(aliases) if former else (), **common
    )
    for member in _enumerated(members[2]) if members else ():
        yield ListRow(name=member, affiliate_of=name, **common)


def _enumerated(text: str) -> list[str]:
    """Names of "A; and B" or "A, B, and C": semicolons decide, where there are any."""
    separator = (
        r";\s*(?:and\s+)?"
        if ";" in text
        else r",\s+(?!Ltd|Inc|LLC|Co\b|Limited)(?:and\s+)?|\s+and\s+(?=[A-Z])"
    )
    return [part.strip(" .,;") for part in re.split(separator, text) if part.strip(" .,;")]


def parse_dod_1260h(data: bytes, report: Report) -> Iterator[ListRow]:
    """Rows of the 1260H list: Name, Clean Name, Alias, Previous Name, Parent Name, Start date, End date, Source Url."""
    for line, row in table(
        text_of(data), report, where="1260h", required=("name", "start_date"),
        known=("clean_name", "alias", "previous_name", "parent_name", "end_date", "source_url"),
    ):  # fmt: skip
        name = row.get("clean_name") or row["name"].strip(" *")
        common: dict[str, Any] = {
            "list": "1260h", "name": name, "date_kind": "list edition", "source_url": row.get("source_url") or None,
            "citation": "Pub. L. 116-283 sec. 1260H", "raw": row,
        }  # fmt: skip
        if not name:
            report.bad(f"line {line}", "no name", row)
            continue
        yield ListRow(
            **common, aliases=split_cell(row.get("alias")), former=split_cell(row.get("previous_name")),
            affiliate_of=row.get("parent_name") or None, effective_date=checked_date(row["start_date"], report, f"line {line}"),
        )  # fmt: skip
        if row.get("end_date"):
            yield ListRow(
                **common,
                action="remove",
                effective_date=checked_date(row["end_date"], report, f"line {line}"),
            )


FCC_NAME = re.compile(
    r"(?:produced|provided|manufactured|offered|made)(?: or (?:produced|provided))? by ([A-Z][^,;(]*?(?:,? (?:Inc|Ltd|LLC|Corp|Co|Limited|Corporation|Company)\b\.?)*)(?=,? (?:or|and|including|to the extent|its)\b|[,;(]|\.?$)"
)


def parse_fcc(data: bytes, report: Report) -> Iterator[ListRow]:
    """Rows of the covered list: the maker stands inside a sentence; a whole category names nobody and is reported."""
    column = "covered_equipment_or_services"
    for line, row in table(
        text_of(data),
        report,
        where="fcc",
        required=(column, "date_of_inclusion_on_covered_list"),
        known=("notes",),
    ):
        match = FCC_NAME.search(row[column])
        if match is None and re.search(
            r"\b(?:by|of) [A-Z]\w+ (?:[A-Z]|&)|\b(?:Inc|Corp|Ltd|Co|LLC)\b", row[column]
        ):
            report.bad(f"line {line}", "the company in it is not found", row[column])
            continue
        if match is None:
            report.passed["no company named: a whole category of goods"] += 1
            continue
        yield ListRow(
            list="fcc-covered", name=match[1].strip(" ."), date_kind="listed", reason=row[column],
            effective_date=checked_date(row["date_of_inclusion_on_covered_list"], report, f"line {line}"),
            source_url="https://www.fcc.gov/supplychain/coveredlist", raw=row,
        )  # fmt: skip
