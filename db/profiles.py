"""Everything the store knows of one company: names, lists, timeline, amounts, words by and about it."""

from dataclasses import dataclass

from db.companies import Company, find_companies, record_ids
from db.parties import mentioned, party_condition
from db.queries import FactRow, fact_kinds, facts_numbered
from db.standing import Standing, standings
from db.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    text: str
    lang: str | None
    strength: str  #: strong, weak, former


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEvent:
    """What an official list says, with its citation. Below high confidence: "reported, not confirmed"."""

    list: str
    list_name: str
    name: str  #: as the notice prints it
    action: str
    date: str | None
    date_kind: str | None
    citation: str | None
    source_url: str | None
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another record, and how the two hang together."""

    company: str
    name: str
    kind: str  #: parent, subsidiary ... from the records; "mentioned together" from the texts
    count: int  #: articles that mention both; 0 for relations of the records


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyProfile:
    """One company. `company` is None where the store knows only the name, from texts."""

    name: str
    company: Company | None
    others: tuple[Company, ...]  #: further records of the same name
    names: tuple[Name, ...]
    watched: bool
    standing: tuple[Standing, ...]  #: where it stands on official lists today, and which of its parents do
    list_events: tuple[ListEvent, ...]  #: official, newest first
    listings: tuple[FactRow, ...]  #: what articles say about lists
    amounts: tuple[FactRow, ...]
    shares: tuple[FactRow, ...]
    relations: tuple[FactRow, ...]
    said: tuple[FactRow, ...]
    about: tuple[FactRow, ...]
    mentions: tuple[tuple[str, int], ...]  #: articles a month
    related: tuple[Related, ...]

    def timeline(self) -> list[tuple[str, str, FactRow | ListEvent]]:
        """(day, what, record) of everything dated, newest first; official list events beside what was written."""
        rows: list[tuple[str, str, FactRow | ListEvent]] = [
            (event.date, f"{event.list_name}: {event.action}", event)
            for event in self.list_events
            if event.date
        ]
        for row in (*self.listings, *self.amounts, *self.shares, *self.relations, *self.said):
            day = row.as_of or (row.published or "")[:10]
            if day:
                rows.append((day, row.kind, row))
        return sorted(rows, key=lambda r: r[0], reverse=True)


def company_profile(
    store: Store, name: str, *, limit: int = 200, everything: bool = False
) -> CompanyProfile | None:
    """What the store knows of the company `name` (any of its names, or its id), or None when it knows nothing."""
    found = find_companies(store, name)
    company = found[0] if found else None
    if company is None:
        texts, *names = mentioned(store, name)
        sql, *values = party_condition(store, name, past=True)
        is_named = store.value(f"SELECT EXISTS ({texts})", names)
        if not is_named and not store.value(f"SELECT EXISTS (SELECT 1 FROM facts f WHERE {sql})", values):
            return None
    from db.kinds import packaged_kinds

    key = name if company is None else company.id
    kinds: dict[str, list[str]] = {}
    for kind in packaged_kinds().values():
        kinds.setdefault(kind.family, []).append(kind.name)

    # one look at all facts of the company for their kinds, then the newest of each family in full
    newest: dict[str, list[int]] = {family: [] for family in kinds}
    families = {name: family for family, names in kinds.items() for name in names}
    spoken: list[int] = []
    for row in fact_kinds(store, record_ids(store, key), company=key, everything=everything):
        numbers = newest[families[row["kind"]]]
        if len(numbers) < limit and row["kind"] != "no_comment":
            numbers.append(row["n"])
        if row["said"] and len(spoken) < limit:
            spoken.append(row["n"])
    if company is None:  # "Quill" for "Ada Quill"
        said_by = fact_kinds(store, kind="statement", speaker=name, limit=limit, everything=everything)
        spoken = [row["n"] for row in said_by]
    wanted = [*dict.fromkeys(n for numbers in (*newest.values(), spoken) for n in numbers)]
    known = facts_numbered(store, wanted)

    def of(family: str) -> tuple[FactRow, ...]:
        return tuple(known[fact] for fact in newest[family] if fact in known)

    said = {*spoken}
    return CompanyProfile(
        name=name if company is None else company.name,
        company=company,
        others=tuple(found[1:]),
        names=() if company is None else _names(store, company.id),
        watched=company is not None
        and store.value("SELECT 1 FROM watches WHERE company = ?", (company.id,)) is not None,
        standing=() if company is None else tuple(standings(store, company.id)),
        list_events=() if company is None else list_events(store, company.id),
        listings=of("listing"),
        amounts=of("amount"),
        shares=of("share"),
        relations=of("relation"),
        said=tuple(known[n] for n in spoken if n in known),
        about=tuple(known[n] for n in newest["statement"] if n in known and n not in said),
        mentions=_months(store, name, company),
        related=() if company is None else _related(store, company.id),
    )


def _names(store: Store, company: str) -> tuple[Name, ...]:
    rows = store.rows(
        "SELECT text, lang, strength FROM aliases WHERE company = ?"
        " ORDER BY CASE strength WHEN 'strong' THEN 0 WHEN 'former' THEN 1 ELSE 2 END, text",
        (company,),
    )
    return tuple(Name(**row) for row in rows)


def list_events(store: Store, company: str) -> tuple[ListEvent, ...]:
    """Official events of one company, newest first."""
    rows = store.rows(
        """
        SELECT e.list, coalesce(l.name, e.list) AS list_name, e.name, e.action,
               coalesce(e.effective_date, e.published_date) AS date, e.date_kind, e.citation, e.source_url,
               e.confidence
        FROM list_entries e LEFT JOIN lists l ON l.id = e.list
        WHERE e.company IN (SELECT id FROM companies WHERE id = :id OR merged_into = :id)
        ORDER BY date DESC, e.id""",
        {"id": company},
    )
    return tuple(ListEvent(**row) for row in rows)


def _months(store: Store, name: str, company: Company | None) -> tuple[tuple[str, int], ...]:
    texts, *values = (
        ("SELECT m.text FROM mentions m WHERE m.company = ?", company.id)
        if company
        else mentioned(store, name)
    )
    rows = store.rows(
        "SELECT substr(coalesce(a.published, a.first_seen), 1, 7) AS month, count(*) AS n"
        f" FROM articles a WHERE a.text IN ({texts}) GROUP BY 1 ORDER BY 1",
        values,
    )
    return tuple((row["month"], row["n"]) for row in rows)


def _related(store: Store, company: str, top: int = 12) -> tuple[Related, ...]:
    records = store.rows(
        "SELECT r.b AS company, c.name, r.kind, 0 AS count FROM company_relations r JOIN companies c ON c.id = r.b"
        " WHERE r.a = ? UNION ALL SELECT r.a, c.name, CASE r.kind WHEN 'parent' THEN 'subsidiary' ELSE r.kind END, 0 FROM company_relations r"
        " JOIN companies c ON c.id = r.a WHERE r.b = ?",
        (company, company),
    )
    together = store.rows(
        "SELECT n.company, c.name, 'mentioned together' AS kind, count(DISTINCT n.text) AS count FROM"
        " (SELECT DISTINCT text FROM mentions WHERE company = ? ORDER BY text DESC LIMIT 2000) m"
        " JOIN mentions n ON n.text = m.text JOIN companies c ON c.id = n.company"
        " WHERE n.company <> ? GROUP BY n.company ORDER BY count DESC, c.name LIMIT ?",
        (company, company, top),
    )
    return tuple(Related(**row) for row in (*records, *together))
