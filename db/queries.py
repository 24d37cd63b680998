"""Reading facts: typed records out, by kind, company, date, amount and standing.

    for fact in facts(store, kind="valuation", company="SenseTime", min_amount=1e9):
        print(fact.company, fact.amount, fact.currency, fact.sentence, fact.url)

Without `everything` only what may be quoted comes out: the same rule as in the plain views (db/views.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from db.companies import record_ids
from db.errors import UsageError
from db.kinds import packaged_kinds
from db.query_filters import like, list_id
from db.query_values import read_days
from db.store import Row, Store
from db.views import CONFIDENCE_BAR, FIRST_OF_STORY

Values = str | Sequence[str] | None
#: Conditions that an index answers better than a walk through all articles.
SELECTIVE = ("company", "speaker", "about", "min_amount", "max_amount", "article", "event", "ids", "list")
MANY = 2_000  # facts of a kind from which walking by date is cheaper than sorting


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """Who plays which part in a fact."""

    role: str
    ordinal: int
    surface: str  #: as written
    name: str  #: of the record, or the fullest name in the text
    kind: str | None
    start: int | None
    end: int | None
    company: str | None  #: record id


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """One fact with its sentence, its source and its parties. Amounts are in whole units of their currency."""

    id: str
    kind: str
    state: str
    article: int
    text: int
    url: str
    title: str
    source: str | None
    source_name: str | None
    published: str | None
    story: int | None
    start: int
    end: int
    sentence: str
    amount: float | None
    amount_text: str | None
    low: float | None
    high: float | None
    currency: str | None
    conversion_amount: float | None
    conversion_currency: str | None
    usd: float | None
    usd_rate_date: str | None
    pct: float | None
    share_kind: str | None
    relation_type: str | None
    per: str | None
    bound: str | None
    approx: int
    undisclosed: int
    part_of: str | None
    place: str | None
    as_of: str | None
    list: str | None
    list_text: str | None
    list_inferred: int
    action: str | None
    count: int | None
    reason: str | None
    cue: str | None
    cue_lemma: str | None
    cue_class: str | None
    polarity: str | None
    quote_kind: str | None
    quote: str | None
    in_headline: int
    source_type: str | None
    topic: str | None
    modality: str
    standing: str
    stance_cue: str | None
    attribution: str | None
    rule: str
    fingerprint: str
    confidence: float
    review: str
    event: int | None
    first_seen: str
    changed_at: str
    detail: str  #: JSON
    parties: tuple[PartyRow, ...] = ()

    def names(self, *roles: str) -> tuple[str, ...]:
        """Names of the parties in `roles`, in order."""
        return tuple(p.name for role in roles for p in self.parties if p.role == role)

    @property
    def company(self) -> str | None:
        """Whom the fact is about: the company, else the issuer of a stake or the subject of a relation."""
        b_first = self.kind == "stake"
        names = self.names("company") or self.names(*(("b", "a") if b_first else ("a", "b")))
        return names[0] if names else None

    @property
    def company_id(self) -> str | None:
        for role in ("company", "b", "a") if self.kind == "stake" else ("company", "a", "b"):
            for party in self.parties:
                if party.role == role:
                    return party.company
        return None

    @property
    def speaker(self) -> str | None:
        names = self.names("speaker_person", "speaker")
        return names[0] if names else None

    @property
    def value(self) -> float | None:
        """The amount, or for a range its upper end."""
        return self.amount if self.amount is not None else self.high if self.high is not None else self.low

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON, with company and speaker worked out; missing values left out."""
        row = {name: value for name in FIELDS if (value := getattr(self, name)) is not None}
        row["parties"] = tuple(
            {name: getattr(party, name) for name in PARTY_FIELDS} for party in self.parties
        )
        row |= {n: v for n in ("company", "company_id", "speaker") if (v := getattr(self, n)) is not None}
        return row


FIELDS = tuple(FactRow.__dataclass_fields__)  # dataclasses.asdict copies deeply: 0.4 ms a fact
PARTY_FIELDS = tuple(PartyRow.__dataclass_fields__)
COLUMNS = [
    f'f."{name}"'
    for name in FactRow.__dataclass_fields__
    if name not in ("parties", "url", "title", "source", "source_name", "published", "story")
] + ["a.url", "a.title", "a.source", "s.name AS source_name", "a.published", "a.story"]


def facts(
    store: Store,
    *,
    kind: Values = None,
    company: str | None = None,
    since: str | None = None,
    until: str | None = None,
    min_amount: float | None = None,
    max_amount: float | None = None,
    currency: str | None = None,
    modality: Values = None,
    standing: Values = None,
    list: str | None = None,
    action: Values = None,
    source: Values = None,
    speaker: str | None = None,
    about: str | None = None,
    cue: str | None = None,
    review: Values = None,
    state: Values = None,
    article: int | None = None,
    event: int | None = None,
    ids: Sequence[str] | None = None,
    min_confidence: float | None = None,
    everything: bool = False,
    sort: str = "newest",
    limit: int | None = 100,
    offset: int = 0,
) -> list[FactRow]:
    """Facts that meet every condition given, newest publication first (`sort`: newest, oldest, amount, text).

    `company`, `speaker` and `about` take any known name or record id. Dates are those of publication. With a
    `currency`, amounts count as stated in it or as the article converts them. `everything` adds planned,
    rumoured, denied, doubtful, withdrawn and rejected facts and further copies of a story; asking for a
    `modality`, `standing`, `review`, `state` or `min_confidence` takes the place of that part of the rule.

    Raises:
        UsageError: a date is not understood, or there is no such kind.
    """
    asked = {name: value for name, value in locals().items() if name != "store"}
    return _with_parties(store, _select(store, ", ".join(COLUMNS), asked))


