"""Page debris in plain texts is found, and only the debris."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.furniture import find_furniture, mask

TEXT = """Skip to Content
Two crane makers put on list
A red crane
A red crane
A red craneJo Bell/Dock Press

The ministry put Osprey Lifting and Gannet Cranes on its list on Tuesday, it said in a notice to ports and carriers.

Osprey said it would appeal. "We have done nothing wrong," said its chief executive, Ada Quill.

To have stories like this delivered directly to your inbox, sign up for our weekly newsletter. It's free.

More Harbour Stories

Finn Marsh
Finn Marsh is a senior reporter at the Harbour Times and writes about ports, cranes and the people who run them.

9th May | In-person Conference | Hotel Mole, Eastport
Organized by Harbour Times
View Event >>
"""


def test_debris_is_blanked_and_offsets_hold() -> None:
    masked = mask(TEXT, find_furniture(TEXT))
    assert len(masked) == len(TEXT)
    kept = [line for line in masked.splitlines() if line.strip()]
    assert [line[:20] for line in kept] == [
        "Two crane makers put",
        "The ministry put Osp",
        "Osprey said it would",
    ]
    start = TEXT.index("Osprey Lifting")
    assert masked[start : start + 14] == "Osprey Lifting"


def test_sentences_that_begin_like_furniture_stay() -> None:
    text = (
        "Support from US firms for the duties fell.\n\nBy registering new subsidiaries, the group evaded the list.\n\n"
        "Read the notice twice, lawyers said.\n\nMore bad news for Gannet\n\nShare prices of both fell."
    )
    assert find_furniture(text) == ()


def test_text_without_debris_has_no_furniture() -> None:
    assert find_furniture("The ministry fined Gannet $3 million.\n\nGannet will pay.") == ()


@pytest.mark.parametrize(
    "line",
    [
        "READ MORE: Court asks the ministry for reasons", "Home | About | Tip jar", "Advertisement 2", "View Event >>",
        "Related: How to read a cotton test | Sign up for our newsletter", "Discover special offers, top stories and more.",
        "This article is for subscribers. Log in to keep reading.", "(With inputs from agencies. Photo: Dock Press)", "Media contact: press@ports.example",
        "Illustration by Mo Bell", "Thank you for submitting your email!", "30th Apr | Virtual conference", "Follow Ada Quill on Twitter @quill",
        "We use cookies to improve your visit and those of our partners.", "© 2024 Harbour Times", "###",
    ],
)  # fmt: skip
def test_lines_of_furniture(line: str) -> None:
    text = f"The ministry named two makers on Tuesday.\n\n{line}\n\nBoth of them deny it, their lawyers said."
    blocks = find_furniture(text)
    assert [text[b.start : b.end] for b in blocks] == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Like the others on the list, Gannet denied wrongdoing.", "Save the date of the notice, lawyers told clients.", "Search for a buyer goes on.",
        "Photographs of the cranes were shown to the court.", "The latest news from the yard was bad, he said.", "Subscribe to that view or leave, the minister said.",
        "Deep Dive Robotics was added to the list.", "More than ten firms were named.", "Register of barred firms grows", "Gannet Cranes is a maker of cranes.",
    ],
)  # fmt: skip
def test_lines_of_text(line: str) -> None:
    assert (
        find_furniture(
            f"The ministry named two makers on Tuesday.\n\n{line}\n\nBoth of them deny it, their lawyers said."
        )
        == ()
    )


def test_text_goes_on_below_a_box_of_other_stories() -> None:
    paragraph = "The ministry put two makers of harbour cranes on its list on Tuesday, saying that they had sold steering units to a shipyard without asking for a licence, and gave them thirty days to answer; both makers said that they would go to court if they had to. "
    text = f"{paragraph}\n{paragraph}\n\nRelated stories\n\nRopeworks sends people home\n\n{paragraph}\n{paragraph}\n{paragraph}\n"
    masked = mask(text, find_furniture(text))
    assert masked.count("harbour cranes") == 5
    assert "Ropeworks" not in masked


@given(st.lists(st.sampled_from([*TEXT.splitlines(), "", "  ", "A sentence of text."]), max_size=30))
def test_masking_never_moves_a_character(lines: list[str]) -> None:
    text = "\n".join(lines)
    masked = mask(text, find_furniture(text))
    assert len(masked) == len(text)
    assert all(m == c or (m == " " and c != "\n") for m, c in zip(masked, text))
