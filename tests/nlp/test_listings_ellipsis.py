"""Acts told without their list, where the text has one in focus."""

import pytest
from tests_support import listings_told


def rows(listed, action, *names):
    return {(name, listed, action) for name in names}


NEW = "The Pentagon published its latest 1260H list on Monday. "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NEW + "Haosen Tech was one of nine companies added, along with the container line Puqing Marine and the motor specialist Taicang Drives.", rows("1260h", "add", "nine companies", "Haosen Tech", "Puqing Marine", "Taicang Drives")),
        (NEW + "Haosen Tech is among 14 firms added.", rows("1260h", "add", "14 firms", "Haosen Tech")),
        (NEW + "The six firms removed, including Orvane Vision, make ships.", rows("1260h", "remove", "six firms", "Orvane Vision")),
        (NEW + "Six others came off, among them Yunji Data and Baijin Optics.", rows("1260h", "remove", "Six others", "Yunji Data", "Baijin Optics")),
        (NEW + "Orvane Vision dropped off.", rows("1260h", "remove", "Orvane Vision")),
        (NEW + "Four companies came off and two went on.", rows("1260h", "remove", "Four companies") | rows("1260h", "add", "two")),
        (NEW + "Haosen Tech stayed on; Baijin Optics was dropped.", rows("1260h", "add", "Haosen Tech") | rows("1260h", "remove", "Baijin Optics")),
        ("The ruling does not touch the Entity List. The drone builder Qinhe Unmanned was added to that one in December.", rows("entity-list", "add", "Qinhe Unmanned")),
        ("Haosen Tech has been on the Entity List since 2020. Senator Paul Dorn asked the Commerce Department to add the memory maker Zijun Storage.", rows("entity-list", "add", "Haosen Tech") | rows("entity-list", "threaten", "Zijun Storage")),
        ("Haosen Tech has been on the Entity List since 2020. The department is considering whether to list Orvane Vision, too.", rows("entity-list", "add", "Haosen Tech") | rows("entity-list", "threaten", "Orvane Vision")),
        ("The Pentagon agreed to drop Haosen Tech, which had been on its list of Chinese military companies since last June.", rows("1260h", "remove", "Haosen Tech") | rows("1260h", "add", "Haosen Tech")),
        ("CBP stopped 6,000 shipments under the Uyghur Forced Labor Prevention Act. The list behind it grew again on July 30: Aksu Lithium, Hotan Aluminum and the casting group Luyuan Wheel are the newest of 151 entries.", rows("uflpa", "add", "Aksu Lithium", "Hotan Aluminum", "Luyuan Wheel")),
        (NEW + "Tokyo took note of the 37 companies that Washington designated in December 2022.", rows("1260h", "add", "37 companies")),
        (NEW + "Baijin Optics and Orvane Vision are the newest of what are now 151 names.", rows("1260h", "add", "Baijin Optics", "Orvane Vision")),
        ("A bill would keep federal money away from Lanbei Biologics. The bill would also oblige the government to decide whether to add Yilan Cell Therapy.", rows("ndaa-ban", "threaten", "Lanbei Biologics", "Yilan Cell Therapy")),
        (NEW + "Haosen Tech is the latest entrant.", rows("1260h", "add", "Haosen Tech")),
    ],
)  # fmt: skip
def test_the_list_in_focus_is_meant(pipeline, text, expected):
    assert listings_told(pipeline, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Haosen Tech added 40 stores in May.",
        "Six others came off the assembly line, among them a truck of Yunji Data.",
        "A deal of Orvane Vision came off.",
        "The department did not add Zijun Storage.",
        "The department asked Haosen Tech to add Zijun Storage to its portfolio.",
        "The bank added Zijun Storage, a maker of chips.",
        "The retailer dropped Zijun Storage as a supplier.",
        "The group has 30 shops, nine of them added in stations.",
        "Haosen Tech is the latest addition to the index.",
        "Haosen Tech stayed on course.",
        "A bill would oblige the government to decide whether to add Yilan Cell Therapy.",
        "Tokyo took note of the 37 companies that Orvane Vision listed in a prospectus.",
        "Tokyo took note of the 37 companies that Washington designated as partners.",
        "The ministry listed Zijun Storage as a partner.",
    ],
)
def test_another_thing_is_meant(pipeline, text):
    assert listings_told(pipeline, NEW + text) == set()
