"""The companies component: names of companies, and of whoever must not be mistaken for one.

Gazetteer (one Aho-Corasick pass), runs of capitalised words, the entity recogniser, legal forms and
surroundings come together; each name gets one kind for the whole document. `antecedents` then adds
definitions, short forms, descriptions and pronouns.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from db.records import BlockKind, EntityKind
from nlp import extensions as _extensions  # noqa: F401  registers doc._
from nlp.casing import datelines, in_address
from nlp.companies.agencies import find_agencies
from nlp.companies.kinds import judge, kind_by_words
from nlp.companies.known import KnownNames
from nlp.companies.neighbours import enumerated, listed, named_as_source, shortened
from nlp.companies.pieces import Run, opens_sentence
from nlp.companies.runs import find_runs
from nlp.companies.shapes import before_place, has_given_name, names_shop
from nlp.extensions import block_at, body_of, text_of
from nlp.found import Name, Taken, group_names
from nlp.gazetteer import WEAK, AliasTable, load_companies, packaged_table
from nlp.lexicon import Lexicon, lexicon
from nlp.names import SMALL_WORDS, core

KEPT = frozenset(
    [EntityKind.COMPANY, EntityKind.AGENCY, EntityKind.ORGANISATION, EntityKind.MEDIA, EntityKind.PERSON]
)
DASHES = frozenset(["-", "–", "—", "--"])


class Companies:
    """Fill doc._.mentions and doc._.entities."""

    def __init__(self, table: AliasTable, words: Lexicon, common: Container[str] = frozenset()) -> None:
        self.common = common
        self.table = table
        self.words = words
        self.known = KnownNames(table, words)

    def __call__(self, doc: Doc) -> Doc:
        doc._.mentions, doc._.entities = group_names(body_of(doc), self.find(doc))
        return doc

    def find(self, doc: Doc) -> list[Name]:
        """The names of `doc`, none over another, in order."""
        text = text_of(doc)
        runs = list(find_runs(doc, self.words))
        names = _apart(self.known.find(doc, text, runs))
        taken = Taken((name.start, name.end) for name in names)
        bodies = [Name(a, b, EntityKind.AGENCY, "agency", None, 0.85) for a, b in find_agencies(text)]
        names += [name for name in bodies if not taken.overlap(name.start, name.end)]
        taken = Taken((name.start, name.end) for name in names)
        places = Taken(datelines(text))
        free = [
            run
            for run in runs
            if not taken.overlap(run.first, run.last)
            and not places.overlap(run.first, run.last)
            and not in_address(text, run.first, run.last)
        ]
        names += self.judged_names(doc, text, free)
        return sorted(names, key=lambda name: name.start)

    def judged_names(self, doc: Doc, text: str, runs: Sequence[Run]) -> Iterator[Name]:
        """Names that no list knows: each judged once, from all the places where it stands."""
        by_name: dict[str, list[Run]] = defaultdict(list)
        for run in runs:
            by_name[core(text[run.first : run.last])].append(run)
        kinds: dict[str, EntityKind | None] = {}
        for name, found in by_name.items():
            if name and not self._is_no_name(doc, name, found):
                kinds[name] = self._kind(doc, name, found)
        named_as_source(doc, by_name, kinds)
        listed(doc, text, by_name, kinds, self.words)
        shortened(doc, by_name, kinds, self.words)
        enumerated(doc, text, by_name, kinds, self.words)
        for name, kind in kinds.items():
            if kind not in KEPT:
                continue
            known = kind is EntityKind.COMPANY and name not in self.words.homonyms
            same = self.table.same_core(name) if known else set()
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
        if names_shop(doc, runs, words):
            return True
        if all(self._is_label(doc, run) for run in runs) or any(self._abbreviates(doc, run) for run in runs):
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

    def _abbreviates(self, doc: Doc, run: Run) -> bool:
        """True for the bracket of "Temporary Denial Order (TDO)"."""
        if run.end - run.start > 1 or run.start < 2 or doc[run.start - 1].text != "(":
            return False
        return doc[run.start].is_upper and doc[run.start - 2].lower_ in self.words.thing_heads

    def _is_label(self, doc: Doc, run: Run) -> bool:
        """True for "FAQs", "U.S.-origin", "the SDN list", a heading "Removal", "QUOTE OF THE WEEK"."""
        first = doc[run.start]
        if run.end - run.start == 1:
            text = first.text
            if (text[-1] == "s" and len(text) > 2 and text[:-1].isupper()) or text.startswith(
                ("U.S.-", "US-")
            ):
                return True
            after = doc[run.end].lower_ if run.end < len(doc) else ""
            if text.isupper() and after in ("list", "blacklist", "rule", "index", "law"):
                return True
        before = first.nbor(-1) if first.i else first
        in_line = before.is_alpha and not first.is_sent_start
        if run.legal or (in_line and first.i and not before.is_upper):
            return False
        words = doc[run.start : run.end]
        if len(words) > 1 and all(t.is_upper and t.is_alpha for t in words):
            known = self.words.not_names
            return all(t.lower_ in self.common or t.lower_ in SMALL_WORDS or t.lower_ in known for t in words)
        if in_line:
            return False
        block = block_at(doc, run.first)
        return (
            block is not None
            and block.kind is BlockKind.HEADING
            and (block.start, block.end) == (run.first, run.last)
            and len(words) == 1
        )

    def _kind(self, doc: Doc, name: str, runs: list[Run]) -> EntityKind | None:
        if any(run.legal for run in runs):
            return EntityKind.COMPANY
        if all(has_given_name(doc, run) for run in runs):
            return EntityKind.PERSON
        if any(before_place(doc, run, self.words) for run in runs) and name not in self.words.company_heads:
            return EntityKind.PLACE  # "Tulsa, Oklahoma"
        first, _, rest = name.partition(" ")
        if rest and first not in self.words.homonyms and self._is_branch(first, rest.split()):
            return EntityKind.COMPANY
        kind = kind_by_words(name, self.words)
        if kind is not None and not (kind is EntityKind.COMPANY and all(run.title for run in runs)):
            return kind
        kind = judge(doc, runs, name, self.words, self.common)
        shouted = all(doc[k].is_upper for run in runs for k in range(run.start, run.end))
        unsure = kind is None or (kind is EntityKind.PLACE and self.words.places.isdisjoint(name.split()))
        return EntityKind.COMPANY if unsure and not shouted and self._bears_known_name(name) else kind

    def _bears_known_name(self, name: str) -> bool:
        """True for a strong name of ours with further words that nothing else explains: "Tarvik Parsian"."""
        words = name.split()
        return len(words) > 1 and any(
            word not in self.words.homonyms
            and word not in self.common
            and any(alias.strength != WEAK for alias in self.table.named(word))
            for word in words
        )

    def _is_branch(self, first: str, rest: list[str]) -> bool:
        """True for a known name with a place or trade behind it: "Baidu Japan"."""
        known = any(alias.strength != WEAK for alias in self.table.named(first))
        return known and all(word in self.words.places or word in self.words.company_heads for word in rest)


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
def make_companies(nlp: Language, name: str, companies: str = "") -> Companies:
    """The component; `companies` is the path of a user's own company file, laid over the packaged one."""
    table = AliasTable(load_companies(Path(companies))) if companies else packaged_table()
    return Companies(table, lexicon(), common_words(nlp))


def common_words(nlp: Language) -> frozenset[str]:
    """Words that the model's lemmatiser knows: "Board" alone is no name where nothing speaks for one."""
    if "lemmatizer" not in nlp.component_names:
        return frozenset()
    lookups = nlp.get_pipe("lemmatizer").lookups
    index = lookups.get_table("lemma_index") if lookups.has_table("lemma_index") else {}
    return frozenset(word for words in index.values() for word in words)
