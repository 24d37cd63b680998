"""The `relations` component: who backs, owns, supplies, partners or rivals whom, and where shares are listed."""

import itertools

from spacy.language import Language
from spacy.tokens import Doc

from db.records import EntityKind, FactSpan, Party, RelationFact, Role, SpanRole
from nlp import extensions as _extensions  # noqa: F401  registers doc._
from nlp.extensions import evidence_of, party_of, span_of
from nlp.relations.contracts import ContractFinder
from nlp.relations.deals import DealFinder
from nlp.relations.goods import GoodsFinder
from nlp.relations.nouns import NounFinder
from nlp.relations.parties import Link
from nlp.relations.partners import PartnerFinder
from nlp.relations.rounds import RoundFinder
from nlp.relations.rules import LinkFinder
from nlp.relations.takeovers import TakeoverFinder
from nlp.relations.wordings import WordingFinder

READERS = (
    NounFinder,
    DealFinder,
    RoundFinder,
    ContractFinder,
    GoodsFinder,
    PartnerFinder,
    TakeoverFinder,
    WordingFinder,
)


class Relations:
    """Find the ties of a text; each pair and type is told once."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.facts += tuple(self.find(doc))
        return doc

    def find(self, doc: Doc) -> list[RelationFact]:
        """One fact a pair and type, at its surest."""
        if len({m.entity for m in doc._.mentions}) == 0:
            return []
        finder = LinkFinder(doc)
        best: dict[tuple[str, ...], tuple[float, RelationFact]] = {}
        for link in itertools.chain(finder.find(), *(read(doc, finder).find() for read in READERS)):
            fact = fact_of(doc, link)
            a, b = fact.parties
            ends = [a.company or a.name or a.surface, b.company or b.name or b.surface]
            key = (
                (fact.relation_type, *sorted(ends))
                if fact.relation_type in {"partner", "rival"}
                else (fact.relation_type, *ends)
            )
            if key not in best or best[key][0] < fact.confidence:
                best[key] = (fact.confidence, fact)
        return [fact for _, fact in best.values()]


def fact_of(doc: Doc, link: Link) -> RelationFact:
    """`link` as a record."""
    assert link.a.mention is not None
    a = party_of(doc, link.a.mention, Role.A)
    if link.b is not None:
        assert link.b.mention is not None
        b = party_of(doc, link.b.mention, Role.B)
        end = link.b
        starts, ends = [link.a.start, end.start], [link.a.end, end.end]
    else:
        assert link.place is not None
        span = span_of(doc, *link.place)
        b = Party(role=Role.B, surface=span.text, span=span, kind=EntityKind.PLACE)
        starts, ends = [span.start], [span.end]
    cue = span_of(doc, doc[link.first].idx, doc[link.last].idx + len(doc[link.last]))
    return RelationFact(
        kind="relation",
        evidence=evidence_of(doc, min(cue.start, *starts), max(cue.end, *ends)),
        parties=(a, b),
        spans=(FactSpan(SpanRole.CUE, cue),),
        modality=link.modality,
        standing=link.standing,
        cue=cue.text,
        rule=link.rule,
        confidence=link.confidence,
        relation_type=link.type,
    )


@Language.factory("tradewire_relations", requires=["doc._.mentions"], assigns=["doc._.facts"])
def make_relations(nlp: Language, name: str) -> Relations:
    return Relations()
