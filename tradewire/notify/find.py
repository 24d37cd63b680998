"""Finding alerts: new hits of searches and watches, changes of official lists, sources and jobs that fell ill.

Each is written down once, whoever looks and however often; telling them is tradewire/notify/alerts.py.
"""

import datetime as dt

from db.clock import now, stamp
from db.saved import Alert, alerts, find_alerts, tell
from db.store import Store
from tradewire.config import AlertSettings

RECENT_DAYS = 60  # an entry of an official list older than this came with an older edition; it is no news
WELL = "active"
JOB_ILL = ("failed", "timeout", "lost")
JOB_WELL = ("ok", "empty", "degraded")
BEGUN = "alerts_lists_since"  # meta: when we first looked at whole lists


def look(store: Store, settings: AlertSettings) -> list[Alert]:
    """Look for everything; the alerts that are new."""
    last = store.value("SELECT coalesce(max(id), 0) FROM alerts")
    find_alerts(store)
    if settings.lists:
        list_changes(store, settings.lists)
    if settings.health:
        source_health(store)
        job_health(store)
    return alerts(store, after=last, limit=10_000)


def list_changes(store: Store, wanted: list[str]) -> None:
    """Changes of official lists that came after we first looked; none that a watched company told already."""
    begun = store.value("SELECT value FROM meta WHERE key = ?", (BEGUN,))
    if begun is None:
        with store.write() as connection:
            connection.execute("INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)", (BEGUN, stamp()))
        return
    oldest = (now() - dt.timedelta(days=RECENT_DAYS)).date().isoformat()
    rows = store.rows(
        "SELECT e.*, coalesce(l.name, e.list) AS list_name FROM list_entries e LEFT JOIN lists l ON l.id = e.list"
        " WHERE e.retrieved_at >= ? AND e.action IN ('add', 'remove', 'gone')"
        " AND coalesce(e.published_date, e.effective_date) >= ?"
        " AND NOT EXISTS (SELECT 1 FROM alerts x WHERE x.kind = 'list' AND x.hit = e.id) ORDER BY e.list, e.name, e.id",
        (begun, oldest),
    )
    words = {"add": "added to", "remove": "taken off", "gone": "no longer in the file of"}
    for row in rows:
        if "*" in wanted or row["list"] in wanted:
            doubt = "" if row["confidence"] == "high" else ", reported, not confirmed"
            text = (
                f"{row['name']}: {words[row['action']]} {row['list_name']}, {row['effective_date'] or 'no date'}"
                f" ({row['citation'] or 'no citation'}{doubt})"
            )
            tell(store, "list", row["list"], [(row["id"], text)])


def source_health(store: Store) -> None:
    """One alert for each change of a source's state, and one when it is well again."""
    for row in store.rows("SELECT id, name, state, state_reason FROM sources ORDER BY id"):
        if row["state"] in ("paused", "new"):
            continue  # nobody asked it: neither ill nor well
        text = f"{row['name']}: {row['state']}, {row['state_reason'] or 'no reason given'}"
        _changed(store, "health", row["id"], row["state"], text, f"{row['name']}: well again")


def job_health(store: Store) -> None:
    """The same for jobs, by their last run that ended."""
    ended = ", ".join(f"'{state}'" for state in JOB_ILL + JOB_WELL)
    for row in store.rows(
        f"SELECT r.* FROM job_runs r JOIN jobs j ON j.name = r.job WHERE j.enabled = 1 AND r.id = (SELECT max(o.id)"
        f" FROM job_runs o WHERE o.job = r.job AND o.state IN ({ended})) ORDER BY r.job"
    ):
        state = WELL if row["state"] in JOB_WELL else row["state"]
        code = "" if row["exit_code"] is None else f", exit code {row['exit_code']}"
        text = f"job {row['job']}: {row['state']}{code}, due {row['slot']}, log {row['log'] or 'none'}"
        _changed(store, "job", row["job"], state, text, f"job {row['job']}: runs again")


def _changed(store: Store, kind: str, subject: str, state: str, ill: str, well: str) -> None:
    """Tell `subject` when its state is another than the one told last."""
    told = store.row(
        "SELECT hit, at FROM alerts WHERE kind = ? AND subject = ? ORDER BY id DESC LIMIT 1", (kind, subject)
    )
    before = told["hit"].partition("@")[0] if told else WELL
    if state == before:
        return
    text = ill if state != WELL else f"{well} (was {before} since {told['at']})" if told else well
    tell(store, kind, subject, [(f"{state}@{stamp()}", text)])
