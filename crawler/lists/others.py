"""Lists of China, Japan, the EU and the UK, and OpenSanctions' exports for people who have a licence for them.

China publishes notices only and Japan a PDF: rows with the columns below are taken. The EU's file is
xmlFullSanctionsList_1_1, the UK's UK-Sanctions-List.csv. OpenSanctions data are CC BY-NC: import your own copy.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import lxml.etree

from crawler.lists.reading import checked_date, country, european_date, iso_date, split_cell, table, text_of
from db.errors import InputError
from db.listregistry import packaged_lists
from db.listrows import ListRow, Report

PERSONS = frozenset({"Person"})
TARGET_COLUMNS = (
    "id schema name aliases birth_date countries addresses identifiers sanctions phones emails dataset first_seen "
    "last_seen last_change program_ids".split()
)


def parse_opensanctions_csv(data: bytes, report: Report) -> Iterator[ListRow]:
    """Rows of targets.simple.csv; values in a cell are joined by ";" with quoting inside the cell."""
    for line, row in table(
        text_of(data),
        report,
        where="opensanctions",
        required=("id", "schema", "name", "dataset"),
        known=TARGET_COLUMNS,
    ):
        yield from _opensanctions(
            row["id"], row["schema"], row["name"], split_cell(row.get("aliases")), split_cell(row.get("countries")),
            split_cell(row["dataset"]), row.get("first_seen"), row, report, f"line {line}",
        )  # fmt: skip


def parse_opensanctions_ftm(data: bytes, report: Report) -> Iterator[ListRow]:
    """Targets of entities.ftm.json: one object a line; what is no target (addresses, links) is passed over."""
    for number, line in enumerate(text_of(data).splitlines(), 1):
        if not line.strip():
            continue
        report.read += 1
        try:
            row = json.loads(line)
            properties: dict[str, list[str]] = row["properties"]
            schema, name = row["schema"], row.get("caption") or properties["name"][0]
        except (ValueError, KeyError, TypeError, IndexError) as error:
            report.bad(f"line {number}", f"no entity ({error})", line[:200])
            continue
        report.new_columns(
            set(row),
            {
                "id",
                "caption",
                "schema",
                "properties",
                "referents",
                "datasets",
                "first_seen",
                "last_seen",
                "last_change",
                "target",
            },
        )
        if not row.get("target"):
            continue
        aliases = [*properties.get("name", ()), *properties.get("alias", ())]
        weak = tuple(properties.get("weakAlias", ()))
        former = tuple(properties.get("previousName", ()))
        yield from _opensanctions(
            row.get("id", ""),
            schema,
            name,
            aliases,
            properties.get("country") or properties.get("jurisdiction") or (),
            row.get("datasets", ()),
            row.get("first_seen"),
            row,
            report,
            f"line {number}",
            weak=weak,
            former=former,
        )


def _opensanctions(
    key: str, schema: str, name: str, aliases: Any, countries: Any, datasets: Any, seen: str | None,
    row: dict[str, Any], report: Report, where: str, *, weak: tuple[str, ...] = (), former: tuple[str, ...] = (),
) -> Iterator[ListRow]:  # fmt: skip
    if not name:
        report.bad(where, "no name", key)
        return
    known = False
    for dataset in datasets:
        listed = packaged_lists().by_source_name(dataset)
        if listed is None:
            continue
        known = True
        yield ListRow(
            list=listed.id, name=name, action="listed", party="person" if schema in PERSONS else "vessel" if schema == "Vessel" else "company",
            aliases=tuple(a for a in dict.fromkeys(aliases) if a != name), weak_aliases=weak, former=former,
            country=country(countries[0]) if countries else None,
            effective_date=iso_date(seen), date_kind="first seen by OpenSanctions", confidence="medium", raw=dict(row),
        )  # fmt: skip
    if not known:
        report.bad(where, "from lists that we do not keep", "; ".join(datasets))


def parse_meti(data: bytes, report: Report) -> Iterator[ListRow]:
    """Rows of Japan's End User List: No, country, company, also known as, WMD type, conventional; it gives no dates."""
    for line, row in table(
        text_of(data), report, where="meti", required=("country", "company"),
        known=("no", "also_known_as", "wmd_type", "type_of_wmd", "conventional", "conventional_weapons", "edition"),
    ):  # fmt: skip
        if not row["company"]:
            report.bad(f"line {line}", "no company", row)
            continue
        yield ListRow(
            list="jp-end-user", name=row["company"], action="listed", aliases=split_cell(row.get("also_known_as")),
            country=country(row["country"]), effective_date=iso_date(row.get("edition")),
            date_kind="list edition" if row.get("edition") else None,
            reason=row.get("wmd_type") or row.get("type_of_wmd") or None, raw=row,
        )  # fmt: skip


