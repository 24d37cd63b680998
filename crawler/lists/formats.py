"""The formats that `tradewire lists update` reads, and how a file shows which one it is."""

import csv
import hashlib
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.lists import eu, notices, others, uk, us
from crawler.lists.reading import text_of
from db.clock import stamp
from db.errors import ConfigError, InputError
from db.listrows import ListFile, ListRow, Report

PACKAGED = Path(__file__).parents[1] / "data" / "lists.toml"
Parser = Callable[[bytes, Report], Iterator[ListRow]]


@dataclass(frozen=True, slots=True)
class Format:
    """One file format of an official list."""

    name: str
    says: str
    parse: Parser
    full: bool = True  #: holds the whole list, so that absence means something


FORMATS = {
    f.name: f
    for f in (
        Format("csl-json", "Consolidated Screening List, JSON", us.parse_csl_json),
        Format("csl-csv", "Consolidated Screening List, CSV with header", us.parse_csl_csv),
        Format("ofac-csv", "OFAC sdn.csv or cons_prim.csv, no header", us.parse_ofac_csv),
        Format("federal-register", "Federal Register documents, JSON", us.parse_federal_register, full=False),
        Format("uflpa-html", "UFLPA Entity List, HTML table", us.parse_uflpa),
        Format("dod-1260h", "Section 1260H list, CSV rows", us.parse_dod_1260h),
        Format("fcc-csv", "FCC Covered List, CSV sheet", us.parse_fcc),
        Format("opensanctions-csv", "OpenSanctions targets.simple.csv", others.parse_opensanctions_csv),
        Format("opensanctions-ftm", "OpenSanctions entities.ftm.json", others.parse_opensanctions_ftm),
        Format("meti-csv", "METI End User List, CSV rows", others.parse_meti),
        Format("china-csv", "notices of Chinese ministries, CSV rows", notices.parse_china, full=False),
        Format("uk-csv", "UK-Sanctions-List.csv", uk.parse_uk),
        Format("uk-xml", "UK-Sanctions-List.xml", uk.parse_uk_xml),
        Format("ofsi-csv", "OFSI ConList.csv, until January 2026", uk.parse_ofsi_csv),
        Format("ofsi-xml", "OFSI ConList.xml, until January 2026", uk.parse_ofsi_xml),
        Format("eu-xml", "EU xmlFullSanctionsList_1_1", eu.parse_eu),
        Format("eu-csv", "EU csvFullSanctionsList_1_1", eu.parse_eu_csv),
        Format("eu-annex-csv", "Annex IV of Regulation 833/2014, CSV rows", eu.parse_eu_annex, full=False),
    )
}
#: What the first characters of a file show. The first that fits counts.
SIGNS = (
    ("csl-json", re.compile(r'^\s*\{.*"results"\s*:\s*\[.*"(?:source_list_url|federal_register_notice|alt_names)"', re.S)),
    ("federal-register", re.compile(r'^\s*\{.*"results"\s*:\s*\[.*"document_number"', re.S)),
    ("opensanctions-ftm", re.compile(r'^\s*\{"?.*"schema"\s*:.*"properties"\s*:', re.S)),
    ("eu-xml", re.compile(r"^\s*<(?:.*<)?(?:\w+:)?sanctionEntity\b", re.S)),
    ("ofsi-xml", re.compile(r"^\s*<(?:.*<)?(?:\w+:)?FinancialSanctionsTarget\b", re.S)),
    ("uk-xml", re.compile(r"^\s*<(?:.*<)?(?:\w+:)?Designations\b", re.S)),
    ("uflpa-html", re.compile(r"<table.*effective", re.S | re.I)),
    ("opensanctions-csv", re.compile(r'^"?id"?,"?schema"?,"?name"?,', re.I)),
    ("eu-csv", re.compile(r"^(?:filegenerationdate;[^\n]*\n)?[^\n]*entity_logicalid[^\n]*namealias_wholename", re.I)),
    ("ofsi-csv", re.compile(r"^(?:\"?last updated[^\n]*\n)?[^\n]*name 6[^\n]*group type[^\n]*group id", re.I)),
    ("uk-csv", re.compile(r"^(?:\"?(?:report|publication) date[^\n]*\n)?[^\n]*unique id[^\n]*name 6", re.I)),
    ("dod-1260h", re.compile(r"^[^\n]*name[^\n]*(?:clean name|start date)", re.I)),
    ("fcc-csv", re.compile(r"^[^\n]*covered_equipment_or_services", re.I)),
    ("meti-csv", re.compile(r"^[^\n]*country[^\n]*company", re.I)),
    ("eu-annex-csv", re.compile(r"^[^\n]*list[^\n]*name[^\n]*action[^\n]*citation.*\b(?:eu-833-annex-iv|EU 833/2014 Annex IV)\b", re.I | re.S)),
    ("china-csv", re.compile(r"^[^\n]*list[^\n]*name[^\n]*action[^\n]*citation", re.I)),
    ("csl-csv", re.compile(r"^[^\n]*\bsource\b[^\n]*\bname\b[^\n]*", re.I)),
    ("ofac-csv", re.compile(r'^\d+\s*,"[^"\n]+"\s*,(?:"[^"\n]*"|-0-)\s*,')),
)  # fmt: skip


def detect(data: bytes, name: str) -> Format:
    """The format of a file, by how it begins.

    Raises:
        InputError: an empty file, or none of those described; nothing is guessed.
    """
    if not data.strip():
        raise InputError(f"{name}: the file is empty")
    head = text_of(data[:200_000])
    for key, sign in SIGNS:
        if sign.search(head):
            return FORMATS[key]
    raise InputError(f"{name}: no format of an official list that we know ({', '.join(FORMATS)})")


def read_list_file(
    data: bytes, name: str, form: str | None = None, *, as_of: str | None = None, full: bool | None = None
) -> tuple[list[ListRow], Report, ListFile]:
    """(rows, report, file) of one official file.

    Raises:
        InputError: an unknown format, or a file that is not what its format says.
    """
    if form is not None and form not in FORMATS:
        raise InputError(f"no format {form!r}; there are {', '.join(FORMATS)}")
    found = FORMATS[form] if form is not None else detect(data, name)
    report = Report()
    try:
        rows = list(found.parse(data, report))
    except (csv.Error, RecursionError) as error:
        raise InputError(f"{name}: not a file as {found.name} describes it ({error})") from error
    if not rows and not report.read:
        raise InputError(f"{name}: not one row in it")
    source = ListFile(
        importer=found.name, name=name, hash=hashlib.sha256(data).hexdigest(), retrieved_at=stamp(),
        as_of=as_of or report.as_of,
        full=found.full if full is None else full,
    )  # fmt: skip
    return rows, report, source


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a list is published."""

    name: str
    url: str
    format: str
    full: bool = True
    enabled: bool = True


def packaged_addresses() -> list[Address]:
    """The addresses of crawler/data/lists.toml.

    Raises:
        ConfigError: an unknown key or format.
    """
    try:
        rows = [Address(**row) for row in tomllib.loads(PACKAGED.read_text(encoding="utf-8"))["lists"]]
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{PACKAGED}: {error}") from error
    for row in rows:
        if row.format not in FORMATS:
            raise ConfigError(f"{PACKAGED}: {row.name}: no format {row.format!r}")
    return [replace(row, full=row.full and FORMATS[row.format].full) for row in rows]
