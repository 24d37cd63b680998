"""The digest: content, forms and freezing."""

import datetime as dt
import json

import feedparser
import pytest
from issue_store import WEEK, amount, listing, put, store

from db.errors import UsageError
from db.events import group_events, settle
from db.records import Action, Modality, Standing
from db.saved import save_search
from tradewire.commands.digest import in_form
from tradewire.config import DigestSettings
from tradewire.digest.document import build_document, document_json
from tradewire.digest.issues import issue
from tradewire.digest.lines import spoken
from tradewire.digest.render import render
from tradewire.digest.scope import company_topic, search_topic
from tradewire.digest.short import in_short
from tradewire.digest.window import parse_day, parse_week, week_of

__all__ = ["store"]
FORMS = ("html", "text", "md", "eml", "mail", "json", "atom", "jsonfeed")


def test_a_week_says_what_changed_and_nothing_else(store):
    sections = build_document(store, WEEK, by_published=True)["sections"]
    assert [i["company"] for i in sections["added"]] == ["Orbel Optics"]
    assert [i["company"] for i in sections["removed"]] == ["Tarvik"]
    assert [i["company"] for i in sections["threatened"]] == ["Ustrin"]
    assert sections["contracts"] == []
    assert [(i["amount"], i["before"]["amount"], i["change_pct"]) for i in sections["valuations"]] == [
        (2e9, 3e9, -33.3)
    ]


def test_every_line_has_sentence_source_and_fact(store):
    sections = build_document(store, WEEK, by_published=True)["sections"]
    for name in ("added", "removed", "threatened", "valuations"):
        for item in sections[name]:
            assert item["sentence"]
            assert item["url"].startswith("https://paper.example/")
            assert store.value("SELECT 1 FROM facts WHERE id = ?", (item["fact"],)) == 1


def test_a_quiet_week_is_short_and_says_so(store):
    document = build_document(store, parse_week("2026-W30"), by_published=True)
    assert "quiet week" in document["subject"]
    assert len(render(document, "text").splitlines()) < 20


def test_made_twice_an_issue_is_byte_equal_and_a_frozen_one_stays(store):
    first = document_json(build_document(store, WEEK, by_published=True))
    assert document_json(build_document(store, WEEK, by_published=True)) == first
    frozen = issue(store, WEEK)
    body = "Commerce added Late Optics to the Entity List."
    put(store, "late", body, "2026-11-10", listing(body, "Late Optics"))
    assert document_json(issue(store, WEEK)) == document_json(frozen)
    assert document_json(issue(store, WEEK, refresh=True)) != document_json(frozen)


def test_a_withdrawn_fact_of_a_frozen_issue_is_corrected_in_the_week_it_went(store):
    issue(store, WEEK)
    put(store, "added", "Commerce added nobody to the Entity List.", "2026-11-10")
    today = dt.datetime.now(dt.UTC).date()
    year, week, _ = today.isocalendar()
    document = build_document(store, parse_week(f"{year}-W{week:02}"), by_published=True)
    if f"{year}-W{week:02}" > WEEK.week:
        assert [c["week"] for c in document["sections"]["corrections"]] == [WEEK.week]


@pytest.mark.parametrize("form", FORMS)
def test_hostile_headlines_stay_text_in_every_form(store, form):
    document = issue(store, WEEK)
    text = in_form(store, document, form, DigestSettings()).decode()
    if form in ("html", "atom"):
        assert "<b onmouseover" not in text
    if form != "json":  # data, not markup
        assert "](javascript:" not in text
    assert 'href="javascript:' not in text


def test_atom_and_json_feed_are_valid(store):
    document = issue(store, WEEK)
    parsed = feedparser.parse(in_form(store, document, "atom", DigestSettings()))
    assert not parsed.bozo
    assert parsed.entries[0].title == document["subject"]
    feed = json.loads(in_form(store, document, "jsonfeed", DigestSettings()))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["items"][0]["title"] == document["subject"]


def test_a_feed_by_section_has_an_entry_for_each_with_its_lines(store):
    document = issue(store, WEEK)
    parsed = feedparser.parse(in_form(store, document, "atom", DigestSettings(), by_section=True))
    assert not parsed.bozo
    titles = [entry.title for entry in parsed.entries]
    assert titles[:3] == [
        f"2026-W46: {t}" for t in ("Added to lists", "Taken off lists", "Threatened, not in force")
    ]
    assert "2026-W46: How this was made" not in titles
    assert "Orbel Optics" in parsed.entries[0].content[0].value
    assert "Tarvik" not in parsed.entries[0].content[0].value
    assert len({entry.id for entry in parsed.entries}) == len(titles)
    feed = json.loads(in_form(store, document, "jsonfeed", DigestSettings(), by_section=True))
    assert [item["title"] for item in feed["items"]] == titles


