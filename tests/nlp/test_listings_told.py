"""Listings told around the verb: parts of a counted group, notices, nouns and pronouns; and what must stay silent."""

import datetime as dt

import pytest
from tests_support import listings_told

from db.records import ArticleContext, ListingFact, Role
from nlp.pipeline import annotate_text


def add(listed, *names):
    return {(name, listed, "add") for name in names}


EL, UVL, MIL, UEL, CEC = (
    "entity-list", "unverified-list", "1260h", "unreliable-entity-list", "china-export-control",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # groups and their parts
        ("Washington put 31 Chinese organizations on its Unverified List on Friday. Mingyue Foundry was placed on the Entity List in 2020. Among the 31 is Wuxi Taohua Biosystems.", add(UVL, "31 Chinese organizations", "Wuxi Taohua Biosystems") | add(EL, "Mingyue Foundry")),
        ("The ministry said that 12 US entities would be taken off the export control list, and that measures against another 16, placed on the same list in April, would remain. Among the 12 are Ridgeback Avionics and Colderton Composites.", {("12 US entities", CEC, "remove"), ("Ridgeback Avionics", CEC, "remove"), ("Colderton Composites", CEC, "remove"), ("another 16", CEC, "add")}),
        ("BIS published two rules. The first removes eight persons from the Unverified List. The second adds eleven to the Entity List. Two names appear in both:\n\n• Guangling Precision Co., Ltd.\n• Wuhu Vacuum", {("eight persons", UVL, "remove"), ("Guangling Precision Co., Ltd.", UVL, "remove"), ("Wuhu Vacuum", UVL, "remove")} | add(EL, "eleven", "Guangling Precision Co., Ltd.", "Wuhu Vacuum")),
        ("The Pentagon on Monday added the seven, including Qinyuan Drones, to what it calls the list of \"Chinese military companies\".", add(MIL, "the seven", "Qinyuan Drones")),
        ("Orient Film was one of three firms taken off the Entity List on Monday after an audit.", {("Orient Film", EL, "remove"), ("three firms", EL, "remove")}),
        ("Dexin Panel, one of 14 companies that were added to the Entity List last year, reported a loss.", add(EL, "Dexin Panel", "14 companies")),
        ("The Commerce Department added 14 companies to the Entity List. One of them, Jinghe Display, makes screens.", add(EL, "14 companies", "Jinghe Display")),
        ("The company was one of three placed on the UFLPA Entity List on Monday; the others are Kashi Cotton and Hami Melon Foods.", add("uflpa", "three", "Kashi Cotton", "Hami Melon Foods")),
        ("Two of the companies, Dexin Panel and Orient Film, were previously placed on the Military End User List.", add("meu-list", "Dexin Panel", "Orient Film")),
        ("The three UVL removals, Fuli Pump, Daeyang Chemical and Reaktor Volga, follow checks.", {("Fuli Pump", UVL, "remove"), ("Daeyang Chemical", UVL, "remove"), ("Reaktor Volga", UVL, "remove")}),
        ("China's Ministry of Commerce announced that it had placed 10 US firms, including Harlow Arms and Baxter Missile Systems, on its unreliable entity list.", add(UEL, "10 US firms", "Harlow Arms", "Baxter Missile Systems")),
        # one verb, several lists, each with its own parties
        ("The ministry on Wednesday placed 12 American entities on its export control list and another three on the unreliable entity list.", add(CEC, "12 American entities")),
        ("The Pentagon put Haoyang Optics on the 1260H list and Lumen Radar on the Entity List.", add(MIL, "Haoyang Optics") | add(EL, "Lumen Radar")),
        ("Washington added 14 firms to the Entity List and 6 companies to the Unverified List.", add(EL, "14 firms") | add(UVL, "6 companies")),
        ("Haoyang Optics was added to the Entity List and, in 2021, to the 1260H list.", add(EL, "Haoyang Optics") | add(MIL, "Haoyang Optics")),
        ("Haoyang Optics and Lumen Radar were added to the Entity List and the Unverified List.", add(EL, "Haoyang Optics", "Lumen Radar") | add(UVL, "Haoyang Optics", "Lumen Radar")),
        # more than one name before the verb
        ("Halton Systems and Sentry Ridge Corp., both added to the Unreliable Entity List in April, stay where they are.", add(UEL, "Halton Systems", "Sentry Ridge Corp.")),
        ("Jinghe Display, Dexin Panel and Orient Film, all of which are on the Entity List, said they would appeal.", add(EL, "Jinghe Display", "Dexin Panel", "Orient Film")),
        ("China urged Washington to help companies such as Hongfei Computing and Jiayue Aviation, which were added to the US Entity List in 2021.", add(EL, "Hongfei Computing", "Jiayue Aviation")),
        ("Fuho Film and Jinghe Display, which was added to the Entity List in 2021, have a joint venture.", add(EL, "Jinghe Display")),
        ("Two other companies left the Entity List. Hangzhou Fuxing Sensors, added in June 2022, and the Finnish agent Saimen Forwarding Oy were removed after checks.", {("Two other companies", EL, "remove"), ("Hangzhou Fuxing Sensors", EL, "remove"), ("Saimen Forwarding Oy", EL, "remove")} | add(EL, "Hangzhou Fuxing Sensors")),
        ("Tailong Robotics, the Chengdu maker of four-legged machines that the Pentagon put on its 1260H list in January, has filed for a share sale.", add(MIL, "Tailong Robotics")),
        ("Haiyan Sensing is one of the companies listed by the Pentagon under Section 1260H.", add(MIL, "Haiyan Sensing")),
        ("Corvin Radar and Dunmore Optics were among 15 U.S. companies that China added to its export control list on March 4.", add(CEC, "Corvin Radar", "Dunmore Optics", "15 U.S. companies")),
        # notices, inverted sentences
        ("The Pentagon updated its 1260H list on Monday to include Lanyue Robotics and Haiyan Sensing.", add(MIL, "Lanyue Robotics", "Haiyan Sensing")),
        ("Washington has expanded its Entity List by 19 names, most of them in Shenzhen.", add(EL, "19 names")),
        ("The Commerce Department added 14 companies to its Entity List. Named in the notice are Haiwei Optoelectronics, its sales arm Haiwei Global and two firms outside China: Delta Marine FZE of Dubai and Petrovsk Import, a dealer which the Treasury put on its SDN list in 2023.", add(EL, "14 companies", "Haiwei Optoelectronics", "Haiwei Global", "Delta Marine FZE", "Petrovsk Import") | add("sdn", "Petrovsk Import")),
        ("Linghua Micro has not been added to the 1260H List, though the Pentagon's January revision took in its largest customer, the drone maker Hexing.", add(MIL, "Hexing")),
        ("Put on the Entity List were Dalian Hengfa Electronics and the Turkish forwarder Beylik Lojistik.", add(EL, "Dalian Hengfa Electronics", "Beylik Lojistik")),
        # nouns and pronouns
        ("Exports of dual-use goods to Barlow Avionics and 12 other American companies will stop from Friday, after their addition to China's export control list.", add(CEC, "Barlow Avionics", "12 other American companies")),
        ("OFAC on Thursday designated Shandong Haixin Petrochemical and five shipping companies, adding them to its Specially Designated Nationals list.", add("sdn", "Shandong Haixin Petrochemical", "five shipping companies")),
        ("Since the United States placed it on the Entity List in May 2019, Dexin Panel has built its own tools.", add(EL, "Dexin Panel")),
        ("Dexin Panel's Entity List designation, announced on Monday, hit its shares.", add(EL, "Dexin Panel")),
        ("Washington's latest Entity List additions include Dexin Panel and Orient Film.", add(EL, "Dexin Panel", "Orient Film")),
        ("Dexin Panel and Orient Film make up the latest additions to the FCC's Covered List.", add("fcc-covered", "Dexin Panel", "Orient Film")),
        ("Dexin Panel, an Entity List company, sold its stake in Weigu Film.", add(EL, "Dexin Panel")),
        ("Entity List companies such as Jinghe Display cannot buy from Fuho Film.", add(EL, "Jinghe Display")),
        ("The ministry listed Harlow Arms as an unreliable entity on Friday.", add(UEL, "Harlow Arms")),
        ("Lanyue Robotics was hit with an Entity List designation last year.", add(EL, "Lanyue Robotics")),
        ("Lanyue Robotics, which earned a spot on the Entity List in 2022, plans a Malaysian plant.", add(EL, "Lanyue Robotics")),
        ("Xinya Graphics has been subject to Entity List restrictions since October 2023.", add(EL, "Xinya Graphics")),
        ("Haiyan Sensing has been designated a \"Chinese military company\" by the US Department of Defense.", add(MIL, "Haiyan Sensing")),
        ("BIS issued a general license that allows Orient Film to keep servicing its customers until August.", {("Orient Film", "export-licence", "license")}),
        # whose list it is
        ("China's Ministry of Commerce said the U.S. had added Jinghe Display to its export control list and that it would retaliate.", add(EL, "Jinghe Display")),
        ("China's commerce ministry condemned the addition of Huayang Chips to a US trade blacklist.", add(EL, "Huayang Chips")),
        ("Beijing called on Washington to take Huayang Chips off the U.S. export blacklist.", {("Huayang Chips", EL, "remove")}),
        # wanted, not done
        ("Rep. Dale Hutch wants Sadir Cloud put on the Entity List.", {("Sadir Cloud", EL, "threaten")}),
        ("The House panel called for Liwa Chips to be put on the Entity List.", {("Liwa Chips", EL, "threaten")}),
        ("The lawmakers asked that Liwa Chips be added to the Entity List.", {("Liwa Chips", EL, "threaten")}),
        ("Pressure is mounting on the administration to put Kaiyang Memory on the Entity List.", {("Kaiyang Memory", EL, "threaten")}),
        ("The proposed Entity List designation of Fuho Film has been put off.", {("Fuho Film", EL, "threaten")}),
    ],
)  # fmt: skip
def test_wordings(pipeline, text, expected):
    assert listings_told(pipeline, text) == expected


