"""Sending an issue, and remembering it.

Before a receiver's mail is handed over, "sending" is written down; afterwards "sent". A process killed in between
leaves "sending", and nobody sends that one again by itself: at most once. `tradewire doctor` and
`tradewire digest --send` say which receivers are in doubt; `--again` sends to those after all.
"""

import json
import os
import smtplib
import ssl
from dataclasses import dataclass
from typing import Any

from db.clock import stamp
from db.errors import ConfigError, TradewireError
from db.store import Store
from tradewire.config import DigestSettings
from tradewire.digest.mail import build_message

TIMEOUT_S = 30.0


class SendError(TradewireError):
    """The mail server refused or was not reached. Nothing was sent to the receiver named; try again later."""


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
    dry_run: bool = False,
    again: bool = False,
) -> list[Sent]:
    """Send `document` to every receiver that does not have it yet.

    Raises:
        ConfigError: no sender, receiver or server is configured.
        SendError: the server refused; receivers before it have theirs.
    """
    if not (settings.sender and settings.to and settings.smtp):
        raise ConfigError("[digest] in tradewire.toml needs sender, to and smtp to send mail")
    done = []
    for to in settings.to:
        state = _state(store, document, to)
        if state == "sent" or (state == "sending" and not again):
            done.append(Sent(to, "already sent" if state == "sent" else "in doubt"))
            continue
        message = build_message(document, sender=settings.sender, to=to, base=settings.base_url)
        if dry_run:
            done.append(Sent(to, "dry run"))
            continue
        _remember(store, document, to, "sending")
        try:
            _hand_over(message, settings)
        except (OSError, smtplib.SMTPException) as error:
            _remember(store, document, to, "failed")
            raise SendError(f"{settings.smtp}: {error}") from error
        _remember(store, document, to, "sent")
        done.append(Sent(to, "sent"))
    return done


def _hand_over(message: Any, settings: DigestSettings) -> None:
    host, _, port = settings.smtp.partition(":")
    user = os.environ.get("TRADEWIRE_SMTP_USER")
    password = os.environ.get("TRADEWIRE_SMTP_PASSWORD")
    context = ssl.create_default_context(cafile=os.environ.get("TRADEWIRE_SMTP_CA") or None)
    with smtplib.SMTP(host, int(port or 587), timeout=TIMEOUT_S) as server:
        if settings.starttls:
            server.starttls(context=context)
        if user and password:
            server.login(user, password)
        server.send_message(message)


def _key(document: dict[str, Any]) -> tuple[str, str]:
    return document["week"], document["zone"]


def _sent(store: Store, document: dict[str, Any]) -> list[dict[str, str]]:
    text = store.value(
        "SELECT sent FROM digest_issues WHERE week = ? AND zone = ? AND topic = ''", _key(document)
    )
    found: list[dict[str, str]] = json.loads(text or "[]")
    return found


def _state(store: Store, document: dict[str, Any], to: str) -> str | None:
    return next((row["state"] for row in reversed(_sent(store, document)) if row["to"] == to), None)


def _remember(store: Store, document: dict[str, Any], to: str, state: str) -> None:
    with store.write() as connection:
        rows = [*_sent(store, document), {"to": to, "state": state, "at": stamp()}]
        connection.execute(
            "UPDATE digest_issues SET sent = ? WHERE week = ? AND zone = ? AND topic = ''",
            (json.dumps(rows), *_key(document)),
        )
