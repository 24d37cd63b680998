"""What every mail of ours has in common."""

from email.message import EmailMessage
from email.utils import formataddr, parseaddr
from urllib.parse import quote

from db.clock import now
from db.errors import ConfigError


def header(text: str) -> str:
    """`text` on one line: nothing from a page may start a new header."""
    return " ".join(text.split())


def unsubscribe_address(pattern: str, sender: str, to: str) -> str:
    """Where `to` says that this mail is no longer wanted."""
    if not pattern:
        return f"mailto:{quote(parseaddr(sender)[1], safe='@')}?subject=unsubscribe"
    return header(pattern).replace("{to}", quote(parseaddr(to)[1], safe=""))


def plain_message(subject: str, text: str, *, sender: str, to: str) -> EmailMessage:
    """A mail of plain text.

    Raises:
        ConfigError: there is no sender.
    """
    if not sender:
        raise ConfigError("[digest] in tradewire.toml needs sender and smtp to send mail")
    message = EmailMessage()
    message["Subject"] = header(subject)
    message["From"] = formataddr(parseaddr(header(sender)))
    message["To"] = formataddr(parseaddr(header(to)))
    message["Date"] = now()
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message
