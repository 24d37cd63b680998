"""Wordings of listings beyond the plain verb: open questions, nouns, pronouns, asides, follow-up sentences."""

import datetime as dt

import pytest

from db.records import ArticleContext, ListingFact, Role
from nlp.pipeline import annotate_text


def listings(pipeline, text):
    """(company, list, action, standing or modality where it is not plain)."""
    found = annotate_text(pipeline, text, ArticleContext(published=dt.date(2025, 4, 30))).facts
    rows = set()
    for fact in found:
        if isinstance(fact, ListingFact):
            party = fact.party(Role.COMPANY)
            how = fact.standing.value if fact.modality.value == "asserted" else fact.modality.value
            rows.add((party.name or party.surface, fact.list, fact.action.value, how))
    return rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Treasury is due to decide whether Yanhu Shipping, a Dalian operator, goes on the SDN list.", {("Yanhu Shipping", "sdn", "threaten", "current")}),
        ("The Commerce Department could decide whether to add Yutai Memory to the Entity List.", {("Yutai Memory", "entity-list", "threaten", "current")}),
        ("Wenshu Vision said on Friday that any move to put it on a U.S. trade blacklist would be a mistake.", {("Wenshu Vision", "entity-list", "threaten", "current")}),
        ("An earlier version of this report said that Tarvik Power Company had been added to the Entity List. It has not.", set()),
        ("Deqing Gas Systems, also blacklisted, fell by the daily limit in Shanghai.", {("Deqing Gas Systems", "blacklist", "add", "recalled")}),
        ("The agreement does not take Shuoguang Telecom off the Entity List, on which it has been since August 2024.", {("Shuoguang Telecom", "entity-list", "add", "recalled")}),
        ("BIS today issued a Temporary Denial Order (TDO) suspending the export privileges of Volantis Air Cargo, of Sharjah.", {("Volantis Air Cargo", "denied-persons", "add", "current")}),
        ("BIS also announced that it has extended the denial order against Polesie Avia for a further year.", {("Polesie Avia", "denied-persons", "extend", "current")}),
        ("China said it would suspend for 90 days the inclusion of aircraft maker Kestrel Ridge Aerospace on its export control list.", {("Kestrel Ridge Aerospace", "china-export-control", "remove", "planned")}),
        ("Linjiang Solar Co., Ltd. asked the court to vacate its addition to the UFLPA Entity List.", {("Linjiang Solar Co., Ltd.", "uflpa", "challenge", "current")}),
        ("Linjiang Solar's lawsuit over its place on the UFLPA Entity List became public.", {("Linjiang Solar", "uflpa", "challenge", "current")}),
        ("Saebom Electronics, which runs a plant in Dalian under an annual waiver from the US Commerce Department, is lobbying for a longer one.", {("Saebom Electronics", "export-licence", "license", "recalled")}),
        ("Ogden Farm Machinery, which was included in the Unreliable Entity List in March 2024, has changed and is removed from it.", {("Ogden Farm Machinery", "unreliable-entity-list", "add", "recalled"), ("Ogden Farm Machinery", "unreliable-entity-list", "remove", "current")}),
        ("The Ministry of Commerce today announced measures. Sable Ridge Defense Corporation is added to the Export Control List.", {("Sable Ridge Defense Corporation", "china-export-control", "add", "current")}),
        ("On Tuesday the Commerce Department added 13 firms to the Entity List. Two make graphics chips: Pixelrun Microelectronics and Tianwen Compute.", {("13 firms", "entity-list", "add", "current"), ("Pixelrun Microelectronics", "entity-list", "add", "current"), ("Tianwen Compute", "entity-list", "add", "current")}),
        ("The Commerce Department added Orvane Vision to the Entity List. They include voice firm Yinqiao Speech, which was put on the Unverified List in March.", {("Orvane Vision", "entity-list", "add", "current"), ("Yinqiao Speech", "entity-list", "add", "current"), ("Yinqiao Speech", "unverified-list", "add", "recalled")}),
        ("The Commerce Department has no plans at this time to take Orvane Vision off the Entity List.", set()),
        ("The department has no intention of adding Orvane Vision to the Entity List.", set()),
        ("The department does not plan to add Orvane Vision to the Entity List.", set()),
        ("The department has not ruled out adding Orvane Vision to the Entity List.", {("Orvane Vision", "entity-list", "threaten", "current")}),
        ("This article originally said that Orvane Vision was added to the Entity List.", set()),
        ("Neither Orvane Vision nor Tarvik Power has ever been owned by the army, or has been included in the Entity List.", set()),
        ("Orvane Vision was added to the Entity List along with Tarvik Power and seven affiliates.", {("Orvane Vision", "entity-list", "add", "current"), ("Tarvik Power", "entity-list", "add", "current"), ("seven affiliates", "entity-list", "add", "current")}),
        ("The Pentagon added 12 firms to its list of Chinese military companies, Puqing Graphite and Kaiwu Data among them.", {("12 firms", "1260h", "add", "current"), ("Puqing Graphite", "1260h", "add", "current"), ("Kaiwu Data", "1260h", "add", "current")}),
        ("Washington dropped two names from the Entity List on Monday, the gearbox maker Jiangbei Drive Systems and Lanzhen Biotech, and added none.", {("two names", "entity-list", "remove", "current"), ("Jiangbei Drive Systems", "entity-list", "remove", "current"), ("Lanzhen Biotech", "entity-list", "remove", "current")}),
        ("A minority owner of Malabar Semiconductors, Qixia Computing of Nanjing, was put on the Entity List.", {("Qixia Computing", "entity-list", "add", "current")}),
        ("A day after it was blacklisted by Washington, Wenshu Vision set out on Tuesday to persuade its customers.", {("Wenshu Vision", "entity-list", "add", "current")}),
        ("Hours after Washington blacklisted a foundry, China added Ostrander Genomics to its unreliable entity list.", {("Ostrander Genomics", "unreliable-entity-list", "add", "current")}),
        ("Haosen Tech became the first Chinese battery maker on the Entity List.", {("Haosen Tech", "entity-list", "add", "recalled")}),
        ("Haosen Tech is the latest company to be added to the Entity List.", {("Haosen Tech", "entity-list", "add", "current")}),
        ("Lawmakers have called on the Commerce Department to blacklist Haosen Tech.", {("Haosen Tech", "entity-list", "threaten", "current")}),
        ("Tiegu Magnet has been on the Department of Defense's 1260H List since 2024.", {("Tiegu Magnet", "1260h", "add", "recalled")}),
        ("The Commerce Department added Orvane Vision to the Entity List. Drone maker Swiftwing Aero was also named.", {("Orvane Vision", "entity-list", "add", "current"), ("Swiftwing Aero", "entity-list", "add", "current")}),
        ("The United States added 23 companies to its Entity List, two of them for buying tools. The two, Corewell Micro and Tengfang Instruments, did not reply.", {("23 companies", "entity-list", "add", "current"), ("Corewell Micro", "entity-list", "add", "current"), ("Tengfang Instruments", "entity-list", "add", "current")}),
        ("Shares of Tai Shing Micro rose as investors shrugged off its addition to the Entity List.", {("Tai Shing Micro", "entity-list", "add", "current")}),
        ("Motors came from Shuanghe Robotics until it landed on the Entity List.", {("Shuanghe Robotics", "entity-list", "add", "current")}),
        ("The company bought sensors from Haosen Tech before it was added to the Entity List.", set()),
        ("Senator Jed Farrow, who wants Fuyun Corp blacklisted too, called the licenses a gift.", {("Fuyun Corp", "blacklist", "threaten", "current")}),
        ("OFAC blacklisted Haosen Shipping on Tuesday for moving Iranian crude.", {("Haosen Shipping", "sdn", "add", "current")}),
        ("The Treasury sanctioned Haosen Shipping on Tuesday.", {("Haosen Shipping", "sdn", "add", "current")}),
        ("Haosen Shipping, which was sanctioned by China, fell 3%.", set()),
        ("American agencies have been forbidden by law to buy aircraft from China's Huanlang Unmanned.", {("Huanlang Unmanned", "ndaa-ban", "add", "current")}),
        ("Tiegu Magnet fell, and a Senate bill would bar it from federal procurement outright.", {("Tiegu Magnet", "ndaa-ban", "threaten", "current")}),
        ("The bill would prohibit federal agencies from procuring services from certain companies, among which the draft names Wujin Bio and Genharbor Holdings.", {("Wujin Bio", "ndaa-ban", "threaten", "current"), ("Genharbor Holdings", "ndaa-ban", "threaten", "current")}),
        ("The order bars federal agencies from buying drones from certain makers, among whom an annex named Wujin Technology and Genharbor Holdings.", {("Wujin Technology", "ndaa-ban", "add", "current"), ("Genharbor Holdings", "ndaa-ban", "add", "current")}),
        ("The Commerce Department added nine companies to the Entity List, among which its notice names Haosen Tech and Baijin Optics.", {("nine companies", "entity-list", "add", "current"), ("Haosen Tech", "entity-list", "add", "current"), ("Baijin Optics", "entity-list", "add", "current")}),
        ("The dealer, Straits Tooling Sdn. Bhd., is the subject of a temporary denial order.", {("Straits Tooling Sdn. Bhd.", "denied-persons", "add", "current")}),
        ("Haosen Tech was put on the Entity List. Baijin Optics landed on the 1260H list. Zhulin Semi has been on the same list since 2020.", {("Haosen Tech", "entity-list", "add", "current"), ("Baijin Optics", "1260h", "add", "current"), ("Zhulin Semi", "blacklist", "add", "recalled")}),
        ("Duoshan Memory landed on the Entity List and sells chips to handset brands such as Oro Mobile and Moyang Mobile.", {("Duoshan Memory", "entity-list", "add", "current")}),
        ("China will suspend for one year the export control measures that it imposed on 15 US companies in March.", {("15 US companies", "china-export-control", "remove", "planned")}),
        ("China's commerce ministry took two firms off its unreliable entity list. The ministry also lifted the measures against Calder Genomics.", {("two firms", "unreliable-entity-list", "remove", "current"), ("Calder Genomics", "unreliable-entity-list", "remove", "current")}),
        ("The Commerce Department lifted restrictions on Haosen Tech exports. The Entity List is long.", set()),
        ("OFAC blacklisted an oil terminal together with three tanker companies, one of them Hong Kong's Silver Tide Marine, for handling Iranian crude.", {("three tanker companies", "sdn", "add", "current"), ("Silver Tide Marine", "sdn", "add", "current")}),
        ("Haosen Tech was put on the Treasury's list of Chinese military-industrial complex companies.", {("Haosen Tech", "ns-cmic", "add", "current")}),
    ],
)  # fmt: skip
def test_wording(pipeline, text, expected):
    assert listings(pipeline, text) == expected