def lists(store, *entries):
    with store.write() as connection:
        connection.execute(
            "INSERT INTO companies (id, name, status, made_at) VALUES ('co-1', 'Orbel Optics', 'seed', '2026-01-01T00:00:00Z')"
        )
        connection.execute("UPDATE fact_parties SET company = 'co-1' WHERE name = 'Orbel Optics'")
        for number, (day, action, citation) in enumerate(entries):
            connection.execute(
                "INSERT INTO list_entries (id, list, company, name, action, effective_date, citation, confidence)"
                " VALUES (?, 'entity-list', 'co-1', 'Orbel Optics', ?, ?, ?, 'high')",
                (f"e{number}", action, day, citation),
            )


def test_what_the_official_list_has_had_for_years_is_no_change(store):
    lists(store, ("2019-10-09", "add", "84 FR 1"))
    assert build_document(store, WEEK, by_published=True)["sections"]["added"] == []


def test_put_on_again_after_a_removal_is_a_change(store):
    lists(store, ("2019-10-09", "add", "84 FR 1"), ("2025-01-09", "remove", "90 FR 1"))
    (item,) = build_document(store, WEEK, by_published=True)["sections"]["added"]
    assert item["company"] == "Orbel Optics"
    assert item["official"] is None  # that of 2019 is another act


def test_the_official_entry_of_the_act_is_cited_and_not_told_twice(store):
    lists(store, ("2026-11-10", "add", "91 FR 7"))
    sections = build_document(store, WEEK, by_published=True)["sections"]
    assert sections["added"][0]["official"]["citation"] == "91 FR 7"
    assert sections["official"] == []


def test_an_official_change_that_nobody_told_has_a_section(store):
    lists(store, ("2026-11-12", "remove", "91 FR 8"))
    document = build_document(store, WEEK, by_published=True)
    assert [(e["company"], e["citation"]) for e in document["sections"]["official"]] == [
        ("Orbel Optics", "91 FR 8")
    ]
    assert "91 FR 8" in render(document, "text")


def test_told_again_without_a_date_in_the_week_after_it_is_no_change(store):
    body = "Orbel Optics, which was put on the Entity List, has a new plant."
    put(store, "again", body, "2026-11-18", listing(body, "Orbel Optics"))
    assert build_document(store, parse_week("2026-W47"), by_published=True)["sections"]["added"] == []


def test_several_groups_of_one_act_are_one_line(store):
    for name, words, count in (
        ("a", "12 entities", 12),
        ("b", "11 other firms", 11),
        ("c", "two traders", 2),
    ):
        body = f"Commerce added {words} to the Entity List."
        put(store, name, body, "2026-11-10", listing(body, words, count=count))
    document = build_document(store, WEEK, by_published=True)
    group, single = document["sections"]["added"]
    assert (group["company"], group["parts"]) == ("12 entities", ["11 other firms", "two traders"])
    assert single["company"] == "Orbel Optics"
    assert document["in_short"][0]["text"] == "Orbel Optics and 11 more were added to the Entity List."
    assert "12 names added to the Entity List" in document["subject"]


def test_a_suspended_listing_is_told_as_taken_off_for_a_while(store):
    body = "China suspended the listing of Kestin Air."
    put(store, "suspended", body, "2026-11-12", listing(body, "Kestin Air", standing=Standing.SUSPENDED))
    document = build_document(store, WEEK, by_published=True)
    assert ("Kestin Air", "suspended") in [
        (i["company"], i["standing"]) for i in document["sections"]["removed"]
    ]
    assert "Kestin Air: Entity List, suspended" in render(document, "text")


def test_a_suspension_that_was_announced_is_told_as_such(store):
    body = "China said it would suspend the listing of Kestin Air."
    told = listing(body, "Kestin Air", Action.REMOVE, standing=Standing.SUSPENDED, modality=Modality.PLANNED)
    with store.write() as connection:
        connection.execute("DELETE FROM facts WHERE action IN ('add', 'remove')")
    put(store, "suspension", body, "2026-11-12", told)
    document = build_document(store, WEEK, by_published=True)
    assert [(i["company"], i["standing"]) for i in document["sections"]["removed"]] == [
        ("Kestin Air", "to be suspended")
    ]
    assert "Kestin Air: Entity List, to be suspended" in render(document, "text")
    assert document["in_short"][0]["text"] == "Kestin Air to be suspended from the Entity List."
    assert document["subject"].endswith("Kestin Air to be suspended from the Entity List")


