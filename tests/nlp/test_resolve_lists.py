"""Companies that an official list brought: their names link, their namesakes never become them."""

import pytest

from db.articles import ArticleRow, put_article
from db.clock import stamp
from db.decisions import record_decision
from db.facts import write_annotation
from db.list_status import status_of
from db.listrows import ListFile, ListRow
from db.lists import import_rows
from db.store import Store
from nlp.names import core
from nlp.pipeline import annotate_text
from nlp.resolve.stage import resolve_pending

FILE = ListFile(importer="x", name="x.csv", hash="x", retrieved_at="2024-01-01T00:00:00Z", full=False)


def listed(name, country="CN", citation="88 FR 1", **more):
    return ListRow(
        list="entity-list", name=name, country=country, citation=citation, effective_date="2023-04-12", **more
    )


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "t.sqlite", create=True) as opened:
        rows = [
            listed("Tarvik Optics Co., Ltd.", aliases=("Chengdu Tarvik Photonics", "Tarvo", "塔维克"), weak_aliases=("TOC",), former=("Old Tarvik Glass Works",)),
            listed("Pinnacle Ltd.", citation="88 FR 2"),
            listed("Orvane Trading Co., Ltd.", citation="88 FR 3"),
            listed("Orvane Trading GmbH", country="DE", citation="88 FR 4"),
        ]  # fmt: skip
        import_rows(opened, rows, FILE, norm=core)
        resolve_pending(opened)
        with opened.write() as connection:  # the list came long before the articles
            connection.execute("UPDATE aliases SET first_seen = '2020-01-01T00:00:00Z'")
        yield opened


def read(store, pipeline, text):
    """Surface -> (record's name, method, on a list) of each company mention of `text`, after the resolve stage."""
    with store.write() as connection:
        article = ArticleRow(
            url=f"https://tide.example/{abs(hash(text))}", title="t", body=text, relevant=True
        )
        _, number = put_article(connection, article)
        write_annotation(connection, number, annotate_text(pipeline, text), "v1")
        connection.execute(
            "INSERT INTO article_runs (stage, input, input_digest, fingerprint, state, at)"
            " VALUES ('annotate', ?, '', '', 'ok', ?)",
            (number, stamp()),
        )
    resolve_pending(store)
    return {
        row["surface"]: (row["name"], row["method"], bool(status_of(store, row["company"])))
        for row in store.rows(
            "SELECT m.surface, c.name, m.method, m.company FROM mentions m JOIN companies c ON c.id = m.company WHERE m.text = ?",
            (number,),
        )
    }


OPTICS = "Tarvik Optics Co., Ltd."


@pytest.mark.parametrize(
    ("text", "surface", "method"),
    [
        ("Regulators named Tarvik Optics Co., Ltd. on Friday.", "Tarvik Optics Co., Ltd.", "exact"),
        ("Shares of Tarvik Optics fell.", "Tarvik Optics", "core"),
        ("Chengdu Tarvik Photonics said orders rose.", "Chengdu Tarvik Photonics", "exact"),
        ("记者从塔维克获悉。", "塔维克", "exact"),
        ("Old Tarvik Glass Works said orders rose.", "Old Tarvik Glass Works", "exact"),
        ("Tarvik Optics and others were named. Analysts expect Tarvo to sue.", "Tarvo", "weak"),
    ],
)
def test_names_of_a_list_link_to_its_record(store, pipeline, text, surface, method):
    assert read(store, pipeline, text)[surface] == (OPTICS, method, True)


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("The startup Tarvo raised $40 million.", "Tarvo"),  # one word, and nothing backs it
        ("The brokerage Pinnacle said profit rose.", "Pinnacle"),
        ("The Swedish retailer Tarvik Optics opened a shop.", "Tarvik Optics"),
        ("Shares of Tarvik Optics Group fell.", "Tarvik Optics Group"),
        ("Tarvik Optics UK Limited said orders rose.", "Tarvik Optics UK Limited"),
        (
            "Shares of Orvane Trading fell.",
            "Orvane Trading",
        ),  # two listed firms of two countries are called so
    ],
)
def test_a_namesake_or_relative_is_on_no_list(store, pipeline, text, surface):
    found = read(store, pipeline, text)
    assert not found[surface][2], found


def test_a_one_word_name_with_its_legal_form_is_the_listed_company(store, pipeline):
    assert read(store, pipeline, "The notice names Pinnacle Ltd. and others.")["Pinnacle Ltd."] == (
        "Pinnacle Ltd.",
        "exact",
        True,
    )


def test_same_name_in_two_countries_is_two_records(store):
    rows = store.rows(
        "SELECT DISTINCT company FROM list_entries WHERE name IN ('Orvane Trading Co., Ltd.', 'Orvane Trading GmbH')"
    )
    assert len(rows) == 2


def test_a_name_that_a_person_took_off_stays_off(store, pipeline):
    text = "Shares of Tarvik Optics fell."
    company = store.value("SELECT company FROM list_entries WHERE name = ?", (OPTICS,))
    record_decision(store, "unlink", "Tarvik Optics", company, by="mei")
    assert not read(store, pipeline, text)["Tarvik Optics"][2]
