"""No way leads to a private address, however it is written, named or redirected to."""

import pytest

from crawler.guard import Guard, PrivateAddressError, PrivateAnswerError, is_private


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[fe80::1%25eth0]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.1.2.3:8080/",
        "http://192.168.0.1/",
        "http://172.16.0.1/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://localhost/",
        "http://db.localhost:5432/",
    ],
)
def test_written_out_addresses_are_refused(url: str) -> None:
    with pytest.raises(PrivateAddressError):
        Guard().check_url(url)


@pytest.mark.parametrize("url", ["http://93.184.216.34/", "https://news.example/", "http://[2606:4700::1]/"])
def test_public_ones_pass(url: str) -> None:
    guard = Guard()
    guard.check_url(url)
    assert not guard.refused


def test_a_dns_answer_is_tested_where_the_connection_gets_it() -> None:
    guard = Guard()
    guard.check_answer("news.example", "93.184.216.34")
    with pytest.raises(PrivateAnswerError):
        guard.check_answer("rebound.example", "192.168.1.10")
    assert guard.refused == {"rebound.example"}


def test_only_the_declared_port_of_a_private_host_is_allowed() -> None:
    guard = Guard()
    guard.allow(hosts=["127.0.0.1:8001"])
    guard.check_url("http://127.0.0.1:8001/feed")
    with pytest.raises(PrivateAddressError):
        guard.check_url("http://127.0.0.1:8002/admin")


def test_names_are_no_addresses() -> None:
    assert not is_private("news.example")
    assert is_private("fd00::1")