@pytest.mark.parametrize(
    ("text", "silent"),
    [
        ("The Commerce Department added 14 companies to the Entity List. Among the customers of the 14 are Taiyuan Glass and Fuho Film.", {"Taiyuan Glass", "Fuho Film"}),
        ("The Commerce Department added 14 companies to the Entity List. One of them, Jinghe Display, is a customer of Fuho Film. The largest of its suppliers is Taiyuan Glass.", {"Taiyuan Glass", "Fuho Film"}),
        ("The Commerce Department added Jinghe Display to the Entity List. Named in the lawsuit are Taiyuan Glass and Fuho Film.", {"Taiyuan Glass", "Fuho Film"}),
        ("The Commerce Department added Jinghe Display to the Entity List. Also affected are suppliers such as Fuho Film.", {"Fuho Film"}),
        ("Jinghe Display has been on the Entity List since 2021. The notice names Fuho Film as a supplier of the company.", {"Fuho Film"}),
        ("Jinghe Display was added to the Entity List. The order covers Fuho Film's exports as well.", {"Fuho Film"}),
        ("Fuho Film and Taiyuan Glass, whose biggest customers were added to the Entity List in 2021, fell.", {"Fuho Film", "Taiyuan Glass"}),
        ("Fuho Film would have been added to the Entity List had it not sold the unit, the department said.", {"Fuho Film"}),
        ("Suppliers to companies on the Entity List include Fuho Film and Taiyuan Glass.", {"Fuho Film", "Taiyuan Glass"}),
        ("Candidates for addition to the Entity List include Fuho Film and Taiyuan Glass.", {"Fuho Film", "Taiyuan Glass"}),
        ("Jinghe Display is on the Entity List. The fund's portfolio was overhauled: Fuho Film, added in March, is up 3%, and Taiyuan Glass was removed in May.", {"Fuho Film", "Taiyuan Glass"}),
        ("Fuho Film and Taiyuan Glass hailed their addition to the Nasdaq 100. Jinghe Display is on the Entity List.", {"Fuho Film", "Taiyuan Glass"}),
        ("The department investigated Fuho Film and Taiyuan Glass, without adding them to the Entity List.", {"Fuho Film", "Taiyuan Glass"}),
        ("The department investigated Fuho Film and Taiyuan Glass but stopped short of adding them to the Entity List.", {"Fuho Film", "Taiyuan Glass"}),
        ("The units of Fuho Film and Taiyuan Glass were added to the Entity List.", {"Fuho Film", "Taiyuan Glass"}),
        ("No Entity List designation of Fuho Film is planned, the department said.", {"Fuho Film"}),
        ("Fuho Film supplies two of the companies that were put on the Entity List.", {"Fuho Film"}),
        ("A newspaper called Fuho Film a \"Chinese military company\".", {"Fuho Film"}),
        ("Three of its customers, Fuho Film, Taiyuan Glass and Jinghe Display, were worried when the supplier was put on the Entity List.", {"Fuho Film", "Taiyuan Glass", "Jinghe Display"}),
        ("None of the three, Fuho Film, Taiyuan Glass and Jinghe Display, has been put on the Entity List.", {"Fuho Film", "Taiyuan Glass", "Jinghe Display"}),
        ("Neither Fuho Film nor Taiyuan Glass, both of which supply Jinghe Display, is on the Entity List.", {"Fuho Film", "Taiyuan Glass", "Jinghe Display"}),
        ("Fuho Film, an Entity List compliance software company, has 40 employees.", {"Fuho Film"}),
        ("The Commerce Department has put 140 firms on the Entity List. Among the 20 on a list of its own, the bank counts Fuho Film.", {"Fuho Film"}),
        ("Jinghe Display was put on the SDN list. A deal with two firms was signed. The two, Fuho Film and Taiyuan Glass, declined to comment.", {"Fuho Film", "Taiyuan Glass"}),
    ],
)  # fmt: skip
def test_others_are_not_listed(pipeline, text, silent):
    assert not {(name, action) for name, _, action in listings_told(pipeline, text) if name in silent}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On April 28, BIS published two rules. The first removes eight persons from the Unverified List. The second adds Wuhu Vacuum to the Entity List.", {"eight persons": "2025-04-28", "Wuhu Vacuum": "2025-04-28"}),
        ("The order, published in the Federal Register on Tuesday, adds Tianhu Computing to the Entity List.", {"Tianhu Computing": "2025-04-29"}),
        ("Washington published export rules on Friday and put 31 organizations on its Unverified List.", {"31 organizations": "2025-04-25"}),
        ("Hongfei Computing and Jiayue Aviation were added to the US Entity List in 2021 and 2023 respectively.", {"Hongfei Computing": "2021", "Jiayue Aviation": "2023"}),
        ("The ministry said that 12 US entities would be taken off the export control list as of May 14.", {"12 US entities": "2025-05-14"}),
        ("The Pentagon on Monday added Qinyuan Drones to its 1260H list. On the same day, China said it had put Cutlass Systems on its unreliable entity list.", {"Qinyuan Drones": "2025-04-28", "Cutlass Systems": "2025-04-28"}),
        ("China's ministry said on Wednesday it deplored the inclusion of Qinyuan Drones in a U.S. military blacklist.", {"Qinyuan Drones": None}),
        ("The Commerce Department announced a fine on Tuesday. Jinghe Display has been on the Entity List for years.", {"Jinghe Display": None}),
    ],
)  # fmt: skip
def test_days(pipeline, text, expected):
    found = annotate_text(pipeline, text, ArticleContext(published=dt.date(2025, 4, 30))).facts
    parties = [(f, f.party(Role.COMPANY)) for f in found if isinstance(f, ListingFact)]
    assert {p.name or p.surface: f.as_of for f, p in parties} == expected