def test_a_week_of_another_zone_has_its_own_days(store):
    body = "Commerce added Midnight Optics to the Entity List."
    put(store, "midnight", body, "2026-11-08T23:30:00Z", listing(body, "Midnight Optics"))
    body = "Commerce added Sunday Optics to the Entity List."
    put(store, "sunday", body, "2026-11-08", listing(body, "Sunday Optics"))
    berlin = build_document(store, parse_week("2026-W46", "Europe/Berlin"), by_published=True)
    assert {i["company"] for i in berlin["sections"]["added"]} == {"Orbel Optics", "Midnight Optics"}
    utc = build_document(store, WEEK, by_published=True)
    assert {i["company"] for i in utc["sections"]["added"]} == {"Orbel Optics"}


def seen(store, name, time):
    """Set when the article `name` and its facts were first seen."""
    with store.write() as connection:
        url = f"https://paper.example/{name}"
        connection.execute("UPDATE articles SET first_seen = ? WHERE url = ?", (time, url))
        connection.execute(
            "UPDATE facts SET first_seen = ? WHERE article = (SELECT id FROM articles WHERE url = ?)",
            (time, url),
        )


def test_a_scheduled_issue_takes_what_is_new_and_counts_the_archive(store):
    for name, published, time in (
        ("added", "2026-11-10", "2026-11-10T09:00:00Z"),
        ("removed", "2026-10-28", "2026-11-10T09:00:00Z"),  # 13 days late
        ("threat", "2026-10-20", "2026-11-10T09:00:00Z"),  # 21 days: the archive
        ("new", "2026-11-13", "2026-11-17T09:00:00Z"),  # seen a week later
    ):
        seen(store, name, time)
        with store.write() as connection:
            connection.execute(
                "UPDATE articles SET published = ? WHERE url = ?",
                (published, f"https://paper.example/{name}"),
            )
    document = build_document(store, WEEK, by_published=False)
    sections = document["sections"]
    assert [i["company"] for i in sections["added"]] == ["Orbel Optics"]
    assert [(i["company"], i["late"]) for i in sections["removed"]] == [("Tarvik", True)]
    assert sections["threatened"] == sections["valuations"] == []
    assert document["method"]["from_archive"] == 1
    assert "Not counted: 1 article from the archive." in render(document, "text")


def test_a_topic_has_only_what_its_search_finds(store):
    save_search(store, "tarvik", "Tarvik")
    document = build_document(store, WEEK, by_published=True, topic=search_topic(store, "tarvik"))
    assert [i["company"] for i in document["sections"]["removed"]] == ["Tarvik"]
    assert document["sections"]["added"] == document["sections"]["valuations"] == []
    assert (document["method"]["articles"], document["topic"]) == (1, "search:tarvik")
    save_search(store, "worth", {"kind": "valuation", "min_amount": 1e9})
    sections = build_document(store, WEEK, by_published=True, topic=search_topic(store, "worth"))["sections"]
    assert (len(sections["valuations"]), sections["added"]) == (1, [])
    with pytest.raises(UsageError, match="tarvik, worth"):
        search_topic(store, "nothing")


def test_a_company_has_an_issue_of_its_own(store):
    lists(store)
    topic = company_topic(store, "Orbel Optics")
    document = build_document(store, WEEK, by_published=True, topic=topic)
    assert [i["company"] for i in document["sections"]["added"]] == ["Orbel Optics"]
    assert document["sections"]["removed"] == []
    assert document["subject"].startswith("Tradewire 2026-W46, Orbel Optics: ")
    assert issue(store, WEEK, topic=topic) == document
    assert issue(store, WEEK)["topic"] == ""  # the general one is another


def test_the_issue_of_a_day_has_changes_of_lists_only(store):
    document = build_document(store, parse_day("2026-11-10"), by_published=True)
    assert [i["company"] for i in document["sections"]["added"]] == ["Orbel Optics"]
    assert document["sections"]["removed"] == document["sections"]["valuations"] == []
    assert "a quiet day" in build_document(store, parse_day("2026-11-09"), by_published=True)["subject"]


def test_a_week_that_is_not_over_is_not_frozen(store):
    running = week_of(dt.datetime.now(dt.UTC).date())
    issue(store, running)
    assert store.value("SELECT count(*) FROM digest_issues") == 0


