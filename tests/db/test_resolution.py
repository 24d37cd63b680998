"""Names become records: seeding, resolving, merging and taking it back."""

from decimal import Decimal

import pytest

from db.articles import ArticleRow, put_article
from db.companies import (
    AliasSeed,
    CompanySeed,
    alias_rows,
    discover,
    find_companies,
    names_state,
    seed_companies,
)
from db.decisions import decision_rows, record_decision, undo_decision
from db.errors import UsageError
from db.facts import write_annotation
from db.pending import pending_resolve
from db.queries import facts
from db.records import AmountFact, Annotation, Entity, EntityKind, Mention, Party, Role, Span
from db.resolution import ResolutionRow, add_mentions, mentions_of, texts_naming, write_resolution
from db.search import search
from db.store import Store

BODY = "Orrin Ltd (Orrin) paid Veldt $2bn. Orrin said so. Veldt AG was silent."
SEEDS = [
    CompanySeed(
        id="orrin",
        name="Orrin",
        aliases=(
            AliasSeed("Orrin", "orrin"),
            AliasSeed("Orrin Ltd", "orrin"),
            AliasSeed("奥林", "奥林", lang="zh"),
        ),
        country="SG",
    ),
    CompanySeed(id="veldt", name="Veldt", aliases=(AliasSeed("Veldt", "veldt", "weak"),), parent="orrin"),
]


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "t.sqlite", create=True) as opened:
        yield opened


def annotate(store):
    """One article: a company named in two forms with a definition, another one, a payment."""

    def mention(surface, entity, how, after=0):
        at = BODY.index(surface, after)
        return Mention(
            start=at, end=at + len(surface), text=surface, kind=EntityKind.COMPANY, entity=entity, how=how
        )

    found = Annotation(
        mentions=(
            mention("Orrin Ltd", 0, "legal-form"),
            mention("Orrin", 0, "definition", 10),
            mention("Veldt", 1, "ner"),
            mention("Orrin", 0, "short-form", 34),
        ),
        entities=(
            Entity(index=0, name="Orrin Ltd", kind=EntityKind.COMPANY),
            Entity(index=1, name="Veldt", kind=EntityKind.COMPANY),
        ),
        facts=(
            AmountFact(
                kind="contract",
                evidence=Span(0, 34, BODY[:34]),
                parties=(
                    Party(role=Role.COUNTERPARTY, surface="Orrin Ltd", span=Span(0, 9, "Orrin Ltd")),
                    Party(role=Role.COMPANY, surface="Veldt", kind=EntityKind.COMPANY),
                ),
                amount=Decimal(2_000_000_000),
                rule="t",
            ),
        ),
    )
    with store.write() as connection:
        _, text = put_article(
            connection, ArticleRow(url="https://x.example", title="t", body=BODY, relevant=True)
        )
        write_annotation(connection, text, found, "v1")
        connection.execute(
            "INSERT INTO article_runs (stage, input, input_digest, fingerprint, state, at)"
            " VALUES ('annotate', ?, '', '', 'ok', '')",
            (text,),
        )
    return text


def resolve(store, text):
    """What the stage does, with the simplest resolver: equal folded names."""
    as_of = names_state(store)
    known = {row.norm: row.company for row in alias_rows(store)}
    document = mentions_of(store, text)
    rows = [
        ResolutionRow(
            mention=i, company=known.get(document.entities[m.entity].name.removesuffix(" Ltd").lower())
        )
        for i, m in zip(document.ids, document.mentions)
    ]
    with store.write() as connection:
        return write_resolution(connection, text, rows, as_of=as_of)


def test_seeding_twice_changes_nothing_and_a_change_makes_mentions_pending(store):
    assert seed_companies(store, SEEDS) == 2
    text = annotate(store)
    assert pending_resolve(store) == [text]
    assert resolve(store, text) == 4
    assert pending_resolve(store) == []
    assert seed_companies(store, SEEDS) == 0
    assert pending_resolve(store) == []
    renamed = CompanySeed(id="veldt", name="Veldt AG", aliases=(AliasSeed("Veldt AG", "veldt"),))
    assert seed_companies(store, [SEEDS[0], renamed]) == 1
    assert pending_resolve(store) == [text]
    assert [alias.text for alias in alias_rows(store)] == ["Orrin", "Orrin Ltd", "奥林", "Veldt AG"]
    assert store.rows("SELECT a, b, kind FROM company_relations") == [
        {"a": "veldt", "b": "orrin", "kind": "parent"}
    ]


