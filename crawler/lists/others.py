"""Japan's End User List, and OpenSanctions' exports for people who have a licence for them.

Japan publishes a PDF: rows with the columns below are taken. OpenSanctions data are CC BY-NC: import your own copy.
"""

import json
from collections.abc import Iterator
from typing import Any

from crawler.lists.reading import country, iso_date, split_cell, table, text_of
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
            schema, name = str(row["schema"]), str(row.get("caption") or properties["name"][0])
            if not all(isinstance(values, list) for values in properties.values()):
                raise TypeError("a property is no list of values")
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
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
        report.passed[f"of {'; '.join(map(str, datasets)) or 'no list'}, which we do not keep"] += 1


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
