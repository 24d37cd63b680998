"""The store as FollowTheMoney entities: companies, sanctions, ownership, articles and the mentions in them.

Schemata and properties are those of followthemoney 4 (Company, Sanction, Ownership, UnknownLink, Article, Mention). The
entities are plain dicts, so that an export needs no extra library; the extra `tradewire[ftm]` validates them. Statements of
articles and entries of official lists stay apart: a Sanction comes from a list entry only, with its citation and source.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from db.store import Row, Store
from db.views import SENTENCE

Entity = dict[str, Any]


def entities(store: Store, *, articles: bool = True) -> Iterator[Entity]:
    """Every entity of `store`, each once; with `articles` also the articles and what they mention."""
    yield from _companies(store)
    yield from _sanctions(store)
    yield from _edges(store)
    if articles:
        yield from _told_edges(store)
        yield from _articles(store)
        yield from _mentions(store)


def company_key(company: str) -> str:
    """The FollowTheMoney id of a record."""
    return f"tradewire-{company}"


def _entity(key: str, schema: str, caption: str, properties: dict[str, Iterable[object]]) -> Entity:
    values = {
        name: list(dict.fromkeys(str(v) for v in found if v not in (None, "")))
        for name, found in properties.items()
    }
    return {
        "id": key,
        "schema": schema,
        "caption": caption,
        "properties": {k: v for k, v in values.items() if v},
    }


def _key(*parts: object) -> str:
    return "tradewire-" + hashlib.sha256("\x1f".join(str(p) for p in parts).encode()).hexdigest()[:24]


def _companies(store: Store) -> Iterator[Entity]:
    names: dict[str, list[Row]] = {}
    for row in store.rows(
        "SELECT coalesce(c.merged_into, c.id) AS id, a.text, a.strength FROM aliases a JOIN companies c ON c.id = a.company"
    ):
        names.setdefault(row["id"], []).append(row)
    for row in store.rows("SELECT * FROM companies WHERE merged_into IS NULL ORDER BY id"):
        own = [n for n in names.get(row["id"], ()) if n["text"] != row["name"]]
        country = (row["country"] or "").lower()
        yield _entity(
            company_key(row["id"]),
            "Company" if row["kind"] == "company" else "Organization",
            row["name"],
            {
                "name": [row["name"]],
                "alias": [n["text"] for n in own if n["strength"] == "strong"],
                "weakAlias": [n["text"] for n in own if n["strength"] == "weak"],
                "previousName": [n["text"] for n in own if n["strength"] == "former"],
                "country": [country],
                "sector": [row["sector"]],
                "leiCode": [row["lei"]],
                "wikidataId": [row["wikidata"]],
                "ticker": [row["ticker"]],
            },
        )


def _sanctions(store: Store) -> Iterator[Entity]:
    """One Sanction for each addition, ended by the removal that follows it; below high confidence the status says so."""
    rows = store.rows(
        "SELECT e.*, coalesce(c.merged_into, c.id) AS record, l.name AS list_name, l.authority, l.country AS list_country, l.url"
        " FROM list_entries e JOIN lists l ON l.id = e.list JOIN companies c ON c.id = e.company"
        " WHERE e.action IN ('add', 'listed', 'remove', 'gone')"
        " ORDER BY e.list, record, coalesce(e.effective_date, ''), e.action = 'add', e.rowid"
    )
    spells: dict[tuple[str, str], list[tuple[Row, Row | None]]] = {}
    gone: set[tuple[str, str]] = set()  # missing from the newest file, and not back since
    for row in rows:
        (gone.add if row["action"] == "gone" else gone.discard)((row["list"], row["record"]))
        found = spells.setdefault((row["list"], row["record"]), [])
        if row["action"] in ("add", "listed"):
            if not found or found[-1][1] is not None:
                found.append((row, None))
        elif row["action"] == "remove" and found and found[-1][1] is None:
            found[-1] = (found[-1][0], row)
    for key, found in spells.items():
        for start, end in found:
            status = "removed" if end is not None else "listed"
            if (end or start)["confidence"] != "high":
                status += " (reported, not confirmed)"
            if end is None and key in gone:
                status = "uncertain: no longer in the newest file"
            yield _entity(
                _key("sanction", start["id"]),
                "Sanction",
                start["list_name"],
                {
                    "entity": [company_key(start["record"])],
                    "program": [start["list_name"]],
                    "authority": [start["authority"]],
                    "country": [start["list_country"]],
                    "listingDate": [start["published_date"] or start["effective_date"]],
                    "startDate": [start["effective_date"]],
                    "endDate": [end["effective_date"] if end is not None else None],
                    "status": [status],
                    "reason": [start["reason"]],
                    "provisions": [start["license_policy"]],
                    "recordId": [start["citation"], end["citation"] if end is not None else None],
                    "sourceUrl": [start["source_url"], end["source_url"] if end is not None else None],
                    "retrievedAt": [(start["retrieved_at"] or "")[:10]],
                    "programUrl": [start["url"]],
                },
            )


def _edges(store: Store) -> Iterator[Entity]:
    """Edges of the records: a parent owns; an affiliate is a link whose kind nobody told."""
    for row in store.rows(
        "SELECT coalesce(x.merged_into, x.id) AS a, coalesce(y.merged_into, y.id) AS b, r.kind, r.start, r.until, r.source"
        " FROM company_relations r JOIN companies x ON x.id = r.a JOIN companies y ON y.id = r.b"
    ):
        if row["a"] == row["b"]:
            continue
        common = {"startDate": [row["start"]], "endDate": [row["until"]], "summary": [row["source"]]}
        key = _key("edge", row["a"], row["b"], row["kind"])
        if row["kind"] in ("parent", "subsidiary"):
            owner, asset = (row["b"], row["a"]) if row["kind"] == "parent" else (row["a"], row["b"])
            ends = {"owner": [company_key(owner)], "asset": [company_key(asset)], "role": ["parent"]}
            yield _entity(key, "Ownership", "parent", {**ends, **common})
        else:
            ends = {
                "subject": [company_key(row["a"])],
                "object": [company_key(row["b"])],
                "role": [row["kind"]],
            }
            yield _entity(key, "UnknownLink", row["kind"], {**ends, **common})


def _told_edges(store: Store) -> Iterator[Entity]:
    """What articles say of ownership, asserted and not rejected, with the sentence and the article's address."""
    for row in store.rows(
        f"SELECT f.id, f.relation_type, f.pct, f.as_of, {SENTENCE} AS sentence, f.standing, r.url, r.published,"
        " coalesce(x.merged_into, x.id) AS a, coalesce(y.merged_into, y.id) AS b FROM facts f JOIN articles r ON r.id = f.article"
        " JOIN fact_parties p ON p.fact_n = f.n AND p.role = 'a' AND p.ordinal = 0 JOIN companies x ON x.id = p.company"
        " JOIN fact_parties q ON q.fact_n = f.n AND q.role = 'b' AND q.ordinal = 0 JOIN companies y ON y.id = q.company"
        " WHERE f.kind = 'relation' AND f.relation_type IN ('investor', 'subsidiary') AND f.state = 'live'"
        " AND f.modality = 'asserted' AND f.standing IN ('current', 'recalled') AND f.review <> 'rejected'"
    ):
        if row["a"] == row["b"]:
            continue
        owner, asset = (row["a"], row["b"]) if row["relation_type"] == "investor" else (row["b"], row["a"])
        yield _entity(
            _key("told", row["id"]),
            "Ownership",
            row["relation_type"],
            {
                "owner": [company_key(owner)],
                "asset": [company_key(asset)],
                "role": [row["relation_type"]],
                "percentage": [row["pct"]],
                "status": ["told by an article"],
                "date": [row["as_of"] or (row["published"] or "")[:10]],
                "summary": [row["sentence"]],
                "sourceUrl": [row["url"] if "://" in row["url"] else None],
            },
        )


