"""Exchange rates: what an amount is in US dollars, with the rate, its date and its source.

    to_usd(Decimal("1850000000"), "CNY", "2017", packaged_rates())  ->  USD 273668639, rate 6.76 of 2017

Nothing is converted silently: the answer carries the rate used, and without a dated rate there is none. The
packaged table has yearly averages for orders of magnitude; `read_ecb` reads the reference rates file that the
European Central Bank publishes every working day (eurofxref-hist.csv, or the same zipped), which a user downloads.
"""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from db.errors import InputError
from nlp.money_units import DATA

YEARLY = DATA / "rates_yearly.csv"
YEARLY_SOURCE = "yearly average, packaged table"
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
    """Rates of a file with the columns currency, year, per_usd; lines that begin with # say where they come from.

    Raises:
        InputError: the file cannot be read or has other columns.
    """
    try:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        rows = list(csv.DictReader(lines))
        return [Rate(r["currency"], r["year"], 1 / Decimal(r["per_usd"]), YEARLY_SOURCE) for r in rows]
    except (OSError, KeyError, InvalidOperation, ZeroDivisionError) as error:
        raise InputError(f"{path}: no rates table: {error!r}") from error


def read_ecb(path: Path) -> list[Rate]:
    """Daily rates of the ECB's reference file (csv, or zipped csv): every currency against the dollar through the euro.

    Raises:
        InputError: the file cannot be read, or is not that file.
    """
    try:
        data = path.read_bytes()
        if data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                data = archive.read(archive.namelist()[0])
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig")), skipinitialspace=True)
        return [rate for row in rows for rate in ecb_day(row)]
    except (OSError, KeyError, ValueError, IndexError, InvalidOperation, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: not the ECB's reference rates file: {error!r}") from error


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
