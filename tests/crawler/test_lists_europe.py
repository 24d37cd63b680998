"""The UK's and the EU's lists in all their files: the same entry from each, nothing lost, nothing silently new."""

import datetime as dt

import pytest

from crawler.lists.formats import read_list_file
from db.errors import InputError
from db.list_status import status_of
from db.lists import import_rows
from db.store import Store
from nlp.names import core

UK_HEAD = "Last Updated,Unique ID,OFSI Group ID,Name 6,Name 1,Name type,Alias strength,Name non-latin script,Regime Name,Designation Type,UK Statement of Reasons,Address Country,Date Designated\n"
UK_ROWS = [
    "09/10/2023,RUS9001,777,Brennick Shipping JSC,,Primary Name,,Бренник,Russia,Entity,Ships arms.,Russia,09/10/2023\n",
    "09/10/2023,RUS9001,777,Brennick Lines,,Alias,,,Russia,Entity,Ships arms.,,09/10/2023\n",
    "09/10/2023,RUS9001,777,BL,,Alias,Low quality a.k.a,,Russia,Entity,Ships arms.,,09/10/2023\n",
    "10/11/2023,RUS9002,778,DOE,John,Primary Name,,,Russia,Individual,,,10/11/2023\n",
    "10/11/2023,RUS9003,779,Tanker Nine,,Primary Name,,,Russia,Ship,,,10/11/2023\n",
]


def uk_csv(rows=UK_ROWS, head=UK_HEAD, day="01-Nov-2026"):
    return f"Report Date: {day}\n{head}{''.join(rows)}".encode()


def designation(ref="RUS9001", kind="Entity", names=None, date="09/10/2023", more=""):
    names = names or [("Brennick Shipping JSC", "Primary Name", ""), ("Brennick Lines", "Alias", ""), ("BL", "Alias", "Low quality a.k.a")]  # fmt: skip
    told = "".join(f"<Name><Name6>{n}</Name6><NameType>{t}</NameType><AliasStrength>{s}</AliasStrength></Name>" for n, t, s in names)  # fmt: skip
    return (
        f"<Designation><UniqueID>{ref}</UniqueID><DateDesignated>{date}</DateDesignated><RegimeName>Russia</RegimeName>"
        f"<IndividualEntityShip>{kind}</IndividualEntityShip><UKStatementofReasons>Ships arms.</UKStatementofReasons>"
        f"<Names>{told}</Names><NonLatinNames><NonLatinName><NameNonLatinScript>Бренник</NameNonLatinScript></NonLatinName></NonLatinNames>"
        f"<Addresses><Address><AddressCountry>Russia</AddressCountry></Address></Addresses>{more}</Designation>"
    )


def uk_xml(*designations, head="<DateGenerated>01/11/2026</DateGenerated>"):
    return f'<?xml version="1.0" encoding="utf-8"?><Designations>{head}{"".join(designations)}</Designations>'.encode()


OFSI_HEAD = "Name 6,Name 1,Name Non-Latin Script,Country,Other Information,Group Type,Alias Type,Alias Quality,Regime,Listed On,UK Sanctions List Date Designated,Last Updated,Group ID\n"
OFSI_CSV = (
    "Last Updated,27/01/2026\n" + OFSI_HEAD + "Brennick Shipping JSC,,Бренник,Russia,(UK Sanctions List Ref):RUS9001. Ships arms.,Entity,Primary name,,Russia,10/10/2023,09/10/2023,,777\n"
    "Brennick Lines,,,,,Entity,AKA,Good quality,Russia,,,,777\nBL,,,,,Entity,AKA,Low quality,Russia,,,,777\nOld Brennick,,,,,Entity,FKA,,Russia,,,,777\n"
).encode()  # fmt: skip


def ofsi_target(name, kind, quality="", more=""):
    return (
        f"<FinancialSanctionsTarget><Name6>{name}</Name6><GroupTypeDescription>Entity</GroupTypeDescription>"
        f"<AliasType>{kind}</AliasType><AliasQuality>{quality}</AliasQuality><RegimeName>Russia</RegimeName><Country>Russia</Country>"
        f"<DateDesignated>2023-10-09T00:00:00</DateDesignated><UKSanctionsListRef>RUS9001</UKSanctionsListRef><GroupID>777</GroupID>{more}</FinancialSanctionsTarget>"
    )


def ofsi_xml(*targets):
    return f'<ArrayOfFinancialSanctionsTarget xmlns="http://lists.example/ofsi">{"".join(targets)}</ArrayOfFinancialSanctionsTarget>'.encode()


