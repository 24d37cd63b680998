"""The companies component: names of companies, and of whoever must not be mistaken for one.

Gazetteer (one Aho-Corasick pass), runs of capitalised words, the entity recogniser, legal forms and
surroundings come together; each name gets one kind for the whole document. `antecedents` then adds
definitions, short forms, descriptions and pronouns.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from spacy.language import Language
from spacy.tokens import Doc

from db.records import EntityKind
from nlp import extensions as _extensions  # noqa: F401  registers doc._
from nlp.companies_agencies import find_agencies
from nlp.companies_kinds import judge, kind_by_words
from nlp.companies_known import KnownNames, in_address
from nlp.companies_runs import Run, find_runs, opens_sentence
from nlp.extensions import body_of
from nlp.found import Name, Taken, group_names
from nlp.gazetteer import AliasTable, packaged_table
from nlp.lexicon import Lexicon, lexicon
from nlp.names import core

KEPT = frozenset(
    [EntityKind.COMPANY, EntityKind.AGENCY, EntityKind.ORGANISATION, EntityKind.MEDIA, EntityKind.PERSON]
)
DASHES = frozenset(["-", "–", "—", "--"])
#: Between two names of one enumeration.
ENUMERATES = frozenset([",", "and", "or", "&", ", and", ", or", "and its", "as well as"])


class Companies:
    """Fill doc._.mentions and doc._.entities."""

    def __init__(self, table: AliasTable, words: Lexicon) -> None:
        self.table = table
        self.words = words
        self.known = KnownNames(table, words)

    def __call__(self, doc: Doc) -> Doc:
        doc._.mentions, doc._.entities = group_names(body_of(doc), self.find(doc))
        return doc

    def find(self, doc: Doc) -> list[Name]:
        """The names of `doc`, none over another, in order."""
        runs = list(find_runs(doc, self.words))
        names = _apart(self.known.find(doc, runs))
        taken = Taken((name.start, name.end) for name in names)
        bodies = [Name(a, b, EntityKind.AGENCY, "agency", None, 0.85) for a, b in find_agencies(doc)]
        names += [name for name in bodies if not taken.overlap(name.start, name.end)]
        taken = Taken((name.start, name.end) for name in names)
        free = [
            run
            for run in runs
            if not taken.overlap(run.first, run.last) and not in_address(doc.text, run.first, run.last)
        ]
        names += self.judged_names(doc, free, taken)
        return sorted(names, key=lambda name: name.start)

    def judged_names(self, doc: Doc, runs: Sequence[Run], taken: Taken) -> Iterator[Name]:
        """Names that no list knows: each judged once, from all the places where it stands."""
        by_name: dict[str, list[Run]] = defaultdict(list)
        for run in runs:
            by_name[core(doc.text[run.first : run.last])].append(run)
        kinds: dict[str, EntityKind | None] = {}
        for name, found in by_name.items():
            if name and not self._is_no_name(doc, name, found):
                kinds[name] = self._kind(doc, name, found)
        self._enumerated(doc, by_name, kinds)
        for name, kind in kinds.items():
            if kind not in KEPT:
                continue
            same = self.table.same_core(name) if kind is EntityKind.COMPANY else set()
            company = next(iter(same)) if len(same) == 1 else None
            for run in by_name[name]:
                how = "legal-form" if run.legal else "ner"
                yield Name(run.first, run.last, kind, how, company, 0.85 if run.legal else 0.7)

    def _is_no_name(self, doc: Doc, name: str, runs: list[Run]) -> bool:
        words = self.words
        if name in words.things or name in words.not_names or name.isdigit() or len(name) < 2:
            return True
        if (
            all(run.headline for run in runs)
            and kind_by_words(name, words) is None
            and "PERSON" not in runs[0].labels
        ):
            return True
        if " " in name:
            return False
        if name in words.agency_heads and name not in words.agencies:
            return True  # "the Department": a description
        if any(run.legal or not (run.headline or opens_sentence(doc[run.start])) for run in runs):
            return False
        if _is_dateline(doc, runs):
            return True
        # A capital at the start of a sentence tells nothing: known words must be tagged as names.
        return all(doc[run.start].tag_ != "NNP" for run in runs) and doc.vocab[name].has_vector

    def _kind(self, doc: Doc, name: str, runs: list[Run]) -> EntityKind | None:
        if any(run.legal for run in runs):
            return EntityKind.COMPANY
        kind = kind_by_words(name, self.words)
        if kind is not None and not (kind is EntityKind.COMPANY and all(run.title for run in runs)):
            return kind
        return judge(doc, runs, name, self.words)

    def _enumerated(
        self, doc: Doc, by_name: dict[str, list[Run]], kinds: dict[str, EntityKind | None]
    ) -> None:
        """Let a lone word that stands in one enumeration with companies be one: "Haoyang and Tianhe Telecom"."""
        text = doc.text
        placed = sorted((run.first, run.last, name) for name in kinds for run in by_name[name])
        for left, right in itertools.pairwise(placed):
            if " ".join(text[left[1] : right[0]].split()) not in ENUMERATES:
                continue
            for one, other in ((left[2], right[2]), (right[2], left[2])):
                if kinds[other] is EntityKind.COMPANY and self._may_be_company(
                    doc, one, by_name[one], kinds[one]
                ):
                    kinds[one] = EntityKind.COMPANY

    def _may_be_company(self, doc: Doc, name: str, runs: list[Run], kind: EntityKind | None) -> bool:
        if (
            kind not in (None, EntityKind.PLACE, EntityKind.PERSON)
            or " " in name
            or name in self.words.places
        ):
            return False
        return not any(run.title for run in runs) and name not in self.words.demonyms


def _is_dateline(doc: Doc, runs: list[Run]) -> bool:
    """True for "VELDHAVEN, Netherlands - ..."."""
    run = runs[0]
    following = doc[run.end : run.end + 8]
    return (
        len(runs) == 1
        and doc[run.start].is_upper
        and not run.headline
        and any(t.text in DASHES for t in following)
    )


def _apart(names: Iterable[Name]) -> list[Name]:
    """The names in order, without those that overlap an earlier, longer one."""
    kept: list[Name] = []
    for name in sorted(names, key=lambda n: (n.start, -n.end)):
        if not kept or name.start >= kept[-1].end:
            kept.append(name)
    return kept


@Language.factory("tradewire_companies", requires=["doc.ents"], assigns=["doc._.mentions", "doc._.entities"])
def make_companies(nlp: Language, name: str) -> Companies:
    return Companies(packaged_table(), lexicon())
