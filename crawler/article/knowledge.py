"""The word lists of crawler/data/article.toml, compiled once."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load() -> dict[str, Any]:
    return tomllib.loads((files("crawler") / "data" / "article.toml").read_text(encoding="utf-8"))


@cache
def words(section: str, name: str) -> tuple[str, ...]:
    """The entries of one list."""
    return tuple(load()[section][name])


@cache
def any_of(section: str, name: str) -> re.Pattern[str]:
    """One expression for a list; use fullmatch or search as the list says."""
    return re.compile("|".join(f"(?:{entry})" for entry in words(section, name)), re.IGNORECASE)
