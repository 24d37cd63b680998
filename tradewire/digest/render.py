"""Forms of an issue, all from its document: Markdown, plain text and a web page."""

import datetime as dt
import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tradewire.options import counted, visible

MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")
SPARKS = "▁▂▃▄▅▆▇█"


def markdown_text(text: Any) -> str:
    """`text` with Markdown's own characters escaped and on one line: a headline must not become markup."""
    if text is None:
        return ""
    return MARKDOWN.sub(r"\\\1", visible(" ".join(str(text).split())))


def spark(counts: list[int]) -> str:
    """A series as block characters, for plain text."""
    top = max(counts) or 1
    return "".join(SPARKS[min(7, value * 8 // (top + 1))] for value in counts)


def safe_link(url: Any) -> str:
    """`url` if it is an http(s) address, else "#": nothing from a page becomes a script."""
    text = str(url or "")
    return text if re.match(r"https?://[^\s<>\"'()\\]+$", text) else "#"


def marked(sentence: str, words: str | None) -> Markup:
    """`sentence` as HTML with `words` in <mark>; of a split quotation ("one ... other") each part."""
    rest, done = str(Markup.escape(visible(sentence))), ""
    parts = [words] if words and words in sentence else (words or "").split(" ... ")
    for part in filter(None, parts):
        inner = str(Markup.escape(visible(part)))
        before, found, behind = rest.partition(inner)
        if found:
            rest, done = behind, f"{done}{before}<mark>{inner}</mark>"
    return Markup(done + rest)  # noqa: S704  everything was escaped


MONTHS = "January February March April May June July August September October November December".split()


def days(document: dict[str, Any]) -> str:
    """The days of an issue for people: "9 to 15 November 2026"."""
    first = dt.date.fromisoformat(document["first_day"])
    last = dt.date.fromisoformat(document["after_day"]) - dt.timedelta(days=1)
    end = f"{last.day} {MONTHS[last.month - 1]} {last.year}"
    if first == last:
        return end
    begin = str(first.day)
    if first.month != last.month:
        begin += f" {MONTHS[first.month - 1]}"
    if first.year != last.year:
        begin += f" {first.year}"
    return f"{begin} to {end}"


def per_cent(share: float) -> str:
    return f"{100 * share:.0f}%"


def signed(change: float) -> str:
    """A change with its sign: "+2.5", "−1", "0"."""
    return f"{change:+.1f}".removesuffix(".0").replace("-", "−").replace("+0", "±0", 1 if change == 0 else 0)


def office(line: dict[str, Any]) -> str:
    """Role and body of a speaker, each once: "Secretary of" and "Commerce" are one office, a spokesperson is none."""
    speaker, role, body = line["speaker"], line["speaker_role"] or "", line["speaker_org"] or ""
    body = "" if body == speaker else body
    if body:
        role = re.sub(r"^\S+['’]s\s+", "", role)  # "department's assistant secretary": the body follows
    if role.lower() in speaker.lower():
        role = ""
    if role.endswith((" of", " for", " at")):
        return f"{role} {body}" if body else role.rpartition(" ")[0]
    return ", ".join(filter(None, (role, body)))


@cache
def environment(html: bool) -> Environment:
    """Templates of the package; HTML is escaped everywhere, a missing value is an error."""
    env = Environment(
        loader=PackageLoader("tradewire"),
        autoescape=html,  # noqa: S701  Markdown and text have filters of their own
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters |= {
        "md": markdown_text,
        "spark": spark,
        "link": safe_link,
        "marked": marked,
        "visible": visible,
        "days": days,
        "per_cent": per_cent,
        "signed": signed,
        "office": office,
        "counted": counted,
    }
    return env


def render(document: dict[str, Any], form: str, base: str = "") -> str:
    """The issue as `html`, `md` or `text`; with `base`, facts are linked to the pages served there."""
    name = {"html": "digest.html", "md": "digest.md", "text": "digest.txt"}[form]
    template = environment(form == "html").get_template(name)
    text = template.render(d=document, s=document["sections"], m=document["method"], base=base.rstrip("/"))
    return text if form == "html" else re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
