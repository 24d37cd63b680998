"""Helpers of several test modules."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

from db.records import AmountFact, ArticleContext, ListingFact, Role
from nlp.pipeline import annotate_text


def listings_told(pipeline, text):
    """(company, list, action) of every listing of `text`, published on 30 April 2025."""
    found = annotate_text(pipeline, text, ArticleContext(published=dt.date(2025, 4, 30))).facts
    parties = [(f, f.party(Role.COMPANY)) for f in found if isinstance(f, ListingFact)]
    return {(p.name or p.surface, f.list, f.action.value) for f, p in parties}


def amounts_told(pipeline, text, title=None):
    """Amount as written -> (kind, company) of every amount of `text`."""
    rows = {}
    for fact in annotate_text(pipeline, text, ArticleContext(title=title)).facts:
        if isinstance(fact, AmountFact):
            party = fact.party(Role.COMPANY) or fact.party(Role.B)
            rows[fact.amount_text] = fact.kind, (party.name or party.surface) if party else None
    return rows


def run_tradewire(*arguments: str, cwd: Path, timeout: float = 600, **environment: str):
    """`tradewire ...` as a process of its own in `cwd`, with this checkout's packages."""
    paths = os.pathsep.join([str(Path(__file__).parents[1]), *[p for p in sys.path if p]])
    return subprocess.run(
        [sys.executable, "-m", "tradewire", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": paths, "COLUMNS": "120"} | environment,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
