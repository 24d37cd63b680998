"""Mentions to company records, without spaCy: what the resolve stage does for each text.

The order is fixed and the first hit wins: a user's decision; a definition of the document, which also blocks
the well-known owner of a short form; an exact strong name; equality without legal form with exactly one
record; a short form whose long form is resolved; a weak name where the document also has a strong one of the
same company. Alike names only propose candidates for review. The rest becomes a discovered company with an
id that every run works out alike.

    resolved = resolve_document(mentions, entities, body, table, decisions)   # one answer a mention, in order
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from db.companies import local_id
from db.records import Entity, EntityKind, Mention
from nlp.casing import case_fits, in_address
from nlp.gazetteer import FORMER, WEAK, AliasTable
from nlp.lexicon import lexicon
from nlp.names import CJK, core, fold, key
from nlp.resolve.candidates import Candidate, candidates
from nlp.resolve.countries import conflicts, countries_told
from nlp.resolve.decisions import Decisions


class Method(StrEnum):
    """How a mention was resolved, best first. The first five may carry a claim about lists."""

    DECISION = "decision"
    DEFINITION = "definition"
    EXACT = "exact"
    CORE = "core"
    SHORT_FORM = "short-form"
    WEAK = "weak"
    DISCOVERED = "discovered"
    NONE = "none"


#: Methods on which "is on the Entity List" may be printed.
CLAIMING = frozenset([Method.DECISION, Method.DEFINITION, Method.EXACT, Method.CORE, Method.SHORT_FORM])
SCORES = {
    Method.DECISION: 1.0, Method.DEFINITION: 0.97, Method.EXACT: 0.97, Method.CORE: 0.95,
    Method.SHORT_FORM: 0.9, Method.WEAK: 0.7, Method.DISCOVERED: 0.5, Method.NONE: 0.0,
}  # fmt: skip
NAMESAKE = "namesake"  # stands for the country in the id of a company that is not the record of its name
REFERRING = frozenset(["description", "pronoun"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The record that a mention names, how we know, and who else it might be."""

    company: str | None
    method: Method
    score: float
    evidence: str  #: the name in the document and the name of the record that agree
    candidates: tuple[Candidate, ...] = ()  #: for review only
    name: str | None = None  #: of a discovered company

    @property
    def may_claim(self) -> bool:
        """True when a list entry of the record may be printed beside the mention."""
        return self.company is not None and self.method in CLAIMING


NOBODY = Resolved(company=None, method=Method.NONE, score=0.0, evidence="")


def resolve_document(
    mentions: Sequence[Mention],
    entities: Sequence[Entity],
    body: str,
    table: AliasTable,
    decisions: Decisions | None = None,
) -> tuple[Resolved, ...]:
    """One answer a mention, in order. Mentions that are no companies get none."""
    decisions = decisions or Decisions()
    forms: dict[int, dict[str, None]] = defaultdict(dict)
    for mention in mentions:
        if (
            mention.kind is EntityKind.COMPANY
            and mention.how not in REFERRING
            and not in_address(body, mention.start, mention.end)
        ):
            if mention.how == "ner" and fold(mention.text) in lexicon().homonyms:
                continue  # only the gazetteer saw "Target" among company words
            forms[mention.entity][mention.text] = None
    answers = {
        entity: _resolve(list(names), entities[entity].defined, table, decisions)
        for entity, names in forms.items()
    }
    homes = {entity: countries_told(body, [m for m in mentions if m.entity == entity]) for entity in answers}
    for entity, by_form in answers.items():
        _veto_countries(by_form, homes[entity], table)
    strong = {a.company for by_form in answers.values() for a in by_form.values() if a.may_claim}
    for entity, names in forms.items():
        _add_weak(answers[entity], list(names), strong, table, decisions)
        _discover(answers[entity], list(names), table, homes[entity])
    return tuple(_answer(mention, answers) for mention in mentions)


def _veto_countries(by_form: dict[str, Resolved], told: frozenset[str], table: AliasTable) -> None:
    """Take back what the text puts in another country; a person's decision stands."""
    for name, answer in list(by_form.items()):
        record = table.records.get(answer.company or "")
        if answer.method is not Method.DECISION and record is not None and conflicts(told, record.country):
            del by_form[name]


def _answer(mention: Mention, answers: dict[int, dict[str, Resolved]]) -> Resolved:
    by_form = answers.get(mention.entity)
    if mention.kind is not EntityKind.COMPANY or not by_form:
        return NOBODY
    if mention.how in REFERRING:  # a description goes where every name of its party goes
        companies = {answer.company for answer in by_form.values()}
        found = max(by_form.values(), key=lambda answer: answer.score)
        return found if len(companies) == 1 else NOBODY
    return by_form.get(mention.text, NOBODY)


def _resolve(names: list[str], defined: bool, table: AliasTable, decisions: Decisions) -> dict[str, Resolved]:
    """Answers by form for one party, steps 1 to 5."""
    direct = {name: answer for name in names if (answer := _direct(name, table, decisions)) is not None}
    longest = max(names, key=len)
    if defined and not (direct.get(longest) and direct[longest].method is Method.DECISION):
        long = direct.get(longest)
        if long is None:
            # "Sunrise Metals and Industrial Casting (SMIC)": the document means nobody we know by SMIC.
            return {name: direct[name] for name in direct if direct[name].method is Method.DECISION}
        meant = replace(long, method=Method.DEFINITION, score=SCORES[Method.DEFINITION])
        return {name: long if name == longest else meant for name in names}
    companies = {answer.company for answer in direct.values()}
    if len(companies) != 1:
        return direct  # nobody, or forms that name different records: each stands for itself
    best = max(direct.values(), key=lambda answer: answer.score)
    short = replace(best, method=Method.SHORT_FORM, score=SCORES[Method.SHORT_FORM])
    return {name: direct.get(name) or short for name in names if name in direct or _is_shorter(name, direct)}


