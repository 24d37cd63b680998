"""What a publisher says about the use of a page: robots meta and X-Robots-Tag, and reservations of text mining (TDMRep).

The words are recorded with the page; policy (settings CRAWL_TDM, CRAWL_ROBOTS_META, and keys of a source) decides what
is obeyed. Formats: developers.google.com/search/docs/crawling-indexing/robots-meta-tag, W3C TDMRep (2022); "noai" is
what picture and text platforms use against mining.
"""

import datetime as dt
import email.utils
import re
from collections.abc import Iterable
from dataclasses import dataclass

from db.clock import now

AGENT = "tradewire"  # as in ROBOTSTXT_USER_AGENT
HEAD_BYTES = 100_000  # meta tags of news pages stand in their first 50 kB
#: Words that restrict something. What is not here ("index", "max-image-preview: large") allows.
KNOWN = frozenset(
    "noindex nofollow none noarchive nocache nosnippet noai noimageai noimageindex notranslate".split()
)
UNWANTED = frozenset({"noindex", "none", "unavailable"})  #: the page is not to be taken into an index
RESERVED = frozenset({"tdm-reservation", "noai"})  #: the text is not to be mined
WITH_VALUE = frozenset({"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"})
META = re.compile(
    rb"""<meta\b[^>]{0,300}?\bname\s*=\s*["']?(robots|tradewire|tdm-reservation)["'\s/>][^>]{0,300}""",
    re.IGNORECASE,
)
CONTENT = re.compile(rb"""\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
HIDDEN = re.compile(rb"<!--.*?-->|<script\b.*?</script\s*>", re.IGNORECASE | re.DOTALL)
DATES = ("%d %b %Y %H:%M:%S %Z", "%d-%b-%Y %H:%M:%S %Z", "%A, %d-%b-%y %H:%M:%S %Z")


@dataclass(frozen=True, slots=True)
class Rights:
    """The restricting words of one answer, each with where it stands: {"noindex": "header", "noai": "meta"}."""

    words: dict[str, str]

    def __str__(self) -> str:
        """As kept with the page: "noai noarchive"; empty where nothing is restricted."""
        return " ".join(sorted(self.words))

    @property
    def reserved(self) -> str | None:
        """Why the text may not be mined, else None."""
        return self._why(RESERVED)

    @property
    def unwanted(self) -> str | None:
        """Why the page may not be taken into an index, else None."""
        return self._why(UNWANTED)

    @property
    def follow(self) -> bool:
        """Whether the page's links may be followed."""
        return not {"nofollow", "none"} & set(self.words)

    def _why(self, among: frozenset[str]) -> str | None:
        found = sorted(set(self.words) & among)
        return f"{found[0]} ({self.words[found[0]]})" if found else None


def rights_of(headers: Iterable[tuple[str, str]], body: bytes) -> Rights:
    """What the headers and the first part of a page say; the strictest of all counts."""
    words: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        if lower == "tdm-reservation" and value.strip() == "1":
            words["tdm-reservation"] = "header"
        elif lower == "x-robots-tag":
            words |= dict.fromkeys(_for_us(value), "header")
    head = body[:HEAD_BYTES].replace(b"\0", b"")  # UTF-16
    if any(map(_said, META.finditer(head))):  # rare, and worth a second look: in a comment it says nothing
        for found in META.finditer(HIDDEN.sub(b"", head)):
            words |= dict.fromkeys(_said(found), "meta")
    return Rights(words)


def _said(meta: "re.Match[bytes]") -> set[str]:
    content = CONTENT.search(meta.group())
    text = next((part for part in content.groups() if part is not None), b"") if content else b""
    value = text.decode("latin-1")
    if meta[1].lower() == b"tdm-reservation":
        return {"tdm-reservation"} if value.strip() == "1" else set()
    return _for_us(value)


def _for_us(value: str) -> set[str]:
    """Restricting words of one X-Robots-Tag, or content of a robots meta tag, that are meant for us.

    "otherbot: noindex, nofollow" is meant for another; "unavailable_after" holds once its day is past.
    """
    found: set[str] = set()
    ours = True
    for part in re.split(r",(?!\s*\d{1,2}[ -][A-Za-z]{3})", value.lower()):  # a date has a comma of its own
        name, colon, rest = (piece.strip() for piece in part.partition(":"))
        if colon and name not in WITH_VALUE:
            ours, name, rest = name in (AGENT, "*", ""), *_split(rest)
        if not ours:
            continue
        if name == "unavailable_after":
            moment = _moment(rest)
            if moment is not None and moment < now():
                found.add("unavailable")
        elif name in KNOWN:
            found.add(name)
    return found


def _split(text: str) -> tuple[str, str]:
    name, _, rest = text.partition(":")
    return name.strip(), rest.strip()


def _moment(text: str) -> dt.datetime | None:
    """The time of an unavailable_after, in ISO 8601, RFC 822 or RFC 850; UTC where it names no zone."""
    for read in (
        dt.datetime.fromisoformat,
        email.utils.parsedate_to_datetime,
        *((lambda t, form=form: dt.datetime.strptime(t, form)) for form in DATES),
    ):
        try:
            moment = read(text.upper())
        except (ValueError, TypeError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return None
