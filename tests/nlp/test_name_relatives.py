"""Relatives are other companies: 72 pairs of invented parents, siblings, branches, numbered units, groups and former halves."""

import pytest

from nlp.gazetteer import AliasTable, CompanyRecord
from nlp.names import core
from nlp.resolve.match import match_names
from nlp.resolve.name_pairs import compare, same_name

PARENTS = [
    ("Kelwick Photonics Co., Ltd.", "Kelwick Photonics Leasing Co., Ltd."),
    ("Kelwick Photonics", "Kelwick Photonics Finance B.V."),
    ("Kelwick Photonics Inc.", "Kelwick Photonics International Inc."),
    ("Kelwick AG", "Kelwick Immobilien AG"),
    ("Drovane Telecom", "Drovane Telecom Equipment"),
    ("Drovane", "Drovane Cloud"),
    ("Drovane", "Drovane Ventures LLC"),
    ("Drovane Capital", "Drovane Capital Management"),
    ("Brightmoor Semiconductor Corp.", "Brightmoor Semiconductor Equipment Corp."),
    ("Brightmoor", "Brightmoor Defense Systems"),
    ("Haldane Motors", "Haldane Motors Parts"),
    ("Haldane Bank", "Haldane Bank Securities"),
    ("奥万科技有限公司", "奥万科技销售有限公司"),
    ("奥万半导体股份有限公司", "奥万半导体设备股份有限公司"),
]  # fmt: skip
SIBLINGS = [
    ("Kelwick Optics GmbH", "Kelwick Medical GmbH"),
    ("Kelwick Solar", "Kelwick Wind"),
    ("Drovane Mobile Ltd", "Drovane Fixed Ltd"),
    ("Drovane Insurance", "Drovane Reinsurance"),
    ("Brightmoor Aviation", "Brightmoor Aerospace"),
    ("Brightmoor Chemical", "Brightmoor Chemicals Trading"),
    ("Haldane Shipping", "Haldane Shipbuilding"),
    ("Haldane Research Institute", "Haldane Design Institute"),
    ("Ostrander Power Grid", "Ostrander Power Generation"),
    ("Ostrander Rail Vehicles", "Ostrander Rail Signals"),
    ("Ostrander Petrochemical", "Ostrander Petroleum"),
    ("奥万汽车有限公司", "奥万电池有限公司"),
    ("Kelwick Asia Pte. Ltd.", "Kelwick Europe B.V."),
    ("Drovane Microsystems", "Drovane Macrosystems"),
]  # fmt: skip
BRANCHES = [
    ("Kelwick", "Kelwick USA Inc."),
    ("Kelwick USA Inc.", "Kelwick Canada Inc."),
    ("Kelwick", "Kelwick (Hong Kong) Limited"),
    ("Kelwick (Hong Kong) Limited", "Kelwick (Macau) Limited"),
    ("Kelwick Deutschland GmbH", "Kelwick GmbH"),
    ("Drovane (Shenzhen) Co., Ltd.", "Drovane (Wuhan) Co., Ltd."),
    ("Shenzhen Drovane Co., Ltd.", "Wuhan Drovane Co., Ltd."),
    ("Drovane Tianjin Branch", "Drovane"),
    ("Brightmoor Japan K.K.", "Brightmoor Korea"),
    ("Brightmoor India Pvt Ltd", "Brightmoor Pvt Ltd"),
    ("Haldane of America", "Haldane"),
    ("Haldane Singapore Pte Ltd", "Haldane Pte Ltd"),
    ("Ostrander Taiwan", "Ostrander Thailand"),
    ("奥万（上海）有限公司", "奥万（深圳）有限公司"),
    ("上海奥万有限公司", "深圳奥万有限公司"),
    ("Xinjiang Drovane Cotton", "Drovane Cotton"),
]  # fmt: skip
NUMBERED = [
    ("54th Research Institute", "45th Research Institute"),
    ("Institute 601", "Institute 611"),
    ("No. 7 Works of Kelwick", "No. 9 Works of Kelwick"),
    ("Kelwick Fab 3", "Kelwick Fab 13"),
    ("Kelwick Unit II", "Kelwick Unit III"),
    ("Third Drovane Bureau", "Thirteenth Drovane Bureau"),
    ("Drovane First Construction", "Drovane Second Construction"),
    ("Brightmoor 2020 Fund LP", "Brightmoor 2021 Fund LP"),
    ("Haldane Tower One Ltd", "Haldane Tower Two Ltd"),
    ("奥万第一研究所", "奥万第二研究所"),
    ("North Ostrander Gas", "East Ostrander Gas"),
    ("New Ostrander Gas", "Ostrander Gas"),
]  # fmt: skip
GROUPS = [
    ("Kelwick Group", "Kelwick Inc."),
    ("Kelwick Group Co., Ltd.", "Kelwick Co., Ltd."),
    ("Kelwick Holdings", "Kelwick"),
    ("Kelwick Holding AG", "Kelwick AG"),
    ("Kelwick Group Holdings", "Kelwick Group"),
    ("Drovane Industrial Group", "Drovane Industrial"),
    ("奥万集团有限公司", "奥万有限公司"),
    ("奥万控股有限公司", "奥万有限公司"),
    ("Groupe Ostrander", "Ostrander S.A."),
    ("Ostrander Konzern", "Ostrander AG"),
]  # fmt: skip
NEIGHBOURS = [
    ("Tessera Robotics", "Tesseract Robotics"),
    ("Harlan Mining", "Harlow Mining"),
    ("Xinrui Steel", "Xinrun Steel"),
    ("Guangda Paper", "Guanda Paper"),
    ("Marlin Foods", "Merlin Foods"),
    ("Sable Energy", "Stable Energy"),
]  # fmt: skip
ALL = [*PARENTS, *SIBLINGS, *BRANCHES, *NUMBERED, *GROUPS, *NEIGHBOURS]


def test_there_are_at_least_sixty_pairs():
    assert len({frozenset(pair) for pair in ALL}) >= 60


@pytest.mark.parametrize(("left", "right"), ALL)
def test_relatives_are_never_one(left, right):
    assert core(left) != core(right)
    assert not same_name(left, right)
    assert not same_name(right, left)
    assert compare(left, right).score < 0.7


@pytest.mark.parametrize(("left", "right"), ALL)
def test_a_relative_is_no_match_of_a_record(left, right):
    table = AliasTable([CompanyRecord(id="left", name=left)])
    results = match_names([right], table)["responses"][right]["results"]
    assert [result["id"] for result in results if result["match"]] == []
    assert table.same_core(right) == set()
