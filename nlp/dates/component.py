"""Dates of a text, resolved against its publication date, and the `dates` component of the stack.

    find_dates("added on Tuesday, a year after the first cases in November", date(2019, 10, 9))
    ->  2019-10-08 and 2018-11

Dates are ISO 8601 and as exact as the text: "2019", "2019-10", "2019-10-09", "2019-W41"; a quarter is
"2019-Q3", a half year "2018-H1", any other period an interval "2018-04-01/2019-03-31".
A day or month without a year lies in the past, the nearest one, unless the words around it speak of the future.
"""

import calendar
import datetime as dt
import re

from spacy.language import Language
from spacy.tokens import Doc

from db.records import DateMention
from nlp import extensions as _extensions  # noqa: F401  registers doc._
from nlp.dates.patterns import DATE, FUTURE, MONTH_BEFORE, MONTHS, ORDINALS, WEEKDAYS, YEAR_BEFORE
from nlp.dates.values import count_of, month_of, period, shifted
from nlp.extensions import text_of, tokens_at

SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
NEAR = 400  # characters: "a day earlier" counts from a date named shortly before, else from publication
YEAR_AHEAD = 330  # days: a bare month further ahead than this was meant as the past one


def find_dates(text: str, published: dt.date | None = None) -> tuple[DateMention, ...]:
    """Every date of `text`, in order; `date` is None where a publication date would be needed."""
    found: list[DateMention] = []
    for match in DATE.finditer(text):
        kind = next(k for k in KINDS if match[k] is not None)
        if kind == "y" and not YEAR_BEFORE.search(text[max(0, match.start() - 16) : match.start()]):
            continue
        if kind == "m" and match["m_m"].lower() in {"may", "march", "mar"} and not month_before(text, match):
            continue
        start = match.start()
        value, relative = Reader(text, match, published, found).read(kind)
        found.append(
            DateMention(
                start=start,
                end=match.end(),
                text=text[start : match.end()],
                date=value,
                relative=relative,
            )
        )
    return tuple(found)


def month_before(text: str, match: re.Match[str]) -> str | None:
    """The word before a bare month: "last", "by", "in" ..."""
    found = MONTH_BEFORE.search(text[max(0, match.start() - 24) : match.start()])
    return found["word"].lower() if found else None


