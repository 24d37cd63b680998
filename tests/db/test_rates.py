"""Own conversions: only with a dated rate, which is told with them."""

import json
import zipfile
from decimal import Decimal

import pytest
from click.testing import CliRunner

from db.articles import ArticleRow, put_article
from db.errors import InputError
from db.facts import write_annotation
from db.queries import facts
from db.rates import packaged_rates, read_ecb, read_yearly, to_usd
from db.records import AmountFact, Annotation, FactSpan, Span, SpanRole
from db.store import Store
from tradewire.cli import cli

ECB = """Date, USD, JPY, CNY, HKD, CYP,
2019-10-08, 1.0986, 117.58, 7.8435, 8.6167, N/A,
2019-10-07, 1.0983, 117.32, N/A, 8.6152, N/A,
"""


def test_yearly_average_is_told_with_its_year_and_source():
    found = to_usd(Decimal(1_850_000_000), "CNY", "2017", packaged_rates())
    assert found is not None
    assert Decimal(260_000_000) < found.usd < Decimal(285_000_000)
    assert (found.rate.date, found.rate.source) == ("2017", "Federal Reserve G.5A annual average")


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


XML = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="g" xmlns="e"><Cube><Cube time="2019-10-08">
<Cube currency="USD" rate="1.0986"/><Cube currency='CNY' rate='7.8435'/></Cube></Cube></gesmes:Envelope>
"""


def test_xml_of_the_ecb_gives_the_same_rates_as_its_csv(tmp_path):
    (tmp_path / "daily.xml").write_text(XML, encoding="utf-8")
    (tmp_path / "daily.csv").write_text(
        "Date, USD, CNY, \n08 October 2019, 1.0986, 7.8435, \n", encoding="utf-8"
    )
    rates = read_ecb(tmp_path / "daily.xml")
    assert {(r.currency, r.date) for r in rates} == {("EUR", "2019-10-08"), ("CNY", "2019-10-08")}
    assert rates == read_ecb(tmp_path / "daily.csv")


def test_every_packaged_row_names_its_source():
    assert {rate.source for rate in packaged_rates()} == {"Federal Reserve G.5A annual average"}
    assert len(packaged_rates()) == 220


BODY = "Acme won 2 billion yuan of work in 2024. Bolt won 3 billion yuan ($420 million). Cask won $5 million."


def told(amount, currency, text, as_of=None, conversion=None):
    """A contract with one amount of BODY."""
    at = BODY.index(text)
    return AmountFact(
        kind="contract",
        evidence=Span(0, len(BODY), BODY),
        spans=(FactSpan(SpanRole.AMOUNT, Span(at, at + len(text), text)),),
        amount=Decimal(amount),
        amount_text=text,
        currency=currency,
        as_of=as_of,
        conversion_amount=conversion,
        conversion_currency="USD" if conversion else None,
        rule="test",
        confidence=0.9,
    )


@pytest.fixture
def store(tmp_path):
    """Three contracts of an article of 9 October 2019: one without dollars, one with stated dollars, one in dollars."""
    with Store.open(tmp_path / "t.sqlite", create=True) as opened:
        with opened.write() as connection:
            row = ArticleRow(
                url="https://h.example/a", title="T", body=BODY, published="2019-10-09", language="en"
            )
            text = put_article(connection, row)[1]
            facts_told = (
                told(2_000_000_000, "CNY", "2 billion yuan", as_of="2024"),
                told(3_000_000_000, "CNY", "3 billion yuan", conversion=Decimal(420_000_000)),
                told(5_000_000, "USD", "$5 million"),
            )
            write_annotation(connection, text, Annotation(facts=facts_told), "f")
        yield opened


def test_facts_get_dollars_by_their_own_date_and_stated_dollars_stay_alone(store):
    rows = {row.amount_text: row for row in facts(store, everything=True)}
    plain = rows["2 billion yuan"]
    assert plain.usd == pytest.approx(2e9 / 7.1957, rel=1e-6)
    assert (plain.usd_rate_date, plain.usd_rate_source) == ("2024", "Federal Reserve G.5A annual average")
    assert plain.usd_rate == pytest.approx(1 / 7.1957)
    assert plain.currency == "CNY"
    assert rows["3 billion yuan"].usd is None
    assert rows["3 billion yuan"].conversion_amount == 420e6
    assert rows["$5 million"].usd is None


def test_imported_days_convert_what_is_stored_anew(store, tmp_path):
    with store.write() as connection:
        connection.execute("UPDATE facts SET as_of = '2019-10-11' WHERE amount_text = '2 billion yuan'")
    (tmp_path / "ecb.csv").write_text(ECB, encoding="utf-8")
    done = CliRunner().invoke(cli, ["rates", "import", str(tmp_path / "ecb.csv"), "--store", str(store.path)])
    assert done.exit_code == 0, done.output
    (row,) = [row for row in facts(store, everything=True) if row.usd is not None]
    assert (row.usd_rate_date, row.usd_rate_source) == ("2019-10-08", "ECB euro reference rate")
    assert row.usd == pytest.approx(2e9 * 1.0986 / 7.8435, rel=1e-6)
    shown = CliRunner().invoke(
        cli, ["rates", "show", "CNY", "--date", "2019-10-11", "--format", "json", "--store", str(store.path)]
    )
    assert [row["date"] for row in json.loads(shown.stdout)] == ["2019-10-08"]
    listed = CliRunner().invoke(cli, ["contracts", "--all", "--store", str(store.path), "--format", "csv"])
    assert "usd_rate_source" in listed.stdout.splitlines()[0]
    assert "ECB euro reference rate" in listed.stdout
