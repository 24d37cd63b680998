"""Mentions to records: order, vetoes, claims, decisions. Requirements R1 to R4 and R9 by their names."""

import pytest

from db.records import EntityKind
from nlp.gazetteer import AliasTable, CompanyRecord, packaged_table
from nlp.pipeline import annotate_text
from nlp.resolve.decisions import Decision, Decisions, Verdict
from nlp.resolve.document import Method, discovered_id, find_added_aliases, resolve_document


def resolve(pipeline, text, *, table=None, decisions=None):
    """Surface -> answer, for the mentions of companies."""
    found = annotate_text(pipeline, text)
    answers = resolve_document(found.mentions, found.entities, text, table or packaged_table(), decisions)
    return {m.text: a for m, a in zip(found.mentions, answers, strict=True) if m.kind is EntityKind.COMPANY}


def companies(pipeline, text, **more):
    return {surface: answer.company for surface, answer in resolve(pipeline, text, **more).items()}


# R1 and R2: spellings of one record, and its unlisted relatives


@pytest.mark.parametrize(
    "text",
    [
        "HIKVISION said so.",
        "Regulators named Hangzhou Hikvision Digital Technology Co., Ltd. on Tuesday.",
        "美国商务部将海康威视列入实体清单。",
        "名单中有杭州海康威视数字技术股份有限公司。",
    ],
)
def test_r1_every_spelling_is_the_record(pipeline, text):
    assert set(companies(pipeline, text).values()) == {"hikvision"}


def test_r1_a_branch_is_its_own_record(pipeline):
    answer = resolve(pipeline, "Hikvision UK Limited is a separate company with its own accounts.")[
        "Hikvision UK Limited"
    ]
    assert answer.method is Method.DISCOVERED
    assert answer.company.startswith("co-")
    assert not answer.may_claim


def test_r2_the_beijing_branch_is_never_the_parent(pipeline):
    name = "Semiconductor Manufacturing International (Beijing) Corporation"
    assert companies(pipeline, f"{name} has a line of its own.")[name] == "smic-beijing"


def test_r2_group_and_corporation_differ():
    table = AliasTable([CompanyRecord(id="orvane", name="Orvane Corporation", origin="test")])
    assert table.same_core("Orvane Corp.") == {"orvane"}
    assert table.same_core("Orvane Group") == set()


# R3 and R4: definitions block, common words are nobody


def test_r3_a_definition_blocks_the_well_known_short_form(pipeline):
    text = "Sunrise Metals and Industrial Casting (SMIC) of Ohio won the order; SMIC employs 300."
    assert "smic" not in companies(pipeline, text).values()


def test_r3_a_definition_of_the_known_company_links(pipeline):
    text = "Semiconductor Manufacturing International Corp. (SMIC) said SMIC would comply."
    assert set(companies(pipeline, text).values()) == {"smic"}


@pytest.mark.parametrize(
    "text",
    [
        "Tourists crowded into a city called Jinhua.",
        "The layer is one micron thick.",
        "The Commerce Department published the rule.",
        "Dawning of a new era: exports rose.",
        "He rode a camel across the desert.",
        "Apple growers lost sales.",
        "The target of the sanctions is unclear.",
        "See https://www.huawei.com/en/news for more.",
        "Write to press@huawei.com today.",
        "Analyst Suma Rao expects more.",
        "Leon is a city in Mexico.",
        "Mr Sable was late.",
    ],
)
def test_r4_no_company(pipeline, text):
    assert companies(pipeline, text) == {}


# methods


@pytest.mark.parametrize(
    ("text", "surface", "method"),
    [
        ("Huawei was named.", "Huawei", Method.EXACT),
        ("Baidu Ltd. was named.", "Baidu Ltd.", Method.CORE),
        ("Huawei Technologies Co., Ltd. (Huawei) was named. Huawei objected.", "Huawei", Method.DEFINITION),
        ("Yangtze Memory sued. Then 长存 lost.", "Yangtze Memory", Method.EXACT),
    ],
)
def test_method_of_a_link(pipeline, text, surface, method):
    answer = resolve(pipeline, text)[surface]
    assert answer.method is method
    assert answer.may_claim


