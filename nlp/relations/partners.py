"""Partners: who builds, runs or develops something "with" or "jointly with" another, and agreements to do so."""

from collections.abc import Iterator
from functools import cache

from spacy.attrs import LOWER
from spacy.tokens import Doc, Token

from nlp.listings.groups import Target
from nlp.relations.parties import Link, words
from nlp.relations.phrases import Phrases
from nlp.relations.rules import LinkFinder
from nlp.wordids import ids, places

NEAR = 10  # tokens
MAX_STEPS = 6  # heads climbed to the verb of the sentence


class PartnerFinder(Phrases):
    """The ties of one document that common work makes."""

    def __init__(self, doc: Doc, links: LinkFinder) -> None:
        super().__init__(doc, links)
        self.table = words()["partners"]

    def find(self) -> Iterator[Link]:
        """Every tie, anchor by anchor."""
        for i in places(self.doc, LOWER, _anchors()):
            token = self.doc[i]
            if token.lower_ == "with":
                yield from self._with(token)
            elif token.lower_ in self.table["together"]:
                yield from self._together(token)
            elif token.lower_ == "between":
                yield from self._between(token)
            elif token.lower_ == "partner":
                yield from self._the_partner(token)
            else:
                yield from self._both(token)

    def _with(self, prep: Token) -> Iterator[Link]:
        """ "operates the plant jointly with X", "is developing a drone with X", "a packaging venture with X"."""
        others = self.links.chain(prep.i + 1, prep.sent.end, 6)
        if not others or not self.between(prep.i + 1, others[0].first):
            return
        before = self.doc[prep.i - 1]
        pact = self._pact(prep)
        if pact is not None:
            yield from self._of_pact(pact, prep)
            return
        jointly = before.lower_ in self.table["together"]
        verb = next((t for t in prep.ancestors if t.pos_ == "VERB"), None)
        if verb is None or verb.i > prep.i or prep.i - verb.i > NEAR:
            return
        direct = prep.head == verb or jointly or (prep.head.dep_ == "dobj" and prep.head.head == verb)
        if verb.lemma_.lower() in self.table["verbs"] and direct and (jointly or verb.tag_ != "VBN"):
            yield from self.link("partner", self._actors(verb, prep), others, verb, prep, "works-with", 0.7)
        elif jointly:
            yield from self.link(
                "partner", self._actors(verb, prep), others, prep, prep, "jointly-with", 0.75
            )

    def _pact(self, prep: Token) -> Token | None:
        """The venture or agreement that "with" or "between" belongs to."""
        noun = self.doc[prep.i - 1]
        if noun.pos_ == "PROPN" and prep.i > 3 and self.doc[prep.i - 2].lower_ == "in":
            noun = self.doc[prep.i - 3]  # "a joint venture in Ningbo with"
        if noun.pos_ not in {"NOUN", "PROPN"}:
            return None
        lemma = noun.lemma_.lower()
        if lemma == "understanding":
            return noun if "memorandum" in self.doc[max(0, noun.i - 3) : noun.i].text.lower() else None
        if lemma in self.table["ties"] or noun.lower_ in self.table["ties"]:
            return noun if noun.lower_ != "forces" or noun.head.lemma_ == "join" else None
        if lemma not in self.table["pacts"]:
            return None
        told = {t.lower_ for t in self.doc[max(noun.sent.start, noun.i - 4) : noun.i]}
        return noun if told & set(self.table["kinds"]) else None

    def _of_pact(self, noun: Token, prep: Token) -> Iterator[Link]:
        """ "signed a cooperation agreement with X", "holds 35% of a venture with X"."""
        whose = self.owner(noun)
        actors = [whose] if whose is not None else self._actors(noun, prep)
        others = self.links.chain(prep.i + 1, prep.sent.end, 6)
        anchor = noun if noun.dep_ == "dobj" else prep
        yield from self.link(
            "partner", actors[:1] if whose else actors, others, anchor, prep, "pact-with", 0.75
        )

    def _actors(self, node: Token, prep: Token) -> list[Target]:
        """Who acts: the subject of the nearest verb above, or the payer of "a plant run jointly with X will cost Y"."""
        for _ in range(MAX_STEPS):
            if node.pos_ in {"VERB", "AUX"}:
                found = self.subject(node)
                if found and found[0].first < prep.i:
                    return found if len(found) == 1 else []
                if any(c.dep_ == "nsubj" and c.tag_ not in {"WDT", "WP"} for c in node.children):
                    break
            if node.head == node:
                break
            node = node.head
        named = {self.links.party_id(t): t for t in self.links.companies(self._others_of(prep))}
        return list(named.values()) if len(named) == 1 else self._speaker_before(prep, named)

    def _others_of(self, prep: Token) -> list[Target]:
        chain = {self.links.party_id(t) for t in self.links.chain(prep.i + 1, prep.sent.end, 6)}
        inside = self.links.companies(self.targets.between(prep.sent.start, prep.sent.end))
        return [t for t in inside if self.links.party_id(t) not in chain]

    def _speaker_before(self, prep: Token, named: dict[int, Target]) -> list[Target]:
        """The subject of the sentence's main verb before where this sentence names nobody else."""
        if named or not prep.sent.start:
            return []
        root = self.doc[prep.sent.start - 1].sent.root
        found = self.links.companies(self.clauses.subject(root))
        return found if len(found) == 1 else []

    def _together(self, token: Token) -> Iterator[Link]:
        """ "A and B jointly develop drones", "have agreed to build it together"."""
        if token.i + 1 < len(self.doc) and self.doc[token.i + 1].lower_ == "with":
            return
        verb = token.head if token.head.pos_ == "VERB" else None
        if verb is None or verb.lemma_.lower() not in self.table["verbs"]:
            return
        subject = self.subject(verb)
        if len(subject) == 2:
            yield from self.link("partner", subject[:1], subject[1:], verb, token, "jointly", 0.75)

    def _between(self, prep: Token) -> Iterator[Link]:
        """ "a memorandum of understanding between A and B"."""
        pact = self._pact(prep)
        chain = self.links.chain(prep.i + 1, prep.sent.end, 5)
        if pact is not None and len(chain) > 1:
            yield from self.link("partner", chain[:1], chain[1:], prep, prep, "pact-between", 0.8)

    def _both(self, noun: Token) -> Iterator[Link]:
        """ "A and B signed a partnership agreement", "A and B are partners"."""
        verb = noun.head
        if noun.lower_ == "partners":
            told = noun.dep_ == "attr" and not any(c.dep_ == "poss" for c in noun.lefts)
        else:
            left = {t.lower_ for t in self.doc[max(noun.sent.start, noun.i - 4) : noun.i]}
            told = noun.dep_ == "dobj" and bool(left & set(self.table["kinds"]))
            told = told and self.doc[noun.i + 1 : noun.i + 2].text.lower() not in {"with", "between"}
        if told and verb.pos_ in {"VERB", "AUX"}:
            subject = self.subject(verb)
            if len(subject) == 2:
                yield from self.link("partner", subject[:1], subject[1:], verb, noun, "both", 0.75)

    def _the_partner(self, noun: Token) -> Iterator[Link]:
        """ "will sell its stake in the venture to the partner, X": the partner of the subject."""
        if self.doc[noun.i - 1].lower_ not in {"the", "other"} or noun.tag_ != "NN":
            return
        i = noun.i + 1
        while i < noun.sent.end and (
            self.doc[i].text in {",", "-"} or self.doc[i].lower_ in {"state", "owned"}
        ):
            i += 1
        named = self.named(i)
        verb = next((t for t in noun.ancestors if t.pos_ == "VERB"), None)
        if named is None or verb is None or self.doc[noun.i + 1].text != ",":
            return
        if not any(t.lemma_.lower() in {"venture", "project", "plant"} for t in noun.sent):
            return
        yield from self.link("partner", self.subject(verb), [named], noun, noun, "the-partner", 0.75)


@cache
def _anchors() -> frozenset[int]:
    table = words()["partners"]
    return ids(["with", "between", "partner", "partners", *table["together"], *table["pacts"]])
