"""The UK Sanctions List (CSV and XML of the Foreign Office) and OFSI's Consolidated List, its predecessor (CSV and XML).

Formats: UK-Sanctions-List.csv and .xml at sanctionslist.fcdo.gov.uk/docs (root Designations, one Designation a party),
ConList.csv and ConList.xml in OFSI's "2022 format" (one FinancialSanctionsTarget or row a name, joined by the group id;
OFSI stopped it on 28 January 2026). Their keys were read in public readers of these files (OpenSanctions' crawlers
gb_fcdo_sanctions and gb_hmt_sanctions, moov-io/watchman). Names come in six parts, the sixth first in importance;
dates are written day first. An entry is cited by its number on the UK list, so that all four files give the same one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from crawler.lists.elements import as_row, elements, local, text, texts
from crawler.lists.reading import checked_european_date, country, european_date, lines_above, table
from db.errors import InputError
from db.listrows import ListRow, Report

PARTS = ("name_1", "name_2", "name_3", "name_4", "name_5", "name_6")
PARTY = {"individual": "person", "ship": "vessel", "entity": "company"}
#: How the files call a name: the first is the entry's own.
PRIMARY, VARIATION, FORMER = "primary name", "primary name variation", "fka"
NAME_TYPES = frozenset({PRIMARY, VARIATION, FORMER, "alias", "aka", ""})
REF = re.compile(r"\(?UK Sanctions List Ref\)?:?\s*([A-Z]{3}\d{4})")

CSV_KNOWN = (
    "last_updated unique_id ofsi_group_id un_reference_number name_6 name_1 name_2 name_3 name_4 name_5 name_type alias_strength title "
    "name_non_latin_script non_latin_script_type non_latin_script_language regime_name designation_type designation_source "
    "sanctions_imposed other_information uk_statement_of_reasons address_line_1 address_line_2 address_line_3 address_line_4 "
    "address_line_5 address_line_6 address_postal_code address_country phone_number website email_address date_designated d_o_b "
    "nationality_ies national_identifier_number national_identifier_additional_information passport_number "
    "passport_additional_information position gender town_of_birth country_of_birth type_of_entity subsidiaries parent_company "
    "business_registration_number_s imo_number current_owner_operator_s previous_owner_operator_s current_believed_flag_of_ship "
    "previous_flags type_of_ship tonnage_of_ship length_of_ship year_built hull_identification_number_hin".split()
)
XML_KNOWN = frozenset(
    "LastUpdated DateDesignated UniqueID OFSIGroupID UNReferenceNumber Names NonLatinNames Titles RegimeName IndividualEntityShip "
    "DesignationSource SanctionsImposed SanctionsImposedIndicators OtherInformation UKStatementofReasons Addresses PhoneNumbers "
    "EmailAddresses Websites IndividualDetails EntityDetails ShipDetails Nationalities BirthDetails PassportDetails "
    "NationalIdentifierDetails".split()
)
OFSI_KNOWN = (
    "name_6 name_1 name_2 name_3 name_4 name_5 title name_non_latin_script non_latin_script_type non_latin_script_language dob "
    "town_of_birth country_of_birth nationality passport_number passport_details national_identification_number "
    "national_identification_details ni_number ni_details position address_1 address_2 address_3 address_4 address_5 address_6 "
    "post_zip_code country other_information group_type alias_type alias_quality regime listed_on "
    "uk_sanctions_list_date_designated last_updated group_id".split()
)
#: Element of ConList.xml -> column of ConList.csv; what is only kept in the raw row stands for itself.
OFSI_COLUMNS = {
    "Name6": "name_6", "name1": "name_1", "name2": "name_2", "name3": "name_3", "name4": "name_4", "name5": "name_5",
    "NameNonLatinScript": "name_non_latin_script", "AliasType": "alias_type", "AliasQuality": "alias_quality",
    "GroupTypeDescription": "group_type", "RegimeName": "regime", "DateListed": "listed_on",
    "DateDesignated": "uk_sanctions_list_date_designated", "GroupID": "group_id", "Country": "country",
    "OtherInformation": "other_information", "UKSanctionsListRef": "ref", "UKStatementOfReasons": "reasons",
}  # fmt: skip
OFSI_XML_KNOWN = frozenset(OFSI_COLUMNS) | frozenset(
    "Title NonLatinScriptType NonLatinScriptLanguage LastUpdated ListingType UNRef GroupStatus GroupSanctions GrpStatus "
    "DateAdditionalSanctions Address1 Address2 Address3 Address4 Address5 Address6 PostCode PhoneNumber EmailAddress Website "
    "Entity_Type Entity_BusinessRegNumber Entity_ParentCompany Entity_Subsidiaries Individual_DateOfBirth Individual_TownOfBirth "
    "Individual_CountryOfBirth Individual_Nationality Individual_Position Individual_Gender Individual_PassportNumber "
    "Individual_PassportDetails Individual_NINumber Individual_NIDetails Ship_Length Ship_Flag Ship_PreviousFlags Ship_Type "
    "Ship_Tonnage Ship_YearBuilt Ship_IMONumber Ship_CurrentOwners Ship_PreviousOwners".split()
)


@dataclass(slots=True)
class Target:
    """One designated party, however its file tells it."""

    ref: str  #: number on the UK list, or OFSI's group
    kind: str
    names: list[tuple[str, str, str]] = field(default_factory=list)  #: (name, its type, its strength)
    scripts: list[str] = field(default_factory=list)  #: names in other scripts
    designated: str = ""
    reason: str = ""
    country: str = ""
    raw: list[dict[str, Any]] = field(default_factory=list)


def parse_uk(data: bytes, report: Report) -> Iterator[ListRow]:
    """Entries of UK-Sanctions-List.csv: one a Unique ID, its name rows joined. The report date stands above the header."""
    above, body = lines_above(data, "unique id")
    report.as_of = european_date(above.rpartition(":")[2].strip(' "'))
    required = ("unique_id", "name_6", "designation_type", "date_designated")
    found: dict[str, Target] = {}
    for line, row in table(body, report, where="uk", required=required, known=CSV_KNOWN):
        if not row["unique_id"]:
            report.bad(f"line {line}", "no unique id", row)
            continue
        target = found.setdefault(row["unique_id"], Target(row["unique_id"], row["designation_type"]))
        target.names.append((_joined(row), row.get("name_type", ""), row.get("alias_strength", "")))
        target.scripts.append(row.get("name_non_latin_script", ""))
        target.designated = target.designated or row["date_designated"]
        target.reason = target.reason or row.get("uk_statement_of_reasons", "") or row.get("regime_name", "")
        target.country = target.country or row.get("address_country", "")
        target.raw.append(row)
    yield from _rows(found.values(), report)


def parse_uk_xml(data: bytes, report: Report) -> Iterator[ListRow]:
    """Entries of UK-Sanctions-List.xml, one a Designation.

    Raises:
        InputError: no XML, or no Designation in it.
    """
    head: dict[str, str] = {}
    found: list[Target] = []
    for node in elements(data, "Designation", "uk", head):
        report.read += 1
        report.new_columns({local(child.tag) for child in node}, set(XML_KNOWN))
        ref = text(node, "UniqueID")
        if not ref:
            report.bad(f"designation {report.read}", "no UniqueID", as_row(node))
            continue
        target = Target(ref, text(node, "IndividualEntityShip"), raw=[as_row(node)])
        for name in node.iterfind("{*}Names/{*}Name"):
            parts = {f"name_{n}": text(name, f"Name{n}") for n in range(1, 7)}
            words = _joined(parts) or text(name, "Name")
            target.names.append((words, text(name, "NameType"), text(name, "AliasStrength")))
        target.scripts = texts(node, "NonLatinNames/NonLatinName/NameNonLatinScript")
        target.designated = text(node, "DateDesignated")
        target.reason = text(node, "UKStatementofReasons") or text(node, "RegimeName")
        target.country = text(node, "Addresses/Address/AddressCountry")
        found.append(target)
    if not report.read:
        raise InputError("uk: no Designation")
    report.as_of = european_date(head.get("DateGenerated"))
    yield from _rows(found, report)


def parse_ofsi_csv(data: bytes, report: Report) -> Iterator[ListRow]:
    """Entries of ConList.csv: one a Group ID, its name rows joined. The day of the edition stands above the header."""
    above, body = lines_above(data, "group id")
    report.as_of = european_date(above.rpartition(",")[2].strip(' "'))
    required = ("name_6", "group_type", "alias_type", "group_id")
    rows = table(body, report, where="ofsi", required=required, known=OFSI_KNOWN)
    yield from _rows(_groups(((f"line {line}", row, row) for line, row in rows), report), report)


def parse_ofsi_xml(data: bytes, report: Report) -> Iterator[ListRow]:
    """Entries of ConList.xml: one a GroupID, its FinancialSanctionsTargets joined.

    Raises:
        InputError: no XML, or no FinancialSanctionsTarget in it.
    """
    head: dict[str, str] = {}

    def named() -> Iterator[tuple[str, dict[str, str], dict[str, Any]]]:
        for node in elements(data, "FinancialSanctionsTarget", "ofsi", head):
            report.read += 1
            report.new_columns({local(child.tag) for child in node}, set(OFSI_XML_KNOWN))
            cells = {OFSI_COLUMNS.get(local(c.tag), local(c.tag)): (c.text or "").strip() for c in node}
            yield f"target {report.read}", cells, as_row(node)

    found = _groups(named(), report)
    if not report.read:
        raise InputError("ofsi: no FinancialSanctionsTarget")
    yield from _rows(found, report)


def _groups(rows: Iterable[tuple[str, dict[str, str], dict[str, Any]]], report: Report) -> list[Target]:
    """The targets of OFSI's name rows: (where, cells, raw row) each."""
    found: dict[str, Target] = {}
    for where, row, raw in rows:
        group = row.get("group_id", "")
        if not group:
            report.bad(where, "no group id", raw)
            continue
        target = found.setdefault(group, Target(f"OFSI group {group}", row.get("group_type", "")))
        told = row.get("ref") or row.get("other_information", "")
        if ref := REF.search(told) or re.match(r"([A-Z]{3}\d{4})\b", told):
            target.ref = ref[1]
        target.names.append((_joined(row), row.get("alias_type", ""), row.get("alias_quality", "")))
        target.scripts.append(row.get("name_non_latin_script", ""))
        target.designated = (
            target.designated or row.get("uk_sanctions_list_date_designated", "") or row.get("listed_on", "")
        )
        target.reason = target.reason or row.get("reasons", "") or row.get("regime", "")
        target.country = target.country or row.get("country", "")
        target.raw.append(raw)
    return list(found.values())


