"""The parties of one document while they are being put together: entities that can merge, and their mentions."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from db.records import Entity, EntityKind, Mention
from nlp.found import fullest_form


@dataclass(slots=True)
class Draft:
    """An entity in the making."""

    name: str
    kind: EntityKind
    company: str | None = None
    defined: bool = False
    into: int | None = None  #: merged into this one
    named: bool = True  #: has a name of its own, not only descriptions


@dataclass(slots=True)
class Parties:
    """Mentions by place, and the entities they point at."""

    body: str
    mentions: list[Mention] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)

    @classmethod
    def of(cls, body: str, mentions: Sequence[Mention], entities: Sequence[Entity]) -> "Parties":
        drafts = [Draft(e.name, e.kind, e.company, e.defined) for e in entities]
        return cls(body, list(mentions), drafts)

    def root(self, entity: int) -> int:
        """The entity that `entity` was merged into, or itself."""
        while (into := self.drafts[entity].into) is not None:
            entity = into
        return entity

    def merge(self, entity: int, into: int) -> None:
        """Let everything said of `entity` be said of `into`; the known record of either is kept."""
        entity, into = self.root(entity), self.root(into)
        if entity != into:
            self.drafts[entity].into = into
            self.drafts[into].company = self.drafts[into].company or self.drafts[entity].company

    def new(self, name: str, kind: EntityKind) -> int:
        self.drafts.append(Draft(name, kind))
        return len(self.drafts) - 1

    def add(self, start: int, end: int, entity: int, how: str, confidence: float) -> None:
        """A further mention of `entity`; the caller sees to it that nothing stands there yet."""
        draft = self.drafts[entity]
        self.mentions.append(
            Mention(
                start=start, end=end, text=self.body[start:end], kind=draft.kind, entity=entity,
                how=how, company=draft.company, confidence=confidence,
            )
        )  # fmt: skip

    def point(self, at: int, entity: int, how: str) -> None:
        """Let mention number `at` mean `entity` instead of what it meant."""
        draft = self.drafts[entity]
        self.mentions[at] = replace(
            self.mentions[at], entity=entity, kind=draft.kind, company=draft.company, how=how
        )

    def sort(self) -> None:
        self.mentions.sort(key=lambda mention: (mention.start, -mention.end))

    def finish(self) -> tuple[tuple[Mention, ...], tuple[Entity, ...]]:
        """The records: entities without a mention left out, numbered in order of first mention."""
        self.sort()
        order: dict[int, int] = {}
        forms: dict[int, dict[str, None]] = {}
        for mention in self.mentions:
            entity = self.root(mention.entity)
            order.setdefault(entity, len(order))
            if mention.how not in ("description", "pronoun"):
                forms.setdefault(entity, {})[mention.text] = None
        mentions = []
        for mention in self.mentions:
            root = self.root(mention.entity)
            draft, entity = self.drafts[root], order[root]
            if (mention.entity, mention.company, mention.kind) != (entity, draft.company, draft.kind):
                mention = replace(mention, entity=entity, company=draft.company, kind=draft.kind)
            mentions.append(mention)
        entities = []
        for old, index in order.items():
            draft = self.drafts[old]
            seen = list(forms.get(old, {}))
            name = fullest_form(seen) if seen else draft.name
            entities.append(
                Entity(
                    index=index, name=name, kind=draft.kind, company=draft.company, defined=draft.defined,
                    aliases=tuple(form for form in seen if form != name),
                )
            )  # fmt: skip
        return tuple(mentions), tuple(entities)
