"""A fact in a few words, for lists, pages and feeds; the sentence always stands beside it."""

from db.listregistry import packaged_lists
from db.queries import FactRow
from tradewire.options import amount_text

#: What happened, before the name of the list.
ACTIONS = {
    "add": "put on",
    "remove": "taken off",
    "threaten": "may be put on",
    "license": "licence:",
    "extend": "extended:",
    "challenge": "contests",
}


def headline(row: FactRow) -> str:
    """A fact in a few words, with a capital where it does not begin with a name ("iFlytek" stays)."""
    text = _told(row)
    starts = text.partition(" ")[0]
    named = row.company or row.speaker or ""
    if not named or starts in ("the", "a", "an", "one", "two", "three", "people", "sources"):
        return text[:1].upper() + text[1:]
    return text


def _told(row: FactRow) -> str:
    kind = row.kind.replace("_", " ")
    who = row.company or row.speaker or ""
    if row.kind == "listing":
        return f"{who or 'unnamed'}: {listed(row)}"
    if row.kind in ("statement", "no_comment"):
        speaker, cue = row.speaker or "unnamed", row.cue or "said"
        return f"{speaker}: {cue}" if cue.endswith("ing") else f"{speaker} {cue}"
    if row.kind == "relation":
        return " – ".join((*row.names("a"), row.relation_type or "", *row.names("b")))
    if row.kind == "share":
        return f"{who}: {(row.share_kind or '').replace('_', ' ')} {row.pct:g} %"
    amount = amount_text(row.value, row.currency) or row.amount_text or ""
    return f"{who}: {'' if row.kind == 'other' else kind} {amount}".replace(":  ", ": ").strip(": ")


def list_name(list_id: str | None) -> str:
    """The name of a packaged list; of another one its id in words."""
    known = packaged_lists().lists.get(list_id or "")
    return known.name if known else (list_id or "").replace("-", " ")


def listed(row: FactRow) -> str:
    """What happened on which list: "put on Entity List"."""
    name = row.list_text or list_name(row.list) or ""
    if name.endswith("listed"):  # "blacklisted": the verb, not a list
        name = list_name(row.list) or "a list"
    if row.action == "license" and name.lower() in ("license", "licence", ""):
        return "licence granted"
    return f"{ACTIONS.get(row.action or '', row.action or '')} {name}".strip()
