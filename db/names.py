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


#: The commonest legal forms, for looking a name up as a person types it; the resolver knows them all
#: (nlp/data/legal_forms.toml) and keeps `aliases.norm` free of them.
FORMS = frozenset(
    # not "group": a Group and its Corporation are two companies
    "ag bv co company corp corporation gmbh inc incorporated limited llc llp ltd nv oyj plc pte sa se spa".split()
)


def lookup_keys(name: str) -> tuple[str, ...]:
    """Forms under which `name` may stand in `aliases.norm`: folded, and without legal forms at its end."""
    whole = fold(name)
    words = whole.split()
    while len(words) > 1 and words[-1] in FORMS:
        words.pop()
    return tuple(dict.fromkeys((whole, " ".join(words)))) if whole else ()
