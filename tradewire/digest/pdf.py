"""An issue as PDF, printed by a Chromium that is installed here."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from db.errors import ConfigError

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--no-pdf-header-footer",
)  # fmt: skip


def chromium() -> str | None:
    """Path of the first Chromium found, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def pdf(html: str) -> bytes:
    """`html` printed.

    Raises:
        ConfigError: no Chromium is installed, or it did not print.
    """
    program = chromium()
    if program is None:
        raise ConfigError("a PDF needs Chromium, which is not installed here")
    with tempfile.TemporaryDirectory(prefix="tradewire-") as name:
        folder = Path(name)
        (folder / "issue.html").write_text(html, encoding="utf-8")
        out = folder / "issue.pdf"
        command = [
            program, *FLAGS, f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={out}",
            (folder / "issue.html").as_uri(),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, timeout=120, check=False)
        if not out.exists():
            raise ConfigError(f"Chromium made no PDF: {done.stderr.decode(errors='replace')[-300:]}")
        return out.read_bytes()
