"""The companies component: names of companies, and of whoever must not be mistaken for one.

Gazetteer (one Aho-Corasick pass), runs of capitalised words, the entity recogniser, legal forms and
surroundings come together; each name gets one kind for the whole document. `antecedents` then adds
definitions, short forms, descriptions and pronouns.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from db.records import BlockKind, Entity, EntityKind, Mention
from nlp import extensions as _extensions  # noqa: F401  registers doc._
from nlp.companies_agencies import find_agencies
from nlp.companies_kinds import judge, kind_by_words
from nlp.companies_runs import Run, find_runs
from nlp.extensions import body_of
from nlp.gazetteer import FORMER, WEAK, AliasTable, Hit, packaged_table
from nlp.lexicon import Lexicon, lexicon
from nlp.names import CJK, core, fold, key


@dataclass(slots=True)
class Name:
    """A name at characters [start, end), its kind decided."""

    start: int
    end: int
    kind: EntityKind
    how: str
    company: str | None = None
    confidence: float = 0.8


class Companies:
    """Fill doc._.mentions and doc._.entities."""

    def __init__(self, table: AliasTable, words: Lexicon) -> None:
        self.table = table
        self.words = words

    def __call__(self, doc: Doc) -> Doc:
        doc._.mentions, doc._.entities = group_names(body_of(doc), self.find(doc))
        return doc

    def find(self, doc: Doc) -> list[Name]:
        """The names of `doc`, none over another, in order."""
        runs = list(find_runs(doc, self.words))
        known = list(self.known_names(doc, runs))
        taken = [(name.start, name.end) for name in known]
        agencies = find_agencies(doc, self.words)
        names = known + [
            Name(a, b, EntityKind.AGENCY, "agency") for a, b in agencies if not _overlaps(taken, a, b)
        ]
        taken = sorted((name.start, name.end) for name in names)
        names += self.judged_names(doc, runs, taken)
        return sorted(names, key=lambda name: name.start)

    def known_names(self, doc: Doc, runs: Sequence[Run]) -> Iterable[Name]:
        """Companies of the gazetteer, where case and neighbours allow it."""
        text = doc.text
        hits = self.table.hits(text)
        if not hits:
            return
        spans = [(doc[run.start].idx, doc[run.end - 1].idx + len(doc[run.end - 1]), run) for run in runs]
        strong = {
            alias.company
            for hit in hits
            for alias in hit.aliases
            if alias.strength != WEAK and _case_fits(text[hit.start : hit.end], alias.text)
        }
        at = 0
        for hit in hits:
            while at < len(spans) and spans[at][1] <= hit.start:
                at += 1
            run = spans[at] if at < len(spans) and spans[at][0] < hit.end else None
            name = self.accept(doc, hit, run, strong)
            if name is not None:
                yield name

    def accept(
        self, doc: Doc, hit: Hit, around: tuple[int, int, Run] | None, strong: set[str]
    ) -> Name | None:
        """The hit as a name; None where its case, a longer name or its neighbours speak against it."""
        text = doc.text
        surface = text[hit.start : hit.end]
        fitting = [
            alias
            for alias in hit.aliases
            if _case_fits(surface, alias.text) and (alias.strength != WEAK or alias.company in strong)
        ]
        companies = {alias.company for alias in fitting}
        if len(companies) != 1 or _in_address(text, hit.start, hit.end):
            return None
        company = companies.pop()
        start, end = hit.start, hit.end
        if around is not None and not CJK.search(surface):
            whole = text[around[0] : around[1]]
            if around[2].title and around[0] >= start - 1:
                return None
            if (around[0] < start or around[1] > end) and around[0] < end:
                same = self.table.same_core(whole)
                if same == {company}:
                    start, end = min(start, around[0]), max(end, around[1])
                elif not self.extends(whole, surface, company):
                    return None
                elif whole_is_name(whole, surface, self.words, self.table.records[company].all_aliases()):
                    start, end = min(start, around[0]), max(end, around[1])
        if fold(surface) in self.words.homonyms and not self.is_company_here(doc, start, end):
            return None
        former = all(alias.strength == FORMER for alias in fitting)
        return Name(start, end, EntityKind.COMPANY, "gazetteer", company, 0.9 if former else 0.95)

    def extends(self, whole: str, surface: str, company: str) -> bool:
        """True when what stands around the alias does not make another company of it."""
        extra = list(key(whole.replace(surface, " ")).split())
        if not extra:
            return True
        record = {w for alias in self.table.records[company].all_aliases() for w in key(alias.text).split()}
        if all(word in record for word in extra):
            return True
        return any(any(c.isdigit() for c in word) for word in extra) or all(
            word in self.words.person_titles or word in self.words.not_names for word in extra
        )

    def is_company_here(self, doc: Doc, start: int, end: int) -> bool:
        """True for a homonym ("Apple", "Target") in clear company surroundings."""
        from nlp.companies_kinds import company_cues

        span = doc.char_span(start, end, alignment_mode="expand")
        run = Run(span.start, span.end)
        if company_cues(doc, run, self.words):
            return True
        if any(token.tag_ not in ("NNP", "NNPS") for token in span):
            return False
        following = doc[span.end] if span.end < len(doc) else None
        if following is not None and following.tag_ in ("NN", "NNS"):
            return False
        if any(token.ent_type_ == "ORG" for token in span):
            return True
        return (
            not span[0].is_sent_start
            and span[0].dep_ in ("nsubj", "pobj", "dobj", "conj", "poss", "nsubjpass")
            and not (any(token.ent_type_ in ("GPE", "LOC", "PERSON") for token in span))
        )

    def judged_names(self, doc: Doc, runs: Sequence[Run], taken: list[tuple[int, int]]) -> Iterable[Name]:
        """Names that no list knows: each judged once, from all the places where it stands."""
        headings = [(b.start, b.end) for b in doc._.blocks if b.kind is BlockKind.HEADING]
        by_name: dict[str, list[Run]] = defaultdict(list)
        for run in runs:
            first, last = doc[run.start], doc[run.end - 1]
            if not _overlaps(taken, first.idx, last.idx + len(last)):
                by_name[core(doc.text[first.idx : last.idx + len(last)])].append(run)
        for name, found in by_name.items():
            if not name or name in self.words.things or name in self.words.not_names or name.isdigit():
                continue
            in_headings = all(
                _overlaps(headings, doc[run.start].idx, doc[run.start].idx + 1) for run in found
            )
            yield from self.judged(doc, name, found, in_headings)

    def judged(self, doc: Doc, name: str, runs: list[Run], in_headings: bool) -> Iterable[Name]:
        how = "ner"
        if any(run.legal for run in runs):
            kind: EntityKind | None = EntityKind.COMPANY
            how = "legal-form"
        else:
            kind = kind_by_words(name, self.words)
            if kind is EntityKind.COMPANY and all(run.title for run in runs):
                kind = None
        if kind is None:
            if in_headings and all(not run.labels for run in runs):
                return
            kind = judge(doc, runs, name, self.words, in_headings=in_headings)
        if kind is None or kind is EntityKind.PLACE:
            return
        same = self.table.same_core(name) if kind is EntityKind.COMPANY else set()
        company = same.pop() if len(same) == 1 else None
        for run in runs:
            first, last = doc[run.start], doc[run.end - 1]
            yield Name(first.idx, last.idx + len(last), kind, how, company, 0.7 if how == "ner" else 0.85)


def whole_is_name(whole: str, surface: str, words: Lexicon, aliases: Iterable[object]) -> bool:
    """True when the words around the alias belong to the name: "Xiamen Meiya Pico", not "Huawei Mate 60"."""
    extra = key(whole.replace(surface, " ")).split()
    return not any(c.isdigit() for word in extra for c in word) and not any(
        word in words.person_titles or word in words.not_names for word in extra
    )


def _case_fits(surface: str, alias: str) -> bool:
    """True when `surface` is the alias as written, in capitals, or a spelling that cannot be a common word."""
    if surface == alias or CJK.search(alias):
        return True
    if fold(surface) == surface:
        return False
    if alias.isupper() and len(alias) <= 5:  # "Zte" is fine in no paper; "Smic", "Dji" neither
        return surface.isupper() or not surface.isascii()
    return surface[0].isupper() or any(c.isupper() for c in surface[:2]) or not surface.isascii()


def _in_address(text: str, start: int, end: int) -> bool:
    """True inside a URL, host or e-mail address."""
    before = text[max(0, start - 1) : start]
    after = text[end : end + 2]
    return (
        before in ("/", "@", ".", "#")
        or (after[:1] in ("@", "/") and after[1:].isalnum())
        or (after[:1] == "." and after[1:2].islower())
    )


def _overlaps(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(a < end and b > start for a, b in spans)


def group_names(body: str, names: Sequence[Name]) -> tuple[tuple[Mention, ...], tuple[Entity, ...]]:
    """Mentions and entities: one entity a company record or, without one, a name without legal form."""
    groups: dict[tuple[str, str], list[Name]] = defaultdict(list)
    for name in names:
        surface = body[name.start : name.end]
        groups[(name.kind, name.company or "=" + core(surface))].append(name)
    mentions, entities = [], []
    for index, ((kind, _), found) in enumerate(groups.items()):
        forms = list(dict.fromkeys(body[name.start : name.end] for name in found))
        fullest = max(forms, key=len)
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


@Language.factory("tradewire_companies", requires=["doc.ents"], assigns=["doc._.mentions", "doc._.entities"])
def make_companies(nlp: Language, name: str) -> Companies:
    return Companies(packaged_table(), lexicon())
