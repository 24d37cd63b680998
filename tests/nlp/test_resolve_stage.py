"""The resolve stage: names that come later reach texts read before, and a country keeps namesakes apart."""

import pytest

from db.articles import ArticleRow, put_article
from db.companies import AliasSeed, CompanySeed, seed_companies
from db.facts import write_annotation
from db.records import Annotation
from db.store import Store
from nlp.gazetteer import AliasTable, CompanyRecord
from nlp.pipeline import annotate_text
from nlp.resolve.document import Method, resolve_document
from nlp.resolve.stage import resolve_pending

BODY = "The chip maker was quiet on Monday. Veldt Robotics did not answer, and Target did."


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "t.sqlite", create=True) as opened:
        yield opened


def add_text_without_mentions(store):
    with store.write() as connection:
        row = ArticleRow(url="https://tide.example/a", title="t", body=BODY, relevant=True)
        _, text = put_article(connection, row)
        write_annotation(connection, text, Annotation(), "v1")
        connection.execute(
            "INSERT INTO article_runs (stage, input, input_digest, fingerprint, state, at)"
            " VALUES ('annotate', ?, '', '', 'ok', '')",
            (text,),
        )


def test_a_name_that_comes_later_is_found_in_texts_read_before(store):
    resolve_pending(store)  # the gazetteer as it stood when the text was read
    add_text_without_mentions(store)
    assert resolve_pending(store)["added"] == 0
    names = (AliasSeed("Veldt Robotics", "veldt robotics"), AliasSeed("Target", "target"))
    seed_companies(store, [CompanySeed(id="veldt", name="Veldt Robotics", aliases=names)], source="mine")
    assert resolve_pending(store)["added"] == 1  # "Target" is a word, too: without a parse nobody can tell
    rows = store.rows("SELECT surface, company, how FROM mentions")
    assert [tuple(row.values()) for row in rows] == [("Veldt Robotics", "veldt", "alias")]
    assert resolve_pending(store)["added"] == 0


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("Luming Optics fell 3% on Monday.", True),
        ("Chinese lens maker Luming Optics fell 3% on Monday.", True),
        ("The Swedish fashion retailer Luming Optics opened a shop.", False),
        ("Luming Optics, a German maker of glasses, opened a shop.", False),
        ("Luming Optics of Finland opened a shop.", False),
        ("American officials added Luming Optics to the Entity List.", True),
        ("Its American rival Luming Optics was silent.", True),
        ("The Singapore-based holding company Luming Optics was silent.", True),
        ("The Swedish retailer Luming Optics, a Chinese company by origin, opened a shop.", True),
    ],
)
def test_another_country_is_another_company(pipeline, text, linked):
    table = AliasTable([CompanyRecord(id="luming", name="Luming Optics", country="CN")])
    found = annotate_text(pipeline, text)
    answers = resolve_document(found.mentions, found.entities, text, table)
    mine = [a for m, a in zip(found.mentions, answers, strict=True) if m.text == "Luming Optics"]
    assert mine
    assert all((answer.company == "luming") is linked for answer in mine)
    assert linked or all(answer.method is Method.DISCOVERED for answer in mine)