def test_bullets_take_the_act_of_their_heading(pipeline):
    text = (
        "The Pentagon updated its Section 1260H list. Twelve entities were added and four were deleted.\n\n"
        "Entities added\n\n- Kaiwu Data Technology Co., Ltd. (already on the Entity List)\n- Puqing Graphite Group\n\n"
        "Entities removed\n\n- Lianhai Pilot Co., Ltd.\n- Beacon Peak Logistics\n"
    )
    found = {(name, listed, action) for name, listed, action, _ in listings(pipeline, text)}
    assert {
        ("Kaiwu Data Technology Co., Ltd.", "1260h", "add"),
        ("Puqing Graphite Group", "1260h", "add"),
        ("Lianhai Pilot Co., Ltd.", "1260h", "remove"),
        ("Beacon Peak Logistics", "1260h", "remove"),
    } <= found
    assert not {row for row in found if row[1] == "entity-list" and row[2] == "remove"}


def test_days_are_those_of_the_act(pipeline):
    cases = {
        "On 30 January 2025 the Commerce Department removed Orvane Vision from the Unverified List, to which it was added on 8 February 2022.": {("remove", "2025-01-30"), ("add", "2022-02-08")},
        "Orvane Vision sued in May 2024. The Pentagon took Orvane Vision off its list of Chinese military companies that October.": {("remove", "2024-10")},
        "Orvane Vision was removed from the Entity List last autumn.": {("remove", "2024")},
        "A judge ruled on Friday against Orvane Vision, which has been on the 1260H List since 2021.": {("add", "2021")},
        "Orvane Vision was put on the Entity List in 2019 and on the SDN List in 2021.": {("add", "2019"), ("add", "2021")},
        "The sale was agreed in May 2024, five months after the ministry put Orvane Vision on the Unreliable Entity List.": {("add", "2023-12")},
        "The Commerce Department added Orvane Vision to the Entity List on Monday. It also moved Tarvik Power to the Entity List.": {("add", "2025-04-28")},
        "China put Orvane Vision on its unreliable entity list on Monday. The Commerce Department added Tarvik Power to the Entity List.": {("add", "2025-04-28"), ("add", None)},
    }  # fmt: skip
    for text, expected in cases.items():
        facts = annotate_text(pipeline, text, ArticleContext(published=dt.date(2025, 4, 30))).facts
        assert {(f.action.value, f.as_of) for f in facts if isinstance(f, ListingFact)} == expected, text


