"""The rig, started once a run; and a way to ask it."""

from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from rigging import Answer, Get

from crawler.simsite import Site, serve


@pytest.fixture(scope="session")
def whole_rig() -> Iterator[Site]:
    with serve("rig", first_port=None) as site:
        yield site


@pytest.fixture
def rig(whole_rig: Site) -> Site:
    """The running rig as if nobody had asked anything."""
    whole_rig.reset()
    return whole_rig


@pytest.fixture
def get(rig: Site) -> Get:
    """get("host", "/path", Header="x"): one request, no redirects followed, no unpacking."""

    def ask(host: str, path: str, **headers: str) -> Answer:
        name = host if host in rig.hosts else f"{host}.example"
        connection = HTTPConnection("127.0.0.1", int(rig.hosts[name].rsplit(":", 1)[1]), timeout=10)
        try:
            connection.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
            response = connection.getresponse()
            return response.status, dict(response.headers), response.read()
        finally:
            connection.close()

    return ask
