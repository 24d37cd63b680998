"""A fact in a few words, for lists, pages and feeds; the sentence always stands beside it."""

from db.queries import FactRow
from tradewire.options import amount_text


def headline(row: FactRow) -> str:
    """A fact in a few words."""
    kind = row.kind.replace("_", " ")
    who = row.company or row.speaker or ""
    if row.kind == "listing":
        return f"{who}: {row.action} {row.list_text or row.list}"
    if row.kind in ("statement", "no_comment"):
        return f"{row.speaker or 'unnamed'}: {row.cue or 'said'}"
    if row.kind == "relation":
        return " – ".join((*row.names("a"), row.relation_type or "", *row.names("b")))
    if row.kind == "share":
        return f"{who}: {(row.share_kind or '').replace('_', ' ')} {row.pct:g} %"
    amount = amount_text(row.value, row.currency) or row.amount_text or ""
    return f"{who}: {kind} {amount}".strip(": ")
