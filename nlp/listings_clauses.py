"""Who a verb or noun phrase is about, read off the parse from the word outwards."""

from spacy.tokens import Doc, Token

from nlp.listings_targets import Target, Targets

STATIVE = frozenset({"be", "remain", "stay", "appear", "sit", "figure", "feature"})


class Clauses:
    """Subjects and antecedents of one document."""

    def __init__(self, doc: Doc, targets: Targets) -> None:
        self.doc, self.targets = doc, targets

    def passive(self, verb: Token) -> bool:
        if verb.lemma_.lower() in STATIVE:
            return True
        if any(c.dep_ in {"auxpass", "nsubjpass"} for c in verb.children):
            return True
        if verb.tag_ != "VBN":
            return False
        if any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children):
            return False
        if verb.dep_ == "conj" and verb.head.pos_ == "VERB":
            return self.passive(verb.head) or not any(c.dep_ == "dobj" for c in verb.children)
        return True

    def subject(self, verb: Token) -> list[Target]:
        """Who the passive or stative verb is about."""
        current = verb
        for _ in range(4):
            subject = next(
                (c for c in current.children if c.dep_ in {"nsubjpass", "nsubj"} and c.i < current.i), None
            )
            if subject is not None:
                if subject.tag_ in {"WDT", "WP"}:
                    return self.antecedent(subject.i)
                return self.of_phrase(subject, verb.i)
            if current.dep_ in {"acl", "relcl"}:
                target = self.targets.antecedent(current.i)
                if target is not None:
                    return [target] if not self.targets.possessor(target) else []
                return self.of_phrase(current.head, current.i)
            if current.dep_ in {"conj", "xcomp", "advcl", "ccomp"} and current.head.pos_ in {"VERB", "AUX"}:
                current = current.head
                continue
            break
        if verb.tag_ == "VBN":  # "Tianhe, placed on the list last May, ..."
            target = self.targets.antecedent(verb.i)
            if target is not None and not self.targets.possessor(target):
                return [target]
        return []

    def antecedent(self, pronoun: int) -> list[Target]:
        target = self.targets.antecedent(pronoun)
        if target is not None and not self.targets.possessor(target):
            return [target]
        head = self.doc[pronoun].head.head
        return self.of_phrase(head, pronoun)[:1]

    def of_phrase(self, noun: Token, end: int) -> list[Target]:
        """The parties that the noun phrase around `noun` names, before token `end`."""
        target = self.targets.at(noun.i)
        if target is None:
            left, right = noun.left_edge.i, min(noun.right_edge.i + 1, end)
            inner = [t for t in self.targets.between(left, right) if not self.targets.possessor(t)]
            inner = [t for t in inner if self._apposed(t, noun)]
            target = inner[0] if inner else None
        if target is None and noun.dep_ == "appos":  # "Beilin, an AI firm backed by ...": the firm is Beilin
            target = self.targets.at(noun.head.i)
            return [target] if target is not None and not self.targets.possessor(target) else []
        if target is None or self.targets.possessor(target):
            return []
        return self.targets.chain(target.first, end)

    def _apposed(self, target: Target, noun: Token) -> bool:
        """True where the target stands for the noun: "a fourth, Brandt & Hale", "drone maker Skylark"."""
        root = self.doc[target.first : target.last + 1].root
        return (
            root.head == noun
            and root.dep_ in {"appos", "compound", "nmod", "npadvmod"}
            and not self.targets.governed(target, noun.left_edge.i)
        )
