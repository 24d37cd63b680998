"""A real mail server on loopback that wants STARTTLS and a password, with a certificate of its own."""

import datetime as dt
import json
import os
import signal
import ssl
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Inbox:
    """Keeps what a mail server got."""

    def __init__(self):
        self.messages = []
        self.fail = False
        self.kill = None  #: process that dies after it gave a message away and before it hears so

    async def handle_DATA(self, server, session, envelope):
        if self.fail:
            return "451 not now"
        self.messages.append((envelope.rcpt_tos, envelope.content))
        if self.kill is not None:
            os.kill(self.kill.pid, signal.SIGKILL)
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


@contextmanager
def json_service():
    """A chat service on loopback as Apprise's json:// knows it; `got` is what it was told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.got.append(json.loads(body))
            self.send_response(self.server.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    service = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.got, service.status = [], 200
    service.url = f"json://127.0.0.1:{service.server_address[1]}/"
    thread = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.shutdown()
        service.server_close()
        thread.join(5)


def configured(folder, smtp, **more):
    """A tradewire.toml in `folder` that mails through `smtp`."""
    lines = [
        'store = "d.sqlite"',
        "[digest]",
        'sender = "t@wire.example"',
        f'smtp = "{smtp}"',
        *more.pop("digest", ()),
    ]
    for section, rows in more.items():
        lines += [f"[{section}]", *rows]
    (folder / "tradewire.toml").write_text("\n".join(lines) + "\n")


def command(folder, *arguments):
    """The command line as a process of its own in `folder`."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    return subprocess.Popen(
        [sys.executable, "-m", "tradewire", *arguments],
        cwd=folder,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process):
    """Exit code and what it said."""
    says = process.communicate(timeout=120)[1]
    return process.returncode, says
