"""Whether an article is ours, how sure, why, and on which topics. No spaCy: the crawler asks it, too.

A small linear model that can be read: terms of nlp/data/relevance.toml give points, by distinct term, more
at the top of the article; words of another genre (a phone review, a football report) take points away.
The score is points / (points + HALF), so that a score of 0.5 is HALF points, and every point is told in `reasons`.
"""

import math
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

WORD = re.compile(r"(?:[A-Z]\.){2,}|\w+(?:['’]\w+)*")
HALF = 3.1  # points of a score of 0.5: one core term in the title and two things that fit, or two core terms
CORE, NEAR, ACTOR = 2.0, 0.5, 0.25
MAX_NEAR, MAX_ACTOR = 3.0, 1.0  # what no core term supports cannot make an article ours
TOP_WORDS = 90  # title and first paragraphs: what the article is about
TOP_BONUS = 1.5
WINDOW = 12  # words around an ambiguous term
MAX_WORDS = 6000  # beyond, an article repeats itself
MOST_AGAINST = {"plain_finance": 2.0}  # a funding round of a blacklisted company is ours
SHORT_ENTRY = 25  # a headline alone may hide anything; a summary of this length would say what it is about
YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2})\b")


@dataclass(frozen=True, slots=True)
class Relevance:
    """The verdict on one article."""

    score: float  #: 0 to 1
    relevant: bool  #: score of at least 0.5
    topics: tuple[str, ...]  #: strongest first
    reasons: tuple[str, ...]  #: "entity list (core, blacklist, top) +3.0"


