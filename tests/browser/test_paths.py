"""The main paths of a reader, each from page to page as a person goes."""

import re

from db.store import Store


def paper(page):
    """Brightness of the page's ground, 0 to 255."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(int(part) for part in re.findall(r"\d+", colour)[:3]) / 3


def test_from_search_to_fact_to_the_marked_sentence(page, site, shots):
    page.goto(site.base)
    page.fill("#q", "valued")
    page.press("#q", "Enter")
    page.wait_for_url("**/search?q=valued")
    assert page.locator(".hit").count() > 0
    page.locator(".chip").first.click()
    page.wait_for_url("**/fact/*")
    sentence = page.locator(".sentence").inner_text()
    page.locator(".evidence .where a").first.click()
    page.wait_for_url("**/article/*#f-*")
    anchor = page.url.partition("#")[2]
    mark = page.locator(f"[id='{anchor}'] + mark, [id='{anchor}'] ~ mark").first
    assert mark.inner_text()[:20] in sentence
    assert "flash" in (mark.get_attribute("class") or "")
    assert mark.is_visible()
    page.screenshot(path=shots / "path-article.png")


def test_a_corrected_amount_is_seen_everywhere(page, site, shots):
    fact = site.value(
        "SELECT id FROM facts WHERE kind = 'contract' AND state = 'live' AND amount > 0 AND review = 'auto' ORDER BY confidence DESC, id LIMIT 1"
    )
    article = site.value("SELECT article FROM facts WHERE id = ?", fact)
    page.goto(f"{site.base}/fact/{fact}")
    page.fill("#amount", "1234500000")
    page.fill("#by", "Ann")
    page.fill("#note", "as the filing says")
    page.get_by_role("button", name="Correct").click()
    page.wait_for_url(f"**/fact/{fact}")
    assert "1.234bn" in page.locator("dl").inner_text() or "1.235bn" in page.locator("dl").inner_text()
    assert "corrected" in page.locator(".tags").first.inner_text()
    assert "as the filing says" in page.locator("main").inner_text()
    page.goto(f"{site.base}/article/{article}")
    assert re.search(r"1\.23[45]bn", page.locator("aside").inner_text())
    page.goto(f"{site.base}/facts?kind=contract&review=corrected&everything=1")
    assert re.search(r"1\.23[45]bn", page.locator("table").inner_text())
    page.screenshot(path=shots / "path-corrected.png")


def test_a_wrong_list_and_company_are_corrected_and_taken_back(page, site):
    fact = site.value(
        "SELECT f.id FROM facts f JOIN fact_parties p ON p.fact_n = f.n AND p.role = 'company' WHERE f.kind = 'listing'"
        " AND f.state = 'live' AND f.review = 'auto' AND f.action = 'add' ORDER BY f.confidence DESC, f.id LIMIT 1"
    )
    page.goto(f"{site.base}/fact/{fact}")
    page.select_option("#list", "unverified-list")
    page.fill("#who", "Orrin Lathe Works")
    page.select_option("#action", "remove")
    page.get_by_role("button", name="Correct").click()
    page.wait_for_url(f"**/fact/{fact}")
    assert "Orrin Lathe Works" in page.locator("h1").inner_text()
    assert "taken off" in page.locator("h1").inner_text()
    assert site.value("SELECT list FROM facts WHERE id = ?", fact) == "unverified-list"
    page.get_by_role("button", name="Reopen").click()
    page.wait_for_load_state()
    assert "Orrin Lathe Works" not in page.locator("h1").inner_text()
    assert site.value("SELECT action FROM facts WHERE id = ?", fact) == "add"


def test_a_month_of_the_histogram_narrows_the_search(page, site):
    page.goto(site.base + "/search?q=list")
    bar = page.locator(".histogram a").first
    month, count = bar.get_attribute("title").split(": ")
    bar.click()
    page.wait_for_url("**since*")
    assert page.locator("h1").inner_text().startswith(f"{count} article")
    days = [d.get_attribute("datetime") for d in page.locator(".hit time").all()]
    assert days
    assert all(day.startswith(month) for day in days)


def test_times_are_the_readers_with_utc_on_hover(browser, site):
    context = browser.new_context(timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.goto(site.base + "/sources")
    time = page.locator("time[datetime*='T'][data-full]").first
    utc, shown = time.get_attribute("title"), time.inner_text()
    assert utc.endswith(" UTC")
    hours = (int(shown[11:13]) - int(utc[11:13])) % 24
    assert hours == 9
    context.close()


def test_every_dot_of_a_company_chart_leads_to_its_source(page, site, shots):
    page.goto(site.base + site.known["company"])
    dots = page.locator("svg.chart a")
    assert dots.count() >= 2
    words = dots.first.get_attribute("aria-label")
    assert re.match(r"\d{4}", words)
    page.screenshot(path=shots / "path-company.png", full_page=True)
    dots.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/fact/*")
    assert page.locator(".sentence").inner_text()


def test_a_search_is_saved_as_an_alert_and_removed(page, site, shots):
    page.goto(site.base + "/search?q=licence")
    page.fill("#save-name", "licences")
    page.get_by_role("button", name="Save as alert").click()
    page.wait_for_url("**/search?q=licence&saved=licences")
    assert "Saved as “licences”" in page.locator("main").inner_text()
    page.goto(site.base + "/alerts")
    assert page.get_by_role("link", name="licences", exact=True).count() == 1
    page.screenshot(path=shots / "path-alerts.png")
    page.get_by_role("button", name="Remove licences").click()
    page.wait_for_url("**/alerts")
    assert page.get_by_role("link", name="licences", exact=True).count() == 0


def test_the_review_queue_by_keys_alone(page, site, shots):
    page.goto(site.base + "/review")
    first = page.locator(".item h3 a").first.get_attribute("href")
    second = page.locator(".item h3 a").nth(1).get_attribute("href")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator(".item.current h3 a").get_attribute("href") == second
    page.keyboard.press("k")
    assert page.locator(".item.current h3 a").get_attribute("href") == first
    page.screenshot(path=shots / "path-review.png")
    with page.expect_navigation():
        page.keyboard.press("y")
    assert page.url.endswith("/review")
    assert site.value("SELECT review FROM facts WHERE id = ?", first.rsplit("/", 1)[1]) == "confirmed"
    assert page.locator(f".item a[href='{first}']").count() == 0


def test_dark_and_light_follow_the_reader(page, site, shots):
    page.goto(site.base + site.known["article"])
    assert paper(page) > 240
    page.emulate_media(color_scheme="dark")
    assert paper(page) < 30
    page.screenshot(path=shots / "dark-article.png")


def test_a_phone_reads_from_search_to_fact(narrow, site, shots):
    narrow.goto(site.base + "/search?q=valued")
    chip = narrow.locator(".chip").first
    assert chip.bounding_box()["x"] + chip.bounding_box()["width"] <= 360
    chip.click()
    narrow.wait_for_url("**/fact/*")
    assert narrow.locator(".sentence").is_visible()
    narrow.screenshot(path=shots / "narrow-fact-path.png")


def test_a_missed_fact_is_marked_by_selecting_it(page, site, shots):
    article = site.value(
        "SELECT article FROM facts WHERE state = 'live' GROUP BY article ORDER BY count(*) LIMIT 1"
    )
    page.goto(f"{site.base}/article/{article}")
    words = page.evaluate(
        """() => {
          const node = [...document.querySelectorAll("#text p")].find(p => p.innerText.length > 40);
          getSelection().selectAllChildren(node);
          return node.innerText;
        }"""
    )
    page.wait_for_function("document.getElementById('m-words').value.length > 0")
    assert page.input_value("#m-words") == words.strip()
    page.select_option("#m-kind", "contract")
    page.fill("#m-amount", "2,500,000")
    page.fill("#m-currency", "eur")
    page.fill("#m-by", "Ann")
    page.screenshot(path=shots / "path-missed.png")
    page.get_by_role("button", name="Add the fact").click()
    page.wait_for_url("**/fact/*")
    assert "EUR 2.5m" in page.locator("main").inner_text()
    assert "confirmed" in page.locator(".tags").first.inner_text()


def put_dispute(site):
    """Two contracts of the sample as one event whose sources differ: what the page shows, whatever was found."""
    with Store.open(site.store) as store, store.write() as connection:
        first, second = store.rows(
            "SELECT id, min(article) FROM facts WHERE kind = 'contract' AND state = 'live' AND amount > 0 AND event IS NULL"
            " GROUP BY article ORDER BY id LIMIT 2"
        )
        connection.execute(
            "INSERT INTO events (id, kind, key, disputed, dispute, sources, best, best_reason, made_at) VALUES"
            " (9000001, 'contract', 'test', 1, 'value', 2, ?, 'told by a news agency', '2026-11-22T00:00:00Z')",
            (first["id"],),
        )
        connection.execute("UPDATE facts SET event = 9000001 WHERE id IN (?, ?)", (first["id"], second["id"]))


def test_a_dispute_is_settled(page, site, shots):
    put_dispute(site)
    page.goto(site.base + "/disputes")
    before = page.locator("main section").count()
    assert before > 0
    page.screenshot(path=shots / "path-disputes.png")
    page.get_by_role("button", name="Believe this").first.click()
    page.wait_for_url("**/disputes")
    assert page.locator("main section").count() == before - 1


def test_a_company_is_watched_and_let_go(page, site, shots):
    page.goto(site.base + site.known["company"])
    name = page.locator("h1").inner_text()
    page.get_by_role("button", name="Watch", exact=True).click()
    page.wait_for_load_state()
    page.goto(site.base + "/alerts")
    assert page.get_by_role("link", name=name).count() == 1
    page.goto(site.base + site.known["company"])
    page.get_by_role("button", name="Stop watching").click()
    page.wait_for_load_state()
    assert site.value("SELECT count(*) FROM watches") == 0


def test_pages_work_without_script(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.base)
    page.fill("#q", "list")
    page.press("#q", "Enter")
    page.locator(".hit h2 a").first.click()
    assert page.locator("#text mark").count() > 0
    page.goto(site.base + "/review")
    page.get_by_role("button", name="Confirm").first.click()
    assert page.url.endswith("/review")
    context.close()


def test_a_phone_shows_all_ways_and_whole_charts(narrow, site):
    for name in ("company", "compare"):
        narrow.goto(site.base + site.known[name])
        boxes = [link.bounding_box() for link in narrow.locator("nav[aria-label=Main] a").all()]
        assert len(boxes) == 10
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= 360 for box in boxes)
        words = [text.bounding_box() for text in narrow.locator("svg.chart text").all()]
        assert words
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= 360 for box in words), name
