"""The subject of an issue and its few sentences "in short", from templates over its lines."""

from typing import Any

from tradewire.digest.render import signed
from tradewire.digest.window import Window
from tradewire.options import counted

MOST = 5
NAMED = 2  # names told before "and 10 more"


def in_short(sections: dict[str, Any], how: dict[str, Any], window: Window) -> list[dict[str, Any]]:
    """At most five sentences, each with its fact; a quiet week says so."""
    lines: list[dict[str, Any]] = []

    def tell(text: str, item: dict[str, Any]) -> None:
        lines.append({"text": text[:1].upper() + text[1:], "fact": item["fact"], "url": item["url"]})

    for items in _by_list(sections["added"])[:2]:
        tell(f"{_names(items)} added to {_the(items[0]['list'])}.", items[0])
    for items in _by_list(sections["removed"])[:1]:
        was = _gone(items[0])
        names = _names(items)
        if was.startswith("to be"):
            names = names.removesuffix(" was").removesuffix(" were")
        tell(f"{names} {was} {_the(items[0]['list'])}.", items[0])
    for item in sections["contracts"][:1]:
        tell(f"Largest contract: {item['company']}, {item['shown']}.", item)
    for item in sections["valuations"][:1]:
        if "before" in item:
            before = item["before"]
            change = f"{signed(round(item['change_pct']))}% from {before['shown']}"
            told = item["shown"]
            if before["change_in"] != item["currency"] and item["conversion"]:
                told += f" ({item['conversion']})"  # the figure that the change is of
            tell(f"{item['company']} valued at {told}, {change}.", item)
        else:
            tell(f"{item['company']} valued at {item['shown']}.", item)
    for items in _by_list(sections["threatened"])[:1]:
        tell(f"Threatened with {_the(items[0]['list'])}: {items[0]['company']}.", items[0])
    if not lines:
        official = len(sections["official"])
        told = f"{official} changes of official lists, none in the press." if official else "no changes."
        span = "day" if window.is_day else "week"
        text = f"A quiet {span}: {counted(how['relevant'], 'article')} on the subject, {told}"
        lines.append({"text": text, "fact": None, "url": None})
    return lines[:MOST]


def _by_list(items: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Lines of the same list and standing together, in their order."""
    found: dict[Any, list[dict[str, Any]]] = {}
    for item in items:
        found.setdefault((item["list"], item["standing"]), []).append(item)
    return list(found.values())


def _names(items: list[dict[str, Any]]) -> str:
    """ "Acme, Bolt and 10 more were": the names, and how many more the largest group or the other lines have."""
    named = [item["company"] for item in items if (item["count"] or 0) < 2]
    size = max([len(named), *(item["count"] or 0 for item in items)])
    if not named:
        return f"{items[0]['company']} were"
    first = named[:NAMED]
    rest = size - len(first)
    if rest > 0:
        return f"{', '.join(first)} and {rest} more were"
    return f"{' and '.join(first)} {'was' if len(first) == 1 else 'were'}"


def _gone(item: dict[str, Any]) -> str:
    """How a party is off a list: "taken off", "suspended from", "to be suspended from"."""
    return "taken off" if item["standing"] == "current" else f"{item['standing']} from"


def _the(name: str) -> str:
    return name if name.lower().startswith(("the ", "china's ")) else f"the {name}"


def subject(window: Window, sections: dict[str, Any], topic: str = "") -> str:
    """One line with the biggest change."""
    head = f"Tradewire {window.week}" + (f", {topic}" if topic else "")
    return f"{head}: {_biggest(sections) or ('a quiet day' if window.is_day else 'a quiet week')}"


def _biggest(sections: dict[str, Any]) -> str:
    for name, words in (("added", "added to"), ("removed", "off")):
        if groups := _by_list(sections[name]):
            items = groups[0]
            size = max([len(items), *(item["count"] or 0 for item in items)])
            if name == "removed" and items[0]["standing"] != "current":
                words = _gone(items[0])
            who = f"{size} names" if size > 1 else items[0]["company"]
            return f"{who} {words} {_the(items[0]['list'])}"
    for item in sections["contracts"][:1]:
        return f"{item['company']}: contract of {item['shown']}"
    for item in sections["valuations"][:1]:
        return f"{item['company']} put at {item['shown']}"
    for name, words in (("official", "official change"), ("corrections", "correction")):
        if sections[name]:
            return f"{len(sections[name])} {words}{'s' if len(sections[name]) > 1 else ''}"
    return ""
