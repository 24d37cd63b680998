"""Telling alerts: grouped into one message for each receiver, not in quiet hours, each alert at most once.

Every receiver has a cursor, the number of the last alert it was told. The cursor moves before the message is handed
over, together with a note of what is under way. A process killed in between leaves the note: those alerts are "in
doubt" for that receiver, named on every later run, and told again only with `again`. They are not lost: they stay
unread in `tradewire alerts list`, on the page and in the feed.
"""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from db.clock import now
from db.errors import ConfigError
from db.runs import is_alive, owner_name
from db.saved import Alert, alerts, mark
from db.store import Store
from tradewire.config import Settings
from tradewire.notify.channels import DoubtError, SendError, hand_to_apprise, hand_to_smtp, shown
from tradewire.notify.forms import grouped_message, grouped_text, title

PREFIX = "alerts:"  # of the keys in `meta` that hold a receiver's cursor


@dataclass(slots=True)
class Cursor:
    """How far a receiver was told."""

    told: int  #: last alert
    sending: list[int] = field(default_factory=list)  #: first and last of what is under way
    owner: str = ""  #: who sends it
    doubt: list[list[int]] = field(default_factory=list)  #: what may have arrived or not


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one receiver."""

    to: str
    state: str  #: told, nothing new, dry run, busy, held until HH:MM, failed
    alerts: int = 0
    doubt: int = 0  #: alerts of which nobody knows whether they arrived
    error: str = ""


def tell_all(
    store: Store, settings: Settings, *, dry_run: bool = False, again: bool = False, loud: bool = False
) -> list[Told]:
    """Tell every receiver what it was not told yet. `loud`: also in quiet hours; `again`: also what is in doubt.

    Raises:
        ConfigError: quiet hours, sender or server are missing or wrong.
    """
    chosen = settings.alerts
    if chosen.to and not (settings.digest.sender and settings.digest.smtp):
        raise ConfigError("[alerts] to needs sender and smtp in [digest] of tradewire.toml")
    until = None if loud else quiet_until(chosen.quiet, chosen.zone or settings.digest.zone, now())
    receivers: dict[str, Callable[[list[Alert]], None]] = {}
    for to in chosen.to:
        receivers[to] = _mail(store, settings, to)
    for address in chosen.notify:
        receivers[shown(address)] = _service(store, settings, address)
    if not dry_run:
        _begin(store, list(receivers))
    done = []
    for name, hand_over in receivers.items():
        if until is not None:
            done.append(Told(name, f"held until {until}"))
        elif dry_run:
            done.append(Told(name, "dry run", len(_waiting(store, name))))
        else:
            done.append(_tell(store, name, hand_over, again))
    return done


def _mail(store: Store, settings: Settings, to: str) -> Callable[[list[Alert]], None]:
    def hand_over(found: list[Alert]) -> None:
        message = grouped_message(
            store, found, sender=settings.digest.sender, to=to, base=settings.digest.base_url
        )
        hand_to_smtp(message, settings.digest.smtp, starttls=settings.digest.starttls)

    return hand_over


def _service(store: Store, settings: Settings, address: str) -> Callable[[list[Alert]], None]:
    def hand_over(found: list[Alert]) -> None:
        hand_to_apprise(address, title(store, found), grouped_text(store, found, settings.digest.base_url))

    return hand_over


def _tell(store: Store, name: str, hand_over: Callable[[list[Alert]], None], again: bool) -> Told:
    """Claim what is new for one receiver, hand it over, write down how it ended."""
    with store.write() as connection:
        cursor = read_cursor(store, name)
        if cursor.sending and is_alive(cursor.owner) and cursor.owner != owner_name():
            return Told(name, "busy")
        if cursor.sending:
            cursor.doubt.append(cursor.sending)
        ranges = cursor.doubt if again else []
        new = alerts(store, after=cursor.told, limit=10_000)
        before = cursor.told
        if new:
            cursor.told = new[-1].id
        if again:
            cursor.doubt = []
        found = [
            a for first, last in ranges for a in alerts(store, after=first - 1, limit=10_000) if a.id <= last
        ] + new
        cursor.sending = [min(a.id for a in found), max(a.id for a in found)] if found else []
        cursor.owner = owner_name()
        _write_cursor(connection, name, cursor)
    doubt = sum(_count(store, *span) for span in cursor.doubt)
    if not found:
        return Told(name, "nothing new", 0, doubt)
    try:
        hand_over(found)
    except DoubtError as error:
        cursor.doubt.append(cursor.sending)
        _end(store, name, cursor)
        return Told(name, "failed", 0, doubt + len(found), f"in doubt: {error}")
    except (SendError, ConfigError) as error:
        cursor.told, cursor.doubt = before, ranges + [d for d in cursor.doubt if d not in ranges]
        _end(store, name, cursor)
        return Told(name, "failed", 0, doubt, str(error))
    _end(store, name, cursor)
    mark(store, [a.id for a in found], sent=True)
    return Told(name, "told", len(found), doubt)


def _end(store: Store, name: str, cursor: Cursor) -> None:
    cursor.sending, cursor.owner = [], ""
    with store.write() as connection:
        _write_cursor(connection, name, cursor)


def _begin(store: Store, names: list[str]) -> None:
    """Give every new receiver its cursor before anybody is told: what is told to one is new to the other."""
    with store.write() as connection:
        for name in names:
            if store.value("SELECT 1 FROM meta WHERE key = ?", (PREFIX + name,)) is None:
                _write_cursor(connection, name, read_cursor(store, name))


def _waiting(store: Store, name: str) -> list[Alert]:
    return alerts(store, after=read_cursor(store, name).told, limit=10_000)


def _count(store: Store, first: int, last: int) -> int:
    return int(store.value("SELECT count(*) FROM alerts WHERE id BETWEEN ? AND ?", (first, last)))


def read_cursor(store: Store, name: str) -> Cursor:
    """How far `name` was told; a new receiver begins with what nobody was told."""
    text = store.value("SELECT value FROM meta WHERE key = ?", (PREFIX + name,))
    if text is not None:
        return Cursor(**json.loads(text))
    first = store.value("SELECT min(id) FROM alerts WHERE sent_at IS NULL")
    last = store.value("SELECT coalesce(max(id), 0) FROM alerts")
    return Cursor(told=last if first is None else first - 1)


def _write_cursor(connection: Any, name: str, cursor: Cursor) -> None:
    value = {name: getattr(cursor, name) for name in ("told", "sending", "owner", "doubt")}
    connection.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (PREFIX + name, json.dumps(value))
    )


def in_doubt(store: Store) -> list[tuple[str, int]]:
    """(receiver, alerts) of messages that began and whose end nobody saw."""
    found = []
    for row in store.rows("SELECT key, value FROM meta WHERE key LIKE 'alerts:%' ORDER BY key"):
        cursor = Cursor(**json.loads(row["value"]))
        spans = cursor.doubt + ([cursor.sending] if cursor.sending and not is_alive(cursor.owner) else [])
        if spans:
            found.append((row["key"].removeprefix(PREFIX), sum(_count(store, *span) for span in spans)))
    return found


def quiet_until(quiet: str, zone: str, at: dt.datetime) -> str | None:
    """The end of the quiet hours in which `at` lies ("07:00"), or None.

    Raises:
        ConfigError: `quiet` is not like "22:00-07:00", or there is no such zone.
    """
    if not quiet:
        return None
    try:
        begin, end = (dt.time.fromisoformat(part.strip()) for part in quiet.split("-"))
        time = at.astimezone(ZoneInfo(zone)).time()
    except (ValueError, KeyError, OSError) as error:
        raise ConfigError(f'alerts.quiet is {quiet!r} in zone {zone!r}; write "22:00-07:00"') from error
    inside = begin <= time < end if begin <= end else time >= begin or time < end
    return end.strftime("%H:%M") if inside else None
