"""Names in the form in which they are compared: the same for search, filters and the command line.

Legal forms stay here; removing them is the resolver's business, which writes its own `aliases.norm`.
"""

import re
import unicodedata

_DOTTED = re.compile(r"\b(?:\w\.){2,}\w?")
_APART = re.compile(r"[^\w]+")


def fold(name: str) -> str:
    """`name` without accents, case and punctuation: "S.M.I.C." -> "smic", "Société  Générale" -> "societe generale"."""
    if name.isascii() and name.replace(" ", "").isalnum():
        return " ".join(name.lower().split())
    text = unicodedata.normalize("NFKD", _DOTTED.sub(lambda m: m.group().replace(".", ""), name))
    text = "".join(c for c in text if not unicodedata.combining(c)).casefold()
    text = re.sub(r"['’]s\b", "", text).replace("&", " and ").replace("'", "").replace("’", "")
    return unicodedata.normalize("NFC", _APART.sub(" ", text.replace("_", " ")).strip())