OFSI_XML = ofsi_xml(
    ofsi_target("Brennick Shipping JSC", "Primary name", more="<NameNonLatinScript>Бренник</NameNonLatinScript>"),
    ofsi_target("Brennick Lines", "AKA", "Good quality"),
    ofsi_target("BL", "AKA", "Low quality"),
    ofsi_target("Old Brennick", "FKA"),
)  # fmt: skip


def entity(names='<nameAlias wholeName="Brennick Shipping" strong="true"/><nameAlias wholeName="BS" strong="false"/>', *, designated='designationDate="2023-02-25"', more="", code="enterprise", ref="EU.1.1"):  # fmt: skip
    return (
        f'<sanctionEntity euReferenceNumber="{ref}" logicalId="77" {designated}>'
        '<regulation entryIntoForceDate="2023-02-26" publicationDate="2023-02-25" numberTitle="2023/427 (OJ L59)" programme="UKR">'
        f'<publicationUrl>https://eu.example/427</publicationUrl></regulation><subjectType code="{code}"/>{names}{more}</sanctionEntity>'
    )


def eu_xml(*entities):
    return f'<export xmlns="http://eu.example/export" generationDate="2026-11-01T10:00:00">{"".join(entities)}</export>'.encode()


EU_HEAD = "fileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;Entity_DesignationDate;Entity_SubjectType;Entity_SubjectType_ClassificationCode;Entity_Regulation_EntryIntoForceDate;Entity_Regulation_PublicationDate;Entity_Regulation_NumberTitle;Entity_Regulation_Programme;Entity_Regulation_PublicationUrl;NameAlias_WholeName;NameAlias_Strong;Address_CountryIso2Code;Identification_Number\n"
EU_ROW = "01/11/2026;77;EU.1.1;2023-02-25;E;enterprise;2023-02-26;2023-02-25;2023/427 (OJ L59);UKR;https://eu.example/427;{};{};{};\n"


def eu_csv(*names, head=EU_HEAD):
    return (head + "".join(EU_ROW.format(*name) for name in names)).encode()


# the same party from each file


@pytest.mark.parametrize("data", [uk_csv(), uk_xml(designation()), OFSI_CSV, OFSI_XML])
def test_every_file_of_the_uk_gives_the_same_entry(data):
    rows, report, source = read_list_file(data, "file")
    row = rows[0]
    assert (row.list, row.party, row.name) == ("uk-sanctions", "company", "Brennick Shipping JSC")
    assert (row.aliases, row.weak_aliases) == (("Brennick Lines", "Бренник"), ("BL",))
    assert (row.effective_date, row.citation) == ("2023-10-09", "UK Sanctions List RUS9001")
    assert report.problems == []
    assert source.as_of in ("2026-11-01", "2026-01-27", None)
    assert "Brennick Lines" in str(row.raw)


@pytest.mark.parametrize("data", [OFSI_CSV, OFSI_XML])
def test_an_fka_of_ofsi_is_a_former_name(data):
    assert read_list_file(data, "file")[0][0].former == ("Old Brennick",)


@pytest.mark.parametrize(
    "data",
    [eu_xml(entity(more='<address countryIso2Code="RU"/>')), eu_csv(("Brennick Shipping", "true", "RU"), ("BS", "false", ""))],
)  # fmt: skip
def test_both_files_of_the_eu_give_the_same_entry(data):
    (row,), report, source = read_list_file(data, "file")
    assert (row.list, row.party, row.name, row.country) == (
        "eu-sanctions",
        "company",
        "Brennick Shipping",
        "RU",
    )
    assert (row.aliases, row.weak_aliases) == ((), ("BS",))
    assert (row.effective_date, row.published_date, row.citation) == ("2023-02-25", "2023-02-25", "2023/427 (OJ L59)")  # fmt: skip
    assert (row.source_url, source.as_of, report.problems) == ("https://eu.example/427", "2026-11-01", [])


def test_without_a_designation_date_the_earliest_act_counts():
    later = '<regulation entryIntoForceDate="2025-01-01" publicationDate="2025-01-01" numberTitle="2025/1"/>'
    ((row,), _, _) = read_list_file(eu_xml(entity(designated="", more=later)), "eu.xml")
    assert (row.effective_date, row.citation) == ("2023-02-26", "2023/427 (OJ L59)")


