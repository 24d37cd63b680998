"""The company that stands right beside an amount: "Acme 57 percent (X)", "Harbour, the larger of the two, Y"."""

from db.records import Mention
from nlp.amounts.sites import Site
from nlp.amounts.wordings import APPOSED, HEADED, NAMED
from nlp.extensions import body_of, is_company, mention_at, mentions_in


def mention_before(site: Site, since: int) -> Mention | None:
    """The mention right before an amount, with at most a percentage and a bracket between them."""
    found = NAMED.search(body_of(site.doc), max(since, site.amount.start - 60), site.amount.start)
    if found is None or found.start() <= since:
        return None
    mention = mention_at(site.doc, found.start() - 1, found.start())
    return mention if mention is not None and mention.end == found.start() else None


def gapped(site: Site, last: Site) -> Mention | None:
    """The party of an amount without a verb of its own: "..., and Acme 3 billion yuan"."""
    between = site.doc[last.stop : site.first]
    if any(t.pos_ in {"VERB", "AUX"} and t.tag_ != "VBN" for t in between):
        return None
    mention = mention_before(site, last.amount.end) or apposed_before(site, last)
    return mention if mention is not None and is_company(mention) else None


def apposed_before(site: Site, last: Site) -> Mention | None:
    """The mention before an apposition: "Acme wrote off X, Harbour, the larger of the two, Y"."""
    found = APPOSED.search(body_of(site.doc), last.amount.end, site.amount.start)
    if found is None or found.start() <= last.amount.end:
        return None
    mention = mention_at(site.doc, found.start() - 1, found.start())
    return mention if mention is not None and mention.end == found.start() else None


def parenthesised(site: Site) -> Mention | None:
    """The company in "Acme 57 percent (18.1 billion yuan)"."""
    if not site.near_left.rstrip().endswith(("(", ",")) or "(" not in site.near_left[-24:]:
        return None
    mention = mention_before(site, site.sent.start_char)
    return mention if mention is not None and is_company(mention) else None


def headed_by(site: Site) -> Mention | None:
    """The company in "Acme in Boulder: X seed round, Harbour leads": a line that opens with whom it is about."""
    if HEADED.fullmatch(site.left_text) is None or any(t.pos_ in {"VERB", "AUX"} for t in site.left):
        return None
    named = [m for m in mentions_in(site.doc, site.sent.start_char, site.amount.start) if is_company(m)]
    return named[0] if len({m.entity for m in named}) == 1 else None
