"""Names of companies in a text, and who must not be mistaken for one."""

import json
from pathlib import Path

import pytest

from db.records import ArticleContext, EntityKind
from nlp.pipeline import annotate_text

NAMES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data/companies/names.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


def names(pipeline, text, kind=EntityKind.COMPANY):
    return {e.name for e in annotate_text(pipeline, text).entities if e.kind is kind}


def links(pipeline, text):
    return {(m.text, m.company) for m in annotate_text(pipeline, text).mentions}


def test_every_mention_lies_where_it_says(pipeline):
    text = "The U.S. Commerce Department added Hangzhou Haoyang Digital Technology Co., Ltd. Haoyang said it would appeal."
    found = annotate_text(pipeline, text)
    assert found.mentions
    assert all(text[m.start : m.end] == m.text for m in found.mentions)
    assert all(found.entities[m.entity].kind is m.kind for m in found.mentions)


def test_short_form_is_the_same_party_as_the_full_name(pipeline):
    text = "Hangzhou Haoyang Digital Technology Co., Ltd. was named on Tuesday. Haoyang's shares fell."
    found = annotate_text(pipeline, text)
    assert {m.entity for m in found.mentions if "Haoyang" in m.text} == {0}
    assert found.entities[0].name == "Hangzhou Haoyang Digital Technology Co., Ltd."


def test_a_government_body_is_no_company(pipeline):
    assert names(pipeline, "The U.S. Commerce Department named Orient Lidar.") == {"Orient Lidar"}


def test_a_well_known_company_is_linked(pipeline):
    assert ("Hikvision", "hikvision") in links(pipeline, "Shares of Hikvision (002415.SZ) fell 5 percent.")


def test_a_longer_name_is_another_company(pipeline):
    assert ("Hikvision UK Limited", None) in links(pipeline, "Hikvision UK Limited has its own accounts.")


def test_a_common_word_is_no_company(pipeline):
    for text in ("A layer one micron thick was deposited.", "He rode a camel across the desert."):
        assert names(pipeline, text) == set()


def test_a_users_company_file_is_read(pipeline, tmp_path):
    from nlp.companies.component import make_companies
    from nlp.gazetteer import COLUMNS

    path = tmp_path / "mine.csv"
    path.write_text(f"{','.join(COLUMNS)}\nquorv,Quorv,,,,,DE,,,,,,mine\n", encoding="utf-8")
    component = make_companies(pipeline, "companies", companies=str(path))
    doc = component(pipeline.make_doc("Shares of Quorv and Huawei fell."))
    assert [m.company for m in doc._.mentions] == ["quorv", "huawei"]


def test_a_headline_in_capitals_makes_no_names(pipeline):
    text = "Senate Panel Weighs Wider Curbs On Chip Sales To China\n\nThe panel met on Tuesday."
    assert names(pipeline, text) == set()


def test_items_of_a_list_of_entities_are_companies(pipeline):
    text = "The following entities were added:\n\n1. Lodestar Maritime\n2. Kendrick Eastlake\n\nThe list takes effect on Friday."
    assert names(pipeline, text) == {"Lodestar Maritime", "Kendrick Eastlake"}


def test_people_and_bodies_have_their_kind(pipeline):
    text = "Jane Harrow, a spokeswoman for the commerce ministry, met Orvane Robotics. Mr. Tom Pell of the Carver Institute agreed."
    assert names(pipeline, text, EntityKind.PERSON) == {"Jane Harrow", "Tom Pell"}
    assert names(pipeline, text, EntityKind.AGENCY) == {"commerce ministry"}
    assert names(pipeline, text, EntityKind.ORGANISATION) == {"Carver Institute"}
    assert names(pipeline, text) == {"Orvane Robotics"}


def test_a_name_that_explains_a_rival_is_a_company(pipeline):
    text = "Orient Lidar won a contract for $4 million. Its smaller rival, Dorrin Maltby, won the rest for $3 million."
    assert names(pipeline, text) == {"Orient Lidar", "Dorrin Maltby"}
    assert not names(pipeline, "The minister left. Her lawyer, Dorrin Maltby, said that she would appeal.")


