"""Stories: copies are found among many articles, whatever a paper cut, and nothing else is joined."""

import os
from pathlib import Path

import pytest

from bench.stories import KINDS, run
from crawler import stories
from crawler.newsroom.articles import load_pieces
from crawler.simsite.stories import make_story
from db.clock import now
from db.store import Store

ARTICLES = int(os.environ.get("TRADEWIRE_STORIES", "500"))  # python -m bench.stories puts 50,000 in


@pytest.mark.timeout(36_000 if ARTICLES > 5000 else 900)
def test_copies_are_found_among_many_articles_and_nothing_else_is_joined(tmp_path: Path) -> None:
    outcome = run(tmp_path / "s.sqlite", ARTICLES)
    assert sum(outcome.copies.values()) > ARTICLES / 10
    assert outcome.missed <= 0.01, {kind: (outcome.found[kind], outcome.copies[kind]) for kind in KINDS}
    assert outcome.wrong == []


def test_a_store_of_many_articles_is_searched_by_index(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s.sqlite", create=True) as store:
        for query in (
            "DELETE FROM story_signatures WHERE article = 1",
            "SELECT article FROM story_signatures WHERE band IN ('0:a', 'h0:b') AND article <> 1",
        ):
            plan = [row["detail"] for row in store.rows(f"EXPLAIN QUERY PLAN {query}")]
            assert not [step for step in plan if step.startswith("SCAN")], plan


@pytest.mark.parametrize("share", [0.75, 0.6, 0.5, 0.4, 0.3])
def test_what_a_paper_cut_from_the_end_is_always_a_candidate(share: float) -> None:
    for number in range(20):
        story = make_story(number, paragraphs=10)
        cut = "\n\n".join(story.paragraphs[: round(10 * share)])
        whole, part = (set(stories.signature(text)) for text in (story.text, cut))
        assert len({band for band in whole & part if band.startswith("h")}) >= 2


def test_the_copies_of_the_newsroom_are_candidates_of_their_originals() -> None:
    pieces = {piece.slug: piece for piece in load_pieces(now().date())}
    copies = [piece for piece in pieces.values() if piece.copy_of]
    assert len(copies) >= 3
    for piece in copies:
        texts = [
            "\n\n".join(getattr(b, "text", "") for b in p.blocks) for p in (pieces[str(piece.copy_of)], piece)
        ]
        ours, theirs = map(stories.shingles, texts)
        assert set(stories.signature(texts[0])) & set(stories.signature(texts[1]))
        assert len(ours & theirs) >= stories.SAME_CONTAINMENT * min(len(ours), len(theirs))


def test_a_text_placed_again_keeps_its_story(tmp_path: Path) -> None:
    from bench.stories import put

    texts = [make_story(n).text for n in (1, 1, 2)]
    with Store.open(tmp_path / "s.sqlite", create=True) as store, store.write() as connection:
        numbers = [put(connection, text) for text in texts]
        for _ in range(2):
            found = [stories.place(connection, n, t, stories.signature(t)) for n, t in zip(numbers, texts)]
            assert found[0] == found[1] != found[2]
        sizes = dict(connection.execute("SELECT id, articles FROM stories").fetchall())
        assert sizes == {found[0]: 2, found[2]: 1}
        assert connection.execute("SELECT count(*) FROM story_signatures").fetchone()[0] == 3 * 28