def _joined(row: dict[str, str]) -> str:
    return " ".join(" ".join(row.get(part, "") for part in PARTS).split())


def _rows(targets: Iterable[Target], report: Report) -> Iterator[ListRow]:
    for target in targets:
        names = [
            (words, kind.casefold().strip(), strength.casefold())
            for words, kind, strength in target.names
            if words
        ]
        if not names:
            report.bad(target.ref, "no name", target.raw)
            continue
        for _, kind, _ in names:
            if kind not in NAME_TYPES:
                report.bad(target.ref, "a type of name that nobody described, kept as a weak name", kind)
        own = next((n for n in names if n[1] == PRIMARY), None) or next(
            (n for n in names if n[1] == VARIATION), names[0]
        )
        party = PARTY.get(target.kind.casefold())
        if party is None:
            report.bad(
                target.ref, "neither individual, entity nor ship; no company is made of it", target.kind
            )
        weak = [n[0] for n in names if "low" in n[2] or n[1] not in NAME_TYPES]
        former = [n[0] for n in names if n[1] == FORMER and n[0] not in weak]
        strong = [n[0] for n in names if n[0] not in weak and n[0] not in former]
        yield ListRow(
            list="uk-sanctions", name=own[0], party=party or "other",
            aliases=_others(own[0], [*strong, *(s for s in target.scripts if s)]), weak_aliases=_others(own[0], weak),
            former=_others(own[0], former), country=country(target.country),
            effective_date=checked_european_date(target.designated, report, target.ref), date_kind="effective",
            citation=f"UK Sanctions List {target.ref}", reason=target.reason or None,
            source_url="https://www.gov.uk/government/publications/the-uk-sanctions-list",
            raw=target.raw[0] if len(target.raw) == 1 else {"rows": target.raw},
        )  # fmt: skip


def _others(own: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name != own))
