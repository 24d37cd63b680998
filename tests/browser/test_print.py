"""Pages on paper: black on white also from a dark screen, marks kept, nothing to click, tables as tables."""

import pytest
from contrast import WORST

from db.store import Store

#: What stands on the sheet though nobody can use it there.
USELESS = """() => [...document.querySelectorAll("form, button, nav, .histogram, .skip, input, select")]
  .filter(e => e.getClientRects().length).map(e => e.outerHTML.slice(0, 80))"""
A4 = {"width": 680, "height": 960}  # the width in CSS pixels between margins of 15 mm


@pytest.fixture
def sheet(page):
    page.set_viewport_size(A4)
    page.emulate_media(media="print", color_scheme="dark")
    return page


def test_every_page_prints_dark_on_white_without_controls(sheet, site):
    found = {}
    for name, address in site.known.items():
        sheet.goto(site.base + address)
        assert sheet.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        ratio, words = sheet.evaluate(WORST)
        if ratio < 4.5:
            found[name] = (round(ratio, 2), words)
        if useless := sheet.evaluate(USELESS):
            found[name, "controls"] = useless
        if sheet.evaluate("document.documentElement.scrollWidth") > A4["width"]:
            found[name, "wide"] = "cut at the right edge"
    assert found == {}


def test_marks_and_addresses_of_sources_are_on_the_sheet(sheet, site):
    sheet.goto(site.base + site.known["article"])
    mark = sheet.locator(".text mark").first
    assert mark.evaluate("e => getComputedStyle(e).printColorAdjust") == "exact"
    assert "http" in sheet.locator(".head a[rel=noreferrer]").evaluate(
        "e => getComputedStyle(e, '::after').content"
    )


def test_a_list_prints_as_a_table_and_what_is_folded_is_open(sheet, site):
    sheet.goto(site.base + site.known["list"])
    assert sheet.locator("thead").first.is_visible()
    assert sheet.evaluate("getComputedStyle(document.querySelector('table.stack tr')).display") == "table-row"
    sheet.goto(site.base + site.known["fact"])
    assert sheet.locator("details pre").first.bounding_box()["height"] > 20


def test_the_page_of_a_digest_prints_on_white_with_its_marks(sheet, site):
    from tradewire.demo import busiest_week
    from tradewire.digest.document import build_document
    from tradewire.digest.render import render
    from tradewire.digest.window import parse_week

    with Store.open(site.store, read_only=True) as store:
        document = build_document(store, parse_week(busiest_week(store)), by_published=True)
    sheet.set_content(render(document, "html"))
    assert sheet.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    ratio, words = sheet.evaluate(WORST)
    assert ratio >= 4.5, words
    assert sheet.locator("mark").first.evaluate("e => getComputedStyle(e).printColorAdjust") == "exact"


def test_the_pictures_of_the_readme_are_made_from_a_run(browser, sample_run, tmp_path):
    from bench.pictures import take

    image = pytest.importorskip("PIL.Image", reason="Pillow comes with matplotlib (extra digest)")
    sizes = {}
    for path in take(browser, sample_run, tmp_path / "img"):
        with image.open(path) as picture:
            sizes[path.stem] = picture.size
            ground = picture.convert("RGB").getpixel((2, picture.height - 3))
        assert ground == (
            (0xEE, 0xF1, 0xF5) if path.stem == "digest" else (0xFC, 0xFC, 0xFB)
        )  # its style is there
    assert sizes == {"week": (1280, 900), "article": (1280, 900), "digest": (760, 820)}
