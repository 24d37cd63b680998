"""The company records that come with the package, and a user's own laid over them.

Packaged: nlp/data/companies.csv (one row a company; `;` between names; origin of each row in its last column).
A user's file has the same columns; a row with a known id replaces the packaged row. No spaCy here.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

import ahocorasick

from db.errors import ConfigError
from nlp.names import CJK, core, fold, key

COLUMNS = (
    "id", "name", "aliases", "weak_aliases", "former", "chinese", "country", "sector", "parent",
    "wikidata", "lei", "ticker", "origin",
)  # fmt: skip
PREFIX = 4  # letters that two spellings of one name share
STRONG, WEAK, FORMER = "strong", "weak", "former"


@dataclass(frozen=True, slots=True)
class Alias:
    """One name of a company. A weak one ("Jinhua") counts only where the document backs it."""

    text: str
    company: str  #: record id
    strength: str = STRONG


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyRecord:
    """A company as the packaged or a user's file has it."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    weak_aliases: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    chinese: tuple[str, ...] = ()
    country: str | None = None  #: ISO 3166 alpha-2, upper case
    sector: str | None = None
    parent: str | None = None  #: record id
    wikidata: str | None = None
    lei: str | None = None
    ticker: str | None = None
    origin: str = ""
    bare_is_weak: bool = (
        False  #: nobody chose its names: one word of them, without legal form, may mean another
    )

    def names(self) -> frozenset[str]:
        """All names as written."""
        return frozenset(alias.text for alias in self.all_aliases())

    def all_aliases(self) -> Iterator[Alias]:
        """Every name, strongest first."""
        bare = self.bare_is_weak and self.name.isascii() and " " not in self.name
        yield Alias(self.name, self.id, WEAK if bare else STRONG)
        for text in (*self.aliases, *self.chinese):
            yield Alias(text, self.id)
        for text in self.former:
            yield Alias(text, self.id, FORMER)
        for text in self.weak_aliases:
            yield Alias(text, self.id, WEAK)


@dataclass(frozen=True, slots=True)
class Hit:
    """An alias that stands at characters [start, end) of a text."""

    start: int
    end: int
    aliases: tuple[Alias, ...]


class AliasTable:
    """All aliases, for looking up a name and for finding every one of them in a text in one pass."""

    def __init__(self, records: Iterable[CompanyRecord]) -> None:
        self.records = {record.id: record for record in records}
        self.by_core: dict[str, set[str]] = defaultdict(set)
        self.by_key: dict[str, list[Alias]] = defaultdict(list)
        patterns: dict[str, list[Alias]] = defaultdict(list)
        for record in self.records.values():
            for alias in record.all_aliases():
                self.by_key[key(alias.text)].append(alias)
                if alias.strength != WEAK:
                    self.by_core[core(alias.text)].add(record.id)
                patterns[fold(alias.text)].append(alias)
        self._words_of: dict[str, frozenset[str]] = {}
        self._automaton = ahocorasick.Automaton()
        for pattern, aliases in patterns.items():
            self._automaton.add_word(pattern, (len(pattern), tuple(aliases)))
        if patterns:
            self._automaton.make_automaton()

    def __len__(self) -> int:
        return sum(len(aliases) for aliases in self.by_key.values())

    def hits(self, text: str) -> list[Hit]:
        """The longest aliases in `text` on word borders, left to right, none over another; case is not judged."""
        if not self.records:
            return []
        folded = fold(text)
        found = []
        for last, (length, aliases) in self._automaton.iter(folded):
            start, end = last + 1 - length, last + 1
            if _is_whole(folded, start, end):
                found.append(Hit(start, end, aliases))
        found.sort(key=lambda hit: (hit.start, -hit.end))
        kept: list[Hit] = []
        for hit in found:
            if not kept or hit.start >= kept[-1].end:
                kept.append(hit)
        return kept

    def named(self, name: str) -> list[Alias]:
        """Aliases that equal `name` after folding."""
        return self.by_key.get(key(name), [])

    def with_word(self, word: str) -> list[Alias]:
        """Aliases whose name, without legal form, has `word`."""
        return self._words.get(word, [])

    @cached_property
    def _words(self) -> dict[str, list[Alias]]:
        words: dict[str, list[Alias]] = defaultdict(list)
        for aliases in self.by_key.values():
            for alias in aliases:
                for word in dict.fromkeys(core(alias.text).split()):
                    words[word].append(alias)
        return words

    def spelled_like(self, name: str) -> list[Alias]:
        """Aliases that begin with the same letters: where a slip or a space makes other words of the name."""
        return self._prefixes.get(core(name).replace(" ", "")[:PREFIX], [])

    @cached_property
    def _prefixes(self) -> dict[str, list[Alias]]:
        prefixes: dict[str, list[Alias]] = defaultdict(list)
        for aliases in self.by_key.values():
            for alias in aliases:
                prefixes[core(alias.text).replace(" ", "")[:PREFIX]].append(alias)
        return prefixes

    def words_of(self, company: str) -> frozenset[str]:
        """Every word of every name of the record, folded."""
        words = self._words_of.get(company)
        if words is None:
            names = self.records[company].all_aliases()
            words = self._words_of[company] = frozenset(w for alias in names for w in key(alias.text).split())
        return words

    def same_core(self, name: str) -> set[str]:
        """Records one of whose strong names equals `name` when legal forms are left out."""
        bare = core(name)
        found = self.by_core.get(bare, set())
        if bare == key(name) and " " not in bare and not CJK.search(bare):
            return {company for company in found if not self.records[company].bare_is_weak}
        return found


