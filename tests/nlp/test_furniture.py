"""Page debris in plain texts is found, and only the debris."""

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
