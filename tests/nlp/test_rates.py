"""Own conversions: only with a dated rate, which is told with them."""

import zipfile
from decimal import Decimal

import pytest

from db.errors import InputError
from nlp.rates import packaged_rates, read_ecb, read_yearly, to_usd

ECB = """Date, USD, JPY, CNY, HKD, CYP,
2019-10-08, 1.0986, 117.58, 7.8435, 8.6167, N/A,
2019-10-07, 1.0983, 117.32, N/A, 8.6152, N/A,
"""


def test_yearly_average_is_told_with_its_year_and_source():
    found = to_usd(Decimal(1_850_000_000), "CNY", "2017", packaged_rates())
    assert found is not None
    assert Decimal(260_000_000) < found.usd < Decimal(285_000_000)
    assert (found.rate.date, found.rate.source) == ("2017", "yearly average, packaged table")


def test_without_a_date_or_a_rate_nothing_is_converted():
    table = packaged_rates()
    assert to_usd(Decimal(5), "CNY", None, table) is None
    assert to_usd(Decimal(5), "XYZ", "2019", table) is None
    assert to_usd(Decimal(5), "CNY", "1987", table) is None


def test_dollars_need_no_rate():
    found = to_usd(Decimal(5), "USD", "2019-10", packaged_rates())
    assert found is not None
    assert found.usd == 5


@pytest.mark.parametrize("zipped", [False, True])
def test_daily_file_of_the_ecb_goes_before_the_yearly_table(tmp_path, zipped):
    path = tmp_path / ("rates.zip" if zipped else "rates.csv")
    if zipped:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("eurofxref-hist.csv", ECB)
    else:
        path.write_text(ECB, encoding="utf-8")
    table = packaged_rates().updated(read_ecb(path))
    found = to_usd(Decimal(7_8435), "CNY", "2019-10-08", table)
    assert found is not None
    assert (found.usd, found.rate.date) == (Decimal("10986.00"), "2019-10-08")
    weekend = table.rate("HKD", "2019-10-12")
    assert weekend is not None
    assert weekend.date == "2019-10-08"
    missing = table.rate("CNY", "2019-10-07")
    assert missing is not None
    assert missing.date == "2019"  # not told that day, and none in the week before


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError):
        read_ecb(path)
    with pytest.raises(InputError):
        read_yearly(path)


def test_yearly_table_is_plausible():
    for rate in packaged_rates():
        assert Decimal("0.0004") < rate.usd < 2, rate
