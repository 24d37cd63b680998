"""One view per fact kind, made from the registry.

`<plural>` holds what may be quoted: live, asserted, current or recalled, not rejected, above the confidence
bar, one row per story. `all_<plural>` holds everything.
"""

import hashlib
from collections.abc import Iterable

from db.kinds import FactKind

#: Below this a fact is shown only in review and in `all_` views: digests promise at least 60 %.
CONFIDENCE_BAR = 0.6

#: The words of a fact's evidence: facts keep where they stand in their text.
SENTENCE = '(SELECT substr(t.body, f.start + 1, f."end" - f.start) FROM texts t WHERE t.id = f.text)'


def _party(role: str) -> str:
    return (
        "(SELECT coalesce(c.name, p.name) FROM fact_parties p LEFT JOIN companies c ON c.id = p.company"
        f" WHERE p.fact_n = f.n AND p.role = '{role}' ORDER BY p.ordinal LIMIT 1)"
    )


def _party_id(role: str) -> str:
    return (
        f"(SELECT p.company FROM fact_parties p WHERE p.fact_n = f.n AND p.role = '{role}'"
        " ORDER BY p.ordinal LIMIT 1)"
    )


def _parties(role: str) -> str:
    return (
        "(SELECT group_concat(coalesce(c.name, p.name), '; ') FROM fact_parties p"
        f" LEFT JOIN companies c ON c.id = p.company WHERE p.fact_n = f.n AND p.role = '{role}')"
    )


#: The columns of each family's views, in reading order: name -> SQL over facts f, articles a.
FAMILY_COLUMNS: dict[str, dict[str, str]] = {
    "amount": {
        "company": f"coalesce({_party('company')}, {_party('b')})",
        "company_id": f"coalesce({_party_id('company')}, {_party_id('b')})",
        "counterparty": f"coalesce({_parties('counterparty')}, {_parties('a')})",
        "joint": _parties("joint"),
        "amount": "f.amount",
        "currency": "f.currency",
        "amount_text": "f.amount_text",
        "low": "f.low",
        "high": "f.high",
        "bound": "f.bound",
        "approx": "f.approx",
        "undisclosed": "f.undisclosed",
        "conversion_amount": "f.conversion_amount",
        "conversion_currency": "f.conversion_currency",
        "usd": "f.usd",
        "usd_rate": "f.usd_rate",
        "usd_rate_date": "f.usd_rate_date",
        "usd_rate_source": "f.usd_rate_source",
        "pct": "f.pct",
        "per": "f.per",
        "part_of": "f.part_of",
    },
    "share": {
        "company": f"coalesce({_party('company')}, {_party('a')})",
        "company_id": f"coalesce({_party_id('company')}, {_party_id('a')})",
        "issuer": _party("b"),
        "share_kind": "f.share_kind",
        "pct": "f.pct",
        "bound": "f.bound",
        "approx": "f.approx",
    },
    "listing": {
        "company": _party("company"),
        "company_id": _party_id("company"),
        "list": "f.list",
        "list_text": "f.list_text",
        "list_inferred": "f.list_inferred",
        "action": "f.action",
        "authority": _party("authority"),
        "count": "f.count",
        "members": _parties("member"),
        "reason": "f.reason",
    },
    "statement": {
        "speaker": f"coalesce({_party('speaker_person')}, {_party('speaker')})",
        "speaker_id": _party_id("speaker"),
        "speaker_role": _party("speaker_role"),
        "speaker_org": _party("speaker_org"),
        "speaker_org_id": _party_id("speaker_org"),
        "quote": "f.quote",
        "quote_kind": "f.quote_kind",
        "cue": "f.cue",
        "cue_class": "f.cue_class",
        "polarity": "f.polarity",
        "about": _parties("about"),
        "addressee": _party("addressee"),
        "source_type": "f.source_type",
    },
    "relation": {
        "a": _party("a"),
        "a_id": _party_id("a"),
        "relation_type": "f.relation_type",
        "b": _party("b"),
        "b_id": _party_id("b"),
    },
}

COMMON_COLUMNS: dict[str, str] = {
    "place": "f.place",
    "as_of": "f.as_of",
    "modality": "f.modality",
    "standing": "f.standing",
    "attribution": "f.attribution",
    "sentence": SENTENCE,
    "title": "a.title",
    "url": "a.url",
    "source": "a.source",
    "published": "a.published",
    "confidence": "f.confidence",
    "review": "f.review",
    "id": "f.id",
    "article": "f.article",
    "story": "a.story",
    "event": "f.event",
    "first_seen": "f.first_seen",
    "rule": "f.rule",
}

QUOTABLE = (
    "f.state = 'live' AND f.modality = 'asserted' AND f.standing IN ('current', 'recalled')"
    f" AND f.review <> 'rejected' AND (f.confidence >= {CONFIDENCE_BAR} OR f.review IN ('confirmed', 'corrected'))"
)
#: Of the copies of one sentence in one story, the first article's counts. CROSS JOIN: a story has few articles.
FIRST_OF_STORY = (
    "NOT EXISTS (SELECT 1 FROM articles b CROSS JOIN facts g ON g.article = b.id AND g.state = 'live'"
    " AND g.kind = f.kind WHERE b.story = a.story AND b.id < a.id AND g.twin = f.twin AND g.review <> 'rejected')"
)


def view_statements(kinds: Iterable[FactKind]) -> list[str]:
    """DROP and CREATE statements of every view, in order."""
    found = []
    for kind in kinds:
        columns = FAMILY_COLUMNS[kind.family] | COMMON_COLUMNS
        select = ", ".join(f'{sql} AS "{name}"' for name, sql in columns.items())
        everything = (
            f'SELECT {select}, f.state AS "state" FROM facts f JOIN articles a ON a.id = f.article'
            f" WHERE f.kind = '{kind.name}'"
        )
        quotable = (
            f"SELECT {select} FROM facts f JOIN articles a ON a.id = f.article"
            f" WHERE f.kind = '{kind.name}' AND {QUOTABLE} AND {FIRST_OF_STORY}"
        )
        found += [
            f'DROP VIEW IF EXISTS "{kind.plural}"',
            f'CREATE VIEW "{kind.plural}" AS {quotable}',
            f'DROP VIEW IF EXISTS "all_{kind.plural}"',
            f'CREATE VIEW "all_{kind.plural}" AS {everything}',
        ]
    return found


def views_digest(statements: list[str]) -> str:
    """Changes whenever a view would: the store makes its views anew then."""
    return hashlib.sha256("\n".join(statements).encode()).hexdigest()[:16]
