"""Focus before the fetch: entries whose title and summary leave no doubt are not asked for. Recall first."""

import re
from collections.abc import Iterable

from crawler.feeds import Entry
from crawler.sources import Source

#: Words of companies and money, own choice: enough to look at an entry.
BUSINESS = re.compile(
    r"""[$€£¥₹] ?\d | \b(?:[mb]illion|[bm]n|contracts?|deals?|orders?|stakes?|shares?|invest\w*|fund\w*|valu\w*|worth
        |ipo|listing|merger|acqui\w+|suppl\w+|licen[cs]\w+|export\w*|import\w*|ban(?:s|ned)?|factory|plants?)\b""",
    re.VERBOSE | re.IGNORECASE,
)


def off_topic(entries: Iterable[Entry], source: Source) -> set[str]:
    """Addresses of the entries that are certainly about something else.

    Government sources and those declared `topical` are fetched whole: there a miss costs more than a page.
    """
    if source.topical or source.kind in ("government", "lawfirm", "import") or source.language != "en":
        return set()
    return {
        entry.url
        for entry in entries
        if entry.title and _hopeless(entry.title, " ".join(filter(None, (entry.summary, *entry.keywords))))
    }


def _hopeless(title: str, summary: str) -> bool:
    """True where neither says one word of trade, chips, lists, money, or the countries and agencies that matter.

    "Wenshu's canceled airport job was worth €43M" has no word of our subject, yet the company is on a list: what
    names a sum or a deal is looked at, unless the words of another genre say what it is.
    """
    from nlp.relevance import hits_in, relevant_entry

    if relevant_entry(title, summary):
        return False
    hits, _ = hits_in(f"{title}.\n{summary}")
    if any(hit.term.group != "genre" for hit in hits):
        return False
    return bool(hits) or BUSINESS.search(f"{title} {summary}") is None