def fact_ids(store: Store, **asked: Any) -> list[str]:
    """The ids of what `facts` gives for the same arguments, all of them unless a limit is given."""
    return [row["id"] for row in _select(store, "f.id", {"limit": None} | asked)]


def _select(store: Store, columns: str, asked: dict[str, Any]) -> list[Row]:
    where, values = _conditions(store, asked)
    if not asked.get("everything") and asked.get("ids") is None:
        where += _quotable(asked)
    sort = asked.get("sort", "newest")
    order = {
        "newest": "coalesce(a.published, a.first_seen) DESC, f.article, f.start",
        "oldest": "coalesce(a.published, a.first_seen), f.article, f.start",
        "amount": "coalesce(f.usd, f.amount, f.high, f.low) DESC NULLS LAST",
        "text": "f.article, f.start",
        "doubt": "f.confidence",
    }[sort]
    tables = "facts f JOIN articles a ON a.id = f.article"
    limit = asked.get("limit", 100)
    chosen = any(asked.get(name) is not None for name in SELECTIVE)
    if sort in ("newest", "oldest") and limit and not chosen and _are_many(store, asked.get("kind")):
        # walk the articles by date and stop early, instead of sorting every fact of a common kind
        tables = "articles a INDEXED BY articles_when CROSS JOIN facts f ON f.article = a.id"
    return store.rows(
        f"SELECT {columns} FROM {tables} LEFT JOIN sources s ON s.id = a.source"
        f" WHERE {' AND '.join(where) or '1'} ORDER BY {order}, f.id LIMIT ? OFFSET ?",
        (*values, -1 if limit is None else limit, asked.get("offset", 0)),
    )


def _quotable(asked: dict[str, Any]) -> list[str]:
    """The parts of the quotable rule (db/views.py) that the caller did not ask about himself."""
    parts = {
        "state": "f.state = 'live'",
        "modality": "f.modality = 'asserted'",
        "standing": "f.standing IN ('current', 'recalled')",
        "review": "f.review <> 'rejected'",
        "min_confidence": f"(f.confidence >= {CONFIDENCE_BAR} OR f.review IN ('confirmed', 'corrected'))",
        "": FIRST_OF_STORY,
    }
    if asked.get("review") or asked.get("state"):
        del parts["min_confidence"]  # what was rejected or withdrawn was often doubtful
    return [sql for name, sql in parts.items() if asked.get(name) in (None, (), "")]


def iterate_facts(store: Store, **asked: Any) -> Iterator[FactRow]:
    """The same facts as `facts`, without a limit unless one is given, a few hundred in memory at a time."""
    ids = fact_ids(store, **{"limit": None} | asked)
    for at in range(0, len(ids), 500):
        batch = {row.id: row for row in facts(store, ids=ids[at : at + 500], limit=None)}
        yield from (batch[i] for i in ids[at : at + 500] if i in batch)


def _are_many(store: Store, kind: Values) -> bool:
    names = [] if kind is None else [kind_name(word) for word in ([kind] if isinstance(kind, str) else kind)]
    which = f"WHERE kind IN ({', '.join('?' * len(names))}) AND state = 'live'" if names else ""
    found: int = store.value(f"SELECT count(*) FROM (SELECT 1 FROM facts {which} LIMIT {MANY})", names)
    return found == MANY


