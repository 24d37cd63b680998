"""Alerts as one grouped message, and as an Atom feed."""

import datetime as dt
import hashlib
from collections import Counter
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from db.saved import Alert, watches
from db.store import Store
from tradewire.digest.render import environment, safe_link
from tradewire.notify.mailing import header, plain_message, unsubscribe_address
from tradewire.options import visible

MOST_LINES = 100  # of one message; the others are counted
MOST_CHARS = 400  # of one line
KINDS = {
    "list": "Official lists",
    "watch": "Watched companies",
    "search": "Saved searches",
    "dispute": "Sources disagree",
    "health": "Sources that are ill, or well again",
    "job": "Jobs",
}


def title(store: Store, found: list[Alert]) -> str:
    """ "Tradewire: 5 alerts: chips (3), Acme (2)"."""
    names = _names(store)
    counts = Counter(names.get(a.subject, a.subject) for a in found)
    told = ", ".join(f"{name} ({n})" if n > 1 else name for name, n in counts.most_common(4))
    more = f" and {len(counts) - 4} more" if len(counts) > 4 else ""
    return header(visible(f"Tradewire: {len(found)} alert{'' if len(found) == 1 else 's'}: {told}{more}"))[
        :180
    ]


def groups(store: Store, found: list[Alert], base: str) -> list[dict[str, Any]]:
    """Alerts by kind and subject, with their links; at most MOST_LINES lines."""
    names = _names(store)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    order = list(KINDS)
    for alert in sorted(
        found, key=lambda a: (order.index(a.kind) if a.kind in order else 99, a.subject, a.id)
    ):
        group = rows.setdefault(
            (alert.kind, alert.subject),
            {"kind": KINDS.get(alert.kind, alert.kind), "name": names.get(alert.subject, alert.subject), "lines": [], "more": 0},
        )  # fmt: skip
        if sum(len(g["lines"]) for g in rows.values()) >= MOST_LINES:
            group["more"] += 1
            continue
        text = alert.text if len(alert.text) <= MOST_CHARS else alert.text[: MOST_CHARS - 1] + "…"
        group["lines"].append({"text": text, "url": _source(store, alert), "page": page(alert, base)})
    return list(rows.values())


def _names(store: Store) -> dict[str, str]:
    sources = {row["id"]: row["name"] for row in store.rows("SELECT id, name FROM sources")}
    lists = {row["id"]: row["name"] for row in store.rows("SELECT id, name FROM lists")}
    return sources | lists | {row["company"]: row["name"] for row in watches(store)}


def page(alert: Alert, base: str) -> str | None:
    """Where the hit is shown on our own pages."""
    base = base.rstrip("/")
    if not base:
        return None
    if alert.kind == "search" and alert.hit.isdigit():
        return f"{base}/article/{alert.hit}"
    if alert.kind in ("search", "watch"):
        return f"{base}/fact/{alert.hit}"
    return f"{base}/{'disputes' if alert.kind == 'dispute' else 'sources' if alert.kind == 'health' else 'alerts'}"


def _source(store: Store, alert: Alert) -> str | None:
    """The address of the article or notice behind a hit."""
    if alert.kind == "search" and alert.hit.isdigit():
        url = store.value("SELECT url FROM articles WHERE id = ?", (int(alert.hit),))
    elif alert.kind in ("search", "watch"):
        url = store.value(
            "SELECT a.url FROM facts f JOIN articles a ON a.id = f.article WHERE f.id = ?", (alert.hit,)
        )
    elif alert.kind == "list":
        url = store.value("SELECT source_url FROM list_entries WHERE id = ?", (alert.hit,))
    else:
        url = None
    return None if safe_link(url) == "#" else str(url)


def grouped_text(store: Store, found: list[Alert], base: str) -> str:
    """The message as plain text."""
    return (
        environment(False).get_template("alerts.txt").render(groups=groups(store, found, base)).strip() + "\n"
    )


def grouped_message(store: Store, found: list[Alert], *, sender: str, to: str, base: str) -> EmailMessage:
    """The message as a mail. Its Message-ID follows from receiver and alerts, so a second copy is seen to be one."""
    told = groups(store, found, base)
    text = environment(False).get_template("alerts.txt").render(groups=told).strip() + "\n"
    message = plain_message(title(store, found), text, sender=sender, to=to)
    key = hashlib.sha256(f"{to}|{[a.id for a in found]}".encode()).hexdigest()[:24]
    domain = parseaddr(sender)[1].partition("@")[2] or "localhost"
    message["Message-ID"] = f"<tradewire-alerts-{key}@{domain}>"
    message["List-Id"] = f"<alerts.{domain}>"
    message["List-Unsubscribe"] = f"<{unsubscribe_address('', sender, to)}>"
    html = environment(True).get_template("alerts_mail.html").render(groups=told, title=message["Subject"])
    message.add_alternative(html, subtype="html")
    return message


def atom(store: Store, found: list[Alert], base: str = "") -> str:
    """Alerts as an Atom feed, one entry each, newest first."""
    import feedgenerator

    names = _names(store)
    feed = feedgenerator.Atom1Feed(
        title="Tradewire alerts", link=f"{base.rstrip('/')}/alerts" if base else "urn:tradewire:alerts", description="",
        language="en",
    )  # fmt: skip
    for alert in reversed(found):
        link = _source(store, alert) or page(alert, base) or f"urn:tradewire:alert:{alert.id}"
        feed.add_item(
            title=visible(f"{names.get(alert.subject, alert.subject)}: {alert.text}")[:200],
            link=link,
            description=visible(alert.text),
            unique_id=f"urn:tradewire:alert:{alert.id}",
            pubdate=dt.datetime.fromisoformat(alert.at),
            categories=[alert.kind],
        )
    text: str = feed.writeString("utf-8")
    return text