def test_the_mentions_of_a_text_come_with_its_parties(store):
    document = mentions_of(store, annotate(store))
    assert [entity.name for entity in document.entities] == ["Orrin Ltd", "Veldt"]
    assert [entity.defined for entity in document.entities] == [True, False]
    assert document.entities[0].aliases == ("Orrin",)
    assert all(document.body[m.start : m.end] == m.text for m in document.mentions)


def test_parties_get_the_records_of_their_mentions(store):
    seed_companies(store, SEEDS)
    resolve(store, annotate(store))
    (row,) = facts(store, kind="contract", company="奥林")
    assert {p.role: p.company for p in row.parties} == {"company": "veldt", "counterparty": "orrin"}
    assert search(store, "company:orrin").total == 1


def test_a_merge_can_be_taken_back(store):
    seed_companies(store, SEEDS)
    text = annotate(store)
    resolve(store, text)
    decision = record_decision(store, "same", "veldt", "orrin", by="ada", note="renamed")
    assert pending_resolve(store) == [text]
    assert [c.id for c in find_companies(store, "veldt")] == ["orrin"]
    assert [c.id for c in find_companies(store, "Veldt")] == ["orrin"]
    assert len(facts(store, kind="contract", company="orrin")) == 1  # before the resolve stage ran, too
    resolve(store, text)
    assert {row["company"] for row in store.rows("SELECT company FROM mentions")} == {"orrin"}
    assert undo_decision(store, decision)
    assert not undo_decision(store, decision)
    resolve(store, text)
    assert {row["company"] for row in store.rows("SELECT company FROM mentions")} == {"orrin", "veldt"}
    assert decision_rows(store) == []
    assert pending_resolve(store) == []


def test_merges_follow_each_other(store):
    seed_companies(store, [*SEEDS, CompanySeed(id="third", name="Third")])
    first = record_decision(store, "same", "veldt", "orrin", by="ada")
    record_decision(store, "same", "orrin", "third", by="ada")
    assert {c.id for name in ("veldt", "orrin", "third") for c in find_companies(store, name)} == {"third"}
    undo_decision(store, first)
    assert [c.id for c in find_companies(store, "veldt")] == ["veldt"]
    assert [c.id for c in find_companies(store, "orrin")] == ["third"]


def test_contradictions_and_unknown_records_are_refused(store):
    seed_companies(store, SEEDS)
    record_decision(store, "different", "veldt", "orrin", by="ada")
    with pytest.raises(UsageError, match="are different"):
        record_decision(store, "same", "orrin", "veldt", by="bo")
    with pytest.raises(UsageError, match="no company record"):
        record_decision(store, "same", "orrin", "nobody", by="bo")
    with pytest.raises(UsageError, match="unknown decision"):
        record_decision(store, "maybe", "orrin", "veldt", by="bo")
    assert len(decision_rows(store)) == 1


def test_a_discovered_company_is_one_record_for_equal_names(store):
    with store.write() as connection:
        first = discover(connection, "Tarn Optics Inc", "tarn optics")
        assert discover(connection, "Tarn Optics", "tarn optics") == first
    assert [(c.name, c.status) for c in find_companies(store, "tarn optics")] == [
        ("Tarn Optics Inc", "discovered")
    ]


def test_a_name_added_later_is_found_in_old_texts_without_a_parse(store):
    text = annotate(store)
    assert texts_naming(store, ["Veldt AG", "Orrin", "?"]) == [text]
    at = BODY.index("Veldt AG")
    with store.write() as connection:
        assert add_mentions(connection, text, [(at, at + 8), (0, 5)]) == 1
    assert texts_naming(store, ["Veldt AG"]) == []
    assert pending_resolve(store) == [text]
    assert mentions_of(store, text).entities[-1].name == "Veldt AG"


def test_a_decision_made_while_texts_are_resolved_is_not_missed(store):
    seed_companies(store, SEEDS)
    text = annotate(store)
    as_of = names_state(store)
    record_decision(store, "same", "veldt", "orrin", by="ada")
    with store.write() as connection:
        write_resolution(connection, text, [], as_of=as_of)
    assert pending_resolve(store) == [text]
