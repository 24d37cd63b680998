"""Keys, legal forms and which names are one: parents, branches and numbered units never merge."""

import pytest

from nlp.names import core, fold, is_acronym_of, is_legal_form, key, without_legal_form
from nlp.resolve.name_pairs import compare, same_name

#: One invented firm a jurisdiction, with its legal form as printed there.
FORMS = [
    "Orvane Robotics Inc.", "Orvane Robotics, LLC", "Orvane Robotics Corp.", "Orvane Robotics plc", "Orvane Robotics Ltd",
    "Orvane Robotics DAC", "Orvane Robotics GmbH", "Orvane Robotics AG", "Orvane Robotics GmbH & Co. KG", "Orvane Robotics SE",
    "Orvane Robotics S.A.", "Orvane Robotics SAS", "Orvane Robotics S.à r.l.", "Orvane Robotics N.V.", "Orvane Robotics B.V.",
    "Orvane Robotics S.p.A.", "Orvane Robotics S.r.l.", "Orvane Robotics, S.L.", "Orvane Robotics Lda", "Orvane Robotics Ltda.",
    "Orvane Robotics S.A. de C.V.", "Orvane Robotics A/S", "Orvane Robotics ASA", "Orvane Robotics AB (publ)", "Orvane Robotics Oyj",
    "Orvane Robotics Sp. z o.o.", "Orvane Robotics s.r.o.", "Orvane Robotics Kft.", "Orvane Robotics EOOD", "Orvane Robotics d.o.o.",
    "Orvane Robotics OÜ", "SIA Orvane Robotics", "UAB Orvane Robotics", "OOO Orvane Robotics", "PJSC Orvane Robotics", "TOV Orvane Robotics",
    "Orvane Robotics A.Ş.", "Orvane Robotics Pvt. Ltd.", "Orvane Robotics Private Limited", "Orvane Robotics Pte. Ltd.",
    "Orvane Robotics Sdn. Bhd.", "PT Orvane Robotics Tbk", "Orvane Robotics Public Company Limited", "Orvane Robotics JSC",
    "Orvane Robotics K.K.", "Orvane Robotics Co., Ltd.", "Orvane Robotics Company Limited", "Orvane Robotics Pty Ltd",
    "Orvane Robotics FZE", "Orvane Robotics S.A.E.",
]  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_the_legal_form_is_no_part_of_the_name(name):
    assert core(name) == "orvane robotics"
    assert same_name(name, "Orvane Robotics")


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("奥万机器人有限公司", "奥万机器人"),
        ("奥万机器人股份有限公司", "奥万机器人"),
        ("奥万机器人有限责任公司", "奥万机器人"),
        ("奥万機器人股份有限公司", "奥万機器人"),
        ("株式会社オルバン", "オルバン"),
        ("オルバン株式会社", "オルバン"),
        ("合同会社オルバン", "オルバン"),
        ("㈱オルバン", "オルバン"),
        ("주식회사 오르반", "오르반"),
        ("오르반(주)", "오르반"),
        ("招商银行有限公司", "招商银行"),
    ],
)
def test_glued_forms_are_stripped(name, short):
    assert core(name) == short
    assert same_name(name, short)


def test_a_name_that_is_only_a_form_stays():
    assert core("公司") == "公司"
    assert core("Limited") == "limited"
    assert core("Ohm & Co") == "ohm and co"


SAME = [
    ("S.M.I.C.", "SMIC"),
    ("Sense Time", "SenseTime"),
    ("Veldt & Sons Ltd", "Veldt and Sons"),
    ("Orvane’s", "Orvane"),
    ("Société Orvane S.A.", "Societe Orvane"),
    ("ＯＲＶＡＮＥ Robotics", "Orvane Robotics"),
    ("The Orvane Company", "Orvane"),
    ("Orvane Robotics Technology Co., Ltd.", "Orvane Robotics"),
    ("Long Lattice Robotics Corp. (LLR)", "Long Lattice Robotics"),
    ("Orvane Lattice Robotics", "Orvane Latice Robotics"),
    ("Kestrelwick Dynamics", "Kestrelwikc Dynamics"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_spellings_of_one_name(left, right):
    assert same_name(left, right)
    assert same_name(right, left)


APART = [
    ("Orvane", "Orvane UK Limited"),
    ("Orvane (Beijing) Co., Ltd.", "Orvane"),
    ("Orvane (Beijing) Co., Ltd.", "Orvane (Tianjin) Co., Ltd."),
    ("Orvane Beijing", "Orvane Shanghai"),
    ("Orvane Group", "Orvane Corporation"),
    ("Orvane Holdings Ltd", "Orvane Ltd"),
    ("Orvane Group", "Orvane Holdings"),
    ("Third Research Institute", "Fourth Research Institute"),
    ("No. 14 Institute", "No. 38 Institute"),
    ("Orvane 1 GmbH", "Orvane 2 GmbH"),
    ("Orvane Steel Works II", "Orvane Steel Works III"),
    ("Orvane Software", "Orvane Hardware"),
    ("Orvane Defense", "Orvane"),
    ("North Orvane Mining", "South Orvane Mining"),
    ("Yixin Technology", "Yixing Technology"),
    ("Dahua", "Dahau Trading GmbH"),
    ("Veridian Optics", "Veridian Optical"),
    ("奥万机器人（北京）有限公司", "奥万机器人有限公司"),
    ("奥万一公司", "奥万二公司"),
    ("Hangzhou Orvane", "Suzhou Orvane"),
]


@pytest.mark.parametrize(("left", "right"), APART)
def test_relatives_and_neighbours_never_merge(left, right):
    assert not same_name(left, right)
    assert not same_name(right, left)
    assert compare(left, right).score < 0.7


def test_what_stands_against_a_match_is_told():
    assert "beijing" in compare("Orvane Beijing", "Orvane").why


@pytest.mark.parametrize(
    ("short", "long", "fits"),
    [
        ("SMIC", "Semiconductor Manufacturing International Corp.", True),
        ("SMIC", "Sunrise Metals and Industrial Casting", True),
        ("JHICC", "Fujian Jinhua Integrated Circuit Co", True),
        ("DoD", "Department of Defense", True),
        ("BIS", "Bureau of Industry and Security", True),
        ("ABC", "Alpha Gamma", False),
        ("OLR", "Kestrel Dynamics", False),
    ],
)
def test_acronyms(short, long, fits):
    assert is_acronym_of(short, long) is fits


def test_fold_keeps_the_length():
    for text in ("Ｈｕａｗｅｉ’s İstanbul ﬁrm", "Straße", "Plain"):
        assert len(fold(text)) == len(text)


def test_small_things():
    assert key("Yitu's") == "yitu"
    assert is_legal_form("Co., Ltd.")
    assert not is_legal_form("Orvane Ltd")
    assert without_legal_form("Tarrant Aerospace, Inc.") == "Tarrant Aerospace"
