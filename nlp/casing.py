"""Whether the letters of a hit can be the name at all: capitals, addresses, handles. No spaCy here."""

import re

from nlp.names import CJK, fold

#: "SAN MARCO, Calif.—", "WASHINGTON, Oct 10 (Agency) -": a place in capitals, then a state, day or agency, then a dash.
DATELINE = re.compile(
    r"^[A-Z][A-Z.'’/ -]{2,40}(?=[,( ])(?:, [A-Z][\w.]{1,14}(?: \d{1,2})?(?:, \d{4})?){0,2}(?: ?\([^()\n]{2,30}\))?"
    r" ?(?:—|–|--|-(?= ))",
    re.MULTILINE,
)


def datelines(text: str) -> list[tuple[int, int]]:
    """Where the datelines of `text` stand; what is named there is a place or an agency, no company."""
    found = []
    for match in DATELINE.finditer(text):
        head = match.group()
        if "," in head or "(" in head:
            found.append(match.span())
    return found


def case_fits(surface: str, alias: str) -> bool:
    """True when `surface` is the alias as written, in capitals, or a spelling that cannot be a common word."""
    if surface == alias or CJK.search(alias):
        return True
    if fold(surface) == surface and surface.isascii():
        return False
    if alias.isupper() and len(alias) <= 5:  # "Smic" and "Dji" stand in no paper for SMIC and DJI
        return surface.isupper() or not surface.isascii()
    return any(c.isupper() for c in surface[:2]) or not surface.isascii()


def in_address(text: str, start: int, end: int) -> bool:
    """True inside a URL, host name, handle or e-mail address."""
    before = text[max(0, start - 1) : start]
    after = text[end : end + 3]
    if before in ("/", "@", ".", "#", "_") or after[:1] in ("@", "_"):
        return True
    slash = after[:1] == "/" and after[1:2].islower()
    return slash or (after[:1] == "." and after[1:3].isalpha() and after[1:2].islower())
