"""Articles of the sample newsroom, dated back from an as-of date.

One file an article, `articles/<slug>.md`: TOML front matter between `+++` lines, then blocks separated by empty
lines. `## ` and `### ` open a heading, `- ` a list item, `> ` a block quote; `*x*` and `**x**` are emphasis.
A block that starts with `[2] ` stands in the second version of the article only.

Days are counted from the last Sunday before the as-of date, so the newsroom always covers six complete weeks
and a weekday in a text never changes. Placeholders keep dates in texts in step:

    {pub:%A}  {pub-1:%B %-d}    a date counted from the day of publication
    {year-1}                    a year counted from the year of publication

Formats know %A %B %b %Y %m %d %-d only, in English, whatever the locale. `{pub:de}` is the German month.
"""

import datetime as dt
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
MONTHS_DE = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]
FIRST_DAY = -41  #: offset of the oldest day, a Monday

_PLACEHOLDER = re.compile(r"\{(pub|year)([+-]\d+)?(?::([^{}]+))?\}")


@dataclass(frozen=True, slots=True)
class Host:
    """A publisher of the newsroom."""

    host: str  #: virtual host name, reserved under .example
    name: str
    country: str  #: ISO 3166 alpha-2, lower case
    utc_offset_h: int
    template: str
    path: str  #: pattern of article addresses
    sections: tuple[str, ...]


HOSTS = (
    Host("meridianwire.example", "Meridian Wire", "gb", 0, "wire.html", "/{section}/{slug}-{date}/",
         ("world", "markets", "europe", "deutsch")),
    Host("harbourgazette.example", "Harbour Gazette", "hk", 8, "gazette.html", "/news/{section}/article/{number}/{slug}",
         ("world", "business", "sport", "life", "zh")),
    Host("fabline.example", "Fabline", "us", -5, "fabline.html", "/{year}/{month}/{slug}.html",
         ("business", "policy", "manufacturing", "reviews")),
    Host("quilltarrow.example", "Quill & Tarrow LLP", "us", -5, "docket.html", "/insights/{section}/{slug}",
         ("alerts", "releases")),
)  # fmt: skip
HOST = {h.host: h for h in HOSTS}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of an article: `kind` is p, h2, h3, li or quote; `text` still carries * marks."""

    kind: str
    text: str

    @property
    def plain(self) -> str:
        return self.text.replace("*", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One article as it stands on one host at one time."""

    slug: str
    host: Host
    number: int
    title: str
    authors: tuple[str, ...]
    section: str
    language: str
    published: dt.datetime  #: in the host's own time
    told: dt.date  #: day that dates in the text count from: of a copy, the day of the original
    modified: dt.datetime
    version: int
    note: str | None  #: why there is a newer version
    caption: str | None
    copy_of: str | None  #: slug of the story this is a syndicated copy of
    blocks: tuple[Paragraph, ...]

    @property
    def path(self) -> str:
        return self.host.path.format(
            section=self.section, slug=self.slug, number=self.number, date=f"{self.published:%Y-%m-%d}",
            year=self.published.year, month=f"{self.published.month:02d}",
        )  # fmt: skip

    @property
    def text(self) -> str:
        """The body without marks, blocks separated by an empty line."""
        return "\n\n".join(b.plain for b in self.blocks)

    @property
    def summary(self) -> str:
        """The first paragraph, cut at a word as feeds cut it."""
        first = next(b.plain for b in self.blocks if b.kind == "p")
        return first if len(first) <= 220 else first[:220].rsplit(" ", 1)[0] + " ..."


def anchor(as_of: dt.date) -> dt.date:
    """The last Sunday before `as_of`: day 0 of the newsroom."""
    return as_of - dt.timedelta(days=as_of.isoweekday())


