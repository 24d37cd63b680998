"""Alerts: found once, told once, grouped, not at night; ill and well again."""

import datetime as dt
import email
import email.policy
import json
import signal

import feedparser
import pytest
from issue_store import amount, listing, put, store
from mail_server import command, configured, ended, json_service, server

from db.clock import now
from db.errors import ConfigError
from db.saved import alerts, save_search, watch
from tradewire.config import AlertSettings, DigestSettings, Settings
from tradewire.notify.alerts import in_doubt, quiet_until, tell_all
from tradewire.notify.find import look
from tradewire.notify.forms import MOST_LINES, atom, grouped_message

__all__ = ["server", "store"]
ALL = AlertSettings(lists=["*"])
BODY = "Zorvane won a contract worth $34 million."


@pytest.fixture
def watched(store):
    """A store in which somebody keeps a search and watches a company."""
    save_search(store, "contracts", {"kind": "contract"}, alert=True)
    save_search(store, "zorvane", "Zorvane plant", alert=True)
    with store.write() as connection:
        connection.execute(
            "INSERT INTO companies (id, name, status, made_at) VALUES ('co-1', 'Orbel Optics', 'seed', '2026-01-01T00:00:00Z')"
        )
        connection.execute(
            "INSERT INTO aliases (company, text, norm) VALUES ('co-1', 'Orbel Optics', 'orbel optics')"
        )
    watch(store, "Orbel Optics")
    look(store, ALL)
    return store


def news(store, number=1):
    """A new contract, as an article and as a fact."""
    body = BODY.replace("34", str(34 + number)) + " Zorvane builds a plant."
    sum_ = f"${34 + number} million"
    put(
        store,
        f"news{number}",
        body,
        "2026-11-20",
        amount(body, "contract", "Zorvane", sum_, (34 + number) * 10**6),
    )


def settings(smtp="", **alert):
    return Settings(
        digest=DigestSettings(sender="t@wire.example", smtp=smtp, base_url="https://wire.example"),
        alerts=AlertSettings(**alert),
    )


def source(store, state, reason=None):
    with store.write() as connection:
        connection.execute(
            "UPDATE sources SET state = ?, state_reason = ? WHERE id = 'paper'", (state, reason)
        )


def test_searches_and_facts_are_told_once_however_often_one_looks(watched):
    news(watched)
    assert {(a.kind, a.subject) for a in look(watched, ALL)} == {
        ("search", "contracts"),
        ("search", "zorvane"),
    }
    assert look(watched, ALL) == []


def test_changes_of_lists_begin_with_the_first_look_and_are_told_once(watched):
    def entry(name, day, retrieved, company=None):
        with watched.write() as connection:
            connection.execute(
                "INSERT INTO list_entries (id, list, company, name, action, effective_date, retrieved_at, citation,"
                " confidence) VALUES (?, 'entity-list', ?, ?, 'add', ?, ?, '91 FR 7', 'high')",
                (name, company, name, day, retrieved),
            )

    today, later = now().date().isoformat(), "2999-01-01T00:00:00Z"
    entry("Tarvik", today, "2020-01-01T00:00:00Z")  # here before we looked
    entry("Zorvane", today, later)
    entry("Ustrin", "2019-10-09", later)  # came with an older edition
    entry("Orbel Optics", today, later, "co-1")  # watched: told as such
    found = [a for a in look(watched, ALL) if a.kind == "list"]
    assert [(a.subject, a.hit) for a in found] == [("co-1", "Orbel Optics"), ("entity-list", "Zorvane")]
    assert "added to Entity List" in found[1].text
    assert look(watched, ALL) == []


def test_one_alert_for_each_change_of_a_source_and_one_when_it_is_well_again(watched):
    told = []
    for state, reason in (
        ("active", None), ("silent", "no entries"), ("silent", "no entries"), ("failing", "HTTP 403"), ("failing", "HTTP 403"),
        ("paused", None), ("active", None), ("active", None),
    ):  # fmt: skip
        source(watched, state, reason)
        told += [a.text for a in look(watched, ALL)]
    assert told[:2] == ["The Paper: silent, no entries", "The Paper: failing, HTTP 403"]
    assert len(told) == 3
    assert told[2].startswith("The Paper: well again (was failing since ")