class Reader:
    """Reads one match in the light of the publication date and of the dates before it."""

    def __init__(
        self, text: str, match: re.Match[str], published: dt.date | None, found: list[DateMention]
    ) -> None:
        self.text, self.match, self.published, self.found = text, match, published, found

    def read(self, kind: str) -> tuple[str | None, bool]:
        """The ISO date, and whether the publication date was needed for it."""
        method = getattr(self, "read_" + kind)
        value: tuple[str | None, bool] = method()
        return value

    def future(self) -> bool:
        """True where the words before, or right after, speak of what is to come."""
        before = re.split(r"[.;\n]\s", self.text[max(0, self.match.start() - 45) : self.match.start()])[-1]
        if before.lower().endswith("since "):
            return False
        return FUTURE.search(before) is not None

    def year_for(self, month: int, day: int | None, ahead: bool | None = None) -> int | None:
        """The year of a month or day told without one."""
        if self.published is None:
            return None
        ahead = self.future() if ahead is None else ahead
        year = self.published.year
        try:
            here = dt.date(year, month, day or 1)
        except ValueError:
            return year
        if day is None and month == self.published.month:
            return year
        if here > self.published:
            return year if ahead and (here - self.published).days < YEAR_AHEAD else year - 1
        # In December, "by Jan. 15" is next year's; in October "by March 1" may be either: only short ways ahead.
        if ahead and (self.published - here).days > 240:
            return year + 1
        return year

    def day(self, year: int | str | None, month: str, day: str | None) -> tuple[str | None, bool]:
        """An ISO date from the parts as written."""
        number = MONTHS[month.lower().rstrip(".")]
        figure = int(re.sub(r"\D", "", day)) if day else None
        relative = year is None
        value = int(year) if year is not None else self.year_for(number, figure)
        if value is None:
            return None, True
        if figure is None:
            return f"{value}-{number:02d}", relative
        if figure > calendar.monthrange(value, number)[1]:
            return f"{value}-{number:02d}", relative
        return f"{value}-{number:02d}-{figure:02d}", relative

    def read_md(self) -> tuple[str | None, bool]:
        return self.day(self.match["md_y"], self.match["md_m"], self.match["md_d"])

    def read_dm(self) -> tuple[str | None, bool]:
        return self.day(self.match["dm_y"], self.match["dm_m"], self.match["dm_d"])

    def read_my(self) -> tuple[str | None, bool]:
        if self.match["my_rel"] is not None:
            if self.published is None:
                return None, True
            year = self.published.year + {"last": -1, "this": 0, "next": 1}[self.match["my_rel"]]
            return self.day(year, self.match["my_m"], None)[0], True
        return self.day(self.match["my_y"], self.match["my_m"], None)

    def read_iso(self) -> tuple[str | None, bool]:
        return self.match["iso"], False

    def read_cjk(self) -> tuple[str | None, bool]:
        parts = [self.match["cjk_y"], self.match["cjk_m"], self.match["cjk_d"]]
        return "-".join(p.zfill(2) for p in parts if p), False

    def read_m(self) -> tuple[str | None, bool]:
        number = MONTHS[self.match["m_m"].lower().rstrip(".")]
        if self.published is None:
            return None, True
        before = month_before(self.text, self.match)
        year: int | None = self.published.year
        if before == "last":
            year = self.published.year - (number >= self.published.month)
        elif before == "next":
            year = self.published.year + (number <= self.published.month)
        elif before == "that" and (base := self.anchor(exact=False)) is not None:
            year = int(base[:4]) + (
                len(base) >= 7 and number < month_of(base)
            )  # "sued in May 2024 ... that October"
        elif before != "this":
            year = self.year_for(number, None, True if before in {"by", "until", "till"} else None)
        return f"{year}-{number:02d}", True

    def read_season(self) -> tuple[str | None, bool]:
        if self.published is None:
            return None, True
        begin = SEASONS[self.match["season_n"].lower()]
        year = self.published.year
        if self.match["season_rel"].lower() == "last":
            year -= begin + 2 >= self.published.month  # in November "last spring" is this year's
        elif self.match["season_rel"].lower() == "that" and (base := self.anchor(exact=False)) is not None:
            year = int(base[:4])
        return period(year, begin, 3), True

    def read_y(self) -> tuple[str | None, bool]:
        return self.match["y_y"], False

    def read_fy(self) -> tuple[str | None, bool]:
        return self.match["fy_y"], False

    def read_q(self) -> tuple[str | None, bool]:
        number = ORDINALS[self.match["q_n"].lower()]
        year = self.match["q_y"] or self.match["q_y0"]
        return self.part_of_year(
            number, self.match["q_unit"], year, self.match["q_rel"], self.match["q_same"]
        )

    def read_qq(self) -> tuple[str | None, bool]:
        unit = "half" if self.match["qq_unit"] == "H" else "quarter"
        year = self.match["qq_y"] or self.match["qq_y0"]
        return self.part_of_year(int(self.match["qq_n"]), unit, year and year[-4:], None, None)

    def read_qy(self) -> tuple[str | None, bool]:
        unit = "half" if self.match["qy_unit"] == "H" else "quarter"
        return self.part_of_year(int(self.match["qy_n"]), unit, "20" + self.match["qy_y"][-2:], None, None)

    def part_of_year(
        self, number: int, unit: str, year: str | None, rel: str | None, same: str | None
    ) -> tuple[str | None, bool]:
        """ "2019-Q3": without a year, the latest one that was over (or was running) at publication."""
        parts = 4 if unit == "quarter" else 2
        number = min(number, parts)
        letter = "Q" if parts == 4 else "H"
        if year is not None:
            return f"{year}-{letter}{number}", False
        if self.published is None:
            return None, True
        value = self.published.year
        if rel is not None:
            value += {"last": -1, "this": 0, "next": 1}[rel]
        elif same is None:
            begins = dt.date(value, (number - 1) * (12 // parts) + 1, 1)
            if begins > self.published and not self.future():
                value -= 1
        return f"{value}-{letter}{number}", True

    def read_span(self) -> tuple[str | None, bool]:
        months = count_of(self.match["span_n"])
        if self.match["span_y"] is None and self.published is None:
            return None, True
        year = int(self.match["span_y"] or self.published.year)  # type: ignore[union-attr]  # checked above
        if self.match["span_rel"] == "last":
            year -= 1
        return period(year, 1, months), self.match["span_y"] is None

    def read_ended(self) -> tuple[str | None, bool]:
        month = self.match["ended_month"] or self.match["ended_month2"]
        day = self.match["ended_day"] or self.match["ended_day2"]
        end, relative = self.day(self.match["ended_year"], month, day)
        if end is None:
            return None, relative
        unit = self.match["ended_period"]
        if unit is None:
            words = self.match["ended"].split()[0]
            length = count_of(words)
        else:
            length = {"quarter": 3, "half": 6, "half-year": 6}.get(unit, 12)
        year, number = int(end[:4]), int(end[5:7])
        last = calendar.monthrange(year, number)[1]
        if len(end) == 10 and int(end[8:]) < last - 3:  # "quarter ended July 27": weeks, not months
            stop = dt.date.fromisoformat(end)
            begin = stop - dt.timedelta(days=round(length * 30.4) - 1)
            return f"{begin}/{stop}", relative
        first = (year * 12 + number - 1) - (length - 1)
        return period(first // 12, first % 12 + 1, length), relative

    def read_wd(self) -> tuple[str | None, bool]:
        if self.published is None:
            return None, True
        back = (self.published.weekday() - WEEKDAYS[self.match["wd_d"].lower()]) % 7
        rel = (self.match["wd_rel"] or "").lower()
        if rel == "last" or rel == "this past":
            back = back or 7
        elif rel == "next" or self.future_weekday():
            back -= 7
        return (self.published - dt.timedelta(days=back)).isoformat(), True

    def future_weekday(self) -> bool:
        """ "will decide on Tuesday": only a verb in the future, "by" or "until" turn a weekday forward."""
        before = re.split(r"[.;,\n]\s", self.text[max(0, self.match.start() - 45) : self.match.start()])[-1]
        if before.lower().endswith(("since ", "last ")):
            return False
        return (
            re.search(r"\b(?:will|shall|by|until|till|is to|are to|due|scheduled|set to)\b[^“”\"]*$", before)
            is not None
        )

    def read_word(self) -> tuple[str | None, bool]:
        if self.published is None:
            return None, True
        shift = {"yesterday": -1, "tomorrow": 1}.get(self.match["word"].lower(), 0)
        return (self.published + dt.timedelta(days=shift)).isoformat(), True

    def anchor(self, exact: bool) -> str | None:
        """What "earlier" counts from: the last date named shortly before, else the publication date."""
        for mention in reversed(self.found):
            if self.match.start() - mention.end > NEAR:
                break
            if mention.date is not None and (len(mention.date) == 10 or not exact):
                return mention.date
        return self.published.isoformat() if self.published else None

    def read_ago(self) -> tuple[str | None, bool]:
        unit, direction = self.match["ago_unit"], self.match["ago_dir"]
        count = count_of(self.match["ago_n"])
        from_here = direction == "ago"
        published = self.published.isoformat() if self.published else None
        base = published if from_here else self.anchor(exact=unit in {"day", "week"})
        if base is None:
            return None, True
        return shifted(base, unit, count if direction in {"later", "after"} else -count), True

    def read_yearago(self) -> tuple[str | None, bool]:
        base = self.anchor(exact=False)
        return (shifted(base, "year", -1) if base else None), True

    def read_rel(self) -> tuple[str | None, bool]:
        direction, unit = self.match["rel_dir"].lower(), self.match["rel_unit"]
        if direction in {"previous", "preceding", "prior", "following", "same", "that"}:
            base = self.anchor(exact=unit in {"day", "week"})
            step = {"following": 1, "same": 0, "that": 0}.get(direction, -1)
        else:
            base = self.published.isoformat() if self.published else None
            step = {"last": -1, "next": 1}.get(direction, 0)
            if direction == "next" and self.match["rel"].lower().startswith("the "):
                base = self.anchor(exact=unit in {"day", "week"})
        return (None if base is None else shifted(base, unit, step, whole=True)), True


#: Alternatives of the pattern, in its order; each names a method of Reader.
KINDS = (
    "ended", "iso", "cjk", "md", "dm", "my", "q", "qq", "qy", "span", "wd", "word", "ago", "yearago", "rel", "season",
    "m", "fy", "y",
)  # fmt: skip


class Dates:
    """Set `doc._.dates` and, in the same order, `doc.spans["dates"]`."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.dates = find_dates(text_of(doc), doc._.context.published)
        spans = [tokens_at(doc, mention.start, mention.end) for mention in doc._.dates]
        doc.spans["dates"] = [span for span in spans if span is not None]
        return doc


@Language.factory("tradewire_dates", requires=["doc._.blocks"], assigns=["doc._.dates", "doc.spans"])
def make_dates(nlp: Language, name: str) -> Dates:
    return Dates()
