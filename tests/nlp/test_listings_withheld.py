"""Bans told by what is withheld, licences told again, members named at the end, steps toward a list."""

import pytest
from tests_support import listings_told


def rows(listed, action, *names):
    return {(name, listed, action) for name in names}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A committee voted for a bill that would keep federal money away from five Chinese biotechnology companies, the drug maker Lanbei Biologics and the sequencing group Tongwei Genetics among them.", rows("ndaa-ban", "threaten", "five Chinese biotechnology companies", "Lanbei Biologics", "Tongwei Genetics")),
        ("The law withholds federal contracts from Lanbei Biologics.", rows("ndaa-ban", "add", "Lanbei Biologics")),
        ("The bill would block federal funds from going to Lanbei Biologics and Tongwei Genetics.", rows("ndaa-ban", "threaten", "Lanbei Biologics", "Tongwei Genetics")),
        ("A separate law forbids the Defense Department to purchase batteries from six Chinese makers.", rows("ndaa-ban", "add", "six Chinese makers")),
        ("BIS today also issued an order denying Peninsular Marine Supply export privileges for ten years.", rows("denied-persons", "add", "Peninsular Marine Supply")),
        ("The department denied Peninsular Marine Supply its export privileges.", rows("denied-persons", "add", "Peninsular Marine Supply")),
        ("Washington told Quillon Devices and Arrano Compute that their chips for China would need a license. Arrano Compute has since obtained its license; Quillon is still waiting.", rows("export-licence", "license", "Arrano Compute")),
        ("The ministry said it was examining whether Cobden & Lisle had broken the law, a first step toward its Unreliable Entity List.", rows("unreliable-entity-list", "threaten", "Cobden & Lisle")),
        ("The Commerce Department added 12 firms to the Entity List, Haosen Tech and Baijin Optics included.", rows("entity-list", "add", "12 firms", "Haosen Tech", "Baijin Optics")),
        ("The Commerce Department added Haosen Tech to the Entity List as well as Baijin Optics and Orvane Vision.", rows("entity-list", "add", "Haosen Tech", "Baijin Optics", "Orvane Vision")),
    ],
)  # fmt: skip
def test_withheld(pipeline, text, expected):
    assert listings_told(pipeline, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The state received federal money from Lanbei Biologics.",
        "The bill would not keep federal money away from Lanbei Biologics.",
        "Would the bill keep federal money away from Lanbei Biologics?",
        "The law keeps federal money away from lobbyists, said Lanbei Biologics.",
        "The department did not deny Peninsular Marine Supply its export privileges.",
        "The Pentagon's suppliers were soon to be barred from buying shares of Lanbei Biologics.",
        "Arrano Compute obtained its license to brew beer in Texas.",
        "Haosen Tech, a first step toward its Unreliable Entity List strategy, opened a plant.",
    ],
)
def test_nothing_is_withheld(pipeline, text):
    assert listings_told(pipeline, text) == set()