def parse_china(data: bytes, report: Report) -> Iterator[ListRow]:
    """Rows of notices of China's ministries: list, name, action, effective_date, citation, source_url and more."""
    lists = {"unreliable-entity-list", "china-export-control"}
    for line, row in table(
        text_of(data), report, where="china", required=("list", "name", "action", "effective_date", "citation"),
        known=("aliases", "chinese", "country", "published_date", "source_url", "reason", "confidence"),
    ):  # fmt: skip
        listed = packaged_lists().by_source_name(row["list"])
        if (
            listed is None
            or listed.id not in lists
            or row["action"] not in {"add", "remove", "modify"}
            or not row["name"]
        ):
            report.bad(f"line {line}", "no name, or an unknown list or action", row)
            continue
        yield ListRow(
            list=listed.id, name=row["name"], action=row["action"], aliases=(*split_cell(row.get("aliases")), *split_cell(row.get("chinese"))),
            country=country(row.get("country")), effective_date=checked_date(row["effective_date"], report, f"line {line}"),
            date_kind="effective", published_date=iso_date(row.get("published_date")), citation=row["citation"] or None,
            source_url=row.get("source_url") or None, reason=row.get("reason") or None,
            confidence=row.get("confidence") or "medium", raw=row,
        )  # fmt: skip


UK_KNOWN = (
    "last_updated unique_id ofsi_group_id un_reference_number name_6 name_1 name_2 name_3 name_4 name_5 name_type alias_strength title "
    "name_non_latin_script non_latin_script_type non_latin_script_language regime_name designation_type designation_source "
    "sanctions_imposed other_information uk_statement_of_reasons address_line_1 address_line_2 address_line_3 address_line_4 "
    "address_line_5 address_line_6 address_postal_code address_country phone_number website email_address date_designated d_o_b "
    "nationality_ies national_identifier_number national_identifier_additional_information passport_number "
    "passport_additional_information position gender town_of_birth country_of_birth type_of_entity subsidiaries parent_company "
    "business_registration_number_s imo_number current_owner_operator_s previous_owner_operator_s current_believed_flag_of_ship "
    "previous_flags type_of_ship tonnage_of_ship length_of_ship year_built hull_identification_number_hin".split()
)


