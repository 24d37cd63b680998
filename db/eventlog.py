"""Structured logs on demand: with TRADEWIRE_LOG_FORMAT=json every line on standard error is one JSON object.

    {"at": "2026-11-21T06:00:03Z", "event": "stage-ended", "stage": "crawl", "state": "ok", "seconds": 41.2, ...}

Stages, jobs, alerts and errors write events of their own; whatever else is said is wrapped as event "message".
The variable is inherited, so the child processes of a crawl or a job write the same.
"""

import io
import json
import os
import sys
from typing import Any, TextIO

from db.clock import stamp

VARIABLE = "TRADEWIRE_LOG_FORMAT"


def wanted() -> bool:
    """True when logs are to be JSON lines."""
    return os.environ.get(VARIABLE, "").lower() == "json"


def write(event: str, **fields: Any) -> None:
    """One event, where JSON logs are wanted; otherwise nothing."""
    if wanted():
        _print(sys.stderr.inner if isinstance(sys.stderr, JsonLines) else sys.stderr, event, fields)


def install() -> None:
    """Turn every line of standard error into a JSON line, where that is wanted."""
    if wanted() and not isinstance(sys.stderr, JsonLines):
        sys.stderr = JsonLines(sys.stderr)


def _print(stream: TextIO, event: str, fields: dict[str, Any]) -> None:
    line = {"at": stamp(), "event": event, **fields}
    stream.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
    stream.flush()


class JsonLines(io.TextIOBase):
    """A text stream that wraps each line written to it as an event "message"."""

    def __init__(self, inner: TextIO) -> None:
        self.inner = inner
        self._rest = ""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False  # no progress bars between the lines

    def fileno(self) -> int:
        return self.inner.fileno()

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._say(line)
        return len(text)

    def _say(self, line: str) -> None:
        if line.strip():
            _print(self.inner, "message", {"text": line.rstrip("\r")})

    def flush(self) -> None:
        self.inner.flush()

    def close(self) -> None:
        self._say(self._rest)
        self._rest = ""
