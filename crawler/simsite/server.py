"""The loopback server behind `serve`: one port a virtual host, requests logged, bad manners on demand."""

import datetime as dt
import json
import selectors
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from crawler.simsite.newsroom import LAST_TICK, newsroom_hosts
from crawler.simsite.replies import Record, Reply, Request, VirtualHost
from crawler.simsite.scenarios import hosts_of

#: Addresses must be the same in the next run, or a second `make run` would find a new web. Below the ports that
#: systems hand out to clients (from 32768 on).
FIRST_PORT = 18610


class Site:
    """A running scenario. Use as a context manager, or call `start` and `stop`."""

    def __init__(
        self,
        hosts: Callable[["Site"], list[VirtualHost]],
        *,
        tick: int = 0,
        first_port: int | None = FIRST_PORT,
    ) -> None:
        self.tick = tick  #: virtual clock; scenarios decide what one tick is
        self.log: list[Record] = []
        self.hosts: dict[str, str] = {}  #: virtual host -> http://127.0.0.1:port
        self.virtual: dict[str, VirtualHost] = {}
        self._declare = hosts
        self._first_port = first_port
        self._servers: list[_Server] = []
        self._asked: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        self.stopping = threading.Event()
        self._stopped = threading.Event()

    def start(self) -> "Site":
        for index, virtual in enumerate(self._declare(self)):
            self.virtual[virtual.name] = virtual
            server = self._listen(index, virtual.name)
            self._servers.append(server)
            self.hosts[virtual.name] = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(
            target=self._accept, args=(tuple(self._servers),), daemon=True, name="simsite"
        ).start()
        return self

    def _accept(self, servers: tuple["_Server", ...]) -> None:
        """Hand connections to threads until `stop`; one loop for all ports, as the rig has fifty."""
        with selectors.DefaultSelector() as selector:
            for server in servers:
                selector.register(server, selectors.EVENT_READ, server)
            while not self.stopping.is_set():
                for key, _ in selector.select(timeout=0.05):
                    key.data.handle_request()
        self._stopped.set()

    def _listen(self, index: int, name: str) -> "_Server":
        """A server on the port this host always has; on any other where that one is taken."""
        if self._first_port is not None:
            try:
                return _Server(("127.0.0.1", self._first_port + index), self, name)
            except OSError:
                pass
        return _Server(("127.0.0.1", 0), self, name)

    def reset(self) -> None:
        """Forget all requests and set the clock back: as if freshly started."""
        with self._lock:
            self.log.clear()
            self._asked.clear()
            self.tick = 0

    def stop(self) -> None:
        self.stopping.set()
        if self._servers:
            self._stopped.wait(5)
        for server in self._servers:
            server.server_close()
        self._servers.clear()

    def __enter__(self) -> "Site":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def base_urls(self) -> list[str]:
        return list(self.hosts.values())

    def requests(self, host: str, path: str | None = None) -> list[Record]:
        """The log of one host, or of one path of it (query included)."""
        with self._lock:
            return [r for r in self.log if r.host == host and path in (None, r.path)]

    def answer(self, host: str, target: str, method: str, headers: Mapping[str, str]) -> Reply:
        """What that host says now."""
        path, _, query = target.partition("?")
        with self._lock:
            nth = self._asked[host, target]
            self._asked[host, target] += 1
            tick = self.tick
        request = Request(host, path, query, method, headers, nth, tick, self.hosts[host], self.hosts)
        return self.virtual[host].handler(request)

    def record(self, line: Record) -> None:
        with self._lock:
            self.log.append(line)

    def sources_toml(self) -> str:
        """The hosts as a `sources.toml` for the spider."""
        tables = []
        for name, base in self.hosts.items():
            if (entry := self.virtual[name].source) is None:
                continue
            rows = {
                "name": entry.name, "country": entry.country, "language": entry.language, "kind": entry.kind,
                "home": base + "/",
                "feeds": [base + p for p in entry.feeds], "sitemaps": [base + p for p in entry.sitemaps],
                "sections": [base + p for p in entry.sections], "apis": [base + p for p in entry.apis],
                "expect": list(entry.expect),
                "delay_s": entry.delay_s,
                "allow_private": True,
            }  # fmt: skip
            lines = [f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in rows.items() if v != []]
            tables.append("\n".join([f"[{entry.key}]", *lines]))
        return "\n\n".join(tables) + "\n"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    timeout = 0  # the accept loop has seen that somebody waits
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], site: Site, virtual: str) -> None:
        self.site = site
        self.virtual = virtual
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the game."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "simsite"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        """The request log is `Site.log`."""

    def _serve(self) -> None:
        began = time.monotonic()
        site, host = self.server.site, self.server.virtual
        target = self.path
        if target.startswith("http://"):  # asked as a proxy
            name, _, rest = target.removeprefix("http://").partition("/")
            host, target = name.partition(":")[0], "/" + rest
        elif (named := (self.headers.get("Host") or "").partition(":")[0]) in site.hosts:
            host = named
        headers = {k.lower(): v for k, v in self.headers.items()}
        if host not in site.hosts:
            reply = Reply(b"unknown host", "text/plain", 502)
        else:
            reply = site.answer(host, target, self.command, headers)
        line = Record(
            time=began, host=host, method=self.command, path=target, headers=headers, status=reply.status
        )
        site.record(line)  # before the answer, so that whoever has the answer finds its line
        try:
            self._send(reply, line)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _send(self, reply: Reply, line: Record) -> None:
        """Send as told. `line.done` is set before the last piece goes out: nobody can answer earlier than that."""
        if reply.delay_s:
            self.server.site.stopping.wait(reply.delay_s)
        line.done = time.monotonic()
        if reply.cut_after == -1:
            self._reset()
            return
        self.send_response(reply.status)
        if reply.content_type:
            self.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.chunked:
            self.send_header("Connection", "close")
            self.close_connection = True
        elif reply.status != 304:
            self.send_header("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
        self.end_headers()
        if self.command == "HEAD":
            return
        body = reply.body if reply.cut_after is None else reply.body[: reply.cut_after]
        size, pause_s = reply.drip or (1 << 16, 0.0)
        for start in range(0, len(body), size):
            if start and pause_s:
                self.server.site.stopping.wait(pause_s)
            line.done = time.monotonic()
            line.bytes += len(body[start : start + size])
            self.wfile.write(body[start : start + size])
            self.wfile.flush()
        if reply.cut_after is not None:
            self._reset()
        elif reply.length is not None and reply.length != len(body):
            self.close_connection = True

    def _reset(self) -> None:
        """Hang up with RST, as a dying server does."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def serve(
    scenario: str = "newsroom", as_of: dt.date | None = None, *, tick: int | None = None,
    first_port: int | None = FIRST_PORT, only: Collection[str] | None = None,
) -> Site:  # fmt: skip
    """A site that is started by `with`.

    `as_of` fixes the dates of the newsroom (default: today). `first_port` None takes any free ports. `only` names
    the hosts wanted, without ".example".

    Raises:
        ValueError: no such scenario.
    """
    day = as_of or dt.datetime.now(dt.UTC).date()
    if scenario == "newsroom":
        start = LAST_TICK if tick is None else tick
        return Site(lambda site: newsroom_hosts(day, lambda: site.hosts), tick=start, first_port=first_port)
    hosts = hosts_of(scenario)
    if only is not None:
        hosts = [h for h in hosts if h.name.removesuffix(".example") in only]
    return Site(lambda site: hosts, tick=tick or 0, first_port=first_port)
