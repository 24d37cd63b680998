"""`tradewire facts` and its shortcuts, made from the registry of kinds: valuations, contracts, statements and others."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from db.kinds import packaged_kinds
from db.queries import FactRow
from tradewire.options import (
    amount_text,
    emit,
    open_store,
    output_options,
    since_option,
    store_option,
    until_option,
)

if TYPE_CHECKING:
    from db.list_status import Comparison
    from db.store import Store

#: What a table shows of each family; the sentence comes last because it is the longest.
COLUMNS = {
    "amount": (
        "published",
        "company",
        "value",
        "own_usd",
        "counterparty",
        "stance",
        "source",
        "id",
        "sentence",
    ),
    "share": ("published", "company", "pct", "share_kind", "stance", "source", "id", "sentence"),
    "listing": (
        "published",
        "company",
        "action",
        "list",
        "authority",
        "official",
        "stance",
        "source",
        "id",
        "sentence",
    ),
    "statement": ("published", "speaker", "speaker_org", "cue", "cue_class", "quote", "source", "id"),
    "relation": ("published", "company", "relation_type", "b", "stance", "source", "id", "sentence"),
    "": ("published", "kind", "company", "value", "stance", "source", "id", "sentence"),
}


def fact_options(command: Any) -> Any:
    """The conditions that every fact command takes."""
    for option in reversed((
        click.option("--company", metavar="NAME", help="any name or record id"),
        since_option,
        until_option,
        click.option("--min-amount", metavar="1e9|$1bn", help="at least; with a currency: in that currency"),
        click.option("--max-amount", metavar="1e9|$1bn", help="at most"),
        click.option("--currency", metavar="USD", help="stated in it, also as a conversion"),
        click.option("--modality", multiple=True, metavar="planned|rumoured|...", help="instead of asserted only"),
        click.option("--standing", multiple=True, metavar="denied|recalled|...", help="instead of current and recalled"),
        click.option("--list", "list_", metavar="LIST", help="id or name of a list"),
        click.option("--action", multiple=True, metavar="add|remove|threaten|...", help="of listings"),
        click.option("--speaker", metavar="NAME", help="of statements"),
        click.option("--about", metavar="NAME", help="statements about it"),
        click.option("--cue", metavar="denied", help="verb or class of verbs"),
        click.option("--source", multiple=True, metavar="ID", help="publisher"),
        click.option("--review", multiple=True, metavar="confirmed|rejected|...", help="decided by people"),
        click.option("--min-confidence", type=float, help="0 to 1"),
        click.option("--all", "everything", is_flag=True, help="also planned, rumoured, denied, doubtful, withdrawn, rejected, copies"),
        click.option("--sort", type=click.Choice(("newest", "oldest", "amount")), default="newest", show_default=True),
        click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="rows to show"),
        click.option("--offset", type=click.IntRange(0), default=0, help="rows to pass over"),
        click.option("--count", "only_count", is_flag=True, help="print only how many"),
        output_options,
        store_option,
    )):  # fmt: skip
        command = option(command)
    return command


def amount_option(text: str | None, currency: str | None) -> tuple[float | None, str | None]:
    """Number and currency of "1e9", "1bn" or "$1bn".

    Raises:
        UsageError: it is no sum.
    """
    from db.errors import UsageError
    from db.query_values import read_money

    if text is None:
        return None, currency
    found = read_money(text)
    if found is None:
        raise UsageError(f"{text!r} is no sum; write 1e9, 1bn or $1bn")
    return float(found[0]), found[1] or currency


def fact_filter(options: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `db.queries.facts` that the options ask for; those not given are left out."""
    low, currency = amount_option(options.pop("min_amount"), options.pop("currency"))
    high, currency = amount_option(options.pop("max_amount"), currency)
    asked = {
        "min_amount": low,
        "max_amount": high,
        "currency": currency,
        "list": options.pop("list_"),
        **options,
    }
    return {name: value for name, value in asked.items() if value not in (None, (), False)}