def _articles(store: Store) -> Iterator[Entity]:
    for row in store.rows(
        "SELECT a.id, a.url, a.title, a.published, a.language, s.name AS publisher FROM articles a LEFT JOIN sources s ON s.id = a.source"
        " WHERE a.relevant = 1 ORDER BY a.id"
    ):
        yield _entity(
            _key("article", row["url"]),
            "Article",
            row["title"],
            {
                "title": [row["title"]],
                "sourceUrl": [row["url"] if "://" in row["url"] else None],
                "fileName": [row["url"] if "://" not in row["url"] else None],
                "publishedAt": [(row["published"] or "")[:10]],
                "publisher": [row["publisher"]],
            },
        )


def _mentions(store: Store) -> Iterator[Entity]:
    """Each name of a company in an article, once; descriptions ("the chipmaker") and pronouns are no names."""
    for row in store.rows(
        "SELECT DISTINCT a.url, m.surface, coalesce(c.merged_into, c.id) AS record FROM mentions m JOIN articles a ON a.text = m.text"
        " JOIN companies c ON c.id = m.company WHERE a.relevant = 1 AND m.kind = 'company' AND m.how NOT IN ('description', 'pronoun')"
        " ORDER BY a.url, m.surface"
    ):
        yield _entity(
            _key("mention", row["url"], row["surface"], row["record"]),
            "Mention",
            row["surface"],
            {
                "document": [_key("article", row["url"])],
                "name": [row["surface"]],
                "resolved": [company_key(row["record"])],
                "detectedSchema": ["Company"],
            },
        )
