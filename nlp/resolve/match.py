"""Names to company records as a screening service answers: the JSON shape of yente's `/match`.

{"queries": {"q1": {"schema": "Company", "properties": {"name": ["Acme Ltd"]}}}} in;
{"responses": {"q1": {"status": 200, "results": [...], "total": {...}, "query": {...}}}} out.
`match` is true only for a name that equals one of the record, spelling and legal form apart. Likeness without
equality is shown with a score below the threshold and with what stands against it. `datasets` holds the ids of the
lists on which the record itself stands today by a confirmed entry, and `target` says whether there is one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.errors import InputError
from nlp.gazetteer import AliasTable, CompanyRecord
from nlp.resolve.candidates import Candidate, candidates

DATASET = "tradewire"
ALGORITHM = "tradewire-names"
LIMIT = 5
THRESHOLD = 0.70  # yente's default
SCHEMATA = frozenset(["Company", "Organization", "LegalEntity", "Thing"])
MOST_QUERIES = 1000  # in one request


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a result tells beside the names: the lists that name the record, now or earlier."""

    datasets: tuple[str, ...] = ()  #: ids of the lists on which it surely stands today
    first_seen: str | None = None  #: day of its first listing
    referents: tuple[str, ...] = ()  #: records that were merged into it
    above: tuple[str, ...] = ()  #: which of its parents are listed where it is not named, in words


NOWHERE = Standing()


def _itself(company: str) -> str:
    return company


def _unknown(company: str) -> Standing:
    return NOWHERE


def match_queries(
    request: Mapping[str, Any],
    table: AliasTable,
    *,
    limit: int = LIMIT,
    threshold: float = THRESHOLD,
    canonical: Callable[[str], str] = _itself,
    standing: Callable[[str], Standing] = _unknown,
) -> dict[str, Any]:
    """The answer to a whole request; `canonical` follows merges, `standing` tells who is on which list.

    Raises:
        InputError: the request has no `queries`, too many, or one of them is no object with names.
    """
    queries = request.get("queries")
    if not isinstance(queries, Mapping) or not queries:
        raise InputError(
            'a match request is {"queries": {key: {"schema": ..., "properties": {"name": [...]}}}}'
        )
    if len(queries) > MOST_QUERIES:
        raise InputError(f"at most {MOST_QUERIES} queries in one request, not {len(queries)}")
    responses = {
        str(name): match_query(
            query, table, limit=limit, threshold=threshold, canonical=canonical, standing=standing
        )
        for name, query in queries.items()
    }
    return {
        "responses": responses,
        "matcher": {"algorithm": ALGORITHM},
        "limit": limit,
        "threshold": threshold,
    }


def match_query(
    query: Any,
    table: AliasTable,
    *,
    limit: int = LIMIT,
    threshold: float = THRESHOLD,
    canonical: Callable[[str], str] = _itself,
    standing: Callable[[str], Standing] = _unknown,
) -> dict[str, Any]:
    """The answer to one query: its best records, best first."""
    names, countries = _read_query(query)
    best: dict[str, Candidate] = {}
    for name in names:
        for found in candidates(name, table, limit=limit * 2):
            company = canonical(found.company)
            if company not in table.records:
                company = found.company
            if company not in best or found.score > best[company].score:
                best[company] = found
    results = [
        _result(found, table.records[company], countries, threshold) for company, found in best.items()
    ]
    results.sort(key=lambda result: (-result["score"], result["id"]))
    for result in results[:limit]:
        told = standing(result["id"])
        result["datasets"] = [DATASET, *told.datasets]
        result["target"] = bool(told.datasets)
        result["first_seen"] = told.first_seen
        result["referents"] = list(told.referents)
        if told.above:
            result["explanations"]["parent"] = {"score": 0.0, "detail": "; ".join(told.above)}
    return {
        "status": 200,
        "results": results[:limit],
        "total": {"value": len(results), "relation": "eq"},
        "query": {"schema": query.get("schema", "Company"), "properties": dict(query["properties"])},
    }


def match_names(names: Iterable[str], table: AliasTable, *, limit: int = LIMIT) -> dict[str, Any]:
    """`match_queries` for bare names; the keys are the names."""
    queries = {name: {"schema": "Company", "properties": {"name": [name]}} for name in names}
    return match_queries({"queries": queries}, table, limit=limit)


def _read_query(query: Any) -> tuple[list[str], frozenset[str]]:
    properties = query.get("properties") if isinstance(query, Mapping) else None
    if not isinstance(properties, Mapping):
        raise InputError(f"a query needs `properties`: {query!r}")
    if query.get("schema", "Company") not in SCHEMATA:
        raise InputError(f"schema {query['schema']!r}: only {', '.join(sorted(SCHEMATA))} can be matched")
    names = [name for key in ("name", "alias", "previousName") for name in _values(properties.get(key))]
    if not names:
        raise InputError(f"a query needs a name: {query!r}")
    countries = [c for key in ("country", "jurisdiction") for c in _values(properties.get(key))]
    return names, frozenset(country.lower() for country in countries)


def _values(value: Any) -> Sequence[str]:
    if value is None:
        return ()
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, Sequence) or not all(isinstance(item, str) for item in values):
        raise InputError(f"a property is a text or a list of texts, not {value!r}")
    return [item for item in values if item.strip()]


def _result(
    found: Candidate, record: CompanyRecord, countries: frozenset[str], threshold: float
) -> dict[str, Any]:
    score = found.score
    explanations = {"name": {"score": found.score, "detail": f"{found.alias}: {found.why}"}}
    if countries and record.country is not None and record.country.lower() not in countries:
        score = round(score * 0.8, 3)  # the same name in another country is seldom the same firm
        explanations["country"] = {"score": 0.0, "detail": f"the record's country is {record.country}"}
    return {
        "id": record.id,
        "caption": record.name,
        "schema": "Company",
        "properties": properties_of(record),
        "datasets": [DATASET],
        "referents": [],
        "target": False,
        "first_seen": None,
        "last_seen": None,
        "score": score,
        "match": score >= threshold,
        "explanations": explanations,
    }


def properties_of(record: CompanyRecord) -> dict[str, list[str]]:
    """The record's values under FollowTheMoney's names of properties; empty ones left out."""
    values = {
        "name": [record.name],
        "alias": [*record.aliases, *record.chinese],
        "weakAlias": list(record.weak_aliases),
        "previousName": list(record.former),
        "country": [record.country.lower()] if record.country else [],
        "sector": [record.sector] if record.sector else [],
        "wikidataId": [record.wikidata] if record.wikidata else [],
        "leiCode": [record.lei] if record.lei else [],
        "ticker": [record.ticker] if record.ticker else [],
    }
    return {key: value for key, value in values.items() if value}
