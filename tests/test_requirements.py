"""The requirements R1 to R11 of the companies part, one test each, end to end; finer tests stand in tests/nlp and tests/db."""

import datetime as dt
import json

import pytest

from bench.alias_speed import big_table
from crawler.lists.formats import read_list_file
from db.articles import ArticleRow, put_article
from db.clock import stamp
from db.companies import find_companies
from db.decisions import record_decision, undo_decision
from db.facts import write_annotation
from db.ftm import company_key, entities
from db.list_status import status_of
from db.lists import import_rows
from db.store import Store
from nlp.gazetteer import packaged_companies, packaged_table
from nlp.names import core
from nlp.pipeline import annotate_text
from nlp.resolve.document import discovered_id, resolve_document
from nlp.resolve.screening import match_in_store
from nlp.resolve.stage import resolve_pending, seed_names


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    """A store with the packaged companies and list events; tests that write take `store`."""
    path = tmp_path_factory.mktemp("requirements") / "seeded.sqlite"
    with Store.open(path, create=True) as opened:
        seed_names(opened, packaged_companies())
    return path


@pytest.fixture
def store(seeded, tmp_path):
    path = tmp_path / "s.sqlite"
    path.write_bytes(seeded.read_bytes())
    with Store.open(path) as opened:
        yield opened


def read(store, pipeline, *texts):
    """Surface -> record of each company mention in new articles of `texts`, as the resolve stage stores it."""
    numbers = []
    for body in texts:
        with store.write() as connection:
            url = f"https://tide.example/{core(body)[:60].replace(' ', '-')}"
            article = ArticleRow(url=url, title="Tidings", body=body, relevant=True)
            _, number = put_article(connection, article)
            write_annotation(connection, number, annotate_text(pipeline, body), "v1")
            connection.execute(
                "INSERT INTO article_runs (stage, input, input_digest, fingerprint, state, at)"
                " VALUES ('annotate', ?, '', '', 'ok', ?)",
                (number, stamp()),
            )
        numbers.append(number)
    resolve_pending(store)
    return records(store, numbers)


def records(store, texts):
    marks = ", ".join("?" * len(texts))
    return {
        row["surface"]: row["company"]
        for row in store.rows(f"SELECT surface, company FROM mentions WHERE text IN ({marks})", texts)
        if row["company"] is not None
    }


def on(store, company, day):
    """(lists it is on, lists it was on) as of `day`."""
    found = status_of(store, company, dt.date.fromisoformat(day))
    return {s.list for s in found if s.listed}, {s.list for s in found if not s.listed}


def test_r1_every_spelling_is_hikvision_and_its_branch_is_nobody_on_a_list(store, pipeline):
    found = read(
        store,
        pipeline,
        "HIKVISION shares fell after the notice named Hangzhou Hikvision Digital Technology Co., Ltd. on Friday.",
        "记者从海康威视获悉。名单中有杭州海康威视数字技术股份有限公司。",
        "Hikvision UK Limited is a separate company with its own accounts.",
    )
    branch = found.pop("Hikvision UK Limited")
    spellings = (
        "HIKVISION", "Hangzhou Hikvision Digital Technology Co., Ltd.", "海康威视", "杭州海康威视数字技术股份有限公司",
    )  # fmt: skip
    assert {found[name] for name in spellings} == {"hikvision"}
    assert branch != "hikvision"
    assert status_of(store, branch) == []


def test_r2_a_branch_is_never_its_parent_and_a_group_no_corporation(store, pipeline):
    name = "Semiconductor Manufacturing International (Beijing) Corporation"
    found = read(
        store, pipeline, f"{name} has a line.", "Orvane Group sued.", "Orvane Corporation did not answer."
    )
    assert found[name] == "smic-beijing"
    assert found["Orvane Group"] != found["Orvane Corporation"]


def test_r3_a_definition_in_the_text_blocks_the_well_known_name(store, pipeline):
    text = "Sunrise Metals and Industrial Casting (SMIC) of Ohio won the order, and SMIC employs 300."
    assert "smic" not in read(store, pipeline, text).values()


def test_r4_words_that_are_no_company(store, pipeline):
    texts = (
        "Tourists crowded into a city called Jinhua.", "The layer is one micron thick.", "The Commerce Department published it.",
        "Dawning of a new era: exports rose.", "He rode a camel across the desert.",
    )  # fmt: skip
    assert read(store, pipeline, *texts) == {}


@pytest.mark.parametrize(
    ("day", "is_on", "was_on"),
    [
        ("2016-06-01", {"entity-list"}, set()),
        ("2017-06-01", set(), {"entity-list"}),
        ("2018-05-01", {"denied-persons"}, {"entity-list"}),
        ("2019-01-01", set(), {"entity-list", "denied-persons"}),
        ("2021-06-01", {"fcc-covered"}, {"entity-list", "denied-persons"}),
    ],
)
def test_r5_zte_from_list_to_list(store, day, is_on, was_on):
    assert on(store, "zte", day) == (is_on, was_on)


def test_r6_ymtc_moves_from_the_unverified_to_the_entity_list(store):
    assert on(store, "ymtc", "2022-11-01")[0] == {"unverified-list"}
    assert on(store, "ymtc", "2023-01-01")[0] == {"entity-list"}


