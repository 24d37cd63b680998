"""axe-core on every page: no serious or critical violation, wide and light as well as narrow and dark.

`npm install --no-save axe-core` (or AXE_CORE, the path of axe.min.js) brings the rules; with AXE_REQUIRED set,
their absence is a failure instead of a skip.
"""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
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


def violations(page, site, axe):
    found = {}
    for name, address in site.known.items():
        page.goto(site.base + address)
        page.evaluate(axe)
        if problems := page.evaluate(RUN):
            found[name] = problems
    return found


def test_no_page_has_a_serious_violation(page, site, axe):
    assert violations(page, site, axe) == {}


def test_no_dark_page_has_a_serious_violation(dark, site, axe):
    assert violations(dark, site, axe) == {}


def test_no_narrow_page_has_a_serious_violation(narrow, site, axe):
    assert violations(narrow, site, axe) == {}