def run(kind: str | None, form: str, store: Path | None, only_count: bool, **options: Any) -> None:
    from db.queries import facts as read

    asked = fact_filter(options)
    if only_count:
        asked |= {"limit": None, "offset": 0}
    with open_store(store, read_only=True) as opened:
        rows = read(opened, kind=kind, **asked)
        said = official(opened, rows)
    if only_count:
        click.echo(len(rows))
        return
    if form != "table":
        if form == "csv":
            emit((flat(row) | {"official": words(said.get(row.id))} for row in rows), form, columns=CSV)
        else:
            emit((nested(row) | beside(said.get(row.id)) for row in rows), form, columns=CSV)
        return
    families = {packaged_kinds()[row.kind].family for row in rows}
    lines = (shown(row) | {"official": words(said.get(row.id))} for row in rows)
    emit(lines, form, columns=COLUMNS[families.pop() if len(families) == 1 else ""])
    if len(rows) == asked.get("limit"):
        click.echo(f"the first {len(rows)}; more with --limit or --offset", err=True)


CSV = tuple(name for name in FactRow.__dataclass_fields__ if name != "parties")


def official(store: "Store", rows: Sequence[FactRow]) -> "dict[str, Comparison]":
    """Fact id -> how what the article claims stands to the official lists; listings of known companies only."""
    from db.list_status import compare_facts

    return compare_facts(store, rows)


def words(found: "Comparison | None") -> str | None:
    """ "agrees", "date differs (2019-10-09)", "unknown to the lists"."""
    if found is None:
        return None
    differs = found.verdict == "date differs" and found.official_date
    return f"{found.verdict} ({found.official_date})" if differs else found.verdict


def beside(found: "Comparison | None") -> dict[str, Any]:
    """The comparison as JSON has it."""
    if found is None:
        return {}
    return {"official": {"verdict": found.verdict, "date": found.official_date, "entry": found.entry}}


def nested(row: FactRow) -> dict[str, Any]:
    return row.as_dict()


def flat(row: FactRow) -> dict[str, Any]:
    """One line of CSV: parties as names, joined by "; " where there are several."""
    values: dict[str, Any] = {"company": row.company, "company_id": row.company_id, "speaker": row.speaker}
    for role in (
        "counterparty",
        "joint",
        "speaker_org",
        "speaker_role",
        "about",
        "authority",
        "member",
        "a",
        "b",
    ):
        values[role] = "; ".join(row.names(role)) or None
    return values | {name: getattr(row, name) for name in CSV}


def shown(row: FactRow) -> dict[str, Any]:
    """One line of a table."""
    value = (
        amount_text(row.value, row.currency) or row.amount_text or ("undisclosed" if row.undisclosed else "")
    )
    sign = {"min": ">= ", "max": "<= "}.get(row.bound or "", "~" if row.approx and value else "")
    stance = [word for word in (row.modality, row.standing) if word not in ("asserted", "current")]
    marks = [row.review] if row.review != "auto" else []
    if row.state != "live":
        marks.append(row.state)
    if row.confidence < 0.6:
        marks.append(f"{row.confidence:.0%}")
    return flat(row) | {
        "published": (row.published or row.first_seen)[:10],
        "value": f"{sign}{value}"
        + (f" ({row.pct:g}%)" if row.pct is not None and row.kind == "stake" else ""),
        "own_usd": f"{amount_text(row.usd, 'USD')} ({row.usd_rate_date} rate)" if row.usd is not None else "",
        "counterparty": "; ".join(
            (*row.names("counterparty"), *(row.names("a") if row.kind == "stake" else ()))
        ),
        "stance": " ".join((*stance, *marks)),
        "list": row.list_text or row.list,
        "company": row.company or (f"{row.count} parties" if row.count else ""),
    }


def command(name: str, kind: str | None, says: str, example: str) -> click.Command:
    def callback(**options: Any) -> None:
        if kind is None:
            options["kind"] = options.pop("kind_") or None
        else:
            options["kind"] = kind
        run(**options)

    callback.__doc__ = f"{says}\n\nExample:  {example}"
    wrapped: Callable[..., Any] = fact_options(callback)
    if kind is None:
        wrapped = click.option(
            "--kind", "kind_", multiple=True, metavar="KIND", help="one or more; see docs/facts.md"
        )(wrapped)
    return click.command(name)(wrapped)


facts = command(
    "facts",
    None,
    "Facts of any kind, each with its sentence and source.",
    "tradewire facts --kind fine --since 30d --json",
)
valuations, contracts, statements, listings, relations = (
    command(
        plural, name, f"{says[0].upper()}{says[1:]}.", f"tradewire {plural} --company Acme --since 30d --json"
    )
    for plural, name, says in (
        (kind.plural, kind.name, kind.says)
        for name in ("valuation", "contract", "statement", "listing", "relation")
        for kind in (packaged_kinds()[name],)
    )
)
