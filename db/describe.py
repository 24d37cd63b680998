"""Descriptions of every table, view and column: docs/schema.md and the Datasette metadata are made from them.

python -m db.describe > docs/schema.md
"""

import re
from typing import Any

from db.kinds import FactKind, packaged_kinds
from db.schema import describe
from db.views import COMMON_COLUMNS, CONFIDENCE_BAR, FAMILY_COLUMNS

#: Columns of views that no column of a table explains.
OF_VIEWS = {
    "company": "whom the fact is about: name of the record, else the fullest name in the text",
    "company_id": "its record",
    "counterparty": 'the other side; several joined by "; "',
    "joint": 'companies that share the amount; joined by "; "',
    "issuer": "whose stock it is",
    "authority": "who keeps or changes the list",
    "members": 'named members of a listed group; joined by "; "',
    "speaker": "who said it: the person where one is named",
    "speaker_id": "record of the speaker, where it is a company",
    "speaker_role": 'what the speaker is: "chief executive"',
    "speaker_org": "for whom the speaker speaks",
    "speaker_org_id": "its record",
    "about": 'about whom; joined by "; "',
    "addressee": "to whom",
    "a": "subject of the relation: investor, supplier, holder",
    "a_id": "its record",
    "b": "object of the relation",
    "b_id": "its record",
    "sentence": "evidence sentence as it stands in the text",
    "title": "headline of the article",
    "url": "address of the article",
    "source": "publisher",
    "published": "publication time of the article, as exact as known",
    "story": "articles with the same story are copies of each other",
}
#: Units, as Datasette prints them behind a number.
UNITS = {"pct": "%", "relevance": "", "cpu_s": "s", "elapsed_ms": "ms", "bytes": "B"}
HEAD = """\
# The store

One SQLite file. Times are UTC ISO 8601 text, offsets count characters of `texts.body` (end exclusive), amounts are in whole
units of their currency. This page is made by `python -m db.describe` from `db/schema.sql`, `db/views.py` and
`db/data/kinds.toml`; a test compares.

People read the views, programs write the tables through `db.store`. Any SQL tool can read the file while Tradewire works:

    sqlite-utils tradewire.sqlite "select company, amount, currency, sentence from valuations order by amount desc limit 5"

Let nothing else write to it: one writer at a time is what keeps the file sound (a lock file beside it, `*.lock`, sees to that).
"""


def view_columns(kind: FactKind) -> dict[str, str]:
    """Column -> what it holds, of the views of a kind, in order."""
    of_facts = describe()["facts"]
    columns = FAMILY_COLUMNS[kind.family] | COMMON_COLUMNS
    return {name: OF_VIEWS.get(name) or of_facts[name] for name in columns}


def schema_page() -> str:
    """The whole of docs/schema.md."""
    out = [HEAD, "## Views\n"]
    out.append(
        "Each kind of fact has two. The plain one holds what may be quoted: live, asserted, current or recalled, not rejected,"
        f" confidence at least {CONFIDENCE_BAR:.0%} (or confirmed by a person), one row per story. The one with `all_` before its"
        " name holds everything, with a column `state`.\n"
    )
    families: dict[str, list[FactKind]] = {}
    for kind in packaged_kinds().values():
        families.setdefault(kind.family, []).append(kind)
    for family, kinds in families.items():
        out.append(f"### Views of {family} facts\n")
        out += [f"- `{kind.plural}`, `all_{kind.plural}`: {kind.says}" for kind in kinds]
        out += ["", *_table(view_columns(kinds[0]))]
    out.append("## Tables\n")
    for table, columns in describe().items():
        out.append(f"### {table}\n")
        out.append(f"{_sentence(columns[''])}\n")
        rest = {name: says for name, says in columns.items() if name}
        if rest:
            out += _table(rest)
    return "\n".join(out).rstrip() + "\n"


def _table(columns: dict[str, str]) -> list[str]:
    rows = [f"| `{name}` | {says.replace('|', '/')} |" for name, says in columns.items()]
    return ["| column | holds |", "|---|---|", *rows, ""]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


#: Questions that Datasette offers ready-made.
QUERIES = {
    "listed_since": (
        "Who was put on which list, since a day",
        "select published, company, action, list, authority, sentence, url from listings"
        " where action = 'add' and published >= :since order by published desc limit 200",
    ),
    "largest_contracts": (
        "Largest contracts of a currency",
        "select amount, currency, company, counterparty, published, sentence, url from contracts"
        " where currency = :currency order by amount desc limit 100",
    ),
    "who_said": (
        "What somebody said",
        "select published, speaker, speaker_org, cue, quote, sentence, url from statements"
        " where speaker like '%' || :speaker || '%' order by published desc limit 200",
    ),
    "official_status": (
        "What official lists say of a company, with citations",
        "select l.name as list, e.action, e.effective_date, e.citation, e.confidence, e.source_url from list_entries e"
        " join companies c on c.id = e.company join lists l on l.id = e.list where c.name like '%' || :company || '%'"
        " order by e.effective_date",
    ),
    "disputes": (
        "Where sources disagree",
        "select e.kind, e.dispute, e.low, e.high, e.currency, substr(t.body, f.start + 1, f.end - f.start)"
        " as sentence, a.source, a.url from events e join facts f on f.event = e.id join texts t on t.id = f.text"
        " join articles a on a.id = f.article"
        " where e.disputed = 1 and e.settled_at is null order by e.id, f.amount limit 200",
    ),
}
FACETS = {
    "amount": ["source", "currency", "modality"],
    "share": ["source", "share_kind"],
    "listing": ["list", "action", "source"],
    "statement": ["speaker_org", "cue_class", "source"],
    "relation": ["relation_type", "source"],
}


def datasette_metadata(database: str) -> dict[str, Any]:
    """Metadata for Datasette: descriptions, units, facets, ready-made queries, and safe defaults."""
    tables: dict[str, Any] = {}
    for table, columns in describe().items():
        if table in ("articles_fts", "search_source", "meta"):
            continue
        tables[table] = _table_metadata(columns[""], {n: s for n, s in columns.items() if n})
    tables["articles"] |= {
        "label_column": "title",
        "facets": ["source", "language"],
        "sort_desc": "published",
    }
    tables["companies"] |= {"label_column": "name", "facets": ["country", "status"]}
    tables["texts"] |= {"hidden": True}  # full texts push every other row off the page
    for kind in packaged_kinds().values():
        columns = view_columns(kind)
        for prefix, says in (
            ("", kind.says),
            ("all_", f"{kind.says} (everything, also doubtful and withdrawn)"),
        ):
            tables[prefix + kind.plural] = _table_metadata(says, columns) | {"facets": FACETS[kind.family]}
    queries = {name: {"title": title, "sql": sql} for name, (title, sql) in QUERIES.items()}
    return {
        "title": "Tradewire",
        "description": "Facts from trade-war and blacklist news, each with its sentence and source.",
        "databases": {database: {"tables": tables, "queries": queries}},
    }


def _table_metadata(says: str, columns: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"description": _sentence(says), "columns": columns}
    units = {name: unit for name in columns if (unit := UNITS.get(name))}
    return found | ({"units": units} if units else {})


def parameters(sql: str) -> list[str]:
    """Named parameters of a query."""
    return re.findall(r":(\w+)", sql)


if __name__ == "__main__":
    import sys

    sys.stdout.write(schema_page())
