"""Exchange rates: what an amount is in US dollars, with the rate, its date and its source.

    to_usd(Decimal("1850000000"), "CNY", "2017", packaged_rates())  ->  USD 273668639, rate 6.76 of 2017

Nothing is converted silently: the answer carries the rate used, and without a dated rate there is none. The
packaged table has yearly averages for orders of magnitude; `read_ecb` reads the reference rates files that the
European Central Bank publishes every working day (eurofxref, daily or history, csv, xml or zipped), which a user downloads.
In the store every fact without dollars of its own gets them by the table `rates`: `convert_facts`.
"""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from db.errors import InputError, reason
from db.store import Row, Store

YEARLY = Path(__file__).parent / "data" / "rates_yearly.csv"
ECB_SOURCE = "ECB euro reference rate"
NEAREST_DAYS = 7  # no rates on weekends and holidays; an older one is not "of the day" any more


@dataclass(frozen=True, slots=True)
class Rate:
    """US dollars for one unit of `currency` on a day or over a year."""

    currency: str
    date: str  #: "2019-10-08", or "2019" for a yearly average
    usd: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Converted:
    """An amount in US dollars and the rate that made it."""

    usd: Decimal
    rate: Rate


class RateTable:
    """Rates by currency and date; a day's rate counts before the average of its year."""

    def __init__(self, rates: Iterable[Rate]) -> None:
        self._rates = {(rate.currency, rate.date): rate for rate in rates}

    def __len__(self) -> int:
        return len(self._rates)

    def __iter__(self) -> Iterator[Rate]:
        return iter(self._rates.values())

    def updated(self, rates: Iterable[Rate]) -> "RateTable":
        """A table with `rates` laid over this one."""
        return RateTable([*self, *rates])

    def rate(self, currency: str, date: str) -> Rate | None:
        """The rate for `currency` on an ISO `date` as exact as the text ("2017", "2017-05", "2017-05-16", "2017-Q2")."""
        if currency == "USD":
            return Rate("USD", date, Decimal(1), "none needed")
        if len(date) == 10 and date[4] == "-":
            try:
                day = dt.date.fromisoformat(date)
            except ValueError:
                day = None
            for back in range(NEAREST_DAYS if day is not None else 0):
                assert day is not None
                found = self._rates.get((currency, (day - dt.timedelta(days=back)).isoformat()))
                if found is not None:
                    return found
        return self._rates.get((currency, date[:4]))


def to_usd(amount: Decimal, currency: str, date: str | None, table: RateTable) -> Converted | None:
    """`amount` in US dollars at the rate of `date`; None without a date or a rate for it."""
    if date is None:
        return None
    rate = table.rate(currency, date)
    return None if rate is None else Converted((amount * rate.usd).quantize(Decimal("0.01")), rate)


@cache
def packaged_rates() -> RateTable:
    """The packaged yearly averages."""
    return RateTable(read_yearly(YEARLY))


def read_yearly(path: Path) -> list[Rate]:
    """Rates of a file with the columns currency, year, per_usd, source; lines that begin with # say where they come from.

    Raises:
        InputError: the file cannot be read or has other columns.
    """
    try:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        rows = list(csv.DictReader(lines))
        return [Rate(r["currency"], r["year"], 1 / Decimal(r["per_usd"]), r["source"]) for r in rows]
    except (OSError, KeyError, ValueError, InvalidOperation, ZeroDivisionError) as error:
        raise InputError(f"{path}: no rates table: {_why(error)}") from error


def _why(error: Exception) -> str:
    is_plain = isinstance(error, (OSError, UnicodeDecodeError, zipfile.BadZipFile))
    return reason(error) if is_plain else "other columns or numbers than there"


