"""The stages as the command line and jobs call them: under their lease, with settings, counted."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from db import eventlog
from db.errors import ConfigError
from db.runs import run_lease
from db.store import Store
from tradewire.config import Settings, load_settings


def say(stage: str, counts: Mapping[str, Any]) -> None:
    """One line on standard error: what a stage did."""
    if eventlog.wanted():
        return  # the lease has said it
    done = ", ".join(
        f"{value} {one(name) if value == 1 else name}" for name, value in counts.items() if value
    )
    click.echo(f"{stage}: {done or 'nothing new'}", err=True)


def one(name: str) -> str:
    """The name of a count for one thing: "event disputed" of "events disputed"."""
    noun, _, rest = name.partition(" ")
    noun = f"{noun[:-3]}y" if noun.endswith("ies") else noun.removesuffix("s")
    return f"{noun} {rest}".strip()


def annotate_stage(
    store: Store,
    settings: Settings | None = None,
    *,
    redo: bool = False,
    budget_s: float | None = None,
    workers: int | None = None,
    bar: Any = None,
) -> Counter[str]:
    """Articles -> facts."""
    from nlp.annotate import annotate_pending

    chosen = (settings or load_settings()).annotate
    with run_lease(store, "annotate") as run:
        counts = annotate_pending(
            store,
            model=chosen.model,
            extra=tuple(chosen.components),
            companies=chosen.companies,
            workers=workers or chosen.workers,
            timeout_s=chosen.article_timeout_s,
            memory_mb=chosen.memory_mb,
            redo=redo,
            budget_s=budget_s,
            progress=None if bar is None else bar.update,
        )
        run.stats.update(counts)
        if counts["failed"]:
            run.state = "degraded"
    store.checkpoint()
    return counts


def resolve_stage(store: Store, settings: Settings | None = None, *, bar: Any = None) -> Counter[str]:
    """Mentions -> company records, facts -> events, new hits of saved searches -> alerts; needs no spaCy."""
    from db.events import group_events
    from db.saved import find_alerts
    from nlp.resolve.stage import resolve_pending

    chosen = (settings or load_settings()).annotate
    user_file = Path(chosen.companies) if chosen.companies else None
    with run_lease(store, "resolve") as run:
        counts = resolve_pending(store, user_file=user_file, progress=None if bar is None else bar.update)
        counts.update({f"events {name}": number for name, number in group_events(store).items()})
        counts["alerts"] = len(find_alerts(store))  # told at the end of a run, or by: tradewire alerts send
        run.stats.update(counts)
    store.checkpoint()
    return counts


def digest_stage(store: Store, settings: Settings | None = None) -> Counter[str]:
    """Complete weeks without a frozen issue get one."""
    from tradewire.digest.issues import issue, pending_issues

    zone = (settings or load_settings()).digest.zone
    counts: Counter[str] = Counter()
    with run_lease(store, "digest") as run:
        for window in pending_issues(store, zone):
            issue(store, window, by_published=False)
            counts["issues"] += 1
        run.stats.update(counts)
    return counts


def alert_stage(store: Store, settings: Settings) -> tuple[Counter[str], list[str]]:
    """New alerts are found, and told where somebody wants to be told; counts, and who could not be told and why."""
    from tradewire.notify.alerts import tell_all
    from tradewire.notify.find import look

    counts: Counter[str] = Counter()
    failed = []
    counts["new"] = len(look(store, settings.alerts))
    if settings.alerts.to or settings.alerts.notify:
        try:
            for one in tell_all(store, settings):
                counts[one.state.split()[0]] += one.alerts
                eventlog.write(
                    "alerts", to=one.to, state=one.state, alerts=one.alerts, doubt=one.doubt, error=one.error
                )
                failed += [f"alerts to {one.to}: {one.error}"] if one.error else []
        except ConfigError as error:
            failed.append(f"alerts: {error}")
    return counts, failed


def run_all(
    store: Store, settings: Settings, sources: Any, *, crawl_overrides: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything that is due, one stage after the other, under one lease; counts by stage.

    Raises:
        LockedError: another run works on this store; the message says who.
    """
    from crawler.extract import extract_pending, pending_count
    from crawler.health import keep_states
    from crawler.run import crawl
    from tradewire.commands.crawl import crawl_settings
    from tradewire.options import progress

    archive = Path(settings.archive)
    done: dict[str, Any] = {}
    with run_lease(store, "run") as run:
        done["crawl"] = crawl(
            store, sources, archive, settings=crawl_settings(settings) | dict(crawl_overrides)
        )
        with progress("extract", pending_count(store)) as bar:
            done["extract"] = extract_pending(
                store, archive, progress=lambda counts: bar.update(counts.get("pages", 0) - bar.pos)
            )
        with progress("annotate", relevant_pending(store)) as bar:
            done["annotate"] = dict(annotate_stage(store, settings, bar=bar))
        done["resolve"] = dict(resolve_stage(store, settings))
        done["digest"] = dict(digest_stage(store, settings))
        run.stats.update(done)
        done["unwell"] = [f"{one.source}: {reason}" for one in keep_states(store) for reason in one.reasons]
        done["alerts"], failed = alert_stage(store, settings)
        done["unwell"] += failed
        if done["crawl"].get("feeds-failed") or done["annotate"].get("failed") or done["unwell"]:
            run.state = "degraded"
    return done


def relevant_pending(store: Store) -> int:
    """How many texts wait for annotation."""
    return int(
        store.value(
            "SELECT count(*) FROM articles a WHERE a.relevant = 1 AND NOT EXISTS (SELECT 1 FROM article_runs r"
            " WHERE r.stage = 'annotate' AND r.input = a.text AND r.state <> 'retry')"
        )
    )
