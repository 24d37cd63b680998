"""Where the settings and the store are, without reading all settings: what a quick command needs."""

import os
import tomllib
from pathlib import Path

FILE = "tradewire.toml"
#: Keys and tables of the file; a test compares with the settings.
KEYS = frozenset({"store", "archive", "crawl", "annotate", "digest", "alerts", "web", "jobs", "lists"})


def config_files() -> list[Path]:
    """Settings files that exist, the stronger one last."""
    import platformdirs

    files = [Path(platformdirs.user_config_dir("tradewire")) / FILE, Path(FILE)]
    if named := os.environ.get("TRADEWIRE_CONFIG"):
        files.append(Path(named))
    return [path for path in files if path.is_file()]


def store_place() -> Path | None:
    """Where the settings put the store; None where a file holds what must be looked at closely."""
    place = "tradewire.sqlite"
    for path in config_files():
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError):
            return None
        place = values.get("store", place)
        if values.keys() - KEYS or not isinstance(place, str):
            return None
    return Path(os.environ.get("TRADEWIRE_STORE") or place)
