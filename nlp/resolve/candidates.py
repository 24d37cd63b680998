"""Records that a name might mean: proposals for review and answers of `tradewire match`, never links."""

from collections import Counter
from dataclasses import dataclass

from nlp.gazetteer import WEAK, Alias, AliasTable
from nlp.names import core, is_acronym_of, key
from nlp.resolve.name_pairs import compare

MOST_COMPARED = 50  # aliases that share most rare words with the name
COMMON = 10_000  # weight of a word that only one alias has
LEAST_SCORE = 0.45


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that the name might mean. `why` says what agrees or what stands against it."""

    company: str
    score: float
    alias: str
    why: str


def candidates(name: str, table: AliasTable, limit: int = 5) -> list[Candidate]:
    """The best records for `name`, best first, one entry a record."""
    best: dict[str, Candidate] = {}
    for alias in _alike(name, table):
        found = _judge(name, alias)
        if found.score >= LEAST_SCORE and found.score > best.get(alias.company, NONE).score:
            best[alias.company] = found
    return sorted(best.values(), key=lambda c: (-c.score, c.company))[:limit]


NONE = Candidate("", 0.0, "", "")


def _alike(name: str, table: AliasTable) -> list[Alias]:
    """Aliases that equal the name, or share words or most letters with it; rare words count more."""
    found = {alias.text: alias for alias in table.named(name)}
    weights: Counter[Alias] = Counter()
    for word in set(core(name).split()):
        sharing = table.with_word(word)
        for alias in sharing:
            weights[alias] += COMMON // len(sharing)
    for alias in table.spelled_like(name):
        weights[alias] += COMMON // 2
    for alias, _ in weights.most_common(MOST_COMPARED):
        found.setdefault(alias.text, alias)
    return list(found.values())


def _judge(name: str, alias: Alias) -> Candidate:
    if key(name) == key(alias.text):
        weak = alias.strength == WEAK
        return Candidate(alias.company, 0.65 if weak else 1.0, alias.text, "weak name" if weak else "equal")
    verdict = compare(name, alias.text)
    score, why = verdict.score, verdict.why
    if not verdict.same and (is_acronym_of(name, alias.text) or is_acronym_of(alias.text, name)):
        score, why = max(score, 0.6), "acronym"
    if alias.strength == WEAK:
        score, why = min(score, 0.6), f"weak name; {why}"
    return Candidate(alias.company, round(score, 3), alias.text, why)
