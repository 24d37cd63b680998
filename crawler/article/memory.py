"""What the pages of one host have in common: lines seen on several of them are furniture.

`learn` and `recurring` are pure; the extract stage keeps the memory in the store.
"""

import dataclasses
import hashlib
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from db.records import PageReading, SiteMemory

MIN_PAGES = 3  # on two pages a line may be the same story under two addresses
MAX_LINES = 4000
MAX_RECENT = 400
MAX_KNOWN_SHARE = 0.5  # above it, the page is a story we know, not a page full of furniture


def line_hash(text: str) -> str:
    """A short hash of a line, letters and digits only."""
    folded = re.sub(r"[\W_]+", "", text.casefold())
    return hashlib.blake2b(folded.encode("utf-8", "replace"), digest_size=6).hexdigest()


def recurring(memory: SiteMemory | None, texts: Sequence[str]) -> set[int]:
    """Indexes of the lines that this host repeats from page to page."""
    if memory is None or memory.pages < MIN_PAGES - 1:
        return set()
    known = {i for i, text in enumerate(texts) if memory.lines.get(line_hash(text), 0) >= MIN_PAGES - 1}
    words = sum(len(text) for text in texts)
    if sum(len(texts[i]) for i in known) > MAX_KNOWN_SHARE * words:
        return set()
    return known


def learn(memory: SiteMemory | None, reading: PageReading) -> SiteMemory:
    """The memory of the host after one more page; a page seen lately teaches nothing new."""
    memory = memory or SiteMemory(host=urlsplit(reading.url).hostname or reading.url)
    page = line_hash(reading.canonical_url or reading.url)
    if page in memory.recent or not reading.lines:
        return memory
    lines = dict(memory.lines)
    for line in dict.fromkeys(reading.lines):
        lines[line] = lines.pop(line, 0) + 1  # to the end: what is seen often stays
    while len(lines) > MAX_LINES:
        oldest = next((key for key, count in lines.items() if count == 1), next(iter(lines)))
        del lines[oldest]
    titles = dict(memory.titles)
    if field := reading.provenance.get("title"):
        titles[field] = titles.get(field, 0) + 1
    return dataclasses.replace(
        memory,
        pages=memory.pages + 1,
        lines=lines,
        titles=titles,
        recent=(*memory.recent, page)[-MAX_RECENT:],
    )
