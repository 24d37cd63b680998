"""Sending an issue, and remembering it.

Before a message is handed over, "sending" is written down; afterwards "sent". A process killed in between leaves
"sending", and nobody sends that one again by itself: at most once. `tradewire doctor` and `tradewire digest --send`
say which receivers are in doubt; `--again` sends to those after all.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.clock import now, stamp
from db.errors import ConfigError
from db.store import Store
from tradewire.config import DigestSettings
from tradewire.digest.issues import in_doubt
from tradewire.digest.mail import build_message
from tradewire.notify.channels import DoubtError, SendError, hand_to_apprise, hand_to_smtp, shown
from tradewire.notify.mailing import header
from tradewire.options import visible

__all__ = ["SendError", "Sent", "in_doubt", "send_issue"]


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one receiver."""

    to: str
    state: str  #: sent, already sent, in doubt, dry run


def send_issue(
    store: Store,
    document: dict[str, Any],
    settings: DigestSettings,
    *,
    to: Sequence[str] = (),
    dry_run: bool = False,
    again: bool = False,
) -> list[Sent]:
    """Send `document` to every receiver that does not have it yet: mail, and Apprise services. `to`: only to these.

    Raises:
        ConfigError: no sender, receiver or server is configured.
        SendError: some were refused; all others have theirs.
    """
    mails = list(dict.fromkeys(to or settings.to))
    services = [] if to else list(dict.fromkeys(settings.notify))
    if not (mails or services) or (mails and not (settings.sender and settings.smtp)):
        raise ConfigError("[digest] in tradewire.toml needs sender, to and smtp to send mail, or notify")
    done, refused = [], []
    for name, address in [(m, m) for m in mails] + [(shown(s), s) for s in services]:
        message = None
        if address in mails:
            message = build_message(
                document, sender=settings.sender, to=address, base=settings.base_url, unsubscribe=settings.unsubscribe,
                date=now(),
            )  # fmt: skip
        state = _state(store, document, name) if dry_run else _claim(store, document, name, again)
        if state == "sent" or (state == "sending" and not again):
            done.append(Sent(name, "already sent" if state == "sent" else "in doubt"))
            continue
        if dry_run:
            done.append(Sent(name, "dry run"))
            continue
        try:
            if message is not None:
                hand_to_smtp(message, settings.smtp, starttls=settings.starttls)
            else:
                hand_to_apprise(
                    address, header(document["subject"]), in_few_words(document, settings.base_url)
                )
        except DoubtError as error:
            refused.append(f"{name}: in doubt: {error}")
            continue
        except (SendError, ConfigError) as error:
            _remember(store, document, name, "failed")
            refused.append(f"{name}: {error}")
            continue
        _remember(store, document, name, "sent")
        done.append(Sent(name, "sent"))
    if refused:
        raise SendError("; ".join(refused))
    return done


def in_few_words(document: dict[str, Any], base: str) -> str:
    """The issue for a chat: what is in short, each with its source, and where the rest is."""
    lines = [
        visible(line["text"]) + (f"\n{line['url']}" if line["url"] else "") for line in document["in_short"]
    ]
    if base:
        lines.append(f"{base.rstrip('/')}/digest/{document['week']}")
    return "\n\n".join(lines)


def _key(document: dict[str, Any]) -> tuple[str, str, str]:
    return document["week"], document["zone"], document["topic"]


def _sent(store: Store, document: dict[str, Any]) -> list[dict[str, str]]:
    text = store.value(
        "SELECT sent FROM digest_issues WHERE week = ? AND zone = ? AND topic = ?", _key(document)
    )
    found: list[dict[str, str]] = json.loads(text or "[]")
    return found


def _state(store: Store, document: dict[str, Any], to: str) -> str | None:
    return next((row["state"] for row in reversed(_sent(store, document)) if row["to"] == to), None)


def _claim(store: Store, document: dict[str, Any], to: str, again: bool) -> str | None:
    """Write down that we send to `to` now, unless somebody does or did; the state found."""
    with store.write() as connection:
        state = _state(store, document, to)
        if state != "sent" and (state != "sending" or again):
            _write(store, connection, document, to, "sending")
        return state


def _remember(store: Store, document: dict[str, Any], to: str, state: str) -> None:
    with store.write() as connection:
        _write(store, connection, document, to, state)


def _write(store: Store, connection: Any, document: dict[str, Any], to: str, state: str) -> None:
    rows = [*_sent(store, document), {"to": to, "state": state, "at": stamp()}]
    changed = connection.execute(
        "UPDATE digest_issues SET sent = ? WHERE week = ? AND zone = ? AND topic = ?",
        (json.dumps(rows), *_key(document)),
    ).rowcount
    assert changed == 1, f"issue {_key(document)} is not frozen"