@dataclass(frozen=True, slots=True)
class Term:
    """One phrase of the model."""

    words: tuple[str, ...]
    group: str  #: core, near, ambiguous, actor, genre, trade, entry
    topic: str


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Lower case, without possessive and plural s."""
    word = word.lower().replace("’", "'")
    word = word.removesuffix("'s").removesuffix("'")
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def phrase(text: str) -> tuple[str, ...]:
    return tuple(w if w.isupper() else stem(w) for w in WORD.findall(text))


@cache
def terms() -> dict[str, tuple[Term, ...]]:
    """The phrases of the model by their first word, longest first."""
    data = tomllib.loads((files("nlp") / "data" / "relevance.toml").read_text(encoding="utf-8"))
    found: list[Term] = []
    for topic, groups in data["topics"].items():
        for group, phrases in groups.items():
            found += [Term(phrase(p), group, topic) for p in phrases]
    found += [Term(phrase(p), "actor", "") for p in data["actors"]["words"]]
    found += [Term(phrase(p), "trade", "") for p in data["strict_trade_words"]["words"]]
    found += [Term(phrase(p), "entry", "") for p in data["entry"]["words"]]
    for genre, phrases in data["genres"].items():
        found += [Term(phrase(p), "genre", genre) for p in phrases]
    by_first: dict[str, list[Term]] = {}
    for term in found:
        by_first.setdefault(term.words[0], []).append(term)
    return {first: tuple(sorted(ts, key=lambda t: -len(t.words))) for first, ts in by_first.items()}


@dataclass(frozen=True, slots=True)
class Hit:
    """A term and the number of the word where it stands."""

    at: int
    term: Term


def hits_in(text: str) -> tuple[list[Hit], int]:
    """Every term in `text`, and the number of words read."""
    raw = WORD.findall(text)[:MAX_WORDS]
    words = [stem(w) for w in raw]
    found = []
    table = terms()
    for i, (word, low) in enumerate(zip(raw, words)):
        if word not in table and low not in table:
            continue
        for key in {word, low}:
            for term in table.get(key, ()):
                n = len(term.words)
                if all(
                    w in (raw[i + k], words[i + k]) for k, w in enumerate(term.words) if i + k < len(words)
                ) and i + n <= len(words):
                    found.append(Hit(i, term))
    return found, len(raw)


def relevance(title: str | None, text: str, companies: Sequence[str] = ()) -> Relevance:
    """The verdict on an article; `companies` are names of watched companies."""
    head = f"{title}.\n" if title else ""
    hits, count = hits_in(head + text)
    trade = [h.at for h in hits if h.term.group == "trade"]
    points: dict[tuple[str, str], float] = {}
    topics: dict[str, float] = {}
    why: dict[str, tuple[float, str]] = {}
    seen: dict[Term, list[int]] = {}
    for hit in hits:
        seen.setdefault(hit.term, []).append(hit.at)
    core_total = 0.0
    for term, at in seen.items():
        group = term.group
        if group == "ambiguous":
            at = [i for i in at if near(i, trade, len(term.words))]
            if not at:
                continue
            group = "core"
        if group not in ("core", "near", "actor"):
            continue
        value = {"core": CORE, "near": NEAR, "actor": ACTOR}[group]
        value *= 1 + 0.35 * math.log(len(at))
        if group == "core" and len(at) == 1 and count > 250 and at[0] > TOP_WORDS:
            value *= 0.5  # named once, far down
        if at[0] < TOP_WORDS and group == "core":
            value *= TOP_BONUS
        key = (group, " ".join(term.words))
        if points.get(key, 0.0) >= value:
            continue
        points[key] = value
        if term.topic:
            topics[term.topic] = topics.get(term.topic, 0.0) + value
        top = ", top" if at[0] < TOP_WORDS else ""
        why[key[1]] = (
            value,
            f"{key[1]} ({group}{', ' + term.topic if term.topic else ''}{top}) +{value:.1f}",
        )
        core_total += value if group == "core" else 0.0
    total = core_total
    total += min(MAX_NEAR, sum(v for (g, _), v in points.items() if g == "near"))
    total += min(MAX_ACTOR, sum(v for (g, _), v in points.items() if g == "actor"))
    for name in companies:
        if name and re.search(rf"\b{re.escape(name)}\b", head + text):
            total += 1.0
            why[name] = (1.0, f"{name} (watched) +1.0")
    genre, against = genre_of(seen, count)
    old = years_ago(head + text)
    if against:
        why[genre] = (against, f"reads like {genre} -{against:.1f}")
    if old:
        why["years"] = (old, f"years long past -{old:.1f}")
    total = max(0.0, total - against - old)
    score = total / (total + HALF)
    reasons = tuple(text for _, text in sorted(why.values(), key=lambda pair: -pair[0])[:12])
    ranked = tuple(t for t, v in sorted(topics.items(), key=lambda pair: -pair[1]) if v >= 1.0)
    return Relevance(round(score, 3), score >= 0.5, ranked if score >= 0.5 else (), reasons)


def near(at: int, places: Iterable[int], length: int) -> bool:
    return any(0 < abs(place - at) <= WINDOW for place in places if not at <= place < at + length)


def genre_of(seen: dict[Term, list[int]], count: int) -> tuple[str, float]:
    """The other genre with the most words in the article, and what they weigh."""
    strength: dict[str, float] = {}
    for term, at in seen.items():
        if term.group == "genre":
            strength[term.topic] = strength.get(term.topic, 0.0) + 1 + 0.3 * math.log(len(at))
    if not strength:
        return "", 0.0
    genre = max(strength, key=lambda g: strength[g])
    weight = strength[genre] * min(1.0, 300 / max(count, 100))
    against = min(1.3 * weight, MOST_AGAINST.get(genre, math.inf))
    return genre, round(against, 2) if weight >= 2 else 0.0


def years_ago(text: str) -> float:
    """Points against an article that tells of times before 1990 and hardly of ours."""
    years = [int(y) for y in YEAR.findall(text)]
    old = sum(y < 1990 for y in years)
    return 4.0 if old >= 2 and old > sum(y >= 1990 for y in years) else 0.0


def relevant_entry(title: str | None, summary: str | None = None) -> bool:
    """Whether a feed entry is worth a request: only what looks hopeless is left out."""
    hits, count = hits_in(f"{title or ''}.\n{summary or ''}")
    groups = {hit.term.group for hit in hits}
    if groups & {"entry", "core"}:
        return True
    return "genre" not in groups and count < SHORT_ENTRY
