"""What an issue is about: its stretch of time, by which date, and the topic it is narrowed to."""

import json
from dataclasses import dataclass
from typing import Any

from db.companies import record_ids
from db.errors import UsageError
from db.queries import facts
from db.query_compile import Compiler
from db.query_language import parse
from db.saved import saved_searches
from db.store import Store
from tradewire.digest.window import LATE, Window

#: Published in the window: a time as it stands, a mere day as a day of the issue's own time zone.
PUBLISHED = (
    "CASE WHEN length({n}.published) > 10 THEN {n}.published >= :start AND {n}.published < :end"
    " ELSE {n}.published >= :first_day AND {n}.published < :after_day END"
)
#: Articles have an index on this and not on `published` alone; where that is known, it is the same.
BY_DAY = "coalesce({n}.published, {n}.first_seen) >= :coarse_start AND coalesce({n}.published, {n}.first_seen) < :coarse_end"
#: First seen in the window, and not long after it was published: an imported archive must not flood an issue.
SEEN = "({n}.first_seen >= :start AND {n}.first_seen < :end)"
AGE = "coalesce(julianday({n}.first_seen) - julianday({n}.published), 0)"


@dataclass(frozen=True, slots=True)
class Topic:
    """A saved search or a company. `key` names it in the store: "search:chips", "company:co-1"."""

    key: str = ""
    title: str = ""
    articles: str | None = None  #: JSON list of article ids; None: all
    facts: str | None = None  #: JSON list of fact ids; None: all


GENERAL = Topic()


@dataclass(frozen=True, slots=True)
class Scope:
    """One issue. `by_published`: everything published in it; else first seen in it and not older than 14 days then."""

    window: Window
    by_published: bool
    topic: Topic = GENERAL

    @property
    def values(self) -> dict[str, Any]:
        """Named parameters of every condition here."""
        start, end = self.window.bounds
        return {
            "start": start,
            "end": end,
            "first_day": self.window.first_day.isoformat(),
            "after_day": self.window.after_day.isoformat(),
            "coarse_start": min(start[:10], self.window.first_day.isoformat()),
            "coarse_end": max(end, self.window.after_day.isoformat()),
            "late": LATE.days,
            "articles": self.topic.articles,
            "facts": self.topic.facts,
        }

    def facts(self, name: str = "v") -> str:
        """Condition on the facts of a view: the time, and the topic."""
        days = f"{name}.article IN (SELECT id FROM articles WHERE {BY_DAY.format(n='articles')})"
        return f"{self._time(name)} AND {days if self.by_published else 1} AND {self.of_topic(name)}"

    def of_topic(self, name: str = "v") -> str:
        """Condition on the facts of a view, whatever their time."""
        found = ["1"]
        if self.topic.articles is not None:
            found.append(f"{name}.article IN (SELECT value FROM json_each(:articles))")
        if self.topic.facts is not None:
            found.append(f"{name}.id IN (SELECT value FROM json_each(:facts))")
        return " AND ".join(found)

    def articles(self, name: str = "a") -> str:
        """Condition on articles."""
        days = BY_DAY.format(n=name) if self.by_published else "1"
        return f"{self._time(name)} AND {days} AND {self.on_topic(name)}"

    def on_topic(self, name: str = "a") -> str:
        if self.topic.articles is None:
            return "1"
        return f"{name}.id IN (SELECT value FROM json_each(:articles))"

    def from_archive(self, name: str = "a") -> str:
        """Condition on articles that came in the window but are too old to be its news."""
        return f"{SEEN.format(n=name)} AND {AGE.format(n=name)} > :late AND {self.on_topic(name)}"

    def before(self, name: str = "a") -> str:
        """Condition on articles of before the window."""
        return (
            f"CASE WHEN length({name}.published) > 10 THEN {name}.published < :start"
            f" ELSE {name}.published < :first_day END"
        )

    def _time(self, name: str) -> str:
        if self.by_published:
            return PUBLISHED.format(n=name)
        return f"{SEEN.format(n=name)} AND {AGE.format(n=name)} <= :late"


def search_topic(store: Store, name: str) -> Topic:
    """The topic of a saved search, or of a saved filter of facts.

    Raises:
        UsageError: nothing is saved under `name`.
    """
    saved = {one.name: one for one in saved_searches(store)}
    if name not in saved:
        raise UsageError(f"no search is saved as {name!r}; there are: {', '.join(sorted(saved)) or 'none'}")
    if saved[name].kind == "facts":
        rows = facts(store, **json.loads(saved[name].query), limit=None)
        ids = json.dumps([row.id for row in rows])
        return Topic(f"search:{name}", name, json.dumps(sorted({row.article for row in rows})), ids)
    source, parameters = Compiler(store).compile(parse(saved[name].query).node).source()
    found = store.rows(f"SELECT a.id FROM {source}", parameters)
    return Topic(f"search:{name}", name, json.dumps(sorted(row["id"] for row in found)))


def company_topic(store: Store, name: str) -> Topic:
    """The topic of a company, watched or not: its facts, and the articles that name it.

    Raises:
        UsageError: no record, or several.
    """
    ids = record_ids(store, name)
    roots = store.rows(
        f"SELECT id, name FROM companies WHERE id IN ({', '.join('?' * len(ids))}) AND merged_into IS NULL",
        ids,
    )
    if len(roots) != 1:
        which = ", ".join(f"{row['name']} [{row['id']}]" for row in roots)
        raise UsageError(f"{name!r} means {'several records: ' + which if roots else 'no company record'}")
    marks = ", ".join("?" * len(ids))
    told = store.rows(
        f"SELECT DISTINCT f.id AS fact FROM fact_parties p JOIN facts f ON f.n = p.fact_n WHERE p.company IN ({marks})",
        ids,
    )
    named = store.rows(
        f"SELECT DISTINCT a.id FROM mentions m JOIN articles a ON a.text = m.text WHERE m.company IN ({marks})"
        f" UNION SELECT f.article FROM fact_parties p JOIN facts f ON f.n = p.fact_n WHERE p.company IN ({marks})",
        [*ids, *ids],
    )
    return Topic(
        f"company:{roots[0]['id']}",
        roots[0]["name"],
        json.dumps(sorted(row["id"] for row in named)),
        json.dumps(sorted(row["fact"] for row in told)),
    )
