"""Importers of official lists, on files made here: every format, malformed rows, new columns."""

import json

import pytest

from crawler.lists.formats import FORMATS, detect, packaged_addresses, read_list_file
from crawler.lists.reading import citations, iso_date, printed_name
from db.errors import InputError
from db.listrows import Report


def csl(*rows, **more):
    base = {"source_list_url": "https://lists.example/el", "addresses": [{"country": "CN"}], "alt_names": []}
    return json.dumps({"results": [{**base, **row} for row in rows], **more}).encode()


EL = "Entity List (EL) - Bureau of Industry and Security"
FILES = {
    "csl-json": csl({"id": "a1", "source": EL, "name": "Tarvik Semiconductor Co., Ltd.", "start_date": "2023-04-12", "federal_register_notice": "88 FR 23332, 4/17/23"}),
    "csl-csv": b"_id,source,name,alt_names,start_date,country\n1," + EL.encode() + b",Tarvik Semiconductor,Tarvik; TSC,2023-04-12,CN\n",
    "ofac-csv": b'101,"BRENNICK SHIPPING INC",-0- ,"CMIC-EO13959",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n\x1a',
    "federal-register": json.dumps({"count": 1, "results": [{"document_number": "2023-1", "title": "Additions to the Entity List", "citation": "88 FR 23332", "effective_on": "2023-04-12", "publication_date": "2023-04-17", "html_url": "https://fr.example/1"}]}).encode(),
    "uflpa-html": b"<html><table><tr><th>Name of Entity</th><th>Effective Date</th></tr><tr><td>Sollen Latex Co., Ltd. (including one alias: Sollen Gloves)</td><td>May 17, 2024</td></tr></table></html>",
    "dod-1260h": b"Name,Clean Name,Alias,Previous Name,Parent Name,Start date,End date,Source Url\nTarvik*,Tarvik Semiconductor,TSC,Old Tarvik,,2021-06-03,2024-01-31,https://dod.example\n",
    "fcc-csv": b'covered_equipment_or_services,date_of_inclusion_on_covered_list\n"Telecommunications equipment produced or provided by Tarvik Networks Corporation, including subsidiaries",2021-03-12\n',
    "opensanctions-csv": b'id,schema,name,aliases,countries,dataset,first_seen,last_seen\nNK-1,Company,Tarvik Semiconductor,"TSC;""Tarvik; Holding""",cn,us_bis_entity_list,2023-04-12,2024-01-01\n',
    "opensanctions-ftm": json.dumps({"id": "NK-1", "caption": "Tarvik Semiconductor", "schema": "Company", "target": True, "datasets": ["us_ofac_sdn"], "properties": {"name": ["Tarvik Semiconductor"], "weakAlias": ["TSC"], "previousName": ["Old Tarvik"], "country": ["cn"]}}).encode(),
    "meti-csv": b"No,Country,Company,Also known as,WMD type\n1,China,Tarvik Institute,TI;Tarvik,N\n",
    "china-csv": b"list,name,action,effective_date,citation,country\nunreliable-entity-list,Brennick Aerospace Inc.,add,2025-03-06,MOFCOM notice 77 of 2025,US\n",
    "uk-csv": b"Report Date: 01-Nov-2026\nUnique ID,Name 6,Name 1,Name type,Alias strength,Designation Type,Date Designated,Regime Name\nRUS9001,Brennick Shipping,,Primary Name,,Entity,09/10/2023,Russia\nRUS9001,Brennick Lines,,Alias,,Entity,09/10/2023,Russia\n",
    "uk-xml": b"<Designations><DateGenerated>01/11/2026</DateGenerated><Designation><UniqueID>RUS9001</UniqueID><DateDesignated>09/10/2023</DateDesignated><RegimeName>Russia</RegimeName><IndividualEntityShip>Entity</IndividualEntityShip><Names><Name><Name6>Brennick Shipping</Name6><NameType>Primary Name</NameType></Name></Names></Designation></Designations>",
    "ofsi-csv": b"Last Updated,27/01/2026\nName 6,Name 1,Group Type,Alias Type,Alias Quality,Regime,Listed On,Group ID\nBrennick Shipping,,Entity,Primary name,,Russia,09/10/2023,9001\n",
    "ofsi-xml": b'<ArrayOfFinancialSanctionsTarget xmlns="http://ofsi.example"><FinancialSanctionsTarget><Name6>Brennick Shipping</Name6><GroupTypeDescription>Entity</GroupTypeDescription><AliasType>Primary name</AliasType><DateDesignated>2023-10-09T00:00:00</DateDesignated><UKSanctionsListRef>RUS9001</UKSanctionsListRef><GroupID>9001</GroupID></FinancialSanctionsTarget></ArrayOfFinancialSanctionsTarget>',
    "eu-csv": b"\xef\xbb\xbffileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;Entity_SubjectType;Entity_DesignationDate;NameAlias_WholeName\n01/11/2026;77;EU.1;E;2023-02-25;Brennick Shipping\n",
    "eu-annex-csv": b"list,name,action,effective_date,citation,country\neu-833-annex-iv,Brennick Optics Ltd.,add,2024-06-25,Regulation (EU) 2024/1745,HK\n",
    "eu-xml": b'<export xmlns="http://eu.example"><sanctionEntity euReferenceNumber="EU.1" designationDate="2023-02-25"><regulation publicationDate="2023-02-25" numberTitle="2023/427" programme="UKR"/><subjectType code="enterprise"/><nameAlias wholeName="Brennick Shipping" strong="true"/><nameAlias wholeName="BS" strong="false"/></sanctionEntity></export>',
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_seen_from_its_file_and_read(name):
    assert detect(FILES[name], "file").name == name
    rows, report, source = read_list_file(FILES[name], "file")
    assert rows
    assert report.problems == []
    assert report.columns == []
    assert source.importer == name


def test_a_file_of_no_known_format_is_refused():
    with pytest.raises(InputError, match="no format"):
        read_list_file(b"Dear reader, here is our list.", "letter.txt")


def test_a_missing_column_is_refused_loudly():
    with pytest.raises(InputError, match="no column start_date"):
        read_list_file(b"Name,Clean Name\nA,A\n", "x.csv", "dod-1260h")


def test_a_new_column_shouts_and_its_row_is_kept():
    data = FILES["meti-csv"].replace(b"WMD type\n", b"WMD type,Surprise\n").replace(b",N\n", b",N,!\n")
    rows, report, _ = read_list_file(data, "meti.csv", "meti-csv")
    assert report.columns == ["surprise"]
    assert rows[0].raw["surprise"] == "!"


def test_a_row_of_the_wrong_length_is_reported_and_the_rest_is_read():
    data = FILES["meti-csv"] + b"2,China\n3,China,Olmen Institute,,N\n"
    rows, report, _ = read_list_file(data, "meti.csv")
    assert [row.name for row in rows] == ["Tarvik Institute", "Olmen Institute"]
    assert len(report.problems) == 1
    assert report.read == 3


def test_every_result_of_the_screening_list_is_an_entry_or_a_problem():
    data = csl(
        {"source": EL, "name": "A Works", "start_date": "2023-01-02"},
        {"source": EL, "name": ""},
        {"source": "New List (XYZ) - Somebody", "name": "B Works"},
    )
    rows, report, _ = read_list_file(data, "c.json")
    assert (report.read, len(rows), len(report.problems)) == (3, 1, 2)


def test_affiliated_entity_is_the_record_and_never_its_parent():
    (row,) = read_list_file(
        csl(
            {
                "source": EL,
                "name": "Tarvik Technologies Co., Ltd. (Tarvik). Affiliated Entity: Hangzhou Tarvik Enterprises",
                "start_date": "2019-08-21",
            }
        ),
        "c.json",
    )[0]
    assert row.name == "Hangzhou Tarvik Enterprises"
    assert row.affiliate_of is not None
    assert row.affiliate_of.startswith("Tarvik Technologies Co., Ltd")


def test_a_date_that_is_none_is_reported_and_stays_in_the_raw_row():
    rows, report, _ = read_list_file(
        csl({"source": EL, "name": "A Works", "start_date": "sometime"}), "c.json"
    )
    assert rows[0].effective_date is None
    assert rows[0].raw["start_date"] == "sometime"
    assert len(report.problems) == 1


def test_end_date_of_the_1260h_list_is_a_removal():
    rows, _, _ = read_list_file(FILES["dod-1260h"], "d.csv")
    assert [(r.action, r.effective_date) for r in rows] == [("add", "2021-06-03"), ("remove", "2024-01-31")]
    assert rows[0].former == ("Old Tarvik",)


def test_subsidiaries_named_with_a_party_of_the_uflpa_list_are_entries_of_their_own():
    cell = "Tarvik Cotton (including two aliases: TCX; and Tarvik Trade) and its two Zhuhai-based subsidiaries, which include Olmen Yarn, and Delmar Thread"
    data = f"<table><tr><th>Entity</th><th>Effective Date</th></tr><tr><td>{cell}</td><td>June 21, 2022</td></tr></table>".encode()
    rows, _, _ = read_list_file(data, "u.html")
    assert [(r.name, r.affiliate_of) for r in rows] == [
        ("Tarvik Cotton", None),
        ("Olmen Yarn", "Tarvik Cotton"),
        ("Delmar Thread", "Tarvik Cotton"),
    ]
    assert rows[0].aliases == ("TCX", "Tarvik Trade")


def test_a_category_of_the_covered_list_names_nobody_and_is_reported():
    data = FILES["fcc-csv"] + b'"Uncrewed aircraft systems produced in a foreign country",2025-12-22\n'
    rows, report, _ = read_list_file(data, "f.csv")
    assert [r.name for r in rows] == ["Tarvik Networks Corporation"]
    assert report.problems == []
    assert "passed over, 1 rows: no company named: a whole category of goods" in report.notes()


def test_rows_of_known_other_lists_are_counted_and_no_problem():
    data = csl(
        {"source": EL, "name": "A Works", "start_date": "2023-01-02"},
        {"source": "ITAR Debarred (DTC) - State Department", "name": "B Works"},
        {"source": "ITAR Debarred (DTC) - State Department", "name": "C Works"},
    )
    rows, report, _ = read_list_file(data, "c.json")
    assert (len(rows), report.problems, sum(report.passed.values())) == (1, [], 2)


def test_cmic_and_sdn_rows_of_ofac_go_to_their_lists_without_a_date():
    data = (
        FILES["ofac-csv"][:-1]
        + b'102,"DOE, John","individual","SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n'
    )
    rows, _, _ = read_list_file(data, "cons_prim.csv")
    assert [(r.list, r.party, r.action, r.effective_date) for r in rows] == [
        ("ns-cmic", "company", "listed", None),
        ("sdn", "person", "listed", None),
    ]


def test_other_names_of_ofac_come_from_the_second_file():
    from crawler.lists.us import parse_ofac_csv

    (row,) = parse_ofac_csv(
        FILES["ofac-csv"], Report(), b'101,1,"aka","BRENNICK LINES",-0- \n101,2,"fka","OLD BRENNICK",-0- \n'
    )
    assert (row.aliases, row.former) == (("BRENNICK LINES",), ("OLD BRENNICK",))


def test_quoted_values_in_a_cell_stay_whole():
    (row,) = read_list_file(FILES["opensanctions-csv"], "t.csv")[0]
    assert row.aliases == ("TSC", "Tarvik; Holding")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2019-10-09", "2019-10-09"),
        ("10/9/19", "2019-10-09"),
        ("May 21, 2019", "2019-05-21"),
        ("21 May 2019", "2019-05-21"),
        ("2019-02-30", None),
        ("n/a", None),
        (None, None),
    ],
)
def test_dates_of_lists(text, date):
    assert iso_date(text) == date


def test_several_citations_of_one_string_are_split():
    assert citations("84 FR 22963, 5/21/19; 84 F.R. 43495, 8/21/19") == ("84 FR 22963", "84 FR 43495")


@pytest.mark.parametrize(
    ("printed", "name", "short"),
    [
        ("Tarvik Photonics Corporation (TPC)", "Tarvik Photonics Corporation", ("TPC",)),
        ("Tarvik Manufacturing (Beijing) Corporation", "Tarvik Manufacturing (Beijing) Corporation", ()),
        ("Tarvik Works (Beijing)", "Tarvik Works (Beijing)", ()),
        ("Tarvik Co., and any successor, sub-unit, or subsidiary thereof", "Tarvik Co", ()),
    ],
)
def test_a_place_in_brackets_belongs_to_the_name_and_an_acronym_does_not(printed, name, short):
    found, parent, alias = printed_name(printed)
    assert (found, parent, alias) == (name, None, short)


def test_packaged_addresses_have_known_formats():
    assert {address.format for address in packaged_addresses()} <= set(FORMATS)