def _is_whole(folded: str, start: int, end: int) -> bool:
    """True unless the match cuts a Western word in two."""
    first, last = folded[start], folded[end - 1]
    if start and _glues(folded[start - 1]) and _glues(first):
        return False
    return not (end < len(folded) and _glues(folded[end]) and _glues(last))


def _glues(char: str) -> bool:
    return char.isalnum() and not CJK.match(char)


def _names(cell: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in cell.split(";") if name.strip())


def is_lei(text: str) -> bool:
    """True for 20 characters whose check digits fit (ISO 17442, checked as ISO 7064 mod 97-10)."""
    if not re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", text):
        return False
    return int("".join(str(int(char, 36)) for char in text)) % 97 == 1


def read_companies(text: str, where: str) -> Iterator[CompanyRecord]:
    """The rows of a companies file.

    Raises:
        ConfigError: a column is missing or unknown, or a row has no id or name.
    """
    reader = csv.DictReader(io.StringIO(text))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ConfigError(f"{where}: columns must be {', '.join(COLUMNS)}, not {reader.fieldnames}")
    for row in reader:
        if not row["id"] or not row["name"] or None in row or None in row.values():
            raise ConfigError(
                f"{where}, line {reader.line_num}: needs an id, a name and {len(COLUMNS)} cells: {row}"
            )
        if row["lei"] and not is_lei(row["lei"]):
            raise ConfigError(
                f"{where}, line {reader.line_num}: {row['lei']!r} is no legal entity identifier"
            )
        yield CompanyRecord(
            id=row["id"],
            name=row["name"],
            aliases=_names(row["aliases"]),
            weak_aliases=_names(row["weak_aliases"]),
            former=_names(row["former"]),
            chinese=_names(row["chinese"]),
            country=row["country"] or None,
            sector=row["sector"] or None,
            parent=row["parent"] or None,
            wikidata=row["wikidata"] or None,
            lei=row["lei"] or None,
            ticker=row["ticker"] or None,
            origin=row["origin"],
        )


@cache
def packaged_companies() -> tuple[CompanyRecord, ...]:
    """The companies of the package."""
    text = (files("nlp") / "data" / "companies.csv").read_text(encoding="utf-8")
    return tuple(read_companies(text, "nlp/data/companies.csv"))


def load_companies(user_file: Path | None = None) -> tuple[CompanyRecord, ...]:
    """The packaged companies, the rows of `user_file` laid over them by id."""
    records = {record.id: record for record in packaged_companies()}
    if user_file is not None:
        for record in read_companies(user_file.read_text(encoding="utf-8"), str(user_file)):
            records[record.id] = record
    return tuple(records.values())


@cache
def packaged_table() -> AliasTable:
    """The alias table of the packaged companies, built once."""
    return AliasTable(packaged_companies())
