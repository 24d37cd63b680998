"""Blocks of plain texts: paragraphs, headings, lists, tables, and lines that a mail program broke."""

from db.records import BlockKind
from nlp.blocks import plain_blocks


def kinds(text: str) -> list[tuple[str, BlockKind]]:
    return [(text[b.start : b.end], b.kind) for b in plain_blocks(text)]


def test_lines_are_blocks_of_their_kind() -> None:
    text = "Two makers listed\n\nThe ministry named two makers.\n- Osprey Lifting\n• Gannet Cranes\n  They deny it.\n> We have nothing to hide."
    assert kinds(text) == [
        ("Two makers listed", BlockKind.HEADING),
        ("The ministry named two makers.", BlockKind.PARAGRAPH),
        ("- Osprey Lifting", BlockKind.LIST_ITEM),
        ("• Gannet Cranes", BlockKind.LIST_ITEM),
        ("They deny it.", BlockKind.PARAGRAPH),
        ("> We have nothing to hide.", BlockKind.BLOCKQUOTE),
    ]


def test_rows_of_figures_are_tables() -> None:
    assert kinds("Eastport Index 2,882.30 ▼2.48%")[0][1] is BlockKind.TABLE
    assert kinds("Osprey\t12.1\t13.4")[0][1] is BlockKind.TABLE
    assert kinds("Osprey   12.1   13.4")[0][1] is BlockKind.TABLE
    assert kinds("Osprey sold 12 cranes.   Gannet sold   nine.")[0][1] is BlockKind.PARAGRAPH


def test_lines_broken_at_a_column_make_one_paragraph() -> None:
    text = (
        "MINISTRY NAMES TWO MAKERS\n\n"
        "The port ministry put two makers of harbour cranes on its list on\n"
        "Tuesday, saying that they had sold steering units to a shipyard\n"
        "without asking for a licence, and gave them thirty days to answer.\n\n"
        "Osprey Lifting, one of the two, said that it had asked for one and\n"
        "had heard nothing. It will appeal.\n\n"
        "- a first point of the notice\n- a second point of the notice\n"
    )
    found = kinds(text)
    assert [kind for _, kind in found] == [
        BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.LIST_ITEM,
    ]  # fmt: skip
    assert found[1][0].startswith("The port ministry")
    assert found[1][0].endswith("thirty days to answer.")


def test_short_lines_that_are_sentences_stay_apart() -> None:
    text = "\n".join(["He said no.", "She said yes.", "They left.", "It rained.", "Nobody came.", "The end."])
    assert len(kinds(text)) == 6


def test_empty_text_has_no_blocks() -> None:
    assert plain_blocks(" \n\n ") == ()
