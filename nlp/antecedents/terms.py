"""Terms that a release or contract defines in quotation marks: "(the "Company")", "(together the "Group")".

A term for a party stands for it in the whole document; any other defined term ("the "Board"") names nobody.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

from db.records import EntityKind
from nlp.antecedents.names import bind
from nlp.parties import Parties

_TERM = re.compile(r"\b(?:the|an?|each an?|our) [\"“](?P<form>[A-Z][\w-]+(?: [A-Z][\w-]+){0,2})[,.]?[\"”]")
_BRACKET = re.compile(r"\s?\((?P<inner>[^()]{0,160}[\"“][^()\"“”]{2,40}[\"”][^()]{0,80})\)")
_ACRONYM = re.compile(r"\s\([\"“]?(?P<form>[A-Z]{2,5})s?[\"”]?\)")
REACH = 60  # characters between a name and the brackets that define it, other brackets ("stock code: 123") included


@cache
def party_terms() -> frozenset[str]:
    """Lower-case words that contracts and releases call a party by."""
    data = tomllib.loads((files("nlp") / "data" / "descriptions.toml").read_text(encoding="utf-8"))
    return frozenset(data["terms"].split())


def learn_terms(parties: Parties) -> None:
    """Let "the Company" mean whom the document defines so, and take no other defined term for a name."""
    body = parties.body
    common = _common_acronyms(body) if "(" in body else set()
    if common:
        parties.mentions[:] = [
            m
            for m in parties.mentions
            if m.text not in common or m.company is not None or m.kind is not EntityKind.COMPANY
        ]
    if "(" not in body or not ('"' in body or "“" in body):
        return
    bound: dict[str, int] = {}
    nobody: set[str] = set()
    for match in _BRACKET.finditer(body):
        for term in _TERM.finditer(match["inner"]):
            form = term["form"]
            party = _defined_at(parties, match.start()) if form.lower() in party_terms() else None
            if party is not None:
                bound.setdefault(form, party)
            elif " " not in form and not form.isupper():
                nobody.add(form)
    nobody -= bound.keys()
    if nobody:
        parties.mentions[:] = [m for m in parties.mentions if m.text.removeprefix("the ") not in nobody]
    if bound:
        bind(parties, bound, "description")


def _common_acronyms(body: str) -> set[str]:
    """Acronyms of common words that the text explains: "electronic design automation ("EDA") software"."""
    found = set()
    for match in _ACRONYM.finditer(body):
        form = match["form"]
        before = re.split(r"[\s-]+", body[max(0, match.start() - 80) : match.start()].rstrip())[-len(form) :]
        plain = [word for word in before if word.islower()]
        initials = "".join(word[0] for word in before if word).upper()
        if len(plain) == len(before) == len(form) and initials == form:
            found.add(form)
    return found


def _defined_at(parties: Parties, bracket: int) -> int | None:
    """The company named right before the brackets."""
    before = [m for m in parties.mentions if bracket - REACH <= m.end <= bracket]
    last = max(before, key=lambda m: m.end, default=None)
    if last is None or parties.drafts[parties.root(last.entity)].kind is not EntityKind.COMPANY:
        return None
    between = parties.body[last.end : bracket]
    return parties.root(last.entity) if re.fullmatch(r"[\s,.]*(?:\([^()]*\)[\s,]*)*", between) else None
