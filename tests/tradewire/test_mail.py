"""The mail of an issue, and sending it through a real mail server."""

import email
import email.policy
import signal

import pytest
from issue_store import WEEK, listing, put, store
from mail_server import command, configured, ended, json_service, server

from db.errors import ConfigError
from tradewire.config import DigestSettings
from tradewire.digest.document import build_document
from tradewire.digest.issues import issue
from tradewire.digest.mail import MOST_BYTES, build_message, html_part
from tradewire.digest.scope import Topic
from tradewire.digest.send import SendError, in_doubt, send_issue
from tradewire.digest.window import parse_week

__all__ = ["server", "store"]


def test_the_mail_has_text_html_and_a_chart_whose_words_say_the_series(store):
    with store.write() as connection:
        connection.execute(
            'INSERT INTO mentions (text, n, start, "end", surface, kind, entity, long_name, how)'
            " SELECT a.text, 99, 0, 5, 'Orbel', 'company', 0, 'Orbel $& Optics', 'ner' FROM articles a"
        )
    document = issue(store, WEEK, refresh=True)
    message = build_message(
        document, sender="Trade Wire <t@wire.example>", to="a@b.example", unsubscribe="https://w.example/u"
    )
    parsed = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    assert parsed["List-Unsubscribe"] == "<https://w.example/u>"
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "2026-W46" in parsed["Message-ID"]
    assert [part.get_content_type() for part in parsed.walk() if not part.is_multipart()] == [
        "text/plain", "text/html", "image/png",
    ]  # fmt: skip
    html = parsed.get_body(("html",)).get_content()
    assert len(html.encode()) <= MOST_BYTES
    assert 'src="cid:mentioned"' in html
    assert "Stories in each of the last twelve weeks" in html
    assert (
        next(part for part in parsed.walk() if part.get_content_type() == "image/png").get_content()[:4]
        == b"\x89PNG"
    )


def test_a_long_issue_is_cut_to_the_size_that_mail_services_show(store):
    for n in range(40):
        body = f"Commerce added Orbel{n} " + "and its many affiliates " * 60 + "to the Entity List."
        put(store, f"long{n}", body, "2026-11-10", listing(body, f"Orbel{n}"))
    document = build_document(store, WEEK, by_published=True)
    assert len(html_part(document).encode()) <= MOST_BYTES


def test_a_headline_cannot_start_a_mail_header(store):
    document = issue(store, WEEK) | {"subject": "News\r\nBcc: all@evil.example"}
    message = build_message(document, sender="t@wire.example", to="a@b.example")
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]


def settings(smtp, *to):
    return DigestSettings(sender="t@wire.example", to=list(to), smtp=smtp)


def test_a_mail_goes_out_once_over_starttls_with_a_password(store, server):
    inbox, smtp = server
    document = issue(store, WEEK)
    receivers = settings(smtp, "ann@desk.example", "bob@desk.example")
    assert [s.state for s in send_issue(store, document, receivers, dry_run=True)] == ["dry run", "dry run"]
    assert inbox.messages == []
    assert [s.state for s in send_issue(store, document, receivers)] == ["sent", "sent"]
    assert [s.state for s in send_issue(store, document, receivers)] == ["already sent", "already sent"]
    assert [to for to, _ in inbox.messages] == [["ann@desk.example"], ["bob@desk.example"]]
    assert document["subject"].encode() in inbox.messages[0][1]