def test_a_weak_name_needs_a_strong_one_beside_it(pipeline):
    weak = "Goke"
    alone = companies(pipeline, f"Shares of {weak} fell.")
    backed = resolve(pipeline, f"Hunan {weak} Microelectronics was listed. Shares of {weak} fell.")
    assert alone.get(weak) != "goke"
    assert backed[weak].company == "goke"


def test_a_weak_link_carries_no_claim():
    from nlp.resolve.document import CLAIMING

    assert Method.WEAK not in CLAIMING
    assert Method.DISCOVERED not in CLAIMING


def test_like_names_are_only_proposed(pipeline):
    answer = resolve(pipeline, "Hikvison Ltd. of Hull sells toys.")["Hikvison Ltd."]
    assert answer.company.startswith("co-")
    assert "hikvision" in {candidate.company for candidate in answer.candidates}


def test_a_discovered_company_has_the_same_id_in_every_text(pipeline):
    one = companies(pipeline, "Orbital Lattice Robotics Inc. raised $40 million.")
    other = companies(pipeline, "Shares in Orbital Lattice Robotics rose.")
    assert set(one.values()) == set(other.values()) == {discovered_id("Orbital Lattice Robotics")}


def test_a_description_follows_its_party(pipeline):
    found = companies(
        pipeline, "Hikvision reported lower profit. The video surveillance giant blamed export curbs."
    )
    assert found["The video surveillance giant"] == "hikvision"


def test_a_description_with_two_parties_is_nobody(pipeline):
    found = companies(pipeline, "Nvidia cut shipments to Inspur. The company said sales fell.")
    assert "The company" not in found


# decisions (R9)

TEXT = "Orvane Robotics Inc. and Veldt Robotics GmbH were named."


def ids():
    return discovered_id("Orvane Robotics Inc."), discovered_id("Veldt Robotics GmbH")


def test_r9_merge_and_split(pipeline):
    one, other = ids()
    merged = Decisions([Decision(Verdict.SAME, one, other)])
    assert merged.canonical(one) == merged.canonical(other)
    split = Decisions([Decision(Verdict.SAME, one, other), Decision(Verdict.DIFFERENT, one, other)])
    assert split.canonical(one) == one
    assert split.canonical(other) == other


def test_r9_a_later_run_respects_the_split_through_a_third():
    decisions = Decisions(
        [
            Decision(Verdict.DIFFERENT, "a", "b"),
            Decision(Verdict.SAME, "a", "c"),
            Decision(Verdict.SAME, "c", "b"),
        ]
    )
    assert decisions.canonical("a") != decisions.canonical("b")


def test_a_decision_comes_first(pipeline):
    decisions = Decisions([Decision(Verdict.LINK, "Orvane Robotics Inc.", "huawei")])
    answer = resolve(pipeline, TEXT, decisions=decisions)["Orvane Robotics Inc."]
    assert (answer.company, answer.method) == ("huawei", Method.DECISION)


def test_an_unlinked_name_is_not_linked_again(pipeline):
    decisions = Decisions([Decision(Verdict.UNLINK, "Huawei", "huawei")])
    assert companies(pipeline, "Huawei was named.", decisions=decisions)["Huawei"] != "huawei"


# aliases added after annotation


def test_an_added_alias_is_found_without_a_parse():
    table = AliasTable([CompanyRecord(id="veldt", name="Veldt Robotics", origin="test")])
    body = "On Monday Veldt Robotics said so. See veldt robotics; Veldt Robotics Asia did not."
    assert [(body[a:b], c) for a, b, c in find_added_aliases(body, table, [])] == [
        ("Veldt Robotics", "veldt")
    ]
