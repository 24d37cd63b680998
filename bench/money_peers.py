"""Amounts of money beside other tools, in one run: F1 of value and currency, and texts per CPU second.

    GOLD_DIR=... python -m bench.money_peers [news_dev.jsonl ...]

The other tools are the extra `bench` (quantulum3 without its classifier, price-parser) and the entities of the
spaCy model with price-parser's reading of their value. A tool that is not installed is left out, and said so.
"""

import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

Span = dict[str, Any]
Reader = Callable[[str], list[Span]]
FILES = ("news_dev.jsonl", "dev_cases.jsonl")
SIGNS = {
    "$": "USD",
    "US$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "HK$": "HKD",
    "NT$": "TWD",
    "A$": "AUD",
    "C$": "CAD",
    "₹": "INR",
    "Rs": "INR",
}


def ours() -> Reader:
    from bench.sets.money import span_of
    from nlp.money import find_amounts

    return lambda text: [span_of(a) for a in find_amounts(text)]


def quantulum() -> Reader:
    from quantulum3 import parser

    def read(text: str) -> list[Span]:
        found = [q for q in parser.parse(text) if q.unit.entity.name == "currency"]
        codes = [getattr(q.unit, "currency_code", None) for q in found]
        return [
            {"start": q.span[0], "end": q.span[1], "amount": q.value, "currency": code}
            for q, code in zip(found, codes)
        ]

    return read


def price_parser() -> Reader:
    from price_parser import Price

    def read(text: str) -> list[Span]:
        price = Price.fromstring(text)
        if price.amount is None:
            return []
        at = text.find(price.amount_text or "")
        currency = SIGNS.get(price.currency or "", price.currency)
        return [
            {
                "start": at,
                "end": at + len(price.amount_text or ""),
                "amount": float(price.amount),
                "currency": currency,
            }
        ]

    return read


def spacy_money() -> Reader:
    from price_parser import Price

    from nlp.pipeline import load_model

    model = load_model()
    model.select_pipes(enable=["tok2vec", "ner"])
    scales = {
        "billion": 1e9,
        "bn": 1e9,
        "million": 1e6,
        "m": 1e6,
        "trillion": 1e12,
        "tn": 1e12,
        "thousand": 1e3,
        "k": 1e3,
    }

    def read(text: str) -> list[Span]:
        spans: list[Span] = []
        for entity in model(text).ents:
            if entity.label_ != "MONEY":
                continue
            price = Price.fromstring(entity.text)
            words = entity.text.lower().replace("-", " ").split()
            scale = next((value for word, value in scales.items() if word in words), 1)
            sign = text[max(0, entity.start_char - 1) : entity.start_char] if not price.currency else ""
            amount = None if price.amount is None else float(price.amount) * scale
            currency = SIGNS.get(price.currency or sign, price.currency)
            spans.append(
                {"start": entity.start_char, "end": entity.end_char, "amount": amount, "currency": currency}
            )
        return spans

    return read


TOOLS: dict[str, Callable[[], Reader]] = {
    "tradewire": ours,
    "quantulum3": quantulum,
    "price-parser": price_parser,
    "spaCy MONEY": spacy_money,
}


def near(a: Any, b: Any) -> bool:
    return a is not None and b is not None and abs(float(a) - float(b)) <= 0.01 * max(abs(float(b)), 1e-9)


def right(found: Span, gold: Span) -> bool:
    """Same place, value within one per cent (both ends of a range) and currency."""
    if (
        found["start"] >= gold["end"]
        or found["end"] <= gold["start"]
        or found["currency"] != gold["currency"]
    ):
        return False
    if gold.get("low") is not None:
        return near(found.get("low"), gold["low"]) and near(found.get("high"), gold["high"])
    return near(found.get("amount"), gold.get("amount"))


def measure(read: Reader, rows: list[dict[str, Any]]) -> tuple[float, float]:
    """F1 over all amounts, and texts per CPU second."""
    read(rows[0]["text"])
    begin = time.process_time()
    answers = [read(row["text"]) for row in rows]
    seconds = max(time.process_time() - begin, 1e-6)
    hits = predicted = wanted = 0
    for row, spans in zip(rows, answers):
        conversions = [c for g in row["spans"] for c in g.get("conversions") or ()]
        left = [s for s in spans if not any(right(s, c) for c in conversions)]
        hits += sum(any(right(s, g) for s in left) for g in row["spans"])
        predicted += len(left)
        wanted += len(row["spans"])
    return 2 * hits / max(predicted + wanted, 1), len(rows) / seconds


def main(names: list[str]) -> None:
    folder = Path(os.environ["GOLD_DIR"]) / "money"
    warnings.filterwarnings("ignore")
    sets = {}
    for name in names or FILES:
        with (folder / name).open(encoding="utf-8") as lines:
            sets[name] = [json.loads(line) for line in lines]
    print("| tool | " + " | ".join(f"{name} F1 | texts/CPU s" for name in sets) + " |")
    print("|---|" + "---|---|" * len(sets))
    for tool, build in TOOLS.items():
        try:
            read = build()
        except ImportError as error:
            print(f"{tool}: not installed ({error})", file=sys.stderr)
            continue
        cells = [measure(read, rows) for rows in sets.values()]
        print(f"| {tool} | " + " | ".join(f"{f1:.3f} | {speed:,.0f}" for f1, speed in cells) + " |")


if __name__ == "__main__":
    main(sys.argv[1:])
