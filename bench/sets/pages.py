"""pages: recorded html -> body, title, day, authors and the CPU seconds that reading took."""

import gzip
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawler.article import read_page

#: Whose gold body leaves the standfirst out; all others count it as text.
WITHOUT_LEAD = {"aeb"}


def page_bytes(row: dict[str, Any]) -> bytes:
    """The page as it was served, from beside the input file."""
    path = Path(row["_dir"]) / row["html_path"]
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def predict(rows: Iterator[dict[str, Any]], pipeline: object) -> Iterator[dict[str, Any]]:
    """One prediction for each page; `pipeline` is not needed."""
    warmed = False
    for row in rows:
        html = page_bytes(row)
        charset = row.get("charset")
        headers = {"Content-Type": f"text/html; charset={charset}"} if charset else None
        if not warmed:  # imports and models are paid once, not by the first page
            read_page(html, row["url"], headers=headers)
            warmed = True
        started = time.process_time()
        reading = read_page(html, row["url"], headers=headers)
        seconds = time.process_time() - started
        lead = reading.lead if row.get("corpus") not in WITHOUT_LEAD else None
        yield {
            "id": row["id"],
            "body": "\n\n".join(part for part in (lead, reading.body) if part),
            "title": reading.title,
            "date": reading.published_on.isoformat() if reading.published_on else None,
            "authors": list(reading.authors),
            "sec": round(seconds, 4),
        }
