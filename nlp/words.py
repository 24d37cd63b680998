"""The `words` component: part of speech, morphology and lemma of each token, worked out once per kind of token.

The model's attribute ruler and lemmatiser look, nearly everywhere, at one token at a time: its tag, its dependency
and whether it is one of some hundred words. What they say of a kind of token is kept, and a new kind is put to
them; the few rules that look at several tokens run on every text. The result is theirs to the letter.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from spacy.attrs import DEP, LEMMA, MORPH, ORTH, POS, TAG
from spacy.errors import Errors
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler, Lemmatizer
from spacy.tokens import Doc, Token
from spacy.tokens._retokenize import set_token_attrs

#: What a rule of one token may look at; for one that looks at more, the model's own components stay.
KNOWN_BY_KIND = frozenset({"LOWER", "TAG", "DEP", "IS_SPACE"})
SETS = frozenset({"POS", "MORPH", "LEMMA", "TAG", "DEP"})
#: Forms and lemmas kept each; a long run over many languages must not grow without end.
MOST_FORMS = 300_000

OTHER, SPACE = 0, 1  # word classes beside the words that rules name
Kind = tuple[int, int, int]  # word class, tag, dependency or, where no rule asks for it, `other_dep`


class Verdict:
    """What the ruler says of a kind of token."""

    __slots__ = ("dep", "lemma", "morph", "pos", "rules", "tag")

    def __init__(self, token: Token, rules: tuple[int, ...]) -> None:
        self.pos, self.morph, self.lemma = token.pos, token.morph.key, token.lemma
        self.tag, self.dep, self.rules = token.tag, token.dep, rules


class Words:
    """Attribute ruler and lemmatiser of the model as one step with a memory."""

    def __init__(self, ruler: AttributeRuler, lemmatizer: Lemmatizer) -> None:
        self.ruler = ruler
        self.lemmatizer = lemmatizer
        self.vocab = ruler.vocab
        conditions = [condition for rule in ruler.patterns for condition in _conditions(rule)]
        self.named = frozenset(word for condition in conditions for word in _words(condition))
        self.shapes = [re.compile(c["REGEX"]) for c in conditions if isinstance(c, dict) and "REGEX" in c]
        asked = [c for rule in ruler.patterns for c in _conditions(rule, "DEP")]
        self.deps = frozenset(self.vocab.strings.add(dep) for c in asked for dep in _words(c))
        self.other_dep = self.vocab.strings.add("tradewire_other")  # any that no rule asks for
        index = lemmatizer.lookups.get_table("lemma_index", {})
        for pos, forms in index.items():
            index[pos] = dict.fromkeys(forms)  # it only asks what is in it, which takes long in a list
        self.classes: dict[int, int] = {}  # form -> word class
        self.verdicts: dict[Kind, Verdict] = {}
        self.lemmas: dict[tuple[int, int, int], int] = {}  # form, part of speech, morphology -> lemma
        self.zone_ended = False
        self.over_several = Matcher(self.vocab)
        for number, rule in enumerate(ruler.patterns):
            several = [pattern for pattern in rule["patterns"] if len(pattern) > 1]
            if several:
                self.over_several.add(str(number), several)

    @contextmanager
    def memory_zone(self, mem: Any = None) -> Iterator[Any]:
        """Called by the pipeline's: words first seen in a zone are forgotten with it, and so must be their lemmas."""
        try:
            yield mem
        finally:
            self.zone_ended = True

    def __call__(self, doc: Doc) -> Doc:
        if self.zone_ended:
            strings = self.vocab.strings
            self.lemmas = {key: lemma for key, lemma in self.lemmas.items() if lemma in strings}
            self.zone_ended = False
        if max(len(self.classes), len(self.lemmas)) > MOST_FORMS:
            self.classes.clear()
            self.lemmas.clear()
        verdicts, forms = self._verdicts(doc)
        several = self._several(doc, verdicts)  # read before anything is set, as the ruler does
        lemmas, values = self.lemmas, []
        for form, said in zip(forms, verdicts):
            lemma = said.lemma
            if not lemma:
                key = (form, said.pos, said.morph)
                if key not in lemmas:
                    lemmas[key] = self._lemma(key)
                lemma = lemmas[key]
            values.append((said.pos, said.morph, lemma, said.tag))
        doc.from_array([POS, MORPH, LEMMA, TAG], np.asarray(values, dtype="uint64").reshape(-1, 4))
        for at, rules in several.items():
            self._set(doc[at], rules)
        return doc

    def _verdicts(self, doc: Doc) -> tuple[list[Verdict], list[int]]:
        """The ruler's verdict on each token, and its form; a dependency that a rule changes is set here."""
        classes, known, deps, other = self.classes, self.verdicts, self.deps, self.other_dep
        verdicts: list[Verdict] = []
        forms: list[int] = []
        for at, (form, tag, dep) in enumerate(doc.to_array([ORTH, TAG, DEP]).tolist()):
            word = classes.get(form)
            if word is None:
                word = classes[form] = self._class(form)
            kind = dep if dep in deps else other
            said = known.get((word, tag, kind))
            if said is None:
                said = known[word, tag, kind] = self._ask(form, tag, kind)
            if said.dep != kind:
                doc[at].dep = said.dep
            verdicts.append(said)
            forms.append(form)
        return verdicts, forms

    def _class(self, form: int) -> int:
        lexeme = self.vocab[form]
        lower = lexeme.lower_
        if lower in self.named or any(shape.search(lower) for shape in self.shapes):
            return int(lexeme.lower)
        return SPACE if lexeme.is_space else OTHER

    def _ask(self, form: int, tag: int, dep: int) -> Verdict:
        token = self._token(form)
        token.tag, token.dep = tag, dep
        matches = self.ruler.match(token.doc)
        self.ruler.set_annotations(token.doc, matches)
        return Verdict(token, tuple(number for number, *_ in matches))

    def _lemma(self, key: tuple[int, int, int]) -> int:
        token = self._token(key[0])
        token.pos = key[1]
        token.set_morph(key[2])
        lemma = self.lemmatizer.lemmatize(token)[0]
        self.lemmatizer.cache.clear()  # it would keep every form a second time
        return self.vocab.strings.add(lemma)

    def _token(self, form: int) -> Token:
        return Doc(self.vocab, words=[self.vocab.strings[form]], spaces=[False])[0]

    def _several(self, doc: Doc, verdicts: list[Verdict]) -> dict[int, list[int]]:
        """Tokens that a rule over several tokens changes, each with all its rules in their order."""
        added: dict[int, list[int]] = {}
        for match, start, end in self.over_several(doc, allow_missing=True, as_spans=False):
            number = int(self.vocab.strings[match])
            index, length = self.ruler.indices[number], end - start
            if not -length <= index < length:
                raise ValueError(Errors.E1001.format(patterns=number, span=doc[start:end].text, index=index))
            added.setdefault(start + index % length, []).append(number)
        return {at: sorted([*verdicts[at].rules, *numbers]) for at, numbers in added.items()}

    def _set(self, token: Token, rules: list[int]) -> None:
        token.pos = 0
        token.set_morph("")
        token.lemma = 0
        for number in rules:
            set_token_attrs(token, self.ruler.attrs[number])
        if token.lemma == 0:
            token.lemma_ = self.lemmatizer.lemmatize(token)[0]


