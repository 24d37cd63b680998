"""The resolve stage: mentions to company records, and so facts to companies. No spaCy, no parse.

A merge, a split, a new alias or a new list makes mentions pending again; nothing is ever annotated anew for it.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from db.companies import AliasSeed, CompanySeed, discover, names_state, seed_companies
from db.lists import seed_lists
from db.pending import pending_resolve
from db.records import EntityKind
from db.resolution import ResolutionRow, TextMentions, mentions_of, write_resolution
from db.store import Store
from nlp.gazetteer import FORMER, STRONG, AliasTable, CompanyRecord, load_companies
from nlp.names import CJK, core

#: Scores say how far a method reaches; only these methods may carry "is on the list".
SCORES = {"alias": 1.0, "legal-form": 0.95, "weak": 0.8, "discovered": 0.5}


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
    counts["seeded"] = seed_companies(store, company_seeds(records))
    seed_lists(store, core)
    table = AliasTable(records)
    while texts := pending_resolve(store):
        as_of = names_state(store)
        for text in texts:
            document = mentions_of(store, text)
            with store.write() as connection:
                rows = resolve_text(connection, document, table)
                counts["changed"] += write_resolution(connection, text, rows, as_of=as_of)
            counts["texts"] += 1
            if progress is not None:
                progress(1)
    return counts


def resolve_text(connection: Any, document: TextMentions, table: AliasTable) -> list[ResolutionRow]:
    """A row for each company mention: the record of its party, found by the party's names in this text."""
    found: dict[int, tuple[str, str, str]] = {}
    for entity in document.entities:
        if entity.kind is EntityKind.COMPANY:
            names = (entity.name, *entity.aliases)
            company, method, evidence = _record_of(names, table, blocked=entity.defined)
            if company is None:
                company, method = discover(connection, entity.name, core(entity.name)), "discovered"
                evidence = entity.name
            found[entity.index] = (company, method, evidence)
    rows = []
    for number, mention in zip(document.ids, document.mentions):
        if mention.kind is EntityKind.COMPANY and mention.entity in found:
            company, method, evidence = found[mention.entity]
            rows.append(
                ResolutionRow(
                    mention=number, company=company, method=method, score=SCORES[method], evidence=evidence
                )
            )
    return rows


def _record_of(names: Iterable[str], table: AliasTable, *, blocked: bool) -> tuple[str | None, str, str]:
    """(record, method, evidence) of a party by its names: exact strong names first, then equality without legal
    forms, each only where exactly one record answers. A short form that the text defines itself is not asked."""
    ordered = sorted(names, key=len, reverse=True)
    if blocked:
        ordered = ordered[:1]
    for name in ordered:
        aliases = table.named(name)
        strong = {alias.company for alias in aliases if alias.strength in (STRONG, FORMER)}
        if len(strong) == 1:
            return strong.pop(), "alias", name
        same = table.same_core(name)
        if len(same) == 1 and not strong:
            return same.pop(), "legal-form", name
    return None, "discovered", ordered[0] if ordered else ""
