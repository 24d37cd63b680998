"""axe-core on every page, wide and at 360 px, light and dark: no serious or critical violation; nothing runs off at 360 px.

Each page is loaded once. All rules run wide and light, and narrow and dark; in the other two states those of colour
(AXE_FULL=1: all rules in all four). `npm install --no-save axe-core` (or AXE_CORE, the path of axe.min.js) brings
the rules; with AXE_REQUIRED set, their absence is a failure instead of a skip.
"""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
ALL, COLOURS = "{}", '{runOnly: {type: "rule", values: ["color-contrast", "link-in-text-block"]}}'
OTHERS = ALL if os.environ.get("AXE_FULL") else COLOURS
STATES = ((WIDE, "light", ALL), (WIDE, "dark", OTHERS), (NARROW, "dark", ALL), (NARROW, "light", OTHERS))
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"], ...%s})).violations
  .filter(v => ["serious", "critical"].includes(v.impact))
  .map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " + n.failureSummary.slice(0, 240)).join(" | "))"""


@pytest.fixture(scope="module")
def axe():
    path = Path(os.environ.get("AXE_CORE") or ROOT / "node_modules/axe-core/axe.min.js")
    if not path.exists():
        if os.environ.get("AXE_REQUIRED"):
            pytest.fail(f"{path} is missing: npm install --no-save axe-core")
        pytest.skip("axe-core is not installed: npm install --no-save axe-core")
    return path.read_text(encoding="utf-8")


def test_no_page_has_a_serious_violation_in_any_state(page, site, axe, shots):
    found, states = {}, 0
    for name, address in site.known.items():
        page.goto(site.base + address)
        page.evaluate(axe)
        for size, scheme, rules in STATES:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            if problems := page.evaluate(RUN % rules):
                found[name, size["width"], scheme] = problems
            states += 1
        page.screenshot(path=shots / f"narrow-{name}.png")
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            found[name] = "has to be scrolled sideways at 360 px"
    assert found == {}
    assert states == 4 * len(site.known) >= 80