def can_remember(nlp: Language) -> bool:
    """Whether the model has a ruler and a lemmatiser whose verdicts hold for every token of a kind."""
    names = nlp.pipe_names
    if "attribute_ruler" not in names or "lemmatizer" not in names:
        return False
    ruler, lemmatizer = nlp.get_pipe("attribute_ruler"), nlp.get_pipe("lemmatizer")
    before = names[: names.index("attribute_ruler")]
    return (
        isinstance(ruler, AttributeRuler)
        and isinstance(lemmatizer, Lemmatizer)
        and not lemmatizer.overwrite
        and lemmatizer.mode in ("rule", "lookup")
        and "morphologizer" not in before  # sets what we would overwrite
        and all(_by_kind(rule) for rule in ruler.patterns)
    )


def _by_kind(rule: dict[str, Any]) -> bool:
    """A rule of one token looks only at what makes its kind, and sets only what we set."""
    single = [pattern[0] for pattern in rule["patterns"] if len(pattern) == 1]
    return set(rule["attrs"]) <= SETS and all(
        set(token) <= KNOWN_BY_KIND
        and _is_listed(token.get("LOWER", ""), frozenset({"IN", "NOT_IN", "REGEX"}))
        and _is_listed(token.get("DEP", ""))
        for token in single
    )


def _is_listed(condition: Any, ways: frozenset[str] = frozenset({"IN", "NOT_IN"})) -> bool:
    return isinstance(condition, str) or (isinstance(condition, dict) and set(condition) <= ways)


def _conditions(rule: dict[str, Any], of: str = "LOWER") -> Iterator[Any]:
    """What a rule of one token asks of its form, or of another attribute."""
    for pattern in rule["patterns"]:
        if len(pattern) == 1 and of in pattern[0]:
            yield pattern[0][of]


def _words(condition: Any) -> Iterator[str]:
    if isinstance(condition, str):
        yield condition
    else:
        yield from (*condition.get("IN", ()), *condition.get("NOT_IN", ()))


@Language.factory(
    "tradewire_words",
    requires=["token.tag", "token.dep"],
    assigns=["token.pos", "token.morph", "token.lemma"],
)
def make_words(nlp: Language, name: str) -> Words:
    """The component, around the model's own two."""
    return Words(nlp.get_pipe("attribute_ruler"), nlp.get_pipe("lemmatizer"))


def remember_words(nlp: Language) -> None:
    """Put the `words` component in the place of the model's ruler and lemmatiser, where the result is the same."""
    if not can_remember(nlp):
        return
    nlp.add_pipe("tradewire_words", before="attribute_ruler")
    nlp.disable_pipe("attribute_ruler")
    nlp.disable_pipe("lemmatizer")
