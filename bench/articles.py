"""`python -m bench.articles GOLD OUT [SYSTEM...]`: our reading of recorded pages beside other extractors, in one run.

GOLD is a gold.jsonl beside its html, OUT a folder for the predictions of each system; score them with the
extraction scorer (docs/articles.md). Systems that are not installed are left out and named.
"""

import importlib.util
import json
import logging
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.sets.pages import WITHOUT_LEAD, page_bytes
from crawler.article import read_page

Answer = dict[str, Any]
Reader = Callable[[bytes, str, str | None], Answer]


def ours(html: bytes, url: str, charset: str | None) -> Answer:
    reading = read_page(
        html, url, headers={"Content-Type": f"text/html; charset={charset}"} if charset else None
    )
    day = reading.published_on.isoformat() if reading.published_on else None
    return {
        "body": reading.body,
        "lead": reading.lead,
        "title": reading.title,
        "date": day,
        "authors": list(reading.authors),
    }


def trafilatura(**options: bool) -> Reader:
    from trafilatura import bare_extraction

    def read(html: bytes, url: str, charset: str | None) -> Answer:
        page = html.decode(charset, "replace") if charset else html
        found = bare_extraction(page, url=url, with_metadata=True, include_comments=False, **options)
        if found is None:
            return {"body": ""}
        authors = [name.strip() for name in (found.author or "").split(";") if name.strip()]
        return {"body": found.text, "title": found.title, "date": found.date, "authors": authors}

    return read


def readability(html: bytes, url: str, charset: str | None) -> Answer:
    from lxml import html as parser
    from readability import Document

    document = Document(html.decode(charset or "utf-8", "replace"), url=url)
    tree = parser.fromstring(document.summary() or "<p/>")
    blocks = [
        " ".join(e.text_content().split()) for e in tree.iter("p", "h2", "h3", "li", "blockquote", "td")
    ]
    return {"body": "\n\n".join(blocks) or tree.text_content(), "title": document.short_title()}


def newspaper(html: bytes, url: str, charset: str | None) -> Answer:
    from newspaper import Article

    article = Article(url, fetch_images=False)
    article.download(input_html=html.decode(charset or "utf-8", "replace"))
    article.parse()
    day = article.publish_date.date().isoformat() if article.publish_date else None
    return {"body": article.text, "title": article.title, "date": day, "authors": list(article.authors)}


def resiliparse(html: bytes, url: str, charset: str | None) -> Answer:
    from resiliparse.extract.html2text import extract_plain_text

    return {"body": extract_plain_text(html.decode(charset or "utf-8", "replace"), main_content=True)}


def systems() -> Iterator[tuple[str, Reader]]:
    """Every system that is installed, ours first."""
    yield "tradewire", ours
    yield "trafilatura-standard", trafilatura()
    yield "trafilatura-fast", trafilatura(fast=True)
    yield "trafilatura-precision", trafilatura(favor_precision=True)
    yield "trafilatura-recall", trafilatura(favor_recall=True)
    others = (
        ("readability-lxml", "readability", readability),
        ("newspaper4k", "newspaper", newspaper),
        ("resiliparse", "resiliparse", resiliparse),
    )
    for name, module, reader in others:
        if importlib.util.find_spec(module) is None:
            print(f"{name} is not installed", file=sys.stderr)
        else:
            yield name, reader


def warm_up() -> None:
    """Load what several systems load at their first difficult page, so that it is nobody's time."""
    from dateparser import parse
    from trafilatura.external import jt_stoplist_init

    parse("3. Mai 2020")
    jt_stoplist_init()


def compare(gold: Path, out: Path, only: set[str]) -> None:
    """Write a file of predictions for each system, or for those named."""
    rows = [json.loads(line) | {"_dir": str(gold.parent)} for line in gold.open(encoding="utf-8")]
    out.mkdir(parents=True, exist_ok=True)
    warm_up()
    for name, read in systems():
        if only and name not in only:
            continue
        first = rows[0]
        read(page_bytes(first), first["url"], first["charset"])  # imports and models are not the first page's
        with (out / f"{name}.jsonl").open("w", encoding="utf-8") as lines:
            for row in rows:
                html = page_bytes(row)
                started = time.process_time()
                try:
                    answer = read(html, row["url"], row["charset"])
                except Exception as error:  # noqa: BLE001  another's fault on one page is counted, not ours to mend
                    answer = {"body": "", "error": repr(error)}
                answer["sec"] = round(time.process_time() - started, 4)
                if (lead := answer.pop("lead", None)) and row["corpus"] not in WITHOUT_LEAD:
                    answer["body"] = f"{lead}\n\n{answer['body']}"
                lines.write(json.dumps({"id": row["id"], **answer}, ensure_ascii=False) + "\n")
        print(f"{name} read {len(rows)} pages", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: python -m bench.articles GOLD.jsonl OUT [SYSTEM...]")
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    compare(Path(sys.argv[1]), Path(sys.argv[2]), set(sys.argv[3:]))
