"""`/metrics`: the store's state as Prometheus text. Counting reads indexes only, so it may be asked often."""

from collections.abc import Iterable

from db.clock import read_stamp
from db.store import Store
from tradewire import __version__

Sample = tuple[dict[str, str], float]


def metrics_text(store: Store) -> str:
    """All metrics, one family after another."""

    def counted(sql: str, label: str) -> list[Sample]:
        return [({label: row["name"]}, row["n"]) for row in store.rows(sql)]

    def one(sql: str) -> list[Sample]:
        return [({}, float(store.value(sql) or 0))]

    families: list[tuple[str, str, list[Sample]]] = [
        ("tradewire_info", "version of the program", [({"version": __version__}, 1)]),
        ("tradewire_articles", "articles in the store", one("SELECT count(*) FROM articles")),
        ("tradewire_facts", "live facts by kind",
         counted("SELECT kind AS name, count(*) AS n FROM facts WHERE state = 'live' GROUP BY kind", "kind")),
        ("tradewire_facts_reviewed", "live facts by what people decided",
         counted("SELECT review AS name, count(*) AS n FROM facts WHERE state = 'live' GROUP BY review", "review")),
        ("tradewire_pages", "pages by state",
         counted("SELECT state AS name, count(*) AS n FROM pages GROUP BY state", "state")),
        ("tradewire_sources", "sources by state",
         counted("SELECT state AS name, count(*) AS n FROM sources GROUP BY state", "state")),
        ("tradewire_source_last_success_timestamp_seconds", "last answer of a source that was good", [
            ({"source": row["id"]}, read_stamp(row["last_success"]).timestamp())
            for row in store.rows("SELECT id, last_success FROM sources WHERE last_success IS NOT NULL ORDER BY id")
        ]),
        ("tradewire_disputes_open", "events whose sources differ and that nobody settled",
         one("SELECT count(*) FROM events WHERE disputed = 1 AND settled_at IS NULL")),
        ("tradewire_alerts_unread", "alerts nobody read", one("SELECT count(*) FROM alerts WHERE read_at IS NULL")),
        ("tradewire_job_runs", "job runs by state",
         counted("SELECT state AS name, count(*) AS n FROM job_runs GROUP BY state", "state")),
        ("tradewire_job_last_ok_timestamp_seconds", "end of the last run of a job that went well", [
            ({"job": row["job"]}, read_stamp(row["ended"]).timestamp())
            for row in store.rows(
                "SELECT job, max(ended) AS ended FROM job_runs WHERE state IN ('ok', 'empty', 'degraded')"
                " AND ended IS NOT NULL GROUP BY job ORDER BY job"
            )
        ]),
        ("tradewire_stage_last_end_timestamp_seconds", "end of the last good run of a stage", [
            ({"stage": row["stage"]}, read_stamp(row["ended"]).timestamp())
            for row in store.rows(
                "SELECT stage, max(ended) AS ended FROM runs WHERE state = 'ok' AND ended IS NOT NULL"
                " GROUP BY stage ORDER BY stage"
            )
        ]),
    ]  # fmt: skip
    return "".join(_family(*family) for family in families)


def _family(name: str, words: str, samples: Iterable[Sample]) -> str:
    lines = [f"# HELP {name} {words}", f"# TYPE {name} gauge"]
    for labels, value in samples:
        inner = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        lines.append(f"{name}{{{inner}}} {value:.15g}" if inner else f"{name} {value:.15g}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
