"""Kinds of names by the other names of the text: items of lists, enumerations, short forms, the paper itself."""

import itertools
import re

from spacy.tokens import Doc

from db.records import BlockKind, EntityKind
from nlp.companies.cues import is_human, person_cues
from nlp.companies.pieces import Run
from nlp.companies.shapes import before_place, has_given_name, person_parts
from nlp.lexicon import Lexicon
from nlp.names import core

ByName = dict[str, list[Run]]
Kinds = dict[str, EntityKind | None]

MOST_BEFORE_ITEM = 6  # characters of bullet or number in front of a name that fills its item
ABOUT_PARTIES = re.compile(
    r"\b(?:compan(?:y|ies)|firms?|entit(?:y|ies)|organi[sz]ations?|groups?|names?|newcomers|manufacturers|suppliers|"
    r"makers|added|removed|listed)\b",
    re.IGNORECASE,
)
WIDEST_GAP = 60  # characters between two names of one enumeration
#: Between two names of one enumeration.
ENUMERATES = re.compile(
    r"(?:of (?:the )?[A-Z]\w+)?,?(?: ?(?:and|or|&))?(?: its| the)?(?: ?[A-Z][\w.]+['’]s)?|as well as|and its \w+"
)


def named_as_source(doc: Doc, by_name: ByName, kinds: Kinds) -> None:
    """Let the paper that the text is from be a medium, and who asks the questions of an interview."""
    for name, kind in kinds.items():
        asks = [run for run in by_name[name] if run.end < len(doc) and doc[run.end].text == ":"]
        if kind is EntityKind.COMPANY and len(asks) > 1 and len(asks) * 2 > len(by_name[name]):
            kinds[name] = EntityKind.MEDIA  # "HANDELSBLICK: Will you sue?"
    source = core(doc._.context.source_name or "")
    if source:
        kinds.update(dict.fromkeys({source, source.split()[0]} & kinds.keys(), EntityKind.MEDIA))


def listed(doc: Doc, text: str, by_name: ByName, kinds: Kinds, words: Lexicon) -> None:
    """Let a name that fills an item of a list of entities be a company: "1. Lodestar Maritime"."""
    items = list_items(doc, text)
    for name, kind in kinds.items():
        if (
            kind not in (None, EntityKind.PERSON, EntityKind.PLACE, EntityKind.DOCUMENT)
            or name in words.places
        ):
            continue
        for run in by_name[name]:
            item = items.get(run.last, items.get(run.last + 1))
            if item is not None and run.first - item <= MOST_BEFORE_ITEM and not run.title:
                kinds[name] = EntityKind.COMPANY


def shortened(doc: Doc, by_name: ByName, kinds: Kinds, words: Lexicon) -> None:
    """Judge a lone word by the longer names that begin or end with it.

    Companies go by their first word later on, people of the West by their last: "Norven" makes
    "Norven Lanchang" a company unless Norven is a family name.
    """
    longer = [name.split() for name in kinds if " " in name]
    surnames = {
        parts[0]
        for parts in longer
        if kinds[" ".join(parts)] is EntityKind.PERSON
        and (parts[0] in words.surnames or has_given_name(doc, by_name[" ".join(parts)][0]))
    }
    for name in surnames & kinds.keys():
        if not any(run.legal for run in by_name[name]):
            kinds[name] = EntityKind.PERSON  # "Fan" of Fan Lijuan
    lasts = person_parts(
        [name for name in kinds if kinds[name] is EntityKind.PERSON and name.split()[0] not in words.places]
    )
    firsts = set()
    for parts in longer:
        name, first = " ".join(parts), parts[0]
        if (
            first in words.surnames | surnames
            or first in words.given_names
            or first in words.places
            or first in lasts
        ):
            continue
        alone = by_name.get(first, [])
        titled = any(run.title for run in (*alone, *by_name[name]))
        if kinds[name] is EntityKind.PERSON and alone and parts[-1] not in by_name and not titled:
            kinds[name] = EntityKind.COMPANY
        if kinds[name] is EntityKind.COMPANY:
            firsts.add(first)
            if first in kinds and kinds[first] is not EntityKind.AGENCY:
                kinds[first] = EntityKind.COMPANY
    for last in (lasts & kinds.keys()) - firsts:
        if kinds[last] in (EntityKind.COMPANY, EntityKind.PLACE, None):
            kinds[last] = EntityKind.PERSON


def enumerated(doc: Doc, text: str, by_name: ByName, kinds: Kinds, words: Lexicon) -> None:
    """Let a lone word that stands in one enumeration with companies be one: "Haoyang and Tianhe Telecom"."""
    placed = sorted((run.first, run.last, name) for name in kinds for run in by_name[name])
    for left, right in itertools.pairwise(placed):
        if (
            right[0] - left[1] > WIDEST_GAP
            or kinds[left[2]] is kinds[right[2]]
            or not ENUMERATES.fullmatch(" ".join(text[left[1] : right[0]].split()))
        ):
            continue
        for one, other in ((left[2], right[2]), (right[2], left[2])):
            if kinds[other] is EntityKind.COMPANY and _may_be_company(
                doc, one, by_name[one], kinds[one], words
            ):
                kinds[one] = EntityKind.COMPANY


def _may_be_company(doc: Doc, name: str, runs: list[Run], kind: EntityKind | None, words: Lexicon) -> bool:
    if kind not in (None, EntityKind.PLACE, EntityKind.PERSON) or name in words.places:
        return False
    if any(before_place(doc, run, words) for run in runs):
        return False
    if name in words.demonyms or any(run.title or person_cues(doc, run, words) for run in runs):
        return False
    return " " not in name or not (kind is EntityKind.PERSON and is_human(name, words))


def list_items(doc: Doc, text: str) -> dict[int, int]:
    """End -> start of the items of a list whose heading speaks of companies, entities or names."""
    items: dict[int, int] = {}
    if all(block.kind is not BlockKind.LIST_ITEM for block in doc._.blocks):
        return items
    about_parties = False
    for block in doc._.blocks:
        if block.kind is not BlockKind.LIST_ITEM:
            about_parties = bool(ABOUT_PARTIES.search(text, max(block.start, block.end - 200), block.end))
        elif about_parties:
            items[block.end] = block.start
    return items
