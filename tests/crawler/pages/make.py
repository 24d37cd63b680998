"""Writes tests/data/pages: one file for each page type of each template, and index.jsonl with what is right.

python -m tests.crawler.pages.make
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.crawler.pages import stories
from tests.crawler.pages.templates import TEMPLATES, Broadsheet

FOLDER = Path(__file__).parents[2] / "data" / "pages"
#: Page type -> where such a page lives on the site.
ADDRESSES = {
    "article": "/trade/2024/{slug}",
    "live_blog": "/trade/hearing-{slug}",
    "press_release": "/press-releases/{slug}",
    "list": "/category/ports",
    "consent": "/trade/2024/{slug}",
    "paywall": "/trade/2024/{slug}",
    "soft_404": "/trade/2019/gone",
    "js_shell": "/trade/2024/{slug}",
    "media": "/gallery/yards",
}
#: What a template does not have, or has only in the form of another.
LEFT_OUT = {
    "portal-zh": {"live_blog", "press_release", "consent", "paywall", "js_shell"},
    "hibi-ja": {"live_blog", "press_release", "consent", "paywall", "js_shell", "list", "soft_404", "media"},
    "revue": {"live_blog", "press_release", "list", "media", "js_shell"},
}


def pages() -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    """File name, bytes and index row of every page."""
    for make in TEMPLATES:
        template = make()
        for kind, address in ADDRESSES.items():
            if kind in LEFT_OUT.get(template.name, ()):
                continue
            if kind == "article":
                yield page(template, "article", template.article(template.story), address, template.story)
                if template.second is not template.story:
                    yield page(
                        template, "article", template.article(template.second), address, template.second, "-2"
                    )
                corrected = template.article(template.story, f"<p>{stories.CORRECTED}</p>")
                if template.name in ("broadsheet", "wire", "quayside"):
                    yield page(template, "article", corrected, address, template.story, "-corrected")
            else:
                yield page(template, kind, getattr(template, kind)(), address, None)


def page(
    template: Broadsheet, kind: str, html: str, address: str, story: stories.Story | None, suffix: str = ""
) -> tuple[str, bytes, dict[str, Any]]:
    name = f"{template.name}/{kind}{suffix}.html"
    data = html.encode(template.encoding, "xmlcharrefreplace")
    if template.name == "hashed":
        data = b"\xef\xbb\xbf" + data  # a byte order mark, as some editors leave it
    row: dict[str, Any] = {
        "file": name,
        "url": f"https://{template.host}{address.format(slug='yards' + suffix)}",
        "type": kind,
        "template": template.name,
        "measuring": template.measuring,
        "charset": template.encoding if template.name == "gazette" else None,
    }
    if story is not None:
        row |= {
            "title": story.title,
            "author": story.author,
            "day": story.day,
            "paragraphs": list(story.paragraphs),
        }
    return name, data, row


def write(folder: Path = FOLDER) -> int:
    rows = []
    for name, data, row in pages():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        rows.append(json.dumps(row, ensure_ascii=False))
    (folder / "index.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return len(rows)


if __name__ == "__main__":
    print(f"{write()} pages in {FOLDER}")
