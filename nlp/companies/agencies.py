"""Government bodies written without capitals: "the commerce ministry", "the Trump administration"."""

import re
import tomllib
from functools import cache
from importlib.resources import files

LOOK_BACK = 70  # characters in front of a head that may belong to the body's name


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], frozenset[str]]:
    """Heads; what must stand before a head that needs an area, and before one that needs an owner; the latter heads."""
    data = tomllib.loads((files("nlp") / "data" / "agencies.toml").read_text(encoding="utf-8"))
    areas = "|".join(map(re.escape, data["areas"].split()))
    owners = "|".join(re.escape(owner.strip()) for owner in data["owners"].replace("\n", "").split("|"))
    heads = [*data["heads"].split(), *data["owned"].split("|")]
    return (
        re.compile(rf"\b(?:{'|'.join(dict.fromkeys(heads))})\b"),
        re.compile(rf"\b(?:(?:{owners}) )?(?:(?:{areas})(?: and (?:{areas}))?|State|central) $"),
        re.compile(rf"\b(?:{owners}) $"),
        frozenset(data["owned"].split("|")),
    )


def find_agencies(text: str) -> list[tuple[int, int]]:
    """Character spans of government bodies that no capital letter shows, in order."""
    heads, area, owner, owned = _patterns()
    found = []
    for head in heads.finditer(text):
        before = text[max(0, head.start() - LOOK_BACK) : head.start()]
        if head.group() == "bank" and not before.endswith("central "):
            continue
        match = area.search(before) or (owner.search(before) if head.group() in owned else None)
        if match is not None:
            found.append((head.start() - len(before) + match.start(), head.end()))
    return found