def test_who_is_put_on_an_entity_list_is_a_company(pipeline):
    text = (
        "Dorrin Maltby and Winslow Adburgh were struck from the Unverified List and put on the Entity List."
    )
    assert names(pipeline, text) == {"Dorrin Maltby", "Winslow Adburgh"}
    assert not names(pipeline, "Ivan Petrov was put on the sanctions list.")


def test_a_place_in_a_dateline_is_no_company(pipeline):
    text = (
        "SAN MARCO, Calif.—Pickford Instruments, a maker of etching machines, cut its forecast.\n\n"
        "PORT HALDEN, Nov 3 (Agency) - Orbel Optics Ltd. said it would appeal."
    )
    names = {e.name for e in annotate_text(pipeline, text).entities if e.kind is EntityKind.COMPANY}
    assert names == {"Pickford Instruments", "Orbel Optics Ltd."}


@pytest.mark.parametrize(
    ("text", "companies"),
    [
        ("Rival Yutai Memory was valued at $7 billion.", {"Yutai Memory"}),
        ("Lost sales will reach $4 million, Chief Financial Officer Hugh Bannister said.", set()),
        ("U.S. Trade Representative Jane Roe spoke. The U.S. Trade Representative's office said so.", set()),
        ('"Screen the aliases," notes partner Celeste Amadi. Contact Celeste Amadi of Kessel Thorne LLP.', {"Kessel Thorne LLP"}),
        ("Chief financial officer Bae Sung-hoon put the cost at $1 million. Bae called it high.", set()),
        ("Fan Lijuan answered questions. Fan added that the law was clear.", set()),
        ("BIS issued a Temporary Denial Order (TDO). The TDO ends in May.", set()),
        ("The FAQs name U.S.-origin goods. The Kospi added 0.3 per cent.", set()),
        ("The Solar Exporters' Council estimates it at $2 billion.", set()),
        ("The goods came from Ever Glimmer (Hong Kong) Ltd and others.", {"Ever Glimmer (Hong Kong) Ltd"}),
        ("Shares fell and Kitamori Denko lost 2.4% on Monday.", {"Kitamori Denko"}),
        ("Our lawyers at Kleist Rombach think so.", {"Kleist Rombach"}),
        ("Tsuen Wan-based Kam Lung Components was moved to the list.", {"Kam Lung Components"}),
    ],
)  # fmt: skip
def test_what_stands_around_a_name_tells_a_company(pipeline, text, companies):
    assert names(pipeline, text) == companies


def test_the_paper_itself_is_a_medium(pipeline):
    text = "WASHINGTON - The move was first reported by Meridian last month. Meridian declined to say more."
    context = ArticleContext(source_name="Meridian Wire")
    kinds = {e.name: e.kind for e in annotate_text(pipeline, text, context).entities}
    assert kinds["Meridian"] is EntityKind.MEDIA


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("He makes electronic design automation (EDA) software. EDA tools cost more.", "EDA", None),
        ("Four firms were struck off, among them Ostra Fine Mechanics of the Czech Republic, which had been added in 2022.", "Republic", None),
        ("The parts went to Bishkek in Kyrgyzstan and on to a dealer, Almaty Parts of the Slovak Republic.", "Kyrgyzstan", None),
        ("Beijiang Wafer had offered 187 million euros for the family-owned company from Freiberg.", "Freiberg", None),
        ("In 2023 Orsted Metrology was fined by BIS.", "Orsted Metrology", EntityKind.COMPANY),
        ("That is arithmetic, says Hilde Brandauer, an economist at the Halle Institute for Trade Research.", "Halle Institute for Trade Research", EntityKind.ORGANISATION),
        ("The Marine Corps is checking 900 aircraft.", "Marine Corps", EntityKind.AGENCY),
        ("The chief executive of Prairie Minerals, Walt Sorrell, says so.", "Walt Sorrell", EntityKind.PERSON),
    ],
)  # fmt: skip
def test_what_a_capitalised_name_is(pipeline, text, name, kind):
    found = {e.name: e.kind for e in annotate_text(pipeline, text, ArticleContext()).entities}
    if kind is None:
        assert found.get(name) is not EntityKind.COMPANY
    else:
        assert found.get(name) is kind


@pytest.mark.parametrize("case", NAMES, ids=[c["id"] for c in NAMES])
def test_companies_of_an_example(pipeline, case):
    assert names(pipeline, case["text"]) == set(case["companies"])
