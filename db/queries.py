"""Reading facts: typed records out, by kind, company, date, amount and standing.

    for fact in facts(store, kind="valuation", company="SenseTime", min_amount=1e9):
        print(fact.company, fact.amount, fact.currency, fact.sentence, fact.url)

Without `everything` only what may be quoted comes out: the same rule as in the plain views (db/views.py).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from db.errors import UsageError
from db.found_facts import COLUMNS, PartyRow
from db.found_facts import FactRow as FactRow
from db.kinds import packaged_kinds
from db.parties import party_condition
from db.query_filters import list_id
from db.query_nodes import Term, quoted
from db.query_values import like, read_days
from db.records import Action, Modality, Standing
from db.store import Row, Store
from db.views import CONFIDENCE_BAR, FIRST_OF_STORY, SENTENCE

Values = str | Sequence[str] | None
#: Conditions that an index answers better than a walk through all articles.
SELECTIVE = ("company", "speaker", "about", "min_amount", "max_amount", "article", "event", "ids", "list")
MANY = 2_000  # facts of a kind from which walking by date is cheaper than sorting
BATCH = 500  # facts read at once
#: Filters whose values are a closed set.
KNOWN: dict[str, tuple[str, ...]] = {
    "modality": tuple(Modality),
    "standing": tuple(Standing),
    "action": tuple(Action),
    "review": ("auto", "confirmed", "corrected", "rejected"),
    "state": ("live", "withdrawn"),
}
SPEAKERS = ("speaker", "speaker_person", "speaker_org")  # roles of those who say something


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
    return [*facts_numbered(store, [row["n"] for row in _select(store, "f.n", asked)]).values()]


def fact_ids(store: Store, **asked: Any) -> list[str]:
    """The ids of what `facts` gives for the same arguments, all of them unless a limit is given."""
    return [row["id"] for row in _select(store, "f.id", {"limit": None} | asked)]


def fact_kinds(store: Store, speakers: Sequence[str] = (), **asked: Any) -> list[Row]:
    """Number, kind, and whether one of the records `speakers` says it, of what `facts` gives; all unless a limit is given."""
    said = (
        "CASE WHEN f.kind = 'statement' THEN EXISTS (SELECT 1 FROM fact_parties p WHERE p.fact_n = f.n"
        f" AND p.role IN ({', '.join(map(repr, SPEAKERS))}) AND p.company IN ({', '.join('?' * len(speakers))})) END"
    )
    return _select(store, f"f.n, f.kind, {said} AS said", {"limit": None} | asked, speakers)


def _select(store: Store, columns: str, asked: dict[str, Any], shown: Sequence[str] = ()) -> list[Row]:
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
        f"SELECT {columns} FROM {tables} WHERE {' AND '.join(where) or '1'} ORDER BY {order}, f.id LIMIT ? OFFSET ?",
        (*shown, *values, -1 if limit is None else limit, asked.get("offset", 0)),
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
    numbers = [row["n"] for row in fact_kinds(store, **asked)]
    for at in range(0, len(numbers), BATCH):
        yield from facts_numbered(store, numbers[at : at + BATCH]).values()


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
            elif unknown := next((word for word in wanted if word not in KNOWN.get(name, wanted)), None):
                raise UsageError(f"there is no {name} {unknown!r}; known: {', '.join(KNOWN[name])}")
            add(f"{column} IN ({', '.join('?' * len(wanted))})", *wanted)
    past = bool(asked["everything"] or asked["state"])
    if asked["company"]:
        add(*party_condition(store, asked["company"], past=past))
    if asked["speaker"]:
        add(*party_condition(store, asked["speaker"], SPEAKERS, past=past))
    if asked["about"]:
        sql, *names = party_condition(store, asked["about"], ("about",), past=past)
        told, *words = _told(asked["about"])
        add(f"({sql} OR {told})", *names, *words)
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


def _told(words: str) -> tuple[str, ...]:
    """(SQL, values ...): facts `f` whose sentence holds `words`; sentences are read where the text has the words."""
    if "\0" in words:
        return ("0",)  # no text has one, and LIKE reads no further
    holds = f"{SENTENCE} LIKE ? ESCAPE '!'", f"%{like(words)}%"
    if not any(c.isalnum() for c in words):
        return holds
    inside = "a.text IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)"
    match = quoted(Term(words, prefix=True))
    return f"((f.text <> a.text OR {inside}) AND {holds[0]})", match, holds[1]


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


def fact(store: Store, fact_id: str) -> FactRow | None:
    """The fact with this id, whatever its state, or None."""
    found = facts(store, ids=[fact_id])
    return found[0] if found else None


def facts_numbered(store: Store, numbers: Sequence[int]) -> dict[int, FactRow]:
    """The facts with these row numbers, by number in this order.

    Facts are found and put in order first: sentences and parties are read of those alone that are shown.
    """
    found: dict[int, FactRow] = {}
    for at in range(0, len(numbers), BATCH):
        part = numbers[at : at + BATCH]
        marks = f"({', '.join('?' * len(part))})"
        rows = store.rows(
            f"SELECT f.n, {', '.join(COLUMNS)} FROM facts f JOIN articles a ON a.id = f.article"
            f" LEFT JOIN sources s ON s.id = a.source WHERE f.n IN {marks}",
            part,
        )
        parties: dict[int, list[PartyRow]] = defaultdict(list)
        for row in store.rows(
            'SELECT p.fact_n, p.role, p.ordinal, p.surface, coalesce(c.name, p.name) AS name, p.kind, p.start, p."end",'
            " p.company FROM fact_parties p LEFT JOIN companies c ON c.id = p.company"
            f" WHERE p.fact_n IN {marks} ORDER BY p.fact_n, p.role, p.ordinal",
            part,
        ):
            parties[row.pop("fact_n")].append(PartyRow(**row))
        known = {n: FactRow(**row, parties=tuple(parties[n])) for row in rows for n in (row.pop("n"),)}
        found |= {n: known[n] for n in part if n in known}
    return found


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
