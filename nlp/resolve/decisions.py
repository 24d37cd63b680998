"""What people decided about companies: merges, splits, and names that mean or do not mean a record.

Merges are edges, never rewrites: a merged id keeps resolving, and a split is one more decision. Two records
are one where a chain of `same` leads from one to the other and no `different` stands between any two of the
chain: positive and negative together are negative.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from nlp.names import key


class Verdict(StrEnum):
    """Same and different speak of two records; link and unlink of a name and a record."""

    SAME = "same"
    DIFFERENT = "different"
    LINK = "link"
    UNLINK = "unlink"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. The last one about the same pair counts."""

    verdict: Verdict
    left: str  #: record id, or for link and unlink the name
    right: str  #: record id
    by: str = ""
    at: str = ""  #: ISO time
    note: str = ""


class Decisions:
    """All decisions of a store, the last of each pair in force."""

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        pairs: dict[frozenset[str], Decision] = {}
        self.links: dict[str, str] = {}
        self.unlinked: set[tuple[str, str]] = set()
        for decision in decisions:
            if decision.verdict in (Verdict.SAME, Verdict.DIFFERENT):
                pairs[frozenset((decision.left, decision.right))] = decision
                continue
            name = key(decision.left)
            if decision.verdict is Verdict.LINK:
                self.links[name] = decision.right
                self.unlinked.discard((name, decision.right))
            else:
                self.unlinked.add((name, decision.right))
                if self.links.get(name) == decision.right:
                    del self.links[name]
        self._canonical = self._merge(pairs.values())

    def _merge(self, decisions: Iterable[Decision]) -> dict[str, str]:
        apart = [(d.left, d.right) for d in decisions if d.verdict is Verdict.DIFFERENT]
        groups: dict[str, set[str]] = {}
        for decision in decisions:
            if decision.verdict is not Verdict.SAME:
                continue
            left = groups.get(decision.left, {decision.left})
            right = groups.get(decision.right, {decision.right})
            if any((a in left and b in right) or (a in right and b in left) for a, b in apart):
                continue
            joined = left | right
            for member in joined:
                groups[member] = joined
        return {member: min(group, key=_rank) for member, group in groups.items()}

    def canonical(self, company: str) -> str:
        """The id that `company` goes by now."""
        return self._canonical.get(company, company)

    def linked(self, name: str) -> str | None:
        """The record that people bound `name` to."""
        company = self.links.get(key(name))
        return None if company is None else self.canonical(company)

    def forbids(self, name: str, company: str) -> bool:
        """True when people said that `name` is not `company`."""
        name = key(name)
        return any(n == name and self.canonical(c) == self.canonical(company) for n, c in self.unlinked)


def _rank(company: str) -> tuple[bool, str]:
    """Records with a name of their own before discovered ones, then by id."""
    return (company.startswith("co-"), company)