def read_ecb(path: Path) -> list[Rate]:
    """Daily rates of the ECB's reference file (csv, xml, or zipped): every currency against the dollar through the euro.

    Raises:
        InputError: the file cannot be read, or is not that file.
    """
    try:
        data = path.read_bytes()
        if data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                data = archive.read(archive.namelist()[0])
        text = data.decode("utf-8-sig")
        rows = ecb_xml(text) if text.lstrip().startswith("<") else ecb_csv(text)
        rates = [rate for row in rows for rate in ecb_day(row)]
        if not rates:
            raise ValueError("no rates in it")
        return rates
    except (OSError, KeyError, ValueError, IndexError, InvalidOperation, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: not the ECB's reference rates file: {_why(error)}") from error


def ecb_csv(text: str) -> Iterable[dict[str, str]]:
    return csv.DictReader(io.StringIO(text), skipinitialspace=True)


ECB_DAY = re.compile(r"<Cube\s+time=[\"'](\d{4}-\d\d-\d\d)[\"']\s*>(.*?)</Cube>", re.S)
ECB_RATE = re.compile(r"<Cube\s+currency=[\"']([A-Z]{3})[\"']\s+rate=[\"']([\d.]+)[\"']\s*/>")


def ecb_xml(text: str) -> Iterator[dict[str, str]]:
    """The days of eurofxref-daily.xml or eurofxref-hist.xml; read by pattern, so no entity of a file is ever expanded."""
    for day in ECB_DAY.finditer(text):
        yield {"Date": day[1], **{rate[1]: rate[2] for rate in ECB_RATE.finditer(day[2])}}


def ecb_day(row: dict[str, str]) -> Iterator[Rate]:
    """The rates of one day; currencies without a rate that day ("N/A") are left out."""
    date = (
        dt.datetime.strptime(row["Date"].strip(), "%d %B %Y").date() if " " in row["Date"].strip() else None
    )
    day = (date or dt.date.fromisoformat(row["Date"].strip())).isoformat()
    dollar = row["USD"].strip()
    if dollar in {"", "N/A"}:
        return
    per_euro = Decimal(dollar)
    yield Rate("EUR", day, per_euro, ECB_SOURCE)
    for currency, text in row.items():
        value = (text or "").strip()
        if currency in {"Date", "USD"} or not currency or len(currency.strip()) != 3 or value in {"", "N/A"}:
            continue
        yield Rate(currency.strip(), day, per_euro / Decimal(value), ECB_SOURCE)


def put_rates(connection: Any, rates: Iterable[Rate]) -> int:
    """Lay `rates` over those of the store, inside the caller's transaction; how many."""
    rows = [(rate.currency, rate.date, float(rate.usd), rate.source) for rate in rates]
    connection.executemany(
        "INSERT INTO rates (currency, date, usd, source) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (currency, date) DO UPDATE SET usd = excluded.usd, source = excluded.source",
        rows,
    )
    return len(rows)


#: What may be converted: sums in other money for which the text states no dollars itself.
CONVERTED = (
    " amount IS NOT NULL AND currency IS NOT NULL AND currency <> 'USD'"
    " AND coalesce(conversion_currency, '') <> 'USD'"
)
CONVERT = (
    "UPDATE facts SET (usd, usd_rate, usd_rate_date, usd_rate_source) = ("
    " SELECT round(facts.amount * r.usd, 2), r.usd, r.date, r.source FROM rates r, ("
    "  SELECT coalesce(facts.as_of, substr(a.published, 1, 10)) AS day FROM articles a WHERE a.id = facts.article) told"
    f" WHERE r.currency = facts.currency AND (r.date = substr(told.day, 1, 4) OR (length(told.day) = 10"
    f" AND r.date BETWEEN date(told.day, '-{NEAREST_DAYS - 1} days') AND told.day))"
    " ORDER BY length(r.date) DESC, r.date DESC LIMIT 1) WHERE"
)


def convert_facts(connection: Any, first: int, last: int) -> int:
    """Give facts of articles `first` to `last` their own dollars, with rate, date and source; how many were looked at.

    The day is that of the fact, else that of publication; without a rate for it there are no dollars. The packaged
    table is laid in where the store has no rates yet.
    """
    if connection.execute("SELECT 1 FROM rates LIMIT 1").fetchone() is None:
        put_rates(connection, packaged_rates())
    done = connection.execute(f"{CONVERT} article BETWEEN ? AND ? AND {CONVERTED}", (first, last))
    return int(done.rowcount)


def rates_of(store: Store, currency: str | None = None, day: str | None = None) -> list[Row]:
    """Rates of the store: all of a currency, the one for a day (the packaged table where the store has none), or the spans."""
    if day is not None:
        table = (
            RateTable(
                Rate(row["currency"], row["date"], Decimal(str(row["usd"])), row["source"])
                for row in store.rows(
                    "SELECT * FROM rates WHERE date BETWEEN ? AND ? OR date = ?",
                    (_week_before(day), day, day[:4]),
                )
            )
            if store.value("SELECT count(*) FROM rates")
            else packaged_rates()
        )
        wanted = [currency] if currency is not None else sorted({rate.currency for rate in table})
        found = (table.rate(code, day) for code in wanted)
        return [
            {"currency": r.currency, "date": r.date, "usd": float(r.usd), "source": r.source}
            for r in found
            if r is not None
        ]
    if currency is not None:
        return store.rows("SELECT * FROM rates WHERE currency = ? ORDER BY date DESC", (currency,))
    return store.rows(
        "SELECT currency, min(date) AS first, max(date) AS last, count(*) AS rates,"
        " group_concat(DISTINCT source) AS source FROM rates GROUP BY currency ORDER BY currency"
    )


def _week_before(day: str) -> str:
    try:
        return (dt.date.fromisoformat(day) - dt.timedelta(days=NEAREST_DAYS - 1)).isoformat()
    except ValueError:
        return day