def _is_shorter(name: str, direct: dict[str, Resolved]) -> bool:
    """True when a resolved form of the party holds every word of `name`, or is its acronym's long form."""
    words = set(core(name).split())
    return any(words <= set(core(long).split()) or len(name) < len(long) for long in direct)


def _direct(name: str, table: AliasTable, decisions: Decisions) -> Resolved | None:
    """Steps 1, 3 and 4 for one written form."""
    linked = decisions.linked(name)
    if linked is not None:
        return _found(linked, Method.DECISION, name, "a decision")
    strong = [a for a in table.named(name) if a.strength != WEAK and case_fits(name, a.text)]
    companies = {decisions.canonical(alias.company) for alias in strong}
    if len(companies) == 1:
        company = companies.pop()
        if decisions.forbids(name, company):
            return None
        score = 0.9 if all(alias.strength == FORMER for alias in strong) else None
        return _found(company, Method.EXACT, name, strong[0].text, score)
    if companies:
        return None
    if not CJK.search(name) and name.islower():
        return None
    same = {decisions.canonical(company) for company in table.same_core(name)}
    if len(same) == 1:
        company = same.pop()
        return None if decisions.forbids(name, company) else _found(company, Method.CORE, name, core(name))
    return None if same else _part_of_full_name(name, table, decisions)


def _part_of_full_name(name: str, table: AliasTable, decisions: Decisions) -> Resolved | None:
    """ "Xiamen Meiya Pico": a strong name, and every further word stands in another name of the same record."""
    hits = table.hits(name)
    if len(hits) != 1:
        return None
    surface = name[hits[0].start : hits[0].end]
    strong = {a.company for a in hits[0].aliases if a.strength != WEAK and case_fits(surface, a.text)}
    if len(strong) != 1:
        return None
    company = strong.pop()
    extra = set(key(name.replace(surface, " ")).split())
    if not extra <= table.words_of(company) or decisions.forbids(name, decisions.canonical(company)):
        return None
    return _found(decisions.canonical(company), Method.EXACT, name, surface)


def _found(company: str, method: Method, name: str, record_name: str, score: float | None = None) -> Resolved:
    evidence = f"{name!r} is {record_name!r}"
    return Resolved(company=company, method=method, score=score or SCORES[method], evidence=evidence)


def _add_weak(
    answers: dict[str, Resolved],
    names: list[str],
    strong: set[str | None],
    table: AliasTable,
    decisions: Decisions,
) -> None:
    """Step 6: a weak name where the same document has a strong one of that company."""
    for name in names:
        if name in answers:
            continue
        weak = {
            decisions.canonical(a.company)
            for a in table.named(name)
            if a.strength == WEAK and case_fits(name, a.text)
        }
        backed = {company for company in weak & strong if not decisions.forbids(name, str(company))}
        if len(backed) == 1:
            answers[name] = _found(
                str(backed.pop()), Method.WEAK, name, "a weak name, backed by a strong one"
            )


def _discover(
    answers: dict[str, Resolved], names: list[str], table: AliasTable, told: frozenset[str]
) -> None:
    """Steps 7 and 8: candidates for review, and an id for the company itself.

    A name that some list prints has that list's record under its usual id. Who was not linked to it in the steps
    before is a namesake, and gets an id of its own: by the country that the text tells, if any.
    """
    rest = [name for name in names if name not in answers]
    if not rest:
        return
    longest = max(rest, key=len)
    company = discovered_id(longest)
    if company in table.records:
        company = discovered_id(longest, next(iter(told)) if len(told) == 1 else NAMESAKE)
    proposals = tuple(candidates(longest, table, limit=3))
    for name in rest:
        answers[name] = Resolved(
            company=company,
            method=Method.DISCOVERED,
            score=SCORES[Method.DISCOVERED],
            evidence=f"{longest!r} is in no table",
            candidates=proposals,
            name=longest,
        )


def discovered_id(name: str, country: str | None = None) -> str:
    """The id of an unknown company: the same for the same name on every run and machine."""
    return local_id(core(name), country)


def find_added_aliases(
    body: str, table: AliasTable, taken: Iterable[tuple[int, int]]
) -> list[tuple[int, int, str]]:
    """(start, end, company) of strong names in `body` outside `taken`: for aliases added after annotation.

    Without a parse the neighbours decide: a capitalised word beside the alias may make another company of it.
    """
    spans = sorted(taken)
    found = []
    for hit in table.hits(body):
        surface = body[hit.start : hit.end]
        companies = {a.company for a in hit.aliases if a.strength != WEAK and case_fits(surface, a.text)}
        if len(companies) != 1 or in_address(body, hit.start, hit.end):
            continue
        if any(start < hit.end and end > hit.start for start, end in spans):
            continue
        if fold(surface) in lexicon().homonyms:
            continue  # only the words around could tell, and there is no parse
        if CJK.search(surface) or not _has_name_beside(body, hit.start, hit.end):
            found.append((hit.start, hit.end, companies.pop()))
    return found


def _has_name_beside(body: str, start: int, end: int) -> bool:
    before = body[max(0, start - 40) : start].split(" ")
    after = body[end : end + 40].lstrip("'’s") if body[end : end + 1] in "'’" else body[end : end + 40]
    nearest = before[-2] if len(before) > 1 and before[-1] == "" else ""
    following = after[1:].split(" ")[0] if after[:1] == " " else ""
    opens = not nearest or nearest[-1:] in ".!?:\n" or nearest.lower() in lexicon().not_names
    return (nearest[:1].isupper() and not opens) or following[:1].isupper()
