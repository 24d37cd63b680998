"""Amounts in passages of several sentences: the role in paraphrase, and the company that a sentence leaves open.

tests/data/passages.jsonl: own texts with invented companies, written before the rules that read them; `kinds` are the roles
accepted, `companies` who may have the amount (empty: anybody or nobody).
"""

import datetime as dt
import json
from collections import Counter
from pathlib import Path

import pytest

from db.records import AmountFact, ArticleContext, Role
from nlp.pipeline import annotate_texts

PASSAGES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data/passages.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def read(pipeline):
    """Passage id -> its amount facts."""
    texts = [(p["text"], ArticleContext(published=dt.date.fromisoformat(p["date"]))) for p in PASSAGES]
    found = annotate_texts(pipeline, texts)
    return {p["id"]: [f for f in a.facts if isinstance(f, AmountFact)] for p, a in zip(PASSAGES, found)}


def company_of(fact):
    party = fact.party(Role.COMPANY) or fact.party(Role.B)
    return None if party is None else party.name or party.surface


def verdicts(read):
    """(amounts, found, right kind, right company, wrong company)."""
    count = Counter()
    for passage in PASSAGES:
        at = 0
        for wanted in passage["amounts"]:
            start = passage["text"].find(wanted["surface"], at)
            at = start = start if start >= 0 else passage["text"].index(wanted["surface"])
            count["amounts"] += 1
            near = range(start - 8, start + len(wanted["surface"]))
            fact = next((f for f in read[passage["id"]] if f.spans[0].span.start in near), None)
            if fact is None:
                continue
            company = company_of(fact)
            right = any(company and (name in company or company in name) for name in wanted["companies"])
            count["found"] += 1
            count["kind"] += fact.kind in wanted["kinds"]
            count["company"] += bool(right and fact.kind in wanted["kinds"])
            count["owned"] += bool(wanted["companies"])
            count["wrong"] += bool(wanted["companies"] and company and not right)
    return count


def test_amounts_of_paraphrased_passages_have_their_role_and_company(read):
    count = verdicts(read)
    assert count["amounts"] == 183
    assert count["found"] >= 180
    assert count["kind"] >= 0.93 * count["found"]
    assert count["company"] >= 0.84 * count["owned"]
    assert count["wrong"] <= 0.05 * count["owned"]


def test_a_release_with_bullets_tells_of_the_company_that_reports(read):
    assert {company_of(fact) for fact in read["r1"]} == {"Palmetto Optronics, Inc."}
    assert {company_of(fact) for fact in read["r2"]} == {"Veritone Layout Systems, Inc."}
    assert {company_of(fact) for fact in read["r3"]} == {"Yilan Biopharma (Cayman) Inc."}


def test_a_bare_number_compared_with_an_amount_has_its_currency(read):
    carried = next(f for f in read["m1"] if f.amount_text == "118 million")
    assert (carried.kind, carried.currency, float(carried.amount)) == ("profit", "EUR", 118e6)