def test_a_job_that_fails_is_told_once_and_when_it_runs_again(watched):
    told = []
    with watched.write() as connection:
        connection.execute("INSERT INTO jobs (name, spec) VALUES ('hourly', '{}')")
    for number, state in enumerate(("ok", "failed", "failed", "skipped-missed", "timeout", "degraded", "ok")):
        with watched.write() as connection:
            connection.execute(
                "INSERT INTO job_runs (job, slot, state) VALUES ('hourly', ?, ?)",
                (f"2026-11-20T0{number}:00:00Z", state),
            )
        told += [a.text for a in look(watched, ALL)]
    assert [text.partition(",")[0] for text in told[:2]] == ["job hourly: failed", "job hourly: timeout"]
    assert len(told) == 3
    assert "runs again" in told[2]


def test_one_grouped_mail_with_links_and_never_twice(watched, server):
    inbox, smtp = server
    chosen = settings(smtp, to=["ann@desk.example"])
    for number in range(3):
        news(watched, number)
    look(watched, chosen.alerts)
    (told,) = tell_all(watched, chosen)
    assert (told.state, told.alerts) == ("told", 6)
    assert tell_all(watched, chosen)[0].state == "nothing new"
    ((_, content),) = inbox.messages
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert message["Subject"].startswith("Tradewire: 6 alerts: contracts (3), zorvane (3)")
    text = message.get_body(("plain",)).get_content()
    assert text.count("Saved searches: contracts") == 1
    assert "https://paper.example/news1" in text
    assert "https://wire.example/fact/" in text
    assert "https://wire.example/article/" in message.get_body(("html",)).get_content()


def test_a_new_receiver_begins_with_what_nobody_was_told(watched, server):
    _, smtp = server
    news(watched, 1)
    look(watched, ALL)
    tell_all(watched, settings(smtp, to=["ann@desk.example"]))
    news(watched, 2)
    look(watched, ALL)
    told = tell_all(watched, settings(smtp, to=["ann@desk.example", "bob@desk.example"]))
    assert [(t.to, t.alerts) for t in told] == [("ann@desk.example", 2), ("bob@desk.example", 2)]


def test_a_refusal_is_told_the_next_time(watched, server):
    inbox, smtp = server
    news(watched)
    look(watched, ALL)
    inbox.fail = True
    assert tell_all(watched, settings(smtp, to=["ann@desk.example"]))[0].state == "failed"
    inbox.fail = False
    assert tell_all(watched, settings(smtp, to=["ann@desk.example"]))[0].alerts == 2
    assert len(inbox.messages) == 1


def test_killed_while_telling_nobody_is_told_twice_and_nothing_is_lost(watched, server, tmp_path):
    inbox, smtp = server
    configured(tmp_path, smtp, alerts=['to = ["ann@desk.example"]'])
    news(watched)
    inbox.kill = command(tmp_path, "alerts", "send")
    assert ended(inbox.kill)[0] == -signal.SIGKILL
    inbox.kill = None
    assert in_doubt(watched) == [("ann@desk.example", 2)]
    assert len(alerts(watched, unread=True)) == 2  # still there to be read
    news(watched, 2)
    code, says = ended(command(tmp_path, "alerts", "send"))
    assert (code, len(inbox.messages)) == (0, 2)
    assert "told 2 alerts; 2 in doubt" in says
    assert "$36" in _text(inbox.messages[1])
    assert "$35" not in _text(inbox.messages[1])
    code, says = ended(command(tmp_path, "alerts", "send", "--again"))
    assert (code, len(inbox.messages)) == (0, 3)
    assert _text(inbox.messages[2]) == _text(inbox.messages[0])
    assert in_doubt(watched) == []


def _text(message):
    parsed = email.message_from_bytes(message[1], policy=email.policy.default)
    return parsed.get_body(("plain",)).get_content()


def test_a_chat_service_is_told_through_apprise(watched, monkeypatch):
    news(watched)
    look(watched, ALL)
    with json_service() as service:
        monkeypatch.setenv("DESK_CHAT", service.url)
        chosen = settings(notify=["env:DESK_CHAT"])
        assert [(t.to, t.state, t.alerts) for t in tell_all(watched, chosen)] == [
            ("env:DESK_CHAT", "told", 2)
        ]
        assert tell_all(watched, chosen)[0].state == "nothing new"
        (told,) = service.got
    assert told["title"] == "Tradewire: 2 alerts: contracts, zorvane"
    assert "$35 million" in told["message"]


