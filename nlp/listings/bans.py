"""Bans by law or order that put nobody on a list: what agencies may not buy and what Americans may not hold."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from spacy.tokens import Doc, Token
from spacy.tokens import Span as SpacySpan

from db.listregistry import packaged_lists
from db.records import Action, Standing
from nlp.extensions import tokens_at, word_beside
from nlp.listings.finder import EventFinder
from nlp.listings.groups import Target
from nlp.listings.lists import authority_at, cues
from nlp.listings.nouns import Event
from nlp.listings.stance import Stance, modal_stance, stance_of

BARS = r"(?:bars?|barred|barring|bans?|banned|banning|forbid(?:s|den)?|forbade|prohibit(?:s|ed|ing)?)"
STOPS = r"(?:keeps?|kept|stops?|stopped|stopping|blocks?|blocked)"


class BanFinder:
    """The bans of one document."""

    def __init__(self, doc: Doc, finder: EventFinder) -> None:
        self.doc, self.finder, self.targets = doc, finder, finder.targets

    def _make(
        self,
        first: int,
        last: int,
        listed: str,
        targets: list[Target],
        stance: Stance,
        rule: str,
        span: tuple[int, int] | None = None,
        inferred: bool = True,
    ) -> Event:
        assert stance.action is not None
        return Event(
            stance.action,
            listed,
            inferred,
            span,
            first,
            last,
            tuple(targets),
            stance.modality,
            stance.standing,
            stance.cue,
            rule,
            0.75,
        )

    def _measures(self, sent: SpacySpan) -> Iterator[Event]:
        """ "China will suspend the export control measures that it imposed on 15 US companies", "lifted those against X"."""
        table = cues()["measures"]
        for verb in sent:
            lemma = verb.lemma_.lower()
            if verb.pos_ != "VERB" or lemma not in {*table["lift"], *table["suspend"]}:
                continue
            near = self.doc[verb.i + 1 : min(verb.i + 16, sent.end)]
            noun = next((t for t in near if t.lemma_.lower() in table["nouns"] and t.tag_ == "NNS"), None)
            prep = next(
                (t for t in near if noun is not None and t.i > noun.i and t.lower_ in {"on", "against"}), None
            )
            listed = self._measured(noun) if noun is not None else None
            if noun is None or prep is None or listed is None:
                continue
            targets = self.targets.chain(prep.i + 1, sent.end)
            stance = stance_of(verb, Action.REMOVE)
            if not targets or targets[0].first - prep.i > 4 or stance.action is None:
                continue
            if lemma in table["suspend"]:
                stance = replace(stance, standing=Standing.SUSPENDED)
            yield self._make(verb.i, noun.i, listed, targets, stance, "measures")

    def _measured(self, noun: Token) -> str | None:
        """Which of China's lists the measures are those of: the words say it, or the only one named before."""
        sent = noun.sent
        if authority_at(self.doc, noun.idx) != "china":
            return None
        if "export control" in self.doc[max(sent.start, noun.i - 4) : noun.i].text.lower():
            return "china-export-control"
        named = {r.list for r in self.finder.refs if r.start < noun.idx}
        chinese = {listed for listed in named if packaged_lists().lists[listed].country == "cn"}
        return chinese.pop() if len(chinese) == 1 else None

    def _procurement(self, sent: SpacySpan, text: str) -> Iterator[Event]:
        """ "barred agencies from buying cameras from X": a ban by law, not the Entity List."""
        match = _procurement().search(text)
        if match is None or authority_at(self.doc, sent.start_char) == "china":
            return
        tokens = tokens_at(self.doc, sent.start_char + match.end() - 1, sent.start_char + match.end())
        if tokens is None or "?" in text:
            return
        first = tokens[0].i + 1
        targets = self._clause_names(first, sent.end) or self._draft_names(first, sent.end)
        targets = self._clause_group(first, sent) or targets
        cue = tokens_at(self.doc, sent.start_char + match.start(), sent.start_char + match.end())
        assert cue is not None
        stance = modal_stance(cue[0], Action.ADD)  # "a bill would bar agencies from buying"
        if targets and stance.action is not None:
            named = next(
                (r for r in self.finder.refs if r.list == "ndaa-ban" and sent.start <= r.first < sent.end),
                None,
            )
            span = (named.start, named.end) if named is not None else None
            yield self._make(
                cue.start,
                cue.end - 1,
                "ndaa-ban",
                targets,
                stance,
                "procurement-ban",
                span,
                named is None,
            )

    def _clause_group(self, first: int, sent: SpacySpan) -> list[Target]:
        """ "from buying batteries from six makers, X included": the group that sells, and its members."""
        group = next((t for t in self.targets.between(first, sent.end) if t.count is not None), None)
        if group is None or self.doc[group.first - 1].lower_ not in {"from", "by", "of"}:
            return []
        between = self.doc[first : group.first]
        if len(between) > 6 or any(t.pos_ in {"VERB", "AUX"} or t.is_punct for t in between):
            return []
        return [group, *self.finder.members([group], self.doc[group.last], group.last)]

    def _draft_names(self, first: int, last: int) -> list[Target]:
        """ "from certain companies, among which the draft names A, B and C", "such as A", or "its" maker's."""
        if first < last and self.doc[first].lower_ in {"its", "their"}:
            owner = self.finder.clauses.only_before(self.doc[first])
            return [owner] if owner is not None else []
        for i in range(first, last):
            if width := self.finder.marker(i):
                return [t for t in self.targets.chain(i + width, last) if t.mention is not None]
        return []

    def _contracts(self, sent: SpacySpan, text: str) -> Iterator[Event]:
        """ "a bill would bar it from federal procurement": no law names another list for that."""
        match = _barred().search(text)
        if match is None or "?" in text or authority_at(self.doc, sent.start_char) == "china":
            return
        cue = tokens_at(self.doc, sent.start_char + match.start(), sent.start_char + match.end("verb"))
        end = tokens_at(self.doc, sent.start_char + match.end() - 1, sent.start_char + match.end())
        if cue is None or end is None:
            return
        verb = cue[0]
        if self.finder.clauses.passive(verb):
            targets = self.finder.clauses.subject(verb)
        else:
            targets = self.targets.chain(verb.i + 1, end[0].i)
            if not targets and word_beside(verb) == "it":
                only = self.finder.clauses.only_before(verb.nbor(1))
                targets = [only] if only is not None else []
        stance = stance_of(verb, Action.ADD)
        targets = [t for t in targets if t.mention is not None]
        if targets and stance.action is not None:
            yield self._make(verb.i, verb.i, "ndaa-ban", targets, stance, "procurement-ban")

    def _clause_names(self, first: int, last: int) -> list[Target]:
        """Makers named in the object of "buying": up to a full stop, or a comma that no name follows."""
        end = first
        while end < last and self.doc[end].text not in {";", "—", "(", ":"}:
            if self.doc[end].text == "," and not any(
                t.first - end <= 4 for t in self.targets.between(end, last)
            ):
                break
            if self.doc[end].tag_ in {"VBD", "VBZ", "VBP", "MD"} and self.doc[end].i > first:
                break
            end += 1
        return [t for t in self.targets.between(first, end) if t.mention is not None]

    def _investment(self, sent: SpacySpan, text: str) -> Iterator[Event]:
        """ "forbade Americans to hold shares in 41 companies, X among them"."""
        match = _investment().search(text)
        if match is None or "?" in text:
            return
        tokens = tokens_at(self.doc, sent.start_char + match.end() - 1, sent.start_char + match.end())
        if tokens is None:
            return
        verb = tokens_at(self.doc, sent.start_char + match.start(), sent.start_char + match.start() + 1)
        assert verb is not None
        stance = stance_of(verb[0], Action.ADD)
        targets = self.targets.chain(tokens[0].i + 1, sent.end)
        if stance.action is None or not targets or targets[0].first - tokens[0].i > 6:
            return
        targets = list(dict.fromkeys([*targets, *self.finder.members(targets, verb[0], targets[-1].last)]))
        listed = packaged_lists().infer(
            "investment", authority_at(self.doc, sent.start_char), self.doc._.context.published
        )
        yield self._make(verb.start, tokens[0].i, listed, targets, stance, "investment-ban")