def test_killed_between_handing_over_and_writing_it_down_nobody_gets_it_twice(store, server, tmp_path):
    inbox, smtp = server
    configured(tmp_path, smtp, digest=['to = ["ann@desk.example"]'])
    arguments = ("digest", "--week", WEEK.week, "--send")
    inbox.kill = command(tmp_path, *arguments)
    assert ended(inbox.kill)[0] == -signal.SIGKILL
    inbox.kill = None
    assert len(inbox.messages) == 1
    assert in_doubt(store) == [(WEEK.week, "ann@desk.example")]
    code, says = ended(command(tmp_path, *arguments))
    assert (code, len(inbox.messages)) == (0, 1)
    assert "ann@desk.example: in doubt" in says
    code, says = ended(command(tmp_path, *arguments, "--again"))
    assert (code, len(inbox.messages)) == (0, 2)
    first, second = (email.message_from_bytes(content)["Message-ID"] for _, content in inbox.messages)
    assert first == second  # a mail program shows it once
    assert in_doubt(store) == []


def test_two_senders_at_once_send_one_mail(store, server, tmp_path):
    inbox, smtp = server
    issue(store, WEEK)
    configured(tmp_path, smtp, digest=['to = ["ann@desk.example"]'])
    arguments = ("digest", "--week", WEEK.week, "--send")
    both = [command(tmp_path, *arguments) for _ in range(2)]
    assert [ended(one)[0] for one in both] == [0, 0]
    assert len(inbox.messages) == 1


def test_a_topic_goes_to_whom_it_is_for_and_the_general_issue_is_another(store, server):
    inbox, smtp = server
    topic = Topic("search:x", "x", "[1]")
    send_issue(store, issue(store, WEEK, topic=topic), settings(smtp), to=["ann@desk.example"])
    send_issue(store, issue(store, WEEK), settings(smtp, "ann@desk.example"))
    subjects = [
        email.message_from_bytes(c, policy=email.policy.default)["Subject"] for _, c in inbox.messages
    ]
    assert len({s.partition(":")[0] for s in subjects}) == 2
    assert len({email.message_from_bytes(c)["Message-ID"] for _, c in inbox.messages}) == 2


def test_a_chat_service_gets_the_short_form_once_through_apprise(store, monkeypatch):
    with json_service() as service:
        monkeypatch.setenv("DESK_CHAT", service.url)
        chat = DigestSettings(notify=["env:DESK_CHAT"])
        document = issue(store, WEEK)
        assert [s.state for s in send_issue(store, document, chat, dry_run=True)] == ["dry run"]
        assert [s.state for s in send_issue(store, document, chat)] == ["sent"]
        assert [s.state for s in send_issue(store, document, chat)] == ["already sent"]
        (told,) = service.got
        assert told["title"] == document["subject"]
        assert document["in_short"][0]["text"] in told["message"]
        service.status = 500
        other = issue(store, parse_week("2026-W45"))
        with pytest.raises(SendError, match="env:DESK_CHAT"):
            send_issue(store, other, chat)
        service.status = 200
        assert [s.state for s in send_issue(store, other, chat)] == ["sent"]


def test_a_refusal_is_an_error_and_may_be_tried_again(store, server):
    inbox, smtp = server
    document = issue(store, WEEK)
    receivers = settings(smtp, "ann@desk.example")
    inbox.fail = True
    with pytest.raises(SendError, match="not now"):
        send_issue(store, document, receivers)
    inbox.fail = False
    assert [s.state for s in send_issue(store, document, receivers)] == ["sent"]


def test_sending_without_settings_says_which(store):
    with pytest.raises(ConfigError, match="sender, to and smtp"):
        send_issue(store, issue(store, WEEK), DigestSettings())


def test_without_an_address_of_its_own_unsubscribing_is_a_mail_to_the_sender(store):
    message = build_message(issue(store, WEEK), sender="Wire <t@wire.example>", to="a@b.example")
    assert message["List-Unsubscribe"] == "<mailto:t@wire.example?subject=unsubscribe>"
    assert message["List-Unsubscribe-Post"] is None


def test_a_running_week_is_not_sent(tmp_path, server, store):
    configured(tmp_path, server[1], digest=['to = ["ann@desk.example"]'])
    code, says = ended(command(tmp_path, "digest", "--week", "2090-W01", "--send"))
    assert (code, server[0].messages) == (2, [])
    assert "not over" in says
