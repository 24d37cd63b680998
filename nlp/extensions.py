"""The `doc._` attributes that our components share, and small helpers over them.

context   ArticleContext   what is known beside the text; set before the pipeline runs
body      str              the text as stored; `doc.text` is the same length, furniture blanked
blocks    tuple[Block]     set by `blocks`
amounts   tuple[Amount]    set by `money`, with doc.spans["money"] in the same order
dates     tuple[DateMention]  set by `dates`, with doc.spans["dates"]
mentions  tuple[Mention]   set by `companies`, completed by `antecedents`; sorted by start
entities  tuple[Entity]    the parties of the document; mention.entity indexes it
quotes    tuple[Quote]     set by `quotes` (nlp.quotes.Quote)
facts     tuple[Fact]      appended to by the fact components
"""

from typing import Any

from spacy.tokens import Doc, Token
from spacy.tokens import Span as SpacySpan

from db.records import ArticleContext, Block, EntityKind, Mention, Party, Role, Span

_DEFAULTS: dict[str, Any] = {
    "context": ArticleContext(),
    "body": None,
    "blocks": (),
    "amounts": (),
    "dates": (),
    "mentions": (),
    "entities": (),
    "quotes": (),
    "facts": (),
}

for _name, _default in _DEFAULTS.items():
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=_default)


def body_of(doc: Doc) -> str:
    """The stored text: where furniture was blanked, `doc.text` has spaces instead."""
    body: str | None = doc._.body
    if body is None:
        body = doc._.body = doc.text  # kept: spaCy joins the tokens anew at every call
    return body


def keep_text(doc: Doc, text: str) -> None:
    """Let `text_of` answer `text`, from which `doc` was made: the tokenizer loses nothing."""
    doc.user_data["tradewire.text"] = text


def text_of(doc: Doc) -> str:
    """`doc.text`, kept: spaCy joins it anew on every access, which makes rules over long texts quadratic."""
    text: str | None = doc.user_data.get("tradewire.text")
    if text is None:
        text = doc.user_data["tradewire.text"] = doc.text
    return text


def span_of(doc: Doc, start: int, end: int) -> Span:
    """Characters [start, end) of the stored text, without white space at either end."""
    body = body_of(doc)
    while start < end and body[start].isspace():
        start += 1
    while end > start and body[end - 1].isspace():
        end -= 1
    return Span(start, end, body[start:end])


def tokens_at(doc: Doc, start: int, end: int) -> SpacySpan | None:
    """The tokens that overlap characters [start, end); None where there is no token."""
    return doc.char_span(start, end, alignment_mode="expand")


def word_beside(token: Token, step: int = 1) -> str:
    """The lower form of the token `step` places on; "" beyond the ends of the text, where `nbor` raises."""
    at = token.i + step
    return str(token.doc[at].lower_) if 0 <= at < len(token.doc) else ""


def sentence_start(sent: SpacySpan) -> int:
    """Where the sentence begins for a reader: the parser cuts datelines ("WASHINGTON" | ", Oct 10 - ...")."""
    start: int = sent.start_char
    first = sent[0]
    if first.text[0] in ",;:)" and first.i:
        before = first.nbor(-1).sent
        block = block_at(sent.doc, start)
        if block is not None and before.start_char >= block.start:
            return int(before.start_char)
    return start


def sentence_of(token: Token) -> Span:
    """The sentence of `token` as a stored span: what a fact shows as its evidence."""
    sent = token.sent
    return span_of(token.doc, sentence_start(sent), sent.end_char)


def evidence_of(doc: Doc, start: int, end: int) -> Span:
    """The sentence or sentences that hold characters [start, end)."""
    tokens = tokens_at(doc, start, end)
    assert tokens is not None, (start, end)
    return span_of(doc, sentence_start(tokens[0].sent), tokens[-1].sent.end_char)


def mentions_in(doc: Doc, start: int, end: int) -> list[Mention]:
    """Mentions that lie wholly inside characters [start, end), in order."""
    return [m for m in doc._.mentions if m.start >= start and m.end <= end]


def mention_at(doc: Doc, start: int, end: int) -> Mention | None:
    """The mention that overlaps characters [start, end), the longest if several do."""
    found = [m for m in doc._.mentions if m.start < end and m.end > start]
    return max(found, key=lambda m: m.end - m.start, default=None)


def party_of(doc: Doc, mention: Mention, role: Role) -> Party:
    """The party that `mention` names, under the fullest name the document gives it."""
    entity = doc._.entities[mention.entity]
    return Party(
        role=role,
        surface=mention.text,
        name=entity.name if entity.name != mention.text else None,
        span=mention.span,
        company=entity.company or mention.company,
        kind=entity.kind,
    )


def is_company(mention: Mention) -> bool:
    return mention.kind is EntityKind.COMPANY


def block_at(doc: Doc, char: int) -> Block | None:
    """The block that holds character offset `char`."""
    return next((b for b in doc._.blocks if b.start <= char < b.end), None)