@cache
def ban_words() -> re.Pattern[str]:
    """What every ban that `_procurement` and `_investment` read says: "from buying", "cannot buy", "to hold"."""
    return re.compile(
        r"\b(?:from|to|not|cannot|longer) (?:\w+ )?(?:buy|purchas|procur|contract|hold|own|trad|invest)"
        r"|\bfrom (?:\w+ )?(?:federal|government|military|defen[cs]e|Pentagon) (?:procure|contract|tender|purchas|work)",
        re.I,
    )


@cache
def _procurement() -> re.Pattern[str]:
    ban = cues()["ban"]
    forbidden = rf"\b(?:{BARS}|{STOPS})\b[^.;]{{0,60}}\b{ban['buyers']}\b[^.;]{{0,60}}\b(?:from|to) (?:\w+ )?{ban['purchase']}\b"
    may_not = rf"\b{ban['buyers']}\b[^.;]{{0,80}}\b(?:may|can|could)(?:not| not| no longer) (?:\w+ )?{ban['purchase']}\b"
    passive = rf"\b{ban['buyers']}\b[^.;]{{0,40}}\b(?:are|is|were|was|been|be)\b[^.;]{{0,20}}\b(?:barred|banned|forbidden|prohibited|blocked)\b[^.;]{{0,30}}\b(?:from|to) (?:\w+ )?{ban['purchase']}\b"
    shares = r"(?! (?:its |their |the |any |more )?(?:shares?|stocks?|stakes?|securities|bonds)\b)"  # not to invest
    return re.compile(f"(?:{forbidden}|{may_not}|{passive}){shares}", re.I)


@cache
def _barred() -> re.Pattern[str]:
    ban = cues()["ban"]
    return re.compile(
        rf"\b(?P<verb>bar|bars|barred|ban|bans|banned|exclude[sd]?|block(?:s|ed)?|shut(?:s)? out)\b[^.;,]{{0,60}}?\bfrom (?:all |any |most )?{ban['tenders']}",
        re.I,
    )


@cache
def _investment() -> re.Pattern[str]:
    ban = cues()["ban"]
    return re.compile(
        rf"\b{BARS}\b[^.;]{{0,20}}\b{ban['investors']}\b(?: (?:\w+ ){{0,3}}?)(?:from|to) (?:\w+ )?{ban['holding']}\b[^.;]{{0,40}}?\bin\b"
    )
