"""One page in its four forms: the same state as HTML, JSON, CSV and Atom."""

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, is_dataclass, replace
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from db.kinds import packaged_kinds
from db.queries import FactRow
from db.search import MARK, UNMARK
from tradewire.digest.render import marked, office, safe_link, signed, spark
from tradewire.headlines import HAPPENED, headline, kind_name, listed
from tradewire.options import amount_text, csv_cell, visible

SHOWN = 3000  # characters of a title or sentence that a page shows; the JSON form has all
FORMS = ("", ".json", ".csv", ".atom")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page shows. `rows` are its main list for CSV and Atom; `data` is the JSON form.

    Where making rows costs as much as showing the page, `later` makes them when they are asked for.
    """

    template: str
    title: str
    context: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    later: Callable[[], list[dict[str, Any]]] | None = None
    data: Any = None
    status: int = 200


def number(request: Request, name: str, default: int, most: int) -> int:
    """A whole number from the address, kept between 0 and `most`."""
    try:
        return max(0, min(most, int(request.query_params.get(name, default))))
    except ValueError:
        return default


def fact_dict(row: FactRow) -> dict[str, Any]:
    """A fact as a row for tables, CSV and feeds."""
    return row.as_dict() | {"value": row.value, "headline": headline(row)}


def family(row: Any) -> str:
    """The family of a fact's kind, which gives it its colour."""
    return packaged_kinds()[row.kind].family


def highlighted(text: str) -> Markup:
    """Search marks as <mark>, everything else escaped first."""
    safe = str(Markup.escape(shown(text.replace(MARK, "\ue000").replace(UNMARK, "\ue001"))))
    return Markup(safe.replace("\ue000", "<mark>").replace("\ue001", "</mark>"))  # noqa: S704  escaped above


def shown(text: str) -> str:
    """`text` with its invisible characters shown, cut when it is absurdly long."""
    return visible(text if len(text) <= SHOWN else text[:SHOWN] + "…")


def day(text: str | None) -> str:
    return (text or "")[:10]


def day_before(text: str) -> str:
    """The last day of a span whose end is exclusive."""
    return (dt.date.fromisoformat(text[:10]) - dt.timedelta(days=1)).isoformat()


def per_cent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.0f}%"


def with_query(request: Request, **changes: Any) -> str:
    """This page's address with some parameters changed; None removes one."""
    pairs = [(k, v) for k, v in request.query_params.multi_items() if k not in changes]
    pairs += [(k, str(v)) for k, v in changes.items() if v is not None]
    return "?" + urlencode(pairs) if pairs else "?"


def environment() -> Environment:
    """Templates of the pages; everything is escaped, a missing value is an error."""
    env = Environment(
        loader=PackageLoader("tradewire"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # the package does not change while it runs: no look at the file for each page
    )
    env.filters |= {
        "visible": shown,
        "whole": visible,  # for texts that are shown in full
        "link": safe_link,
        "marked": marked,
        "highlighted": highlighted,
        "day": day,
        "day_before": day_before,
        "per_cent": per_cent,
        "spark": spark,
        "signed": signed,
        "office": office,
        "kind_name": kind_name,
        "happened": lambda action: HAPPENED.get(action or "", action or ""),
        "family": family,
    }
    env.globals |= {"amount_text": amount_text, "with_query": with_query, "listed": listed}
    return env


def plain(value: Any) -> Any:
    """Records as JSON types, recursively."""
    if hasattr(value, "as_dict"):
        return value.as_dict()
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return value.replace(MARK, "").replace(UNMARK, "")
    return value


def rendered(
    request: Request, page: Page, form: str, env: Environment, shared: dict[str, Any]
) -> tuple[bytes, str]:
    """The page in `form` as bytes, and their media type."""
    if form and page.later is not None:
        page = replace(page, rows=page.later())
    if form == ".json":
        data = page.data() if callable(page.data) else page.data
        data = data if data is not None else page.rows
        text, kind = json.dumps(plain(data), ensure_ascii=False, default=str) + "\n", "application/json"
    elif form == ".csv":
        text, kind = as_csv(page.rows), "text/csv; charset=utf-8"
    elif form == ".atom":
        text, kind = as_atom(request, page), "application/atom+xml"
    else:
        template = env.get_template(f"web/{page.template}")
        text = template.render(request=request, title=page.title, **shared, **page.context)
        kind = "text/html; charset=utf-8"
    return text.encode("utf-8", "replace"), kind


def tag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:20]}"'


def answer(request: Request, body: bytes, kind: str, etag: str, status: int = 200) -> Response:
    """What the client gets: the body with its ETag, or 304 when it has it."""
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if status == 200 and request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(body, status_code=status, media_type=kind, headers=headers)


def as_csv(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    names = list(
        dict.fromkeys(name for row in rows for name in row if not isinstance(row[name], (list, tuple, dict)))
    )
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([csv_cell(row.get(name)) for name in names] for row in rows)
    return out.getvalue()


def as_atom(request: Request, page: Page) -> str:
    """The rows as an Atom feed; an entry is dated by its publication."""
    import feedgenerator

    base = str(request.base_url).rstrip("/")
    feed = feedgenerator.Atom1Feed(
        title=visible(page.title),
        link=f"{base}{request.url.path.removesuffix('.atom')}",
        description="",
        language="en",
    )
    for row in page.rows[:200]:
        when = str(row.get("published") or row.get("first_seen") or "1970-01-01")
        title = str(row.get("headline") or row.get("title") or row.get("sentence") or row.get("name") or "")
        link = f"{base}/fact/{row['id']}" if "kind" in row and "id" in row else safe_link(row.get("url"))
        try:
            time = dt.datetime.fromisoformat(when)
        except ValueError:
            time = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        feed.add_item(
            title=visible(title)[:300],
            link=link,
            description=visible(str(row.get("sentence") or row.get("snippet") or "")),
            unique_id=f"urn:tradewire:{row.get('id') or row.get('article') or link}",
            pubdate=time if time.tzinfo else time.replace(tzinfo=dt.UTC),
        )
    text: str = feed.writeString("utf-8")
    return text
