"""Stories in a large store: are copies still found, and nothing else joined, with 50,000 articles in?

    python -m bench.stories [--articles 50000] [--json OUT]

Articles are generated: every twentieth is a wire story that other papers copy later: verbatim, with another byline
and last paragraph, cut to three fifths, cut to two fifths behind another first line. Among them stand texts that only
look alike: standing paragraphs, the same quotation, one sentence of every story of the day. Prints the share of
copies in the story of their original, the number of wrong joins, and CPU time an article as the store grows. Exit code 1
when a copy is missed in more than one of 100 cases or anything is joined wrongly.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, product
from pathlib import Path

from crawler import stories
from db.clock import stamp
from db.store import Store

SYLLABLES = "ka lo mer tin va su rel po dan shi gor eb ul ta nes fi qua ro zan be il mo hu cra".split()
KINDS = ("verbatim", "byline", "three-fifths", "two-fifths")
STANDING = (
    "The department did not immediately respond to a request for comment sent outside of regular business hours"
    " and the company could not be reached by telephone on a public holiday according to people with knowledge."
)
GROUP = 200  # articles in one transaction


@cache
def vocabulary() -> tuple[list[str], list[float]]:
    """20,000 invented words and how often they come, summed up: the n-th word as often as 1/n, as in a language."""
    words = dict.fromkeys(
        "".join(parts) for n in (1, 2, 3, 4) for parts in product(SYLLABLES[: 27 - 3 * n], repeat=n)
    )
    chosen = list(words)[:20_000]
    return chosen, list(accumulate(1 / (n + 5) for n in range(len(chosen))))


def sentence(chance: random.Random) -> str:
    words, weights = vocabulary()
    return " ".join(chance.choices(words, cum_weights=weights, k=chance.randrange(12, 26))).capitalize() + "."


def paragraphs(chance: random.Random) -> list[str]:
    return [" ".join(sentence(chance) for _ in range(chance.randrange(2, 4))) for _ in range(10)]


def copy(kind: str, original: list[str], chance: random.Random) -> list[str]:
    """How another paper prints a wire story."""
    if kind == "byline":
        return ["By our correspondent in the capital.", *original[:-1], sentence(chance)]
    if kind == "three-fifths":
        return original[:6]
    if kind == "two-fifths":
        return [f"{sentence(chance).split()[0]} (Agency)", *original[:4]]
    return original


def articles(count: int, seed: int = 1) -> Iterator[tuple[str, str, str]]:
    """(name of the original, kind, text) of `count` articles; a copy comes up to 2,000 articles later."""
    chance = random.Random(seed)
    waiting: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    day: list[str] = []
    for number in range(count):
        if waiting[number]:
            yield waiting[number].pop()
            if waiting[number]:
                waiting[number + 1] += waiting.pop(number)
            continue
        text = paragraphs(chance)
        day = [*day[-11:], text[0].split(". ")[0] + "."]
        if number % 20 == 0:
            for kind in KINDS:
                at = number + 1 + chance.randrange(min(2000, max(count - number - 40, 1)))
                waiting[at].append((f"a{number}", kind, "\n\n".join(copy(kind, text, chance))))
        elif number % 7 == 0:
            text[4:4] = [STANDING]
        elif number % 31 == 0:
            text = [*day, STANDING, sentence(chance)]  # the day in one page
        yield f"a{number}", "own", "\n\n".join(text)


@dataclass
class Outcome:
    """What came of the articles."""

    found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    copies: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    wrong: list[tuple[str, str]] = field(default_factory=list)  #: two originals in one story
    cost: list[tuple[int, float, float]] = field(
        default_factory=list
    )  #: articles in, ms of signing, ms of placing

    @property
    def missed(self) -> float:
        """Share of the copies that are not in the story of their original."""
        return 1 - sum(self.found.values()) / max(sum(self.copies.values()), 1)


def run(path: Path, count: int, *, steps: int = 5) -> Outcome:
    """Put `count` articles into a new store at `path`, one by one as extraction does."""
    outcome = Outcome()
    story_of: dict[str, int] = {}
    first: dict[int, str] = {}
    signing = placing = 0.0
    since = 0
    with Store.open(path, create=True) as store:
        group: list[tuple[str, str, str]] = []

        def write() -> None:
            nonlocal signing, placing
            start = time.process_time()
            signed = [stories.signature(text) for _, _, text in group]
            signing += time.process_time() - start
            with store.write() as connection:
                for (name, kind, text), bands in zip(group, signed):
                    number = put(connection, text)
                    start = time.process_time()
                    story = stories.place(connection, number, text, bands)
                    placing += time.process_time() - start
                    if kind == "own":
                        story_of[name] = story
                    else:
                        outcome.copies[kind] += 1
                        outcome.found[kind] += story == story_of[name]
                    if first.setdefault(story, name) != name:
                        outcome.wrong.append((first[story], name))
            group.clear()

        for number, article in enumerate(articles(count), start=1):
            group.append(article)
            if len(group) == GROUP:
                write()
            if number % max(count // steps, 1) == 0:
                write()
                outcome.cost.append(
                    (number, 1000 * signing / (number - since), 1000 * placing / (number - since))
                )
                signing = placing = 0.0
                since = number
        write()
    return outcome


def put(connection: object, text: str) -> int:
    """An article with that text; the least that stories need."""
    execute = connection.execute  # type: ignore[attr-defined]
    (number,) = execute("SELECT coalesce(max(id), 0) + 1 FROM articles").fetchone()
    execute(
        "INSERT INTO articles (id, url, title, first_seen) VALUES (?, ?, 't', ?)",
        (number, f"https://a.example/{number}", stamp()),
    )
    cursor = execute(
        "INSERT INTO texts (article, version, body, hash, made_at) VALUES (?, 1, ?, ?, ?)",
        (number, text, str(number), stamp()),
    )
    execute("UPDATE articles SET text = ? WHERE id = ?", (cursor.lastrowid, number))
    return int(number)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--json", type=Path, help="write the figures there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(Path(folder) / "store.sqlite", options.articles)
    for kind in KINDS:
        print(f"{kind:13} {outcome.found[kind]} of {outcome.copies[kind]} copies found")
    print(f"{len(outcome.wrong)} wrong joins {outcome.wrong[:3]}")
    for number, sign, place in outcome.cost:
        print(f"up to {number:6} articles: {sign:.2f} ms CPU to sign, {place:.2f} ms to place one")
    if options.json:
        figures = {
            "found": outcome.found,
            "copies": outcome.copies,
            "wrong": len(outcome.wrong),
            "cost": outcome.cost,
        }
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return int(outcome.missed > 0.01 or bool(outcome.wrong))


if __name__ == "__main__":
    sys.exit(main())
