"""A name found in a text, and how found names become mentions and entities."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.records import Entity, EntityKind, Mention
from nlp.names import core, key


@dataclass(slots=True)
class Name:
    """A name at characters [start, end), its kind decided."""

    start: int
    end: int
    kind: EntityKind
    how: str
    company: str | None = None
    confidence: float = 0.8


class Taken:
    """Stretches of a text that are spoken for; none overlaps another."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self.spans = sorted(spans)
        self.ends = [end for _, end in self.spans]

    def overlap(self, start: int, end: int) -> bool:
        at = bisect_left(self.ends, start + 1)
        return at < len(self.spans) and self.spans[at][0] < end


def group_names(body: str, names: Sequence[Name]) -> tuple[tuple[Mention, ...], tuple[Entity, ...]]:
    """Mentions and entities: one entity a company record or, without one, a name without legal form."""
    groups: dict[tuple[str, str], list[Name]] = defaultdict(list)
    for name in names:
        surface = body[name.start : name.end]
        groups[(name.kind, name.company or "=" + core(surface))].append(name)
    mentions, entities = [], []
    for index, ((kind, _), found) in enumerate(groups.items()):
        forms = list(dict.fromkeys(body[name.start : name.end] for name in found))
        fullest = fullest_form(forms)
        entities.append(
            Entity(
                index=index,
                name=fullest,
                kind=EntityKind(kind),
                aliases=tuple(form for form in forms if form != fullest),
                company=found[0].company,
            )
        )
        mentions += [
            Mention(
                start=name.start, end=name.end, text=body[name.start : name.end], kind=name.kind, entity=index,
                how=name.how, company=name.company, confidence=name.confidence,
            )
            for name in found
        ]  # fmt: skip
    return tuple(sorted(mentions, key=lambda mention: mention.start)), tuple(entities)


def fullest_form(forms: Sequence[str]) -> str:
    """The longest of several forms of a name; capitals of a headline count last."""
    return max(forms, key=lambda form: (len(key(form)), not form.isupper()))
