"""The mail and the page of the busiest week in a real browser, at 360 and 760 px, light and dark."""

import pytest
from contrast import WORST

from db.store import Store
from tradewire.demo import busiest_week
from tradewire.digest.document import build_document
from tradewire.digest.mail import MOST_BYTES, html_alone, html_part
from tradewire.digest.pdf import pdf
from tradewire.digest.render import render
from tradewire.digest.window import parse_week


@pytest.fixture(scope="module")
def document(sample_run):
    with Store.open(sample_run / "tradewire.sqlite", read_only=True) as store:
        return build_document(store, parse_week(busiest_week(store)), by_published=True)


@pytest.mark.parametrize("form", ["mail", "page"])
def test_it_reads_well_in_both_widths_and_schemes(page, document, shots, form):
    page.set_content(html_alone(document) if form == "mail" else render(document, "html"))
    for width in (360, 760):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=shots / f"digest-{form}-{width}-{scheme}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (form, width)
            ratio, words = page.evaluate(WORST)
            assert ratio >= 4.5, (form, width, scheme, round(ratio, 2), words)


def test_the_mail_of_a_full_week_stays_under_what_mail_services_show(document):
    assert len(html_part(document).encode()) <= MOST_BYTES


def test_it_prints(document):
    printed = pdf(render(document, "html"))
    assert printed.startswith(b"%PDF-")
    assert (
        printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") + printed.count(b"/Type /Page/") >= 2
    )
