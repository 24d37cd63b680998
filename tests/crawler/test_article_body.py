"""What belongs to the text of an article, and what stands around it."""

import json

import pytest

from crawler.article import read_page
from crawler.article.blocks import Piece
from crawler.article.lines import is_promo, mended
from db.records import BlockKind, PageReading
from tests.crawler.pages import stories

P = stories.CRANES.paragraphs
URL = "https://harbourtimes.example/trade/a-list"


def read(body: str, head: str = "") -> PageReading:
    return read_page(
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode(),
        URL,
    )


def text(*more: str) -> str:
    return "".join(f"<p>{p}</p>" for p in P) + "".join(more)


@pytest.mark.parametrize(
    "line",
    [
        "Read more: Court asks ministry for reasons", "Related: Ropeworks sends people home", "Advertisement", "Story continues below",
        "Sign up for our newsletter to get the best of the harbour", "© 2024 Harbour Times. All rights reserved.", "Share this article",
        "Follow us on Facebook and Telegram", "Photo: Jo Bell/Dock Press", "Lesen Sie auch: Zwei Kranbauer auf der Liste", "Mehr zum Thema",
        "Lire aussi : Le port cherche un pilote", "Te puede interesar: La lista del puerto", "Читайте также: Список порта", "相关新闻：港口名单",
        "Additional reporting by Finn Marsh in Lindby", "Finn Marsh contributed to this report.", "5 min read", "Tags: cranes, ports",
    ],
)  # fmt: skip
def test_lines_that_lead_away_are_promotion(line: str) -> None:
    assert is_promo(Piece(BlockKind.PARAGRAPH, line))


@pytest.mark.parametrize(
    "line",
    [
        "Support from US firms for the duties fell.", "More bad news for Gannet Cranes came on Friday.", "By registering new subsidiaries, the group evaded the list.",
        "Read together, the two notices leave little room.", "Share prices of both makers fell.", "Related companies were named, too.",
        "The source of the money is unknown.", "Follow the money, the judge said.", "Get used to it, the minister told carriers.",
        "Subscribers of the network lost their connection for a day, the operator said on Tuesday, and nobody has told them why.",
    ],
)  # fmt: skip
def test_sentences_that_begin_alike_are_text(line: str) -> None:
    assert not is_promo(Piece(BlockKind.PARAGRAPH, line))


def test_headline_and_kicker_do_not_begin_the_body() -> None:
    reading = read(
        f"<article><div>Ports</div><p>A list and two makers</p><h1>A list and two makers</h1>{text()}</article>"
    )
    assert reading.body.startswith(P[0])


def test_headings_lists_and_quotations_keep_their_kind() -> None:
    body = f"<article><h1>A list</h1><p>{P[0]}</p><h2>What the list does</h2><p>{P[1]}</p><ul><li>Osprey Lifting of Eastport</li><li>Gannet Cranes of Southmole</li></ul><blockquote><p>{P[2]}</p></blockquote><p>{P[3]}</p></article>"
    reading = read(body)
    kinds = [(block.kind, reading.body[block.start : block.end]) for block in reading.blocks]
    assert (BlockKind.HEADING, "What the list does") in kinds
    assert (BlockKind.LIST_ITEM, "Osprey Lifting of Eastport") in kinds
    assert (BlockKind.BLOCKQUOTE, P[2]) in kinds
    assert [k for k, _ in kinds] == [BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.LIST_ITEM, BlockKind.BLOCKQUOTE, BlockKind.PARAGRAPH]  # fmt: skip


def test_blocks_cover_the_body_in_order() -> None:
    reading = read(f"<article><h1>A list</h1>{text('<h3>More</h3><p>', P[1], '</p>')}</article>")
    at = 0
    for block in reading.blocks:
        assert reading.body[at : block.start].strip() == ""
        assert reading.body[block.start : block.end] == reading.body[block.start : block.end].strip()
        at = block.end
    assert at == len(reading.body)


def test_links_to_other_stories_are_no_text() -> None:
    teaser = "<p><a href='/other'>Court asks ministry for reasons why Tern stays on the list</a></p>"
    card = "<div><a href='/card'><h3>Ropeworks of Lindby sends people home</h3><p>The union asks the state for help with wages until summer.</p></a></div>"
    reading = read(
        f"<article><h1>A list</h1><p>{P[0]}</p>{teaser}<p>{P[1]}</p>{card}<p>{P[2]}</p><p>{P[3]}</p></article>"
    )
    assert reading.body == "\n\n".join(P[:4])


def test_full_text_in_the_page_data_tells_where_the_article_ends() -> None:
    data = json.dumps({"@type": "NewsArticle", "headline": "A list", "articleBody": "\n".join(P)})
    foreign = f"<p>{stories.SILICON.paragraphs[0]}</p>"
    reading = read(
        f"<article><h1>A list</h1>{text(foreign)}</article>",
        f"<script type='application/ld+json'>{data}</script>",
    )
    assert reading.body == "\n\n".join(P)


def test_text_goes_on_below_a_box_of_other_stories() -> None:
    box = "<h3>DON'T MISS</h3><p>Ropeworks sends people home [REPORT]</p>"
    reading = read(
        f"<article><h1>A list</h1><p>{P[0]}</p><p>{P[1]}</p><p>{P[2]}</p>{box}<p>{P[3]}</p><p>{P[4]}</p><p>{P[2][:90]}.</p></article>"
    )
    assert reading.body == "\n\n".join([*P, f"{P[2][:90]}."])


def test_second_half_behind_an_embed_is_not_lost() -> None:
    halves = [
        f"<div class='part'><div class='inner'>{''.join(f'<p>{p}</p>' for p in part)}</div></div>"
        for part in (P[:2], P[2:])
    ]
    reading = read(
        f"<main><article><h1>A list</h1><div class='parts'>{halves[0]}<div class='embed'><iframe src='/x'></iframe></div>{halves[1]}</div></article></main>"
    )
    assert all(p in reading.body for p in P)


def test_lead_in_its_own_element_is_not_part_of_the_body() -> None:
    lead = "Two makers are barred from the ports; both deny that they did anything wrong."
    reading = read(f"<article><h1>A list</h1><p class='standfirst'>{lead}</p>{text()}</article>")
    assert (reading.lead, reading.body) == (lead, "\n\n".join(P))


def test_first_paragraph_that_the_description_repeats_stays_in_the_body() -> None:
    reading = read(
        f"<article><h1>A list</h1>{text()}</article>", f'<meta name="description" content="{P[0][:120]}...">'
    )
    assert reading.lead is None
    assert reading.body.startswith(P[0])


def test_soft_hyphens_and_broken_numbers_are_mended() -> None:
    broken = (
        "<p>The mini&shy;stry counted 1 ,850 cranes in nine\u200bteen ports of the country last year.</p>"
    )
    reading = read(f"<article><h1>A list</h1>{text(broken)}</article>")
    assert "The ministry counted 1,850 cranes in nineteen ports" in reading.body
    assert mended("in 2019 ,100 cranes") == "in 2019 ,100 cranes"
    assert mended("3 ,2 and 4") == "3 ,2 and 4"


def test_page_dumped_as_one_line_is_not_taken_for_text() -> None:
    menu = "".join(f"<a href='/{i}'>{h}</a>" for i, h in enumerate(stories.HEADLINES))
    assert read(f"<div>{menu}</div>").body == ""
