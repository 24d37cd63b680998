"""The roles set: what each amount of a sentence is, whose, and whether it holds."""

from collections.abc import Iterator
from typing import Any

from spacy.language import Language

from db.kinds import packaged_kinds
from db.records import AmountFact, ArticleContext, Modality, Role, Standing
from nlp.pipeline import annotate_text


def fact_of(fact: AmountFact) -> dict[str, Any] | None:
    """`fact` in the scorer's terms; None for a kind it has no role for, or a stake without money."""
    role = packaged_kinds()[fact.kind].role
    if not role or (fact.amount is None and fact.low is None and not fact.undisclosed):
        return None
    main = fact.all_parties(Role.COMPANY) + fact.all_parties(Role.B) + fact.all_parties(Role.JOINT)
    other = fact.all_parties(Role.COUNTERPARTY) + fact.all_parties(Role.A)
    found: dict[str, Any] = {
        "role": role,
        "amount": None if fact.amount is None else float(fact.amount),
        "currency": fact.currency,
        "company": [p.name or p.surface for p in main],
        "counterparty": [p.name or p.surface for p in other],
        "undisclosed": fact.undisclosed,
    }
    if fact.low is not None and fact.high is not None:
        found |= {"low": float(fact.low), "high": float(fact.high)}
    if fact.modality is not Modality.ASSERTED:
        found["modality"] = fact.modality.value
    if fact.standing not in (Standing.CURRENT, Standing.RECALLED):
        found["status"] = fact.standing.value
    return found


def predict(rows: Iterator[dict[str, Any]], pipeline: Language) -> Iterator[dict[str, Any]]:
    """One prediction a row."""
    for row in rows:
        facts = annotate_text(pipeline, row["text"], ArticleContext()).facts
        found = [fact_of(f) for f in facts if isinstance(f, AmountFact)]
        yield {"id": row["id"], "facts": [f for f in found if f is not None]}