def parse_uk(data: bytes, report: Report) -> Iterator[ListRow]:
    """Entries of UK-Sanctions-List.csv: one a Unique ID, its name rows joined. The report date stands above the header."""
    text = text_of(data)
    lines = text.splitlines(keepends=True)
    if lines and lines[0].lower().startswith(("report date", '"report date', "publication date")):
        text = "".join(lines[1:])
    grouped: dict[str, list[dict[str, str]]] = {}
    for line, row in table(
        text,
        report,
        where="uk",
        required=("unique_id", "name_6", "designation_type", "date_designated"),
        known=UK_KNOWN,
    ):
        if not row["unique_id"]:
            report.bad(f"line {line}", "no unique id", row)
            continue
        grouped.setdefault(row["unique_id"], []).append(row)
    for key, rows in grouped.items():
        names = [" ".join(row.get(f"name_{n}", "") for n in (1, 2, 3, 4, 5, 6)).split() for row in rows]
        primary = next(
            (
                i
                for i, row in enumerate(rows)
                if "primary" in row.get("name_type", "").lower()
                and "variation" not in row.get("name_type", "").lower()
            ),
            0,
        )
        row = rows[primary]
        name = " ".join(names[primary])
        if not name:
            report.bad(key, "no name", row)
            continue
        others = [" ".join(words) for i, words in enumerate(names) if i != primary and words]
        weak = tuple(
            " ".join(words)
            for i, words in enumerate(names)
            if "low" in rows[i].get("alias_strength", "").lower()
        )
        kind = {"individual": "person", "ship": "vessel"}.get(row["designation_type"].lower(), "company")
        scripts = [r["name_non_latin_script"] for r in rows if r.get("name_non_latin_script")]
        yield ListRow(
            list="uk-sanctions", name=name, party=kind, weak_aliases=weak,
            aliases=tuple(dict.fromkeys(n for n in (*others, *scripts) if n not in weak and n != name)),
            country=country(row.get("address_country")), effective_date=european_date(row["date_designated"]), date_kind="effective",
            citation=f"UK Sanctions List {key}", reason=row.get("uk_statement_of_reasons") or row.get("regime_name") or None, raw=dict(row),
        )  # fmt: skip


def parse_eu(data: bytes, report: Report) -> Iterator[ListRow]:
    """Entities of xmlFullSanctionsList_1_1: names, aliases, the regulation that lists them.

    Raises:
        InputError: no XML, or no sanctionEntity in it.
    """
    try:
        root = lxml.etree.fromstring(data, lxml.etree.XMLParser(resolve_entities=False, no_network=True))
    except lxml.etree.XMLSyntaxError as error:
        raise InputError(f"eu: no XML ({error})") from error
    entities = [
        e
        for e in root.iter()
        if (isinstance(e.tag, str) and e.tag.endswith("}sanctionEntity")) or e.tag == "sanctionEntity"
    ]
    if not entities:
        raise InputError("eu: no sanctionEntity")
    for entity in entities:
        report.read += 1
        children = [(re.sub(r"^\{.*\}", "", str(c.tag)), c) for c in entity if isinstance(c.tag, str)]
        report.new_columns(
            {tag for tag, _ in children},
            {
                "regulation",
                "subjectType",
                "nameAlias",
                "remark",
                "address",
                "identification",
                "birthdate",
                "citizenship",
                "contactInfo",
            },
        )
        names = [c.get("wholeName", "") for tag, c in children if tag == "nameAlias" and c.get("wholeName")]
        key = entity.get("euReferenceNumber") or entity.get("logicalId") or "?"
        if not names:
            report.bad(f"entity {key}", "no name")
            continue
        weak = tuple(
            c.get("wholeName", "")
            for tag, c in children
            if tag == "nameAlias" and c.get("strong") == "false" and c.get("wholeName")
        )
        strong = [n for n in names if n not in weak] or names
        law = next((c for tag, c in children if tag == "regulation"), None)
        kind = next((c.get("code", "") for tag, c in children if tag == "subjectType"), "")
        yield ListRow(
            list="eu-sanctions", name=strong[0], party="person" if kind == "person" else "company", aliases=tuple(dict.fromkeys(strong[1:])),
            weak_aliases=weak, effective_date=iso_date(entity.get("designationDate") or (law.get("entryIntoForceDate") if law is not None else None)),
            date_kind="effective", published_date=iso_date(law.get("publicationDate")) if law is not None else None,
            citation=law.get("numberTitle") if law is not None else None, reason=law.get("programme") if law is not None else None,
            raw={"euReferenceNumber": key, "names": names, **dict(entity.attrib)},
        )  # fmt: skip
