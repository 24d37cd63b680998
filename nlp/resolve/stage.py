"""The resolve stage: mentions to company records, and so facts to companies. No spaCy, no parse.

A merge, a split, a new alias or a new list makes mentions pending again; nothing is ever annotated anew for it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from db.clock import stamp
from db.companies import (
    AliasRow,
    AliasSeed,
    CompanySeed,
    alias_rows,
    discover,
    known_records,
    names_state,
    seed_companies,
)
from db.decisions import decision_rows
from db.lists import seed_lists
from db.pending import pending_resolve
from db.records import EntityKind
from db.resolution import (
    ResolutionRow,
    TextMentions,
    add_mentions,
    mentions_of,
    names_read_at,
    note_names_read,
    texts_annotated,
    texts_naming,
    write_resolution,
)
from db.store import Store
from nlp.gazetteer import FORMER, STRONG, WEAK, AliasTable, CompanyRecord, load_companies
from nlp.names import CJK, core
from nlp.resolve.decisions import Decision, Decisions, Verdict
from nlp.resolve.document import Method, find_added_aliases, resolve_document


def company_seeds(records: Iterable[CompanyRecord]) -> list[CompanySeed]:
    """The gazetteer as rows for the store."""
    seeds = []
    for record in records:
        names: dict[str, AliasSeed] = {}
        for alias in record.all_aliases():
            language = "zh" if CJK.search(alias.text) else None
            names.setdefault(alias.text, AliasSeed(alias.text, core(alias.text), alias.strength, language))
        seeds.append(
            CompanySeed(
                id=record.id,
                name=record.name,
                aliases=tuple(names.values()),
                country=record.country,
                sector=record.sector,
                wikidata=record.wikidata,
                lei=record.lei,
                ticker=record.ticker,
                parent=record.parent,
                origin=record.origin,
            )
        )
    return seeds


def resolve_pending(
    store: Store, *, user_file: Path | None = None, progress: Callable[[int], Any] | None = None
) -> Counter[str]:
    """Resolve every pending text; counts of texts, mentions whose record changed, and records discovered."""
    counts: Counter[str] = Counter()
    records = load_companies(user_file)
    counts["seeded"] = seed_names(store, records)
    counts["added"] = read_added_names(store, records)
    while texts := pending_resolve(store):
        as_of = names_state(store)
        table, decisions = table_of(store, records), decisions_of(store)
        for text in texts:
            document = mentions_of(store, text)
            with store.write() as connection:
                rows = resolve_text(connection, document, table, decisions)
                counts["changed"] += write_resolution(connection, text, rows, as_of=as_of)
            counts["texts"] += 1
            if progress is not None:
                progress(1)
    return counts


def seed_names(store: Store, records: Iterable[CompanyRecord]) -> int:
    """Bring the gazetteer and the packaged list events into the store; how many records are new or changed."""
    changed = seed_companies(store, company_seeds(records))
    seed_lists(store, core)
    return changed


def read_added_names(store: Store, records: Sequence[CompanyRecord]) -> int:
    """How many mentions were added for names that the pipeline did not know when it read; no text is parsed again.

    Texts read before are searched for the names that came since the last call; texts read since then for every name
    that only the store has, from official lists and from people. What the gazetteer has, the pipeline looked for.
    """
    since = names_read_at(store)
    upto = stamp()
    new = [row for row in alias_rows(store, since=since) if row.strength != WEAK] if since else []
    added = 0
    if new:
        added += _add_names(store, _table_of_rows(new), texts_naming(store, [row.text for row in new]))
    unread = texts_annotated(store, since or "")
    if unread:
        by_id = {record.id: record for record in records}
        known = known_records(store)
        rest = [
            row
            for row in alias_rows(store)
            if row.strength != WEAK
            and row.company in known
            and not (row.company in by_id and row.text in by_id[row.company].names())
        ]
        if rest:
            added += _add_names(store, _table_of_rows(rest), unread)
    if new or unread or not since:
        with store.write() as connection:
            note_names_read(connection, upto)
    return added


def _table_of_rows(rows: Iterable[AliasRow]) -> AliasTable:
    by_company: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_company[row.company].append(row.text)
    return AliasTable(
        CompanyRecord(id=company, name=names[0], aliases=tuple(names[1:]))
        for company, names in by_company.items()
    )


def _add_names(store: Store, table: AliasTable, texts: Iterable[int]) -> int:
    added = 0
    for text in texts:
        document = mentions_of(store, text)
        taken = [(mention.start, mention.end) for mention in document.mentions]
        spans = [(start, end) for start, end, _ in find_added_aliases(document.body, table, taken)]
        if spans:
            with store.write() as connection:
                added += add_mentions(connection, text, spans)
    return added


def table_of(store: Store, records: Iterable[CompanyRecord]) -> AliasTable:
    """The gazetteer with every further name and record that the store has from lists and people."""
    by_id = {record.id: record for record in records}
    known = known_records(store)
    added: dict[str, list[AliasRow]] = defaultdict(list)
    for row in alias_rows(store):
        record = by_id.get(row.company)
        if row.company in known and not (record and row.text in record.names()):
            added[row.company].append(row)
    for company, rows in added.items():
        name, country, status = known[company]
        record = by_id.get(company) or CompanyRecord(
            id=company, name=name, country=country and country.upper(), bare_is_weak=status == "imported"
        )
        names = {
            s: tuple(r.text for r in rows if r.strength == s and r.text != name)
            for s in (STRONG, WEAK, FORMER)
        }
        by_id[company] = replace(
            record,
            aliases=(*record.aliases, *names[STRONG]),
            weak_aliases=(*record.weak_aliases, *names[WEAK]),
            former=(*record.former, *names[FORMER]),
        )
    return AliasTable(by_id.values())


def decisions_of(store: Store) -> Decisions:
    """What people decided, as the resolver wants it."""
    return Decisions(
        Decision(Verdict(row.kind), row.left, row.right, row.by, row.at, row.note or "")
        for row in decision_rows(store)
    )


def resolve_text(
    connection: Any, document: TextMentions, table: AliasTable, decisions: Decisions | None = None
) -> list[ResolutionRow]:
    """A row for each company mention: the record it names, or none; unknown companies become records."""
    answers = resolve_document(document.mentions, document.entities, document.body, table, decisions)
    rows = []
    for number, mention, answer in zip(document.ids, document.mentions, answers, strict=True):
        if mention.kind is not EntityKind.COMPANY:
            continue
        company = answer.company
        if answer.method is Method.DISCOVERED and answer.name is not None:
            company = discover(connection, answer.name, core(answer.name), company=answer.company)
        rows.append(
            ResolutionRow(
                mention=number,
                company=company,
                method=answer.method,
                score=answer.score,
                evidence=answer.evidence or None,
            )
        )
    return rows
