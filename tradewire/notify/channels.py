"""The two ways out: a mail server, and whatever Apprise knows. Both hand over or raise; neither remembers."""

import hashlib
import os
import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import urlsplit

from db.errors import ConfigError, TradewireError

TIMEOUT_S = 30.0
ENVIRONMENT = "env:"


class SendError(TradewireError):
    """A message was not taken. Nothing reached the receiver named; try again later."""


class DoubtError(SendError):
    """The connection broke while the message was handed over: it may have arrived. Nobody sends it again by itself."""


def hand_to_smtp(message: EmailMessage, server: str, *, starttls: bool = True) -> None:
    """Give `message` to the mail server "host:port"; user, password and authority come from the environment.

    Raises:
        SendError: it was not reached, is not who it says, or refused.
        DoubtError: it went away while it had the message.
    """
    host, port = _host_and_port(server)
    user = os.environ.get("TRADEWIRE_SMTP_USER")
    password = os.environ.get("TRADEWIRE_SMTP_PASSWORD")
    try:
        context = ssl.create_default_context(cafile=os.environ.get("TRADEWIRE_SMTP_CA") or None)
        with smtplib.SMTP(host, port, timeout=TIMEOUT_S) as connection:
            if starttls:
                connection.starttls(context=context)
            if user and password:
                connection.login(user, password)
            try:
                connection.send_message(message)
            except smtplib.SMTPServerDisconnected as error:
                raise DoubtError(f"{server}: {error}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise SendError(f"{server}: {error}") from error


def _host_and_port(server: str) -> tuple[str, int]:
    host, _, port = server.rpartition(":") if ":" in server else (server, "", "587")
    if not host or not port.isdigit():
        raise ConfigError(f"smtp is {server!r}; write host:port")
    return host.strip("[]"), int(port)


def resolved(address: str) -> str:
    """An Apprise address; "env:NAME" is taken from the environment, so that no secret stands in a file.

    Raises:
        ConfigError: the variable is not set.
    """
    if not address.startswith(ENVIRONMENT):
        return address
    name = address.removeprefix(ENVIRONMENT)
    if not os.environ.get(name):
        raise ConfigError(f"{address}: the environment has no {name}")
    return os.environ[name]


def shown(address: str) -> str:
    """A name for an Apprise address that tells no secret: the variable, or the scheme and a hash."""
    if address.startswith(ENVIRONMENT):
        return address
    digest = hashlib.sha256(address.encode()).hexdigest()[:8]
    return f"{urlsplit(address).scheme or 'apprise'}:{digest}"


def hand_to_apprise(address: str, title: str, body: str) -> None:
    """Give a message to the service that `address` names.

    Raises:
        ConfigError: Apprise is not installed, or does not understand the address.
        SendError: the service did not take it.
    """
    try:
        import apprise
    except ImportError as error:
        raise ConfigError("notify needs the extra: pip install 'tradewire[notify]'") from error
    service = apprise.Apprise()
    if not service.add(resolved(address)):
        raise ConfigError(f"{shown(address)}: Apprise does not understand this address")
    if not service.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT):
        raise SendError(f"{shown(address)}: the service did not take the message")
