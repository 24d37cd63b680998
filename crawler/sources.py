"""Sources are data: tables of sources.toml, strictly validated. The user's own file is laid over ours.

[harbour_times]
name = "Harbour Times"
country = "sg"
home = "https://harbourtimes.example/"
feeds = ["https://harbourtimes.example/rss/trade.xml"]
evidence = ["https://harbourtimes.example/rss"]
expect = [5, 60]   # articles a week; outside this band the run warns
"""

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from crawler.urls import host_of
from db.errors import SourceError, reason
from db.store import Row

NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _is_url(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(?:/\S*)?", url):
        raise ValueError("not an http address")
    return url


Url = Annotated[str, BeforeValidator(_is_url)]
Urls = Annotated[tuple[Url, ...], BeforeValidator(_as_list)]


class Source(BaseModel):
    """A publisher we follow."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str  #: name of the table
    name: str
    country: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | None = None  #: ISO 3166 alpha-2
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"  #: ISO 639-1
    kind: Literal["agency", "paper", "trade", "government", "lawfirm", "import"] = "paper"
    home: Url | None = None
    feeds: Urls = ()  #: RSS, Atom, RDF, JSON Feed
    sitemaps: Urls = ()  #: news sitemaps, sitemaps, sitemap indexes
    sections: Urls = ()  #: pages whose links lead to articles
    apis: Urls = ()  #: queries of the Federal Register API, a Wayback CDX server, GDELT DOC
    evidence: Urls = ()  #: public pages that name the feeds
    expect: tuple[int, int] | None = None  #: articles a week
    hosts: tuple[str, ...] = ()  #: further hosts that may be asked on its behalf
    delay_s: Annotated[float, Field(ge=0, le=600)] | None = None  #: gap between two requests to a host
    max_age_days: Annotated[int, Field(ge=1)] = 60  #: older entries are not taken on
    max_pages: Annotated[int, Field(ge=1)] = 500  #: pages asked for in one run
    topical: bool = False  #: everything it publishes is on topic: no relevance test before the fetch
    tdm: Literal["obey", "ignore"] = "obey"  #: reservations of text and data mining
    robots_meta: Literal["obey", "ignore"] = "obey"  #: robots meta tags and X-Robots-Tag
    allow_private: bool = False  #: its own hosts may have private addresses
    js: bool = False  #: render pages in a browser; needs the extra `js`
    paused: bool = False
    verified: str | None = None  #: day of the last live check; set by `sources check --live` only
    note: str = ""

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if not NAME.fullmatch(self.id):
            raise ValueError(f"table name {self.id!r} must be lower case letters, digits and _")
        if self.kind != "import" and not (self.feeds or self.sitemaps or self.sections or self.apis):
            raise ValueError("one of feeds, sitemaps, sections, apis is needed")
        if self.expect is not None and not 0 <= self.expect[0] <= self.expect[1]:
            raise ValueError("expect is [fewest, most] articles a week")
        return self

    @property
    def starts(self) -> tuple[tuple[str, str], ...]:
        """(kind, URL) of everything to ask."""
        named = (
            ("feed", self.feeds),
            ("sitemap", self.sitemaps),
            ("section", self.sections),
            ("api", self.apis),
        )
        return tuple((kind, url) for kind, urls in named for url in urls)

    @property
    def own_hosts(self) -> frozenset[str]:
        """Hosts (with port) that its declaration names."""
        urls = [url for _, url in self.starts] + ([self.home] if self.home else [])
        return frozenset(host_of(url) for url in urls) | frozenset(self.hosts)


#: Where files and addresses belong that people gave us; in every crawl.
IMPORT = Source(id="import", name="Imported", kind="import", max_pages=10_000)


def load_sources(source: Path | str | None = None, user_file: Path | None = None) -> dict[str, Source]:
    """Sources by id, of a file or of TOML text (default: the packaged ones), with the user's laid over.

    A table of the user's file that we have too changes only the keys it names.

    Raises:
        SourceError: no TOML, an unknown key (the nearest is named), or a value that cannot be.
    """
    if source is None:
        tables = _read(files("crawler").joinpath("sources.toml").read_text("utf-8"), "sources.toml")
    elif isinstance(source, Path):
        tables = _read_file(source)
    else:
        tables = _read(source, "sources")
    if user_file is not None:
        for name, table in _read_file(user_file).items():
            tables[name] = {**tables.get(name, {}), **table}
    return {name: _source(name, table) for name, table in tables.items()}


def _read_file(path: Path) -> dict[str, dict[str, Any]]:
    try:
        return _read(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: {reason(error)}") from error


def _read(text: str, name: str) -> dict[str, dict[str, Any]]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{name}: {error}") from error
    for key, table in tables.items():
        if not isinstance(table, dict):
            raise SourceError(f"{name}: {key!r} stands outside a table; a source is a [table]")
    return tables


def _source(name: str, table: Mapping[str, Any]) -> Source:
    try:
        return Source.model_validate({"id": name, **table})
    except ValidationError as error:
        problem = error.errors()[0]
        key = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            near = difflib.get_close_matches(key, Source.model_fields, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise SourceError(f"source [{name}]: unknown key {key!r}{hint}") from error
        raise SourceError(f"source [{name}]: {key + ': ' if key else ''}{problem['msg']}") from error


def keep_sources(connection: Any, sources: Iterable[Source]) -> None:
    """Write the declarations into the store, inside the caller's transaction; health stays as it is."""
    for source in sources:
        low, high = source.expect or (None, None)
        connection.execute(
            "INSERT INTO sources (id, name, home, country, language, kind, expect_min, expect_max, state, config)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
            " home = excluded.home, country = excluded.country, language = excluded.language,"
            " kind = excluded.kind, expect_min = excluded.expect_min, expect_max = excluded.expect_max,"
            " config = excluded.config, state = CASE WHEN excluded.state = 'paused' THEN 'paused'"
            " WHEN sources.state = 'paused' THEN 'active' ELSE sources.state END",
            (
                source.id,
                source.name,
                source.home,
                source.country,
                source.language,
                source.kind,
                low,
                high,
                "paused" if source.paused else "active",
                source.model_dump_json(exclude_defaults=True),
            ),
        )


def kept_source(row: Row) -> Source:
    """The declaration behind a row of `sources`."""
    return Source.model_validate(json.loads(row["config"]))


def sources_toml(sources: Iterable[Source]) -> str:
    """The declarations as TOML, one table a source, without what is default."""
    lines: list[str] = []
    for source in sources:
        lines.append(f"[{source.id}]")
        for key, value in source.model_dump(exclude_defaults=True, exclude={"id"}).items():
            lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")  # JSON's values are TOML's, too
        lines.append("")
    return "\n".join(lines)
