"""A fact in a few words, for lists, pages and feeds; the sentence always stands beside it."""

from db.listregistry import packaged_lists
from db.queries import FactRow
from tradewire.options import amount_text

#: What happened, before the name of the list.
ACTIONS = {
    "add": "put on",
    "remove": "taken off",
    "threaten": "may be put on",
    "license": "licence for",
    "extend": "extended on",
    "challenge": "contests listing on",
}

#: The same as a word by itself, and what an official list does with a name.
HAPPENED = {
    "add": "added",
    "remove": "removed",
    "modify": "changed",
    "gone": "no longer in the file",
    "threaten": "threatened",
    "license": "licensed",
    "extend": "extended",
    "challenge": "contested",
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
    kind = kind_name(row.kind)
    who = row.company or row.speaker or ""
    if row.kind == "listing":
        return f"{who or 'unnamed'}: {listed(row.action, row.list, row.list_text)}"
    if row.kind in ("statement", "no_comment"):
        speaker, cue = row.speaker or "unnamed", row.cue or "said"
        if cue.lower() == "according to":
            return f"According to {speaker}"
        if cue == ":":
            cue = "said"
        return f"{speaker}: {cue}" if cue.endswith("ing") else f"{speaker} {cue}"
    if row.kind == "relation":
        return " – ".join((*row.names("a"), kind_name(row.relation_type or ""), *row.names("b")))
    if row.kind == "share":
        return f"{who}: {(row.share_kind or '').replace('_', ' ')} {row.pct:g}%"
    amount = amount_text(row.value, row.currency) or row.amount_text or ""
    return f"{who}: {'' if row.kind == 'other' else kind} {amount}".replace(":  ", ": ").strip(": ")


def list_name(list_id: str | None) -> str:
    """The name of a packaged list; of another one its id in words."""
    known = packaged_lists().lists.get(list_id or "")
    return known.name if known else (list_id or "").replace("-", " ")


def kind_name(kind: str) -> str:
    """A kind of fact or relation in words: "market cap", "IPO"."""
    return "IPO" if kind == "ipo" else kind.replace("_", " ")


def listed(action: str | None, list_id: str | None, words: str | None = None) -> str:
    """What happened on which list: "put on the Entity List", whatever the sentence calls the list (`words`)."""
    known = packaged_lists().lists.get(list_id or "")
    if action == "license" and (known is None or known.kind == "licence"):
        return "licence granted"
    said = ACTIONS.get(action or "", action or "")
    if known is None or known.kind == "licence":
        name = words or list_name(list_id) or "a list"
    elif known.kind == "unknown":
        name = f"a {known.name}"
    else:
        name = (
            f"the {known.name}" if known.name.split(" (")[0].lower().endswith(("list", "ban")) else known.name
        )
        if known.kind == "ban":  # nobody stands on a ban
            said = {"add": "put under", "remove": "freed from", "threaten": "may be put under"}.get(
                action or "", said
            )
    return f"{said} {name}".strip()