def test_persons_and_ships_make_no_company_record(tmp_path):
    rows, _, source = read_list_file(uk_csv(), "uk.csv")
    assert [row.party for row in rows] == ["company", "person", "vessel"]
    with Store.open(tmp_path / "s.sqlite", create=True) as store:
        import_rows(store, rows, source, norm=core)
        assert store.value("SELECT count(*) FROM companies") == 1
        assert store.value("SELECT count(*) FROM list_entries") == 3


def test_an_annex_of_the_eu_comes_as_rows():
    text = "list,name,action,effective_date,citation,country\neu-833-annex-iv,Brennick Optics,add,2024-06-25,2024/1745,HK\neu-833-annex-iv,,add,2024-06-25,2024/1745,HK\n"
    rows, report, source = read_list_file(text.encode(), "annex.csv")
    assert [(r.list, r.name, r.effective_date) for r in rows] == [("eu-833-annex-iv", "Brennick Optics", "2024-06-25")]  # fmt: skip
    assert (source.importer, source.full, len(report.problems)) == ("eu-annex-csv", False, 1)


# nothing lost


BROKEN = {
    "no id in csv": (uk_csv([*UK_ROWS, UK_ROWS[0].replace("RUS9001", "")]), 3),
    "short row in csv": (uk_csv([*UK_ROWS, "09/10/2023,RUS9009\n"]), 3),
    "no id in xml": (uk_xml(designation(), designation(ref="")), 1),
    "no name in xml": (uk_xml(designation(), designation("RUS2", names=[("", "Primary Name", "")])), 1),
    "no group of ofsi": (OFSI_CSV + b"Lost Lines,,,,,Entity,AKA,,Russia,,,,\n", 1),
    "no group in ofsi xml": (OFSI_XML.replace(b"</Array", b"<FinancialSanctionsTarget><Name6>Lost</Name6></FinancialSanctionsTarget></Array"), 1),
    "no name in eu": (eu_xml(entity(), entity("", ref="EU.2")), 1),
    "no name in eu csv": (eu_csv(("Brennick Shipping", "true", "")) + EU_ROW.format("", "true", "").replace(";77;", ";78;").encode(), 1),
    "no id in eu csv": (eu_csv(("Brennick Shipping", "true", "")) + EU_ROW.format("Lost", "true", "").replace(";77;", ";;").encode(), 1),
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(BROKEN))
def test_a_row_that_cannot_be_used_is_reported_and_the_others_are_read(case):
    data, whole = BROKEN[case]
    rows, report, _ = read_list_file(data, case)
    assert len(rows) == whole
    assert len(report.problems) == 1


@pytest.mark.parametrize(
    "data",
    [uk_xml(designation(date="31/02/2023")), uk_csv([UK_ROWS[0].replace("09/10/2023\n", "soon\n")]), eu_xml(entity(designated='designationDate="soon"')), OFSI_XML.replace(b"2023-10-09T00:00:00", b"soon")],
)  # fmt: skip
def test_a_day_that_is_none_is_told_and_stays_in_the_raw_row(data):
    (row,), report, _ = read_list_file(data, "file")
    assert row.effective_date is None
    assert any("not a date" in problem for problem in report.problems)


@pytest.mark.parametrize(
    ("data", "column"),
    [
        (uk_xml(designation(more="<Surprise>x</Surprise>")), "Surprise"),
        (ofsi_xml(ofsi_target("Brennick", "Primary name", more="<Surprise>x</Surprise>")), "Surprise"),
        (uk_csv([row.replace("\n", ",x\n") for row in UK_ROWS], UK_HEAD.replace("\n", ",Surprise\n")), "surprise"),
        (eu_xml(entity(more="<surprise/>")), "surprise"),
        (eu_csv(("Brennick", "true", ""), head=EU_HEAD.replace("Identification_Number", "Surprise_Number")), "surprise_number"),
    ],
)  # fmt: skip
def test_what_nobody_described_shouts(data, column):
    assert read_list_file(data, "file")[1].columns == [column]


@pytest.mark.parametrize("data", [uk_xml(designation(kind="Aircraft")), eu_xml(entity(code="submarine"))])
def test_a_sort_of_party_that_nobody_described_is_told_and_makes_no_company(data):
    (row,), report, _ = read_list_file(data, "file")
    assert row.party == "other"
    assert len(report.problems) == 1


def test_a_type_of_name_that_nobody_described_is_weak_and_told():
    names = [("Brennick", "Primary Name", ""), ("Bren", "Nickname", "")]
    (row,), report, _ = read_list_file(uk_xml(designation(names=names)), "uk.xml")
    assert (row.weak_aliases, len(report.problems)) == (("Bren",), 1)