def expand(text: str, published: dt.date) -> str:
    """`text` with its placeholders filled in for an article of that day."""

    def fill(match: re.Match[str]) -> str:
        what, shift, form = match.groups()
        if what == "year":
            return str(published.year + int(shift or 0))
        day = published + dt.timedelta(days=int(shift or 0))
        if form == "de":
            return MONTHS_DE[day.month - 1]
        parts = {
            "%A": DAYS[day.weekday()], "%B": MONTHS[day.month - 1], "%b": MONTHS[day.month - 1][:3],
            "%Y": str(day.year), "%m": f"{day.month:02d}", "%-d": str(day.day), "%d": f"{day.day:02d}",
        }  # fmt: skip
        return re.sub(r"%-?[A-Za-z]", lambda m: parts[m.group()], form or "%Y-%m-%d")

    return _PLACEHOLDER.sub(fill, text)


@cache
def _sources() -> dict[str, tuple[dict[str, Any], str]]:
    """Front matter and body of every article file, by slug."""
    found = {}
    for file in sorted(
        resources.files("crawler.newsroom").joinpath("articles").iterdir(), key=lambda f: f.name
    ):
        if file.name.endswith(".md"):
            head, body = file.read_text(encoding="utf-8").removeprefix("+++\n").split("\n+++\n", 1)
            found[file.name.removesuffix(".md")] = (tomllib.loads(head), body.strip())
    return found


def _blocks(body: str, version: int) -> tuple[Paragraph, ...]:
    """The blocks of that version."""
    found = []
    for block in re.split(r"\n\s*\n", body):
        if match := re.match(r"\[(\d)\] ", block):
            if int(match.group(1)) != version:
                continue
            block = block[match.end() :]
        if block.startswith("- "):
            found += [Paragraph("li", line.removeprefix("- ")) for line in block.splitlines()]
            continue
        for mark, kind in (("### ", "h3"), ("## ", "h2"), ("> ", "quote"), ("", "p")):
            if block.startswith(mark):
                found.append(Paragraph(kind, block.removeprefix(mark)))
                break
    return tuple(found)


def _moment(base: dt.date, day: int, time: str, host: Host) -> dt.datetime:
    zone = dt.timezone(dt.timedelta(hours=host.utc_offset_h))
    return dt.datetime.combine(base + dt.timedelta(days=day), dt.time.fromisoformat(time), zone)


def load_pieces(as_of: dt.date, at: dt.datetime | None = None) -> tuple[Piece, ...]:
    """All articles, oldest first, as they stand at the moment `at` (default: everything, newest versions)."""
    base = anchor(as_of)
    pieces = []
    for number, (slug, (head, body)) in enumerate(_sources().items(), start=3100417):
        host = HOST[head["host"]]
        published = _moment(base, head["day"], head["time"], host)
        if at is not None and published > at:
            continue
        version, title, modified, note = 1, head["title"], published, None
        for count, later in enumerate(head.get("versions", ()), start=1):
            moment = _moment(base, later["day"], later["time"], host)
            if at is None or moment <= at:
                version, modified, note = count, moment, later.get("note")
                title = later.get("title", title)
        day = published.date()
        if origin := head.get("copy_of"):
            day = base + dt.timedelta(days=_sources()[origin][0]["day"])
            blocks = _blocks(_sources()[origin][1], 1)
            if chosen := head.get("paragraphs"):
                blocks = tuple(blocks[i - 1] for i in chosen)
        else:
            blocks = _blocks(body, version)
        pieces.append(
            Piece(
                slug=slug, host=host, number=number, title=expand(title, day), authors=tuple(head["authors"]),
                section=head["section"], language=head.get("language", "en"), published=published, told=day,
                modified=modified, version=version, note=note, caption=head.get("caption"),
                copy_of=head.get("copy_of"), blocks=tuple(Paragraph(b.kind, expand(b.text, day)) for b in blocks),
            )
        )  # fmt: skip
    return tuple(sorted(pieces, key=lambda p: (p.published, p.slug)))
