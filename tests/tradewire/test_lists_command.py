"""`tradewire lists`: update from files and from a server, show, diff."""

import http.server
import json
import threading

import pytest

from tradewire.cli import main

CSV = "No,Country,Company,Also known as,WMD type\n1,China,Tarvik Institute,TI,N\n2,China,Olmen Works,,N\n"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    run("init")
    return tmp_path


def run(*arguments):
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return ended.value.code


def test_update_from_a_file_then_show_a_company_as_of_a_day(home, capsys):
    (home / "meti.csv").write_text(CSV)
    assert run("lists", "update", "meti.csv", "--as-of", "2025-09-29") == 0
    assert "2 added" in capsys.readouterr().err
    assert run("lists", "show", "Tarvik Institute", "--json") == 0
    (status,) = json.loads(capsys.readouterr().out)
    assert (status["list"], status["status"]) == ("Japan End User List", "on the list")


def test_dry_run_writes_nothing(home, capsys):
    (home / "meti.csv").write_text(CSV)
    assert run("lists", "show", "--json") == 0
    before = json.loads(capsys.readouterr().out)
    assert run("lists", "update", "meti.csv", "--dry-run") == 0
    assert run("lists", "show", "--json") == 0
    assert json.loads(capsys.readouterr().out) == before


def test_new_columns_and_bad_rows_end_with_degraded(home, capsys):
    (home / "meti.csv").write_text(
        CSV.replace("WMD type\n", "WMD type,Surprise\n").replace(",N\n", ",N,x\n") + "broken\n"
    )
    assert run("lists", "update", "meti.csv") == 3
    err = capsys.readouterr().err
    assert "NEW COLUMNS" in err
    assert "not understood" in err


def test_update_asks_the_configured_addresses_and_not_twice_for_the_same(home, capsys):
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.headers.get("If-None-Match"))
            if self.headers.get("If-None-Match") == '"v1"':
                self.send_response(304)
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("ETag", '"v1"')
            self.end_headers()
            self.wfile.write(CSV.encode())

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        names = ["consolidated-screening-list", "ofac-consolidated", "uflpa", "federal-register-entity-list"]
        off = "".join(
            f'[[lists]]\nname = "{n}"\nurl = "http://127.0.0.1/"\nformat = "csl-json"\nenabled = false\n'
            for n in names
        )
        with (home / "tradewire.toml").open("a") as settings:
            settings.write(
                f'\n{off}[[lists]]\nname = "own"\nurl = "http://127.0.0.1:{server.server_port}/x.csv"\nformat = "meti-csv"\n'
            )
        try:
            assert run("lists", "update") == 0
            assert run("lists", "update") == 0
        finally:
            server.shutdown()
            thread.join()
    assert asked == [None, '"v1"']
    assert "own: not changed" in capsys.readouterr().err


class Server(http.server.ThreadingHTTPServer):
    """Answers every request with `body`, and announces `missing` bytes more than it sends."""

    def __init__(self, body, *, missing=0, status=200):
        self.body, self.missing, self.status = body, missing, status
        super().__init__(("127.0.0.1", 0), Answer)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *args):
        self.shutdown()
        self.server_close()


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.body) + self.server.missing))
        self.send_header("ETag", '"v1"')
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *args):
        pass


def only(home, port, form="meti-csv"):
    """Settings that ask this server and nobody else."""
    from crawler.lists.formats import packaged_addresses

    off = "".join(
        f'[[lists]]\nname = "{a.name}"\nurl = "{a.url}"\nformat = "{a.format}"\nenabled = false\n'
        for a in packaged_addresses()
    )
    with (home / "tradewire.toml").open("a") as settings:
        settings.write(
            f'\n{off}[[lists]]\nname = "own"\nurl = "http://127.0.0.1:{port}/x.csv"\nformat = "{form}"\n'
        )


def test_a_download_that_breaks_off_changes_nothing(home, capsys):
    with Server(CSV.encode(), missing=500) as server:
        only(home, server.server_port)
        assert run("lists", "update") == 3
    assert "broke off" in capsys.readouterr().err
    assert run("lists", "show", "Tarvik Institute") == 1


def test_what_was_not_understood_is_asked_for_and_told_again(home, capsys):
    with Server((CSV + "broken\n").encode()) as server:
        only(home, server.server_port)
        assert run("lists", "update") == 3
        assert run("lists", "update") == 3
    assert capsys.readouterr().err.count("not understood: meti line 4") == 2


def test_a_page_instead_of_a_list_is_refused(home, capsys):
    with Server(b"<html>Service unavailable</html>") as server:
        only(home, server.server_port, "uk-xml")
        assert run("lists", "update") == 3
    assert "own: uk: no Designation" in capsys.readouterr().err


def test_packaged_events_are_shown_with_citation_and_as_of(home, capsys):
    off = "".join(
        f'[[lists]]\nname = "{n}"\nurl = "http://127.0.0.1/"\nformat = "csl-json"\nenabled = false\n'
        for n in ["consolidated-screening-list", "ofac-consolidated", "uflpa", "federal-register-entity-list"]
    )
    with (home / "tradewire.toml").open("a") as settings:
        settings.write("\n" + off)
    assert run("lists", "update") == 0
    capsys.readouterr()
    assert run("lists", "show", "zte", "--on", "2018-05-01", "--json") == 0
    found = {row["list"]: row for row in json.loads(capsys.readouterr().out)}
    assert found["Entity List"]["status"] == "was on the list"
    assert found["Entity List"]["as_of"] == "2018-05-01"
    assert (
        run("lists", "diff", "--from", "2019-10-01", "--to", "2019-10-31", "--list", "entity-list", "--json")
        == 0
    )
    assert len(json.loads(capsys.readouterr().out)) >= 8


def test_neither_a_list_nor_a_company_fails(home):
    assert run("lists", "show", "Nobody At All") == 1


def test_a_wrong_day_is_a_usage_error(home):
    assert run("lists", "show", "zte", "--on", "yesterday") == 2


def test_days_in_the_wrong_order_are_refused(home, capsys):
    assert run("lists", "diff", "--from", "2025-01-01", "--to", "2024-12-31") == 2
    assert "lies before" in capsys.readouterr().err