# in the store


@pytest.mark.parametrize(
    "data", [uk_csv(), uk_xml(designation()), OFSI_CSV, OFSI_XML, eu_xml(entity()), eu_csv(("B", "true", ""))]
)
def test_a_second_import_changes_nothing(tmp_path, data):
    with Store.open(tmp_path / "s.sqlite", create=True) as store:
        first = import_rows(store, *parts(data), norm=core)
        before = store.rows("SELECT * FROM list_entries ORDER BY id")
        again = import_rows(store, *parts(data), norm=core)
        assert first.added
        assert (again.added, again.changed, again.gone) == ([], [], [])
        assert store.rows("SELECT * FROM list_entries ORDER BY id") == before
        assert all(len(row["file_hash"]) == 64 and row["raw"] != "{}" for row in before)


def parts(data, as_of=None):
    rows, _, source = read_list_file(data, "file", as_of=as_of)
    return rows, source


def test_the_second_file_of_the_uk_confirms_the_first(tmp_path):
    with Store.open(tmp_path / "s.sqlite", create=True) as store:
        import_rows(store, *parts(OFSI_XML), norm=core)
        done = import_rows(store, *parts(uk_xml(designation())), norm=core)
        assert (done.added, done.same) == ([], 1)


@pytest.mark.parametrize(
    ("full", "less"),
    [
        (uk_xml(designation(), designation("RUS2", names=[("Olmen Lines", "Primary Name", "")])), uk_xml(designation())),
        (eu_xml(entity(), entity('<nameAlias wholeName="Olmen Lines"/>', ref="EU.2")), eu_xml(entity())),
    ],
)  # fmt: skip
def test_absence_from_a_new_file_ends_no_listing(tmp_path, full, less):
    with Store.open(tmp_path / "s.sqlite", create=True) as store:
        import_rows(store, *parts(full, "2026-01-01"), norm=core)
        done = import_rows(store, *parts(less, "2026-02-01"), norm=core)
        who = store.value("SELECT company FROM list_entries WHERE name = 'Olmen Lines'")
        (status,) = status_of(store, who, dt.date(2026, 3, 1))
        assert len(done.gone) == 1
        assert (status.listed, status.uncertain, status.until) == (True, True, None)


# hostile XML

BOMB = '<!DOCTYPE export [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)) + "]>"  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        f'{BOMB}<export><sanctionEntity><nameAlias wholeName="&j;"/></sanctionEntity></export>',
        f"{BOMB}<Designations><Designation><UniqueID>&j;</UniqueID></Designation></Designations>",
        '<!DOCTYPE export [<!ENTITY x SYSTEM "file:///etc/hostname">]><export><sanctionEntity>&x;</sanctionEntity></export>',
        '<!DOCTYPE export SYSTEM "http://127.0.0.1:9/lists.dtd"><export><sanctionEntity/></export>',
    ],
)
def test_entities_and_outside_files_are_refused_unread(data):
    form = "eu-xml" if "<export>" in data else "uk-xml"
    with pytest.raises(InputError, match="document type"):
        read_list_file(data.encode(), "hostile.xml", form)


@pytest.mark.parametrize(
    "data",
    [
        eu_xml(entity(), entity(ref="EU.2"))[:-300],
        eu_xml(entity()).replace(b"</sanctionEntity>", b"</other>"),
        eu_xml(entity(more="&unknown;")),
        b"<export>" + b"<sanctionEntity>" * 400 + b"</sanctionEntity>" * 400 + b"</export>",
        b"<html><body>Service unavailable: sanctionEntity</body></html>",
        b"",
    ],
)
def test_a_file_that_breaks_off_or_is_no_list_changes_nothing(data):
    with pytest.raises(InputError):
        read_list_file(data, "eu.xml", "eu-xml")


def test_comments_and_instructions_are_passed_over():
    data = eu_xml(entity(more="<!-- not a column --><?php echo 1 ?>"))
    rows, report, _ = read_list_file(b"<!-- a list -->" + data, "eu.xml", "eu-xml")
    assert (len(rows), report.columns) == (1, [])


def test_a_large_file_is_read_element_by_element():
    from crawler.lists.elements import elements, text

    whole = uk_xml(*(designation(f"RUS{n:04}") for n in range(2000)))
    refs = []
    for node in elements(whole, "Designation", "uk", {}):
        refs.append(text(node, "UniqueID"))
        assert len(node.getroottree().getroot()) < 200  # a chunk ahead; what was read is dropped
    assert len(set(refs)) == 2000