def _conditions(store: Store, given: dict[str, Any]) -> tuple[list[str], list[Any]]:
    asked: dict[str, Any] = defaultdict(lambda: None, given)
    where: list[str] = []
    values: list[Any] = []

    def add(sql: str, *given: Any) -> None:
        where.append(sql)
        values.extend(given)

    for name, column in (
        ("kind", "f.kind"), ("modality", "f.modality"), ("standing", "f.standing"), ("action", "f.action"),
        ("source", "a.source"), ("review", "f.review"), ("state", "f.state"),
    ):  # fmt: skip
        if asked[name]:
            wanted = [asked[name]] if isinstance(asked[name], str) else [*asked[name]]
            if name == "kind":
                wanted = [kind_name(word) for word in wanted]
            add(f"{column} IN ({', '.join('?' * len(wanted))})", *wanted)
    if asked["company"]:
        add(*party_condition(store, asked["company"]))
    if asked["speaker"]:
        add(*party_condition(store, asked["speaker"], ("speaker", "speaker_person", "speaker_org")))
    if asked["about"]:
        sql, *names = party_condition(store, asked["about"], ("about",))
        add(f"({sql} OR f.sentence LIKE ? ESCAPE '!')", *names, f"%{like(asked['about'])}%")
    if asked["cue"]:
        add(
            "(f.cue = ? COLLATE NOCASE OR f.cue_lemma = ? COLLATE NOCASE OR f.cue_class = ?)",
            *[asked["cue"]] * 3,
        )
    if asked["list"]:
        add(
            "(f.list = ? OR f.list_text = ? COLLATE NOCASE)",
            list_id(store, asked["list"]),
            asked["list"],
        )
    if asked["since"]:
        add("coalesce(a.published, a.first_seen) >= ?", days(asked["since"])[0])
    if asked["until"]:
        add("coalesce(a.published, a.first_seen) < ?", days(asked["until"])[1] + "U")  # T sorts before U
    value = "coalesce(f.amount, f.high, f.low)"
    for name, op in (("min_amount", ">="), ("max_amount", "<=")):
        if asked[name] is not None and asked["currency"]:
            code, number = asked["currency"].upper(), asked[name]
            add(
                f"((f.currency = ? AND {value} {op} ?) OR (f.conversion_currency = ? AND f.conversion_amount {op} ?)"
                f" OR (? = 'USD' AND f.usd {op} ?))",
                code, number, code, number, code, number,
            )  # fmt: skip
        elif asked[name] is not None:
            add(f"{value} {op} ?", asked[name])
    if asked["currency"] and asked["min_amount"] is None and asked["max_amount"] is None:
        add("(f.currency = ? OR f.conversion_currency = ?)", *[asked["currency"].upper()] * 2)
    for name, sql in (
        ("article", "f.article = ?"),
        ("event", "f.event = ?"),
        ("min_confidence", "f.confidence >= ?"),
    ):
        if asked[name] is not None:
            add(sql, asked[name])
    if asked["ids"] is not None:
        add(f"f.id IN ({', '.join('?' * len(asked['ids']))})", *asked["ids"])
    return where, values


def kind_name(word: str) -> str:
    """The kind that `word` names, in singular or plural.

    Raises:
        UsageError: there is no such kind.
    """
    plain = word.casefold().replace("-", "_").replace(" ", "_")
    for kind in packaged_kinds().values():
        if plain in (kind.name, kind.plural):
            return kind.name
    raise UsageError(f"there is no fact kind {word!r}; known: {', '.join(packaged_kinds())}")


def days(text: str) -> tuple[str, str]:
    """First and last day that `text` means, as ISO dates.

    Raises:
        UsageError: it is no date.
    """
    found = read_days(text)
    if found is None:
        raise UsageError(f"{text!r} is no date; write 2026-11-21, 2026-11, 2026-W47 or 7d")
    return found[0].isoformat(), found[1].isoformat()


def party_condition(store: Store, name: str, roles: Iterable[str] = ()) -> tuple[Any, ...]:
    """(SQL, values ...): facts `f` with a party called `name`: by record where there is one, and by the name itself."""
    ids = record_ids(store, name)
    listed = ", ".join(f"'{role}'" for role in roles)
    return (
        f"f.id IN (SELECT p.fact FROM fact_parties p WHERE (p.company IN ({', '.join('?' * len(ids))})"
        " OR (p.company IS NULL AND (p.name = ? COLLATE NOCASE OR p.surface = ? COLLATE NOCASE"
        + (" OR p.name LIKE ? ESCAPE '!'" if listed else "")
        + f"))) {f'AND p.role IN ({listed})' if listed else ''})",
        *ids,
        name,
        name,
        *([f"% {like(name)}"] if listed else []),  # "Lighthizer" for "Robert Lighthizer"
    )


def fact(store: Store, fact_id: str) -> FactRow | None:
    """The fact with this id, whatever its state, or None."""
    found = facts(store, ids=[fact_id])
    return found[0] if found else None


def _with_parties(store: Store, rows: list[Row]) -> list[FactRow]:
    parties: dict[str, list[PartyRow]] = {}
    for at in range(0, len(rows), 500):
        ids = [row["id"] for row in rows[at : at + 500]]
        for row in store.rows(
            'SELECT p.fact, p.role, p.ordinal, p.surface, coalesce(c.name, p.name) AS name, p.kind, p.start, p."end",'
            " p.company FROM fact_parties p LEFT JOIN companies c ON c.id = p.company"
            f" WHERE p.fact IN ({', '.join('?' * len(ids))}) ORDER BY p.fact, p.role, p.ordinal",
            ids,
        ):
            parties.setdefault(row.pop("fact"), []).append(PartyRow(**row))
    return [FactRow(**row, parties=tuple(parties.get(row["id"], ()))) for row in rows]


def statements(
    store: Store,
    *,
    speaker: str | None = None,
    about: str | None = None,
    cue: str | None = None,
    **other: Any,
) -> list[FactRow]:
    """Who said what: statements by `speaker`, about somebody, with a verb ("denied") or a class of verbs ("deny")."""
    return facts(store, kind="statement", speaker=speaker, about=about, cue=cue, **other)
