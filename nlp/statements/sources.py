"""Sources named without a verb: "according to ...", "in the words of ...", "..., per the filing"."""

from collections.abc import Iterator

from spacy.tokens import Token

from nlp.statements.reader import Draft, Reader
from nlp.statements.speakers import mention_of


def source_phrases(reader: Reader) -> Iterator[Draft]:
    """Statements of sentences with "according to", outside quotations."""
    doc = reader.doc
    according = doc.vocab.strings["according"]
    for i, lower in enumerate(doc.to_array("LOWER").tolist()):
        if lower != according or reader.quote_at[i] >= 0 or i + 2 >= len(doc):
            continue
        token, to = doc[i], doc[i + 1]
        if to.lower_ != "to":
            continue
        source = next((c for c in to.rights if c.dep_ in ("pobj", "pcomp")), None)
        if source is None or source.pos_ in ("VERB", "AUX"):
            continue
        draft = _statement(reader, token, to, source)
        if draft is not None:
            yield draft


def _statement(reader: Reader, according: Token, to: Token, source: Token) -> Draft | None:
    doc = reader.doc
    speaker = mention_of(reader, source, "according to")
    first, last = reader.sentence(according.i)
    phrase_first, phrase_last = according.i, max(source.right_edge.i, to.i + 1)
    for i in range(source.i, min(phrase_last, last) + 1):
        if (
            doc[i].text == ","
            and i > source.i
            and doc[i + 1 : i + 2].text not in ("which",)
            and not _apposed(doc[i])
        ):
            phrase_last = i - 1
            break
    phrase_last = min(phrase_last, last)
    spans = []
    before = (first, phrase_first - 1)
    after = (phrase_last + 1, last)
    for low, high in (before, after):
        while low <= high and (doc[low].is_space or doc[low].text in {",", "—", "–", "-", ".", "(", ")"}):
            low += 1
        while high >= low and (
            doc[high].is_space or doc[high].text in {",", "—", "–", "-", ".", ";", "(", ")", "?", "!"}
        ):
            high -= 1
        if high - low >= 0:
            spans.append((low, high))
    if not spans:
        return None
    if len(spans) == 2 and spans[1][1] - spans[1][0] < 2:
        spans.pop()
    if len(spans) == 2 and spans[0][1] - spans[0][0] < 2:
        spans.pop(0)
    return Draft(
        cue=None,
        spans=[reader.chars(*s) for s in spans],
        rule="according to",
        speaker=speaker,
        cue_span=reader.chars(according.i, to.i),
        cue_lemma="according to",
        cue_class="say",
    )


def _apposed(comma: Token) -> bool:
    """True for the comma before an apposition or place that belongs to the source's name."""
    following = comma.doc[comma.i + 1] if comma.i + 1 < len(comma.doc) else None
    return (
        following is not None
        and following.dep_ in ("appos", "relcl", "det", "compound", "conj")
        and following.i < comma.head.right_edge.i
    )
