"""Government bodies written without capitals or with a place: "the commerce ministry in Beijing", "US telecommunications regulator"."""

import re

from spacy.tokens import Doc

from nlp.lexicon import Lexicon

_AGENCY = re.compile(
    r"\b(?:(?:[Tt]he |[A-Z]\w+'s )?)"
    r"(?P<name>(?:(?:(?:U\.?S\.?|UK|EU|Chinese|American|Dutch|Japanese|German|British|French|Russian|Indian|federal|state|"
    r"municipal|provincial) )?(?:(?:commerce|foreign|trade|defen[cs]e|economy|finance|economics|industry|interior|justice|"
    r"technology|transport|energy|agriculture|health|education|information|environment|telecoms?|telecommunications|"
    r"securities|market|banking|antitrust|competition|cyberspace|customs|export-control|export control)"
    r"(?: and \w+)? )(?:ministry|ministries|department|regulator|regulators|watchdog|authority|authorities|bureau|office)))\b"
)


def find_agencies(doc: Doc, words: Lexicon) -> list[tuple[int, int]]:
    """Character spans of government bodies that no capital letter shows."""
    return [m.span("name") for m in _AGENCY.finditer(doc.text)]
