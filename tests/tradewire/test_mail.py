"""The mail of an issue, and sending it through a real mail server."""

import datetime as dt
import email
import email.policy
import json
import ssl

import pytest
from issue_store import WEEK, listing, put, store

from db.errors import ConfigError
from tradewire.config import DigestSettings
from tradewire.digest.document import build_document
from tradewire.digest.issues import issue
from tradewire.digest.mail import MOST_BYTES, build_message, html_part
from tradewire.digest.send import SendError, send_issue

__all__ = ["store"]


def test_the_mail_has_text_html_and_a_chart_whose_words_say_the_series(store):
    with store.write() as connection:
        connection.execute(
            'INSERT INTO mentions (text, start, "end", surface, kind, entity, name, how)'
            " SELECT a.text, 0, 5, 'Orbel', 'company', 0, 'Orbel $& Optics', 'ner' FROM articles a"
        )
    document = issue(store, WEEK, refresh=True)
    message = build_message(
        document, sender="Trade Wire <t@wire.example>", to="a@b.example", unsubscribe="https://w.example/u"
    )
    parsed = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    assert parsed["List-Unsubscribe"] == "<https://w.example/u>"
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


class Inbox:
    """Keeps what a mail server got."""

    def __init__(self):
        self.messages = []
        self.fail = False

    async def handle_DATA(self, server, session, envelope):
        if self.fail:
            return "451 not now"
        self.messages.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A mail server on loopback with STARTTLS and a password."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult, LoginPassword

    certificate, key = certificate_files(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def check(_server, _session, _envelope, _mechanism, data):
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"wire", b"secret")
        return AuthResult(success=good)

    inbox = Inbox()
    controller = Controller(
        inbox, hostname="localhost", port=0, tls_context=context, require_starttls=True, auth_required=True,
        authenticator=check,
    )  # fmt: skip
    controller.port = _free_port()
    controller.start()
    monkeypatch.setenv("TRADEWIRE_SMTP_USER", "wire")
    monkeypatch.setenv("TRADEWIRE_SMTP_PASSWORD", "secret")
    monkeypatch.setenv("TRADEWIRE_SMTP_CA", str(certificate))
    yield inbox, f"localhost:{controller.port}"
    controller.stop()


def _free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def certificate_files(folder):
    """A certificate of our own for localhost."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder / "cert.pem", folder / "key.pem"


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


def test_killed_between_sending_and_writing_it_down_nobody_gets_it_twice(store, server):
    inbox, smtp = server
    document = issue(store, WEEK)
    receivers = settings(smtp, "ann@desk.example")
    with store.write() as connection:  # what a process leaves that dies right after handing the mail over
        sent = json.dumps([{"to": "ann@desk.example", "state": "sending", "at": "2026-11-16T06:00:00Z"}])
        connection.execute("UPDATE digest_issues SET sent = ?", (sent,))
    assert [s.state for s in send_issue(store, document, receivers)] == ["in doubt"]
    assert inbox.messages == []
    assert [s.state for s in send_issue(store, document, receivers, again=True)] == ["sent"]


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