def dispute(store, *values):
    """Papers that give different sums for one contract, one paper a day from 2026-11-10."""
    for number, value in enumerate(values):
        body = f"Zorvane won a contract worth ${value} million."
        fact = amount(body, "contract", "Zorvane", f"${value} million", value * 1_000_000)
        put(store, f"z{number}", body, f"2026-11-{10 + 7 * number}", fact)
    group_events(store)


def test_a_dispute_is_told_in_the_week_in_which_the_second_figure_came(store):
    dispute(store, 34, 43)
    assert build_document(store, WEEK, by_published=True)["sections"]["disputes"]["open"] == []
    document = build_document(store, parse_week("2026-W47"), by_published=True)
    (told,) = document["sections"]["disputes"]["open"]
    assert [v["shown"] for v in told["values"]] == ["USD 34m", "USD 43m"]
    assert told["since"] == "2026-11-17"
    assert "USD 43m" in render(document, "md")


def test_a_settled_dispute_says_what_is_believed(store):
    dispute(store, 34, 43)
    event = store.row("SELECT id FROM events")
    settle(
        store, event["id"], store.value("SELECT id FROM facts WHERE amount = 43e6"), by="ada", note="filing"
    )
    today = week_of(dt.datetime.now(dt.UTC).date())
    (told,) = build_document(store, today, by_published=True)["sections"]["disputes"]["settled"]
    assert told["settled"] == "USD 43m"


def test_a_correction_says_what_the_article_says_now(store):
    issue(store, WEEK)
    body = "Orbel Optics is now valued at $2.5 billion."
    put(
        store,
        "new",
        body,
        "2026-11-13",
        amount(body, "valuation", "Orbel Optics", "$2.5 billion", 2_500_000_000),
    )
    today = week_of(dt.datetime.now(dt.UTC).date())
    (told,) = build_document(store, today, by_published=True)["sections"]["corrections"]
    assert (told["week"], told["now"]) == (WEEK.week, body)
    assert "$2 billion" in told["sentence"]


def test_the_same_in_other_words_is_no_correction(store):
    issue(store, WEEK)
    body = "Orbel Optics is now said to be valued at $2 billion."
    put(
        store,
        "new",
        body,
        "2026-11-13",
        amount(body, "valuation", "Orbel Optics", "$2 billion", 2_000_000_000),
    )
    today = week_of(dt.datetime.now(dt.UTC).date())
    assert build_document(store, today, by_published=True)["sections"]["corrections"] == []


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ('"You lose," ... "We win."', "You lose … We win."),
        ("“Not one cent,”", "Not one cent"),
        ('it was "a mistake"', 'it was "a mistake"'),
    ],
)
def test_a_quotation_is_set_in_marks_once(quote, words):
    assert spoken(quote) == words


def test_an_issue_has_at_most_sixty_lines_and_counts_the_rest(store):
    for n in range(30):
        body = f"Commerce added Orbel{n} to the Entity List and Tarvik{n} is worth ${n + 1} billion."
        worth = amount(body, "valuation", f"Tarvik{n}", f"${n + 1} billion", (n + 1) * 10**9)
        put(store, f"many{n}", body, "2026-11-10", listing(body, f"Orbel{n}"), worth)
    document = build_document(store, WEEK, by_published=True)
    assert sum(len(v) for v in document["sections"].values() if isinstance(v, list)) <= 60
    assert document["more"]["added"] == 31 - len(document["sections"]["added"])
    assert "more" in render(document, "text")


@pytest.mark.parametrize("form", FORMS)
def test_made_twice_every_form_is_the_same_to_the_byte(store, form):
    document = issue(store, WEEK)
    assert in_form(store, document, form, DigestSettings()) == in_form(
        store, document, form, DigestSettings()
    )


def test_in_short_gives_the_figure_that_a_change_is_of():
    line = {
        "company": "Orbel Optics",
        "shown": "CNY 26bn",
        "currency": "CNY",
        "conversion": "USD 3.6bn",
        "change_pct": -32.1,
        "before": {"shown": "USD 5.3bn", "change_in": "USD"},
        "fact": "f",
        "url": "u",
    }
    sections = {name: [] for name in ("added", "removed", "contracts", "threatened", "official")}
    (told,) = in_short(sections | {"valuations": [line]}, {"relevant": 1}, parse_week("2026-W46"))
    assert told["text"] == "Orbel Optics valued at CNY 26bn (USD 3.6bn), −32% from USD 5.3bn."
