"""linking: a mention in a sentence -> the company record it names, or none."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from db.records import ArticleContext, EntityKind, Mention
from nlp.extensions import body_of
from nlp.gazetteer import packaged_companies, packaged_table
from nlp.pipeline import make_doc
from nlp.resolve.document import resolve_document


def predict(rows: Iterable[dict[str, Any]], pipeline: Language) -> Iterator[dict[str, Any]]:
    """One prediction a row; a mention that the pipeline does not report is no company."""
    for row in rows:
        yield rows_of(row, pipeline(make_doc(pipeline, row["text"], ArticleContext())))


def rows_of(row: dict[str, Any], doc: Doc) -> dict[str, Any]:
    """The link of the mention at [start, end) of the row."""
    resolved = resolve_document(doc._.mentions, doc._.entities, body_of(doc), packaged_table())
    found = [
        (mention, link)
        for mention, link in zip(doc._.mentions, resolved, strict=True)
        if same_place(mention, row["start"], row["end"], row["text"])
    ]
    companies = [(m, link) for m, link in found if m.kind is EntityKind.COMPANY]
    if not companies:
        return {"id": row["id"], "company": None, "is_company": False}
    _, link = max(companies, key=lambda pair: pair[0].end - pair[0].start)
    return {
        "id": row["id"],
        "company": link.company if link.company in named_in_notices() else None,
        "is_company": True,
    }


@cache
def named_in_notices() -> frozenset[str]:
    """The records that the gold set knows: those of our seed that come from a listing notice."""
    return frozenset(
        record.id for record in packaged_companies() if record.origin.startswith("listing notice")
    )


def same_place(mention: Mention, start: int, end: int, text: str) -> bool:
    """True when both are the same words but for an article, a legal form's comma or a full stop."""
    ours = text[mention.start : mention.end].removeprefix("The ").removeprefix("the ").rstrip(".,")
    theirs = text[start:end].removeprefix("The ").removeprefix("the ").rstrip(".,")
    return ours == theirs and mention.start < end and mention.end > start
