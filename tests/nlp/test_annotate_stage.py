"""The annotate stage over a real store: one poisonous text fails alone, other languages are skipped, runs repeat."""

import multiprocessing
import os
import signal
import sys
import textwrap

import pytest

from db.articles import ArticleRow, put_article
from db.store import Store
from nlp.annotate import annotate_pending

POISON = """
import time
from spacy.language import Language

@Language.component("poison")
def poison(doc):
    if "poison-raise" in doc.text:
        raise ValueError("poisoned")
    if "poison-memory" in doc.text:
        bytearray(2**36)
    if "poison-die" in doc.text:
        import os
        os._exit(9)
    while "poison-hang" in doc.text:
        time.sleep(0.05)
    return doc
"""


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "t.sqlite", create=True) as opened:
        yield opened


def put(store, name, body, language="en"):
    with store.write() as connection:
        row = ArticleRow(
            url=f"https://p.example/{name}", title=name, body=body, language=language, relevant=True
        )
        return put_article(connection, row)[1]


def states(store):
    rows = store.rows(
        "SELECT a.title, r.state, r.attempts, r.error FROM article_runs r JOIN articles a ON a.text = r.input"
        " WHERE r.stage = 'annotate'"
    )
    return {row["title"]: (row["state"], row["attempts"], row["error"]) for row in rows}


@pytest.mark.slow
def test_a_poisonous_text_fails_alone_after_three_attempts(store, tmp_path, monkeypatch):
    (tmp_path / "poisoned_parts.py").write_text(textwrap.dedent(POISON))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *[p for p in sys.path if p]]))
    monkeypatch.syspath_prepend(str(tmp_path))
    good = put(store, "good", "The Commerce Department added Orbel Optics to the Entity List on Monday.")
    for kind in ("raise", "memory", "die", "hang"):
        put(store, kind, f"This text holds poison-{kind} and a fine of $5 million.")
    options = {"extra": ("poisoned_parts:poison",), "timeout_s": 3.0, "memory_mb": 6000}
    first = annotate_pending(store, **options)
    assert first["ok"] == 1
    assert first["retry"] == 4
    annotate_pending(store, **options)
    third = annotate_pending(store, **options)
    assert third["failed"] == 4
    assert annotate_pending(store, **options) == {}
    found = states(store)
    assert found["good"][0] == "ok"
    assert {name: state[:2] for name, state in found.items() if name != "good"} == dict.fromkeys(
        ("raise", "memory", "die", "hang"), ("failed", 3)
    )
    assert "poisoned" in found["raise"][2]
    assert "MB" in found["memory"][2]
    assert "exit code 9" in found["die"][2]
    assert "no result within 3 s" in found["hang"][2]
    assert store.value("SELECT count(*) FROM mentions WHERE text = ?", (good,)) > 0


def test_other_languages_get_gazetteer_names_and_no_facts(store):
    text = put(store, "zh", "美国商务部将海康威视列入实体清单。", language="zh")
    assert annotate_pending(store)["skipped:language"] == 1
    rows = store.rows("SELECT surface, how FROM mentions WHERE text = ?", (text,))
    assert rows == [{"surface": "海康威视", "how": "gazetteer"}]
    assert store.value("SELECT count(*) FROM facts") == 0
    assert annotate_pending(store) == {}


def test_two_workers_share_the_texts_and_a_dead_one_is_replaced(store, monkeypatch):
    monkeypatch.setattr("nlp.annotate.WORTH_A_WORKER", 4)
    for number in range(12):
        put(
            store,
            f"t{number}",
            f"The Commerce Department added Orbel Optics {number} to the Entity List on Monday.",
        )
    seen = []

    def watch(_):
        seen.append(children := [p for p in multiprocessing.active_children() if p.is_alive()])
        if len(seen) == 1:
            os.kill(children[0].pid, signal.SIGKILL)

    counts = annotate_pending(store, workers=2, progress=watch)
    assert len(seen[0]) == 2
    assert counts["ok"] + counts["retry"] == 12
    assert len(seen) == 12
    annotate_pending(store)  # what the dead one had in hand
    assert store.value("SELECT count(*) FROM article_runs WHERE state = 'ok'") == 12
    assert store.value("SELECT count(DISTINCT article) FROM facts WHERE kind = 'listing'") == 12