def test_a_name_in_brackets_is_not_listed_for_its_owner(pipeline):
    text = "Haosen Shipbuilding fell. Haosen Shipbuilding, part of Northern Ships Group (NSG), has been on the 1260H List since January."
    assert {name for name, *_ in listings(pipeline, text)} == {"Haosen Shipbuilding"}


def test_siblings_that_share_a_word_stay_apart(pipeline):
    text = (
        'The Bureau of Industry and Security fined Tarvik Design Systems, Inc. ("Tarvik"). Tarvik\'s wholly owned '
        'subsidiary, Tarvik (Shanghai) Trading Co., Ltd. ("TST"), was added to the Entity List.'
    )
    assert {name for name, *_ in listings(pipeline, text)} == {"Tarvik (Shanghai) Trading Co., Ltd."}


def test_defined_terms_mean_their_party(pipeline):
    text = (
        'This announcement is made by Mingsha Solar Limited (the "Company", together with its subsidiaries the "Group"). '
        'The board of directors (the "Board") notes that the Company and its subsidiary Lanzhen Crystal are included in '
        "the Entity List. The Group and the Board disagree."
    )
    annotation = annotate_text(pipeline, text, ArticleContext(published=dt.date(2025, 4, 30)))
    assert {name for name, *_ in listings(pipeline, text)} == {"Mingsha Solar Limited", "Lanzhen Crystal"}
    assert {e.name for e in annotation.entities} == {"Mingsha Solar Limited", "Lanzhen Crystal"}
