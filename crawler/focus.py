"""Focus before the fetch: entries whose title and summary leave no doubt are not asked for. Recall first."""

from collections.abc import Iterable

from crawler.feeds import Entry
from crawler.sources import Source


def off_topic(entries: Iterable[Entry], source: Source) -> set[str]:
    """Addresses of the entries that are certainly about something else.

    Government sources and those declared `topical` are fetched whole: there a miss costs more than a page.
    """
    from nlp.relevance import relevant_entry

    if source.topical or source.kind in ("government", "lawfirm", "import") or source.language != "en":
        return set()
    return {
        entry.url
        for entry in entries
        if entry.title
        and not relevant_entry(entry.title, " ".join(filter(None, (entry.summary, *entry.keywords))))
    }