def test_the_secret_of_an_address_is_not_shown(watched):
    told = tell_all(watched, settings(notify=["json://user:secret@127.0.0.1:9/"]), dry_run=True)
    assert "secret" not in told[0].to
    with pytest.raises(ConfigError, match="sender and smtp"):
        tell_all(watched, Settings(alerts=AlertSettings(to=["ann@desk.example"])))


@pytest.mark.parametrize(
    ("hours", "time", "until"),
    [
        ("22:00-07:00", "23:30", "07:00"), ("22:00-07:00", "06:59", "07:00"), ("22:00-07:00", "07:00", None),
        ("22:00-07:00", "12:00", None), ("12:00-14:00", "13:00", "14:00"), ("12:00-14:00", "11:59", None), ("", "03:00", None),
    ],
)  # fmt: skip
def test_quiet_hours(hours, time, until):
    at = dt.datetime.fromisoformat(f"2026-11-20T{time}:00+01:00")
    assert quiet_until(hours, "Europe/Berlin", at) == until


@pytest.mark.parametrize("hours", ["22-7", "night", "25:00-07:00"])
def test_wrong_quiet_hours_say_how_to_write_them(hours):
    with pytest.raises(ConfigError, match="22:00-07:00"):
        quiet_until(hours, "UTC", now())


def test_in_quiet_hours_alerts_wait_and_are_told_afterwards(watched, server):
    inbox, smtp = server
    news(watched)
    look(watched, ALL)
    quiet = settings(smtp, to=["ann@desk.example"], quiet="00:00-23:59:59.999999")
    assert tell_all(watched, quiet)[0].state == "held until 23:59"
    assert inbox.messages == []
    assert tell_all(watched, quiet, loud=True)[0].alerts == 2


def test_a_flood_is_one_message_of_bounded_length(watched):
    for number in range(MOST_LINES + 20):
        news(watched, number)
    found = look(watched, ALL)
    message = grouped_message(watched, found, sender="t@wire.example", to="a@b.example", base="")
    text = message.get_body(("plain",)).get_content()
    assert text.count("$") <= MOST_LINES + 1
    assert "- and 20 more" in text
    assert f"- and {MOST_LINES + 20} more" in text


def test_hostile_words_stay_words(watched):
    body = "Zorvane plant <script>alert(1)</script>\u202e won."
    put(
        watched,
        "bad",
        body,
        "2026-11-20",
        listing(body, "Zorvane"),
        title="<b>Zorvane\r\nBcc: x</b> plant\u202e",
    )
    found = look(watched, ALL)
    message = grouped_message(
        watched, found, sender="t@wire.example", to="a@b.example\r\nBcc: x@y.example", base=""
    )
    assert message["Bcc"] is None
    html = message.get_body(("html",)).get_content()
    assert "<b>" not in html
    assert "\u202e" not in html
    feed = feedparser.parse(atom(watched, found))
    assert not feed.bozo
    assert "\u202e" not in feed.entries[0].title


def test_the_feed_has_one_entry_an_alert_with_its_source(watched, tmp_path):
    news(watched)
    found = look(watched, ALL)
    feed = feedparser.parse(atom(watched, found, "https://wire.example"))
    assert not feed.bozo
    assert len(feed.entries) == len(found)
    assert {e.link for e in feed.entries} == {"https://paper.example/news1"}
    assert len({e.id for e in feed.entries}) == len(found)


def test_the_commands_list_find_test_and_say_what_is_missing(watched, server, tmp_path, monkeypatch):
    from click.testing import CliRunner

    from tradewire.cli import cli

    inbox, smtp = server
    monkeypatch.chdir(tmp_path)
    news(watched)

    def call(*arguments, code=None):
        result = CliRunner().invoke(cli, ["alerts", *arguments])
        assert result.exception is None or code is not None, result.exception
        return result

    assert isinstance(call("send", "--store", "d.sqlite", code=5).exception, ConfigError)
    configured(tmp_path, smtp, alerts=['to = ["ann@desk.example"]'])
    assert len(json.loads(call("find", "--json").stdout)) == 2
    assert "dry run 2 alerts" in call("send", "--dry-run").stderr
    call("test")
    assert len(inbox.messages) == 1
    assert len(json.loads(call("list", "--json", "--read").stdout)) == 2
    assert json.loads(call("list", "--json").stdout) == []
    assert len(feedparser.parse(call("atom").stdout).entries) == 2
