"""The EU's consolidated list of financial sanctions, XML and CSV, and rows of annexes of its export-control rules.

Formats: xmlFullSanctionsList_1_1 (root export, one sanctionEntity a party, values in attributes) and csvFullSanctionsList_1_1
(semicolons, one row a name, address or number, all with the party's columns) of webgate.ec.europa.eu/fsd/fsf. Their keys
were read in public readers of these files (OpenSanctions' eu_fsf, moov-io/watchman). Annex IV of Regulation 833/2014 is in
neither: its rows are taken with the columns of `parse_eu_annex`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from crawler.lists.elements import as_row, elements, local
from crawler.lists.notices import notice_rows
from crawler.lists.reading import checked_european_date, country, european_date, table, text_of
from db.errors import InputError
from db.listrows import ListRow, Report

XML_KNOWN = frozenset(
    "regulation subjectType nameAlias remark address identification birthdate citizenship contactInfo".split()
)
#: Column groups of the CSV; a column is known by its group, a new group is not.
CSV_GROUPS = ("entity_", "namealias_", "address_", "birthdate_", "identification_", "citizenship_", "contactinfo_", "filegenerationdate")  # fmt: skip
PARTY = {"person": "person", "p": "person", "enterprise": "company", "e": "company"}


@dataclass(slots=True)
class Listed:
    """One party of the list, however its file tells it."""

    key: str
    kind: str
    names: list[tuple[str, bool]] = field(default_factory=list)  #: (name, is strong)
    designated: str = ""
    laws: list[tuple[str, str, str, str, str]] = field(
        default_factory=list
    )  #: in force, published, number, programme, address
    country: str = ""
    raw: dict[str, Any] = field(default_factory=dict)


def parse_eu(data: bytes, report: Report) -> Iterator[ListRow]:
    """Entries of xmlFullSanctionsList_1_1: names, weak names, the regulation that lists them.

    Raises:
        InputError: no XML, or no sanctionEntity in it.
    """
    head: dict[str, str] = {}
    for node in elements(data, "sanctionEntity", "eu", head):
        report.read += 1
        children = [(local(child.tag), child) for child in node]
        report.new_columns({tag for tag, _ in children}, set(XML_KNOWN))
        found = Listed(node.get("euReferenceNumber") or node.get("logicalId") or f"entity {report.read}", "")
        found.designated = node.get("designationDate") or ""
        found.raw = as_row(node)
        for tag, child in children:
            if tag == "subjectType":
                found.kind = found.kind or child.get("code", "") or child.get("classificationCode", "")
            elif tag == "nameAlias":
                parts = (child.get("firstName"), child.get("middleName"), child.get("lastName"))
                whole = child.get("wholeName") or " ".join(part for part in parts if part)
                found.names.append((" ".join(whole.split()), child.get("strong") != "false"))
            elif tag == "regulation":
                url = next((c.text or "" for c in child if local(c.tag) == "publicationUrl"), "")
                keys = ("entryIntoForceDate", "publicationDate", "numberTitle", "programme")
                found.laws.append((*(child.get(key, "") for key in keys), url.strip()))  # type: ignore[arg-type]
            elif tag == "address":
                found.country = found.country or child.get("countryIso2Code", "")
        if row := _row(found, report):
            yield row
    if not report.read:
        raise InputError("eu: no sanctionEntity")
    report.as_of = european_date(head.get("generationDate"))


def parse_eu_csv(data: bytes, report: Report) -> Iterator[ListRow]:
    """Entries of csvFullSanctionsList_1_1: one an Entity_LogicalId, its rows joined."""
    body = text_of(data)
    first = body.partition("\n")[0]
    if first.lower().startswith("filegenerationdate;") and "entity_logicalid" not in first.lower():
        body = body.partition("\n")[2]  # some editions print the date on a line of its own
        report.as_of = european_date(first.partition(";")[2].strip())
    found: dict[str, Listed] = {}
    required = ("entity_logicalid", "namealias_wholename")
    rows = table(
        body, report, where="eu", required=required, known=required, groups=CSV_GROUPS, delimiter=";"
    )
    for line, row in rows:
        report.as_of = report.as_of or european_date(row.get("filegenerationdate"))
        if not row["entity_logicalid"]:
            report.bad(f"line {line}", "no Entity_LogicalId", row)
            continue
        kind = row.get("entity_subjecttype_classificationcode") or row.get("entity_subjecttype", "")
        key = row.get("entity_eu_referencenumber") or row["entity_logicalid"]
        one = found.setdefault(row["entity_logicalid"], Listed(key, kind, raw={"rows": []}))
        one.raw["rows"].append({name: value for name, value in row.items() if value})
        one.designated = one.designated or row.get("entity_designationdate", "")
        parts = (row.get(f"namealias_{part}name", "") for part in ("first", "middle", "last"))
        whole = row["namealias_wholename"] or " ".join(part for part in parts if part)
        if whole:
            one.names.append((" ".join(whole.split()), row.get("namealias_strong", "").lower() != "false"))
        keys = ("entryintoforcedate", "publicationdate", "numbertitle", "programme", "publicationurl")
        law = tuple(row.get(f"entity_regulation_{name}", "") for name in keys)
        if any(law) and law not in one.laws:
            one.laws.append(law)  # type: ignore[arg-type]
        one.country = one.country or row.get("address_countryiso2code", "")
    for one in found.values():
        if made := _row(one, report):
            yield made


def _row(found: Listed, report: Report) -> ListRow | None:
    names = [(name, strong) for name, strong in found.names if name]
    if not names:
        report.bad(found.key, "no name", found.raw)
        return None
    party = PARTY.get(found.kind.casefold())
    if party is None:
        report.bad(found.key, "neither person nor enterprise; no company is made of it", found.kind)
    weak = tuple(dict.fromkeys(name for name, strong in names if not strong))
    strong = [name for name, is_strong in names if is_strong and name not in weak] or [names[0][0]]
    # an entry may cite later changes beside the act that listed it: the earliest one counts
    law = min(found.laws, key=lambda one: european_date(one[0]) or "9999", default=("", "", "", "", ""))
    return ListRow(
        list="eu-sanctions", name=strong[0], party=party or "other",
        aliases=tuple(dict.fromkeys(name for name in strong if name != strong[0])),
        weak_aliases=tuple(name for name in weak if name != strong[0]), country=country(found.country),
        effective_date=checked_european_date(found.designated or law[0], report, found.key), date_kind="effective",
        published_date=european_date(law[1]), citation=law[2] or None, reason=law[3] or None,
        source_url=law[4] or None, raw=found.raw | {"euReferenceNumber": found.key},
    )  # fmt: skip


def parse_eu_annex(data: bytes, report: Report) -> Iterator[ListRow]:
    """Rows of Annex IV of Regulation 833/2014, as `notice_rows` describes them."""
    yield from notice_rows(data, report, "eu annex", {"eu-833-annex-iv"})
