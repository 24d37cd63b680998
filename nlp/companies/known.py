"""Which gazetteer hits are really mentions: case, longer names around them, addresses and homonyms veto.

A wrong link makes the product say "is on the Entity List" of the wrong company, so a longer name around an
alias ("Hikvision UK Limited") is somebody else unless every further word is known to belong to the record.
"""

import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from db.records import EntityKind
from nlp.casing import case_fits, in_address
from nlp.companies.cues import company_cues
from nlp.companies.pieces import Run, is_title
from nlp.found import Name
from nlp.gazetteer import FORMER, WEAK, Alias, AliasTable, Hit
from nlp.lexicon import Lexicon
from nlp.names import CJK, fold, key, legal_words

SHORTEST_SHOUTED = 5  # letters; a shorter one may be a word in capitals
HYPHENS = re.compile(r"(?<=\w)[-–/](?=\w)")
LEGAL_BEHIND = re.compile(r",? ([A-Z][a-zA-Z]+\.?)")
DOTTED = re.compile(r"(?<!\w)(?:[A-Z]\.){2,}[A-Z]?(?!\w)")


class KnownNames:
    """The gazetteer's view of a document."""

    def __init__(self, table: AliasTable, words: Lexicon) -> None:
        self.table = table
        self.words = words

    def find(self, doc: Doc, text: str, runs: Sequence[Run]) -> Iterator[Name]:
        """Mentions of companies of the table, in order."""
        hits = self.table.hits(text)
        strong = {alias.company for hit in hits for alias in _fitting(text[hit.start : hit.end], hit)}
        at = 0
        for hit in hits:
            while at < len(runs) and runs[at].last <= hit.start:
                at += 1
            run = runs[at] if at < len(runs) and runs[at].first < hit.end else None
            name = self._accept(doc, text, hit, run, strong)
            if name is not None:
                yield name
        for match in DOTTED.finditer(text):  # "S.M.I.C."
            companies = {
                a.company for a in self.table.named(match.group()) if a.strength != WEAK and a.text.isupper()
            }
            if len(companies) == 1:
                form = LEGAL_BEHIND.match(text, match.end())
                end = form.end() if form and key(form[1]) in legal_words() else match.end()
                yield Name(match.start(), end, EntityKind.COMPANY, "gazetteer", companies.pop(), 0.9)

    def _accept(self, doc: Doc, text: str, hit: Hit, run: Run | None, strong: set[str]) -> Name | None:
        """The hit as a name; None where its case, a longer name or its neighbours speak against it."""
        surface = text[hit.start : hit.end]
        fitting = [
            *_fitting(surface, hit),
            *(
                a
                for a in hit.aliases
                if a.strength == WEAK and a.company in strong and case_fits(surface, a.text)
            ),
        ]
        companies = {alias.company for alias in fitting}
        if len(companies) != 1 or in_address(text, hit.start, hit.end):
            return None
        company = companies.pop()
        start, end = hit.start, hit.end
        if run is not None and not CJK.search(surface):
            if run.title and run.first >= start - 1 and run.last <= end + 1:
                return None  # "Analyst Suma Rao"
            if run.first < start or run.last > end:
                grown = self._grow(text, run, start, end, company)
                if grown is None:
                    return None
                start, end = grown
        if fold(surface) in self.words.homonyms and not self._is_company_here(doc, start, end):
            return None
        former = all(alias.strength == FORMER for alias in fitting)
        return Name(start, end, EntityKind.COMPANY, "gazetteer", company, 0.9 if former else 0.95)

    def _grow(self, text: str, run: Run, start: int, end: int, company: str) -> tuple[int, int] | None:
        """The span of the name when the run around the alias names the same company; None when another."""
        whole = text[min(run.first, start) : max(run.last, end)]
        around = (
            (text[run.first : start] + " " + text[end : run.last])
            if run.first <= start
            else text[end : run.last]
        )
        extra = key(around).split()
        if not extra or self.table.same_core(whole) == {company}:
            return min(start, run.first), max(end, run.last)
        if all(word in self.table.words_of(company) for word in extra):
            return min(start, run.first), max(end, run.last)
        if _is_shouted(text, start, end) and not self._continues(text, end, run.last):
            return start, end  # "TARVIK RAISES HK$2 BILLION"
        if all(self._is_name(part) for part in HYPHENS.split(whole)):
            return start, end  # "the Nvidia-Huawei rivalry"
        behind = key(text[end : run.last]).split()
        if run.first >= start and behind and any(c.isdigit() for c in behind[0] + behind[-1]):
            return start, end  # "Huawei Mate 60": the product's maker
        if all(word in self.words.not_names or is_title(word, self.words) for word in extra):
            return start, end
        return None

    def _continues(self, text: str, end: int, last: int) -> bool:
        """True where the next word may belong to the name: a place, a legal form, "GROUP", a number."""
        following = key(text[end:last]).split()
        word = following[0] if following else ""
        return (
            word in self.words.places
            or word in self.words.company_heads
            or word in legal_words()
            or any(c.isdigit() for c in word)
        )

    def _is_name(self, part: str) -> bool:
        return any(a.strength != WEAK and case_fits(part, a.text) for a in self.table.named(part))

    def _is_company_here(self, doc: Doc, start: int, end: int) -> bool:
        """True for a homonym ("Apple", "Target") in clear company surroundings."""
        span = doc.char_span(start, end, alignment_mode="expand")
        if company_cues(doc, Run(span.start, span.end), self.words):
            return True
        if any(token.tag_ not in ("NNP", "NNPS") for token in span):
            return False
        after = doc[span.end] if span.end < len(doc) else None
        if after is not None and (after.tag_ in ("NN", "NNS", "DT") or after.lower_ == "of"):
            return False  # "Apple growers", "Ford the river", "the Target of the attack"
        labels = {token.ent_type_ for token in span}
        if "ORG" in labels:
            return True
        role = span.root.dep_
        return (
            not labels & {"GPE", "LOC", "PERSON"}
            and not span[0].is_sent_start
            and role in ("nsubj", "nsubjpass", "pobj", "dobj", "conj", "poss")
        )


def _is_shouted(text: str, start: int, end: int) -> bool:
    """True for a name in a line that is all in capitals, where a capital tells nothing of the words beside it."""
    line = text[text.rfind("\n", 0, start) + 1 : (text.find("\n", end) + 1 or len(text) + 1) - 1]
    return end - start >= SHORTEST_SHOUTED and line.isupper() and " " in line.strip()


def _fitting(surface: str, hit: Hit) -> list[Alias]:
    return [alias for alias in hit.aliases if alias.strength != WEAK and case_fits(surface, alias.text)]
