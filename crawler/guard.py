"""No private addresses: a page, a redirect or a DNS answer must not lead the crawler into somebody's network.

The names are tested where they are resolved, by the resolver that gives the connection its address, so an answer
that changes between test and connection (DNS rebinding) gains nothing.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.error import DNSLookupError

NAT64 = ipaddress.ip_network("64:ff9b::/96")  # IPv4 addresses in IPv6 (RFC 6052)


class PrivateAddressError(OSError):
    """A host has a private, loopback, link-local or reserved address and was not allowed. Not tried again."""


def is_private(address: str) -> bool:
    """True for an IP address that is not on the public internet, whatever its notation."""
    try:
        ip = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if mapped is not None:
        return is_private(str(mapped))
    if ip.version == 6 and ip in NAT64:
        return is_private(str(ipaddress.ip_address(int(ip) & 0xFFFFFFFF)))
    return not ip.is_global or ip.is_multicast


def literal_address(host: str) -> str | None:
    """The address that `host` writes out, also as one number or in hex or octal ("0x7f.1"), else None."""
    host = host.strip("[]")
    try:
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    if re.fullmatch(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+)){0,3}", host, re.IGNORECASE):
        try:
            return socket.inet_ntoa(socket.inet_aton(host))
        except OSError:
            return None
    return None


class PrivateAnswerError(DNSLookupError):
    """The same for a DNS answer, as Twisted's resolvers raise it."""


class Guard:
    """Which hosts may be private: those that a source with `allow_private` declares, or all by setting."""

    def __init__(self) -> None:
        self.allow_all = False
        self.hosts: frozenset[str] = frozenset()  #: with port
        self.names: frozenset[str] = frozenset()  #: without
        self.refused: set[str] = set()  #: names whose answers were private

    def allow(self, *, everything: bool = False, hosts: Iterable[str] = ()) -> None:
        """Set what may be private in this process."""
        self.allow_all = everything
        self.hosts = frozenset(host.lower() for host in hosts)
        self.names = frozenset(urlsplit(f"//{host}").hostname or "" for host in self.hosts)
        self.refused.clear()

    def check_url(self, url: str) -> None:
        """Refuse an URL that writes a private address out.

        Raises:
            PrivateAddressError: it does, and is not allowed.
        """
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        address = literal_address(host)
        if self.allow_all or parts.netloc.lower() in self.hosts:
            return
        if (
            (address is not None and is_private(address))
            or host == "localhost"
            or host.endswith(".localhost")
        ):
            raise PrivateAddressError(f"private address: {parts.netloc}")

    def check_answer(self, name: str, address: str) -> None:
        """Refuse a DNS answer that is a private address.

        Raises:
            PrivateAnswerError: it is, and the name is not allowed.
        """
        if is_private(address) and not self.allow_all and name not in self.names:
            self.refused.add(name)
            raise PrivateAnswerError(f"private address: {name} is {address}")


#: The guard of this process; there is one because the reactor has one resolver.
GUARD = Guard()


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver that refuses private answers. IPv4 only, as Scrapy's default is."""

    def getHostByName(self, name: str, timeout: Any = ()) -> Any:
        return super().getHostByName(name, timeout).addCallback(self._checked, name)

    def _checked(self, address: Any, name: str) -> Any:
        GUARD.check_answer(name, str(address))
        return address
