"""An issue as an e-mail: full text part, HTML of tables with inlined styles, the chart as a CID image.

Big mail services clip a message near 102 KB, so the HTML stays under 90 KB: long sections are shortened first.
"""

import base64
import copy
import datetime as dt
import hashlib
from email.message import EmailMessage
from email.utils import formataddr, parseaddr
from typing import Any

import css_inline

from tradewire.digest.charts import mentioned_png, mentioned_words
from tradewire.digest.render import environment, render
from tradewire.notify.mailing import header, unsubscribe_address

MOST_BYTES = 90_000
SENTENCE_CHARS = 320  # a sentence in a mail; the fact page has all of it
SHRINKING = (
    "statements", "contracts", "valuations", "fundings", "official", "added", "removed", "threatened", "coming_up",
    "corrections",
)  # fmt: skip


def cut(text: str) -> str:
    return text if len(text) <= SENTENCE_CHARS else text[: SENTENCE_CHARS - 1].rstrip() + "…"


def html_part(
    document: dict[str, Any], *, base: str = "", chart: str = "cid:mentioned", unsubscribe: str = ""
) -> str:
    """The HTML of the mail with styles inlined, under 90 KB. No `chart`: the table of mentions alone."""
    document = copy.deepcopy(document)
    env = environment(True)
    env.filters["cut"] = cut
    while True:
        text = env.get_template("mail.html").render(
            d=document,
            s=document["sections"],
            m=document["method"],
            base=base.rstrip("/"),
            unsubscribe=unsubscribe,
            chart=chart,
            chart_words=mentioned_words(document["sections"]["mentioned"]),
        )
        text = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False).inline(text)
        longest = max(SHRINKING, key=lambda name: len(document["sections"][name]))
        if len(text.encode()) <= MOST_BYTES or len(document["sections"][longest]) <= 1:
            return text
        document["sections"][longest].pop()
        document["more"][longest] += 1


def html_alone(document: dict[str, Any], *, base: str = "") -> str:
    """The HTML of the mail as a page of its own, the chart inside it: to look at before sending."""
    chart = ""
    if document["sections"]["mentioned"]:
        chart = (
            "data:image/png;base64,"
            + base64.b64encode(mentioned_png(document["sections"]["mentioned"])).decode()
        )
    return html_part(document, base=base).replace('src="cid:mentioned"', f'src="{chart}"')


def build_message(
    document: dict[str, Any],
    *,
    sender: str,
    to: str,
    base: str = "",
    unsubscribe: str = "",
    date: dt.datetime | None = None,
) -> EmailMessage:
    """The issue as one message to `to`. Its Message-ID follows from week, zone, topic and receiver.

    Without `date` it is dated at the end of the issue, and made twice it is the same to the byte.
    `unsubscribe` is an address in which {to} stands for the receiver; without one it is a mail to the sender.
    """
    message = EmailMessage()
    message["Subject"] = header(document["subject"])[:180]
    message["From"] = formataddr(parseaddr(header(sender)))
    message["To"] = formataddr(parseaddr(header(to)))
    named = (document["week"], document["zone"], document["topic"], to)
    key = hashlib.sha256("|".join(named).encode()).hexdigest()[:20]
    domain = parseaddr(sender)[1].partition("@")[2] or "localhost"
    message["Date"] = date or dt.datetime.fromisoformat(document["end"])
    message["Message-ID"] = f"<tradewire-{document['week']}-{key}@{domain}>"
    unsubscribe = unsubscribe_address(unsubscribe, sender, to)
    message["List-Id"] = f"<digest.{domain}>"
    message["List-Unsubscribe"] = f"<{unsubscribe}>"
    if unsubscribe.startswith("https://"):
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(render(document, "text", base))
    message.add_alternative(html_part(document, base=base, unsubscribe=unsubscribe), subtype="html")
    if document["sections"]["mentioned"]:
        html = message.get_payload()[1]  # type: ignore[index]  # the alternative just added
        html.add_related(  # type: ignore[union-attr]
            mentioned_png(document["sections"]["mentioned"]),
            "image",
            "png",
            cid="<mentioned>",
            filename="mentioned.png",
        )
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_tradewire-{key}-{number}")
    return message
