"""The times at which a job is due, from its cron expression in its time zone."""

import datetime as dt
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from db.errors import ConfigError

MOST = 10_000  # slots looked at in one go: a minutely job over a week


def trigger(cron: str, zone: str) -> CronTrigger:
    """The trigger of a five-field cron expression.

    Raises:
        ConfigError: the expression or the zone is not understood.
    """
    try:
        return CronTrigger.from_crontab(cron, timezone=ZoneInfo(zone))
    except (ValueError, KeyError) as error:
        raise ConfigError(f"cron {cron!r} in zone {zone!r}: {error}") from error


def slots(cron: str, zone: str, after: dt.datetime, until: dt.datetime) -> list[dt.datetime]:
    """Every time in (after, until] at which the job is due, in UTC.

    A time that the clocks skip comes an hour later; in an hour they repeat, a slot comes twice for a job that runs
    every hour and once for any other.
    """
    found: list[dt.datetime] = []
    rule = trigger(cron, zone)
    local = ZoneInfo(zone)
    hourly = cron.split()[1].startswith("*")
    seen: set[str] = set()
    previous: dt.datetime | None = None
    moment = after.astimezone(local) + dt.timedelta(seconds=1)
    while len(found) < MOST:
        fire = rule.get_next_fire_time(previous, moment)
        if fire is None or fire.astimezone(dt.UTC) > until:
            break
        utc = fire.astimezone(dt.UTC)
        wall = fire.astimezone(local).strftime("%Y-%m-%dT%H:%M")
        if utc > after and (hourly or wall not in seen):
            found.append(utc)
        seen.add(wall)
        previous, moment = fire, (utc + dt.timedelta(seconds=1)).astimezone(local)
    return found