def test_r7_megvii_leaves_one_list_and_stays_on_two(store):
    found = {s.list: s for s in status_of(store, "megvii", dt.date(2025, 6, 1))}
    assert (found["1260h"].since, found["1260h"].until, found["1260h"].listed) == (
        "2024-01-31",
        "2025-01-07",
        False,
    )
    assert (found["entity-list"].listed, found["entity-list"].since) == (True, "2019-10-09")
    assert "84 FR 54002" in found["entity-list"].citation
    assert (found["ns-cmic"].listed, found["ns-cmic"].since) == (True, "2021-12-16")


def test_r8_an_affiliate_is_its_own_entry_and_a_missing_row_ends_nothing(store):
    parent = "Huawei Technologies Co., Ltd. (Huawei)"

    def take(day, *names):
        source = "Entity List (EL) - Bureau of Industry and Security"
        rows = [
            {"source": source, "name": name, "start_date": "2019-08-21", "country": "CN"} for name in names
        ]
        data = json.dumps({"results": [{**row, "source_list_url": ""} for row in rows]}).encode()
        found, _, file = read_list_file(data, f"csl-{day}.json", as_of=day)
        return import_rows(store, found, file, norm=core)

    first = take(
        "2024-01-01", f"{parent}. Affiliated Entity: Tarvik Huawei Enterprises", "Olmen Chips Co., Ltd."
    )
    assert len(first.added) == 2
    own = store.value("SELECT company FROM list_entries WHERE name = 'Tarvik Huawei Enterprises'")
    assert own != "huawei"
    assert store.rows("SELECT b, kind FROM company_relations WHERE a = ?", (own,)) == [
        {"b": "huawei", "kind": "affiliate"}
    ]
    again = take(
        "2024-01-01", f"{parent}. Affiliated Entity: Tarvik Huawei Enterprises", "Olmen Chips Co., Ltd."
    )
    assert (again.added, again.changed, again.gone) == ([], [], [])
    assert take("2024-02-01", "Olmen Chips Co., Ltd.").gone == ["Tarvik Huawei Enterprises (entity-list)"]
    (status,) = status_of(store, own, dt.date(2024, 3, 1))
    assert (status.listed, status.uncertain, status.until) == (True, True, None)


def test_r9_merge_and_split_give_the_mentions_back_for_good(store, pipeline):
    one, other = discovered_id("Veldt Robotics Inc."), discovered_id("Orrin Robotics GmbH")
    before = read(store, pipeline, "Veldt Robotics Inc. sued.", "Orrin Robotics GmbH did not answer.")
    assert before == {"Veldt Robotics Inc.": one, "Orrin Robotics GmbH": other}
    texts = [row["text"] for row in store.rows("SELECT DISTINCT text FROM mentions")]
    merge = record_decision(store, "same", one, other, by="mei")
    resolve_pending(store)
    assert set(records(store, texts).values()) == {other}
    assert [find_companies(store, key)[0].id for key in (one, other)] == [other, other]
    undo_decision(store, merge)
    record_decision(store, "different", one, other, by="mei")
    resolve_pending(store)
    assert records(store, texts) == before
    assert [find_companies(store, key)[0].id for key in (one, other)] == [one, other]
    after = read(store, pipeline, "Veldt Robotics said Orrin Robotics was late.")
    assert (after["Veldt Robotics"], after["Orrin Robotics"]) == (one, other)


def test_r10_the_export_is_valid_and_match_answers_as_yente_does(store, pipeline):
    model = pytest.importorskip("followthemoney").model
    read(
        store, pipeline, "Hunan Goke Microelectronics was listed, Goke fell, and Hikvision UK Limited closed."
    )
    schemata = set()
    for data in entities(store):
        proxy = model.make_entity(data["schema"])
        proxy.id = data["id"]
        for name, values in data["properties"].items():
            for value in values:
                proxy.add(name, value)
            assert len(proxy.get(name)) == len(values), (data["schema"], name, values)
        model.get(data["schema"]).validate(proxy.to_dict())
        schemata.add(data["schema"])
        if data["id"] == company_key("goke"):
            assert "Goke" in data["properties"]["weakAlias"]
    assert schemata >= {"Company", "Sanction", "Ownership", "Mention", "Article"}
    request = {"queries": {"q": {"schema": "Company", "properties": {"name": ["Hikvision"]}}}}
    (response,) = match_in_store(store, request)["responses"].values()
    result = response["results"][0]
    assert (response["status"], response["total"]["relation"]) == (200, "eq")
    assert (result["id"], result["score"], result["match"]) == ("hikvision", 1.0, True)
    assert result["explanations"]["name"]["detail"]
    assert "entity-list" in result["datasets"]


def test_r11_fifty_thousand_aliases_change_no_answer(pipeline):
    """What they cost is measured: python -m bench.alias_speed."""
    table = big_table(50_000)
    assert len(table) >= 50_000
    text = "Huawei and SMIC sued, and 海康威视 was silent. " * 3
    found = annotate_text(pipeline, text)
    few, many = (resolve_document(found.mentions, found.entities, text, t) for t in (packaged_table(), table))
    assert [answer.company for answer in few] == [answer.company for answer in many]
    assert {"huawei", "smic", "hikvision"} <= {answer.company for answer in many}
