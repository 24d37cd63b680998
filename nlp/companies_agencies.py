"""Government bodies written without capitals: "the commerce ministry", "the Trump administration"."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from spacy.tokens import Doc


@cache
def _pattern() -> re.Pattern[str]:
    data = tomllib.loads((files("nlp") / "data" / "agencies.toml").read_text(encoding="utf-8"))
    areas = "|".join(map(re.escape, data["areas"].split()))
    heads = "|".join(data["heads"].split())
    owners = "|".join(re.escape(owner.strip()) for owner in data["owners"].replace("\n", "").split("|"))
    return re.compile(
        rf"\b(?:(?:{owners}) )?(?:(?:{areas})(?: and (?:{areas}))? (?:{heads})|{data['whole']})\b"
        rf"|\b(?:{owners}) (?:{data['owned']})\b"
    )


def find_agencies(doc: Doc) -> list[tuple[int, int]]:
    """Character spans of government bodies that no capital letter shows, in order."""
    return [match.span() for match in _pattern().finditer(doc.text)]
