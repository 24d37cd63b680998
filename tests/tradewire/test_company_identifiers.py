"""Identifiers of companies: packaged ones have a citation, a user's own are shown, wrong ones are refused."""

import json

import pytest

from nlp.gazetteer import COLUMNS, packaged_companies
from tradewire.cli import main


def run(*arguments):
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return ended.value.code


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    run("init")
    return tmp_path


def own_file(home, lei):
    row = {"id": "orvane", "name": "Orvane Robotics GmbH", "country": "DE", "lei": lei, "ticker": "XETRA: ORV", "origin": "https://orvane.example/ir"}  # fmt: skip
    text = ",".join(COLUMNS) + "\n" + ",".join(row.get(name, "") for name in COLUMNS) + "\n"
    (home / "mine.csv").write_text(text, encoding="utf-8")
    settings = home / "tradewire.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("[annotate]", '[annotate]\ncompanies = "mine.csv"'), encoding="utf-8")


def test_every_packaged_identifier_is_cited():
    known = [r for r in packaged_companies() if r.ticker or r.lei or r.wikidata]
    assert len(known) >= 70
    assert [r.id for r in known if "https://" not in r.origin] == []


def test_no_ticker_of_one_market_is_given_to_two_companies():
    tickers = [r.ticker for r in packaged_companies() if r.ticker]
    assert len(tickers) == len(set(tickers))


def test_the_company_page_shows_the_packaged_identifier(home, capsys):
    assert run("company", "Nvidia") == 0
    assert "identifiers: ticker NVDA" in capsys.readouterr().out


def test_identifiers_of_a_users_file_are_shown_and_matched(home, capsys):
    own_file(home, "5493001KJTIIGC8Y1R12")
    assert run("resolve") == 0
    capsys.readouterr()
    assert run("company", "Orvane Robotics", "--json") == 0
    company = json.loads(capsys.readouterr().out)["company"]
    assert (company["lei"], company["ticker"]) == ("5493001KJTIIGC8Y1R12", "XETRA: ORV")
    assert company["origin"] == "https://orvane.example/ir"
    assert run("match", "Orvane Robotics", "--json") == 0
    (response,) = json.loads(capsys.readouterr().out)["responses"].values()
    assert response["results"][0]["properties"]["leiCode"] == ["5493001KJTIIGC8Y1R12"]


def test_an_identifier_with_wrong_check_digits_stops_the_run(home, capsys):
    own_file(home, "5493001KJTIIGC8Y1R13")
    assert run("resolve") == 5
    assert "no legal entity identifier" in capsys.readouterr().err
