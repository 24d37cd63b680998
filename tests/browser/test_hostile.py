"""Hostile page text on every page: no dialog, no error, no breach of the policy, no foreign request."""

import pytest

from db.articles import ArticleRow, put_article
from db.facts import write_annotation
from db.records import (
    AmountFact,
    Annotation,
    Entity,
    EntityKind,
    FactSpan,
    Mention,
    Party,
    QuoteKind,
    Role,
    Span,
    SpanRole,
    StatementFact,
)
from db.store import Store

ATTACKS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(2)>", "<svg/onload=alert(3)>", "\"><script>alert(4)</script>",
    "' onmouseover='alert(5)", "javascript:alert(6)", "{{ 7 * 7 }}{% raw %}", "\u202egnp.exe", "\x02\x03<b>\ue000x\ue001",
    "</title><script>alert(7)</script>", "<iframe srcdoc='<script>alert(8)</script>'>", "<!--<style>@import 'https://evil.example'",
    "<link rel=stylesheet href=https://evil.example>", "\x00nul", "=cmd|' /C calc'!A0",
)  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, serving):
    path = tmp_path_factory.mktemp("hostile") / "t.sqlite"
    with Store.open(path, create=True) as store, store.write() as connection:
        connection.execute(
            "INSERT INTO sources (id, name, state, state_reason) VALUES ('s', ?, 'blocked', ?)", ATTACKS[:2]
        )
        connection.execute(
            "INSERT INTO lists (id, name, authority, url) VALUES ('l', ?, ?, ?)",
            (ATTACKS[0], ATTACKS[3], ATTACKS[5]),
        )
        connection.execute(
            "INSERT INTO companies (id, name, status, made_at) VALUES ('c', ?, 'seed', '')", (ATTACKS[9],)
        )
        connection.execute(
            "INSERT INTO watches (company, at, note) VALUES ('c', '2026-01-01T00:00:00Z', ?)", (ATTACKS[1],)
        )
        connection.execute(
            "INSERT INTO list_entries (id, list, company, name, action, effective_date, citation, source_url, confidence)"
            " VALUES ('e', 'l', 'c', ?, 'add', '2026-11-01', ?, ?, 'high')",
            (ATTACKS[2], ATTACKS[3], ATTACKS[5]),
        )  # fmt: skip
        connection.execute(
            "INSERT INTO saved_searches (name, kind, query, alert, made_at) VALUES (?, 'search', ?, 1, '')",
            (ATTACKS[3], ATTACKS[0]),
        )
        connection.execute(
            "INSERT INTO alerts (kind, subject, hit, at, text) VALUES ('watch', ?, ?, '2026-11-01T00:00:00Z', ?)",
            (ATTACKS[3], ATTACKS[4], ATTACKS[1]),
        )
        for n, attack in enumerate(ATTACKS):
            title = (attack + " ") * (41_000 if n == 0 else 1)  # one title of more than a megabyte
            row = ArticleRow(
                url=f"javascript:alert({n})", title=title, body=f"Orbel paid $5 million, it said: {attack} was wrong.\nMore.",
                source="s", published="2026-11-02", relevant=True, language="en",
            )  # fmt: skip
            _, text = put_article(connection, row)
            body = connection.execute("SELECT body FROM texts WHERE id = ?", (text,)).fetchone()[0]
            write_annotation(connection, text, annotation(body), "v")
        connection.execute(
            "UPDATE fact_parties SET long_name = ? || name, company = 'c' WHERE role = 'company'",
            (ATTACKS[1],),
        )
        connection.execute("UPDATE fact_parties SET long_name = ? WHERE role = 'speaker'", (ATTACKS[0],))
        connection.execute(
            "INSERT INTO events (id, kind, company, key, disputed, dispute, sources, best, best_reason, made_at) SELECT 1, 'contract', 'c', 'k', 1, ?, 2, id, ?, '' FROM facts WHERE kind = 'contract' LIMIT 1",
            ATTACKS[:2],
        )
        connection.execute("UPDATE facts SET event = 1 WHERE kind = 'contract'")
    yield from serving(path)


def annotation(body):
    end = body.index("\n")
    sentence = Span(0, end, body[:end])
    orbel = Party(role=Role.COMPANY, surface="Orbel", span=Span(0, 5, "Orbel"))
    at = body.index(":") + 2
    said = StatementFact(
        kind="statement", evidence=sentence, parties=(Party(role=Role.SPEAKER, surface="Orbel", span=Span(0, 5, "Orbel")),),
        spans=(FactSpan(SpanRole.QUOTE, Span(at, end, body[at:end])),), quote_kind=QuoteKind.INDIRECT, rule="t",
        confidence=0.9, attribution="<script>alert(9)</script>",
    )  # fmt: skip
    paid = AmountFact(
        kind="contract", evidence=sentence, parties=(orbel,), amount=5_000_000, currency="USD", amount_text="$5 million",
        rule="<script>alert(10)</script>", confidence=0.9, place="<img src=x onerror=alert(11)>",
    )  # fmt: skip
    mention = Mention(start=0, end=5, text="Orbel", kind=EntityKind.COMPANY, entity=0, how="ner")
    return Annotation(
        facts=(said, paid), mentions=(mention,),
        entities=(Entity(index=0, name="Orbel", kind=EntityKind.COMPANY),),
    )  # fmt: skip


def test_nothing_of_a_hostile_page_runs_or_loads(page, hostile):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    addresses = set(hostile.known.values()) | {f"/article/{n}" for n in range(1, len(ATTACKS) + 1)}
    addresses |= {
        "/search?q=%3Cscript%3Ealert(1)%3C/script%3E&saved=%3Cimg%20src=x%20onerror=alert(2)%3E",
        "/facts?company=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&everything=1",
    }
    assert len(addresses) > 25
    for address in sorted(addresses):
        page.goto(hostile.base + address)
        assert page.problems == [], address
        assert page.evaluate("broken") == [], address
        assert page.locator("iframe, main script, main style, main img").count() == 0, address
        assert page.evaluate("[...document.links].every(a => /^https?:/.test(a.href))"), address
    assert {url for url in asked if not url.startswith(hostile.base)} == set()
