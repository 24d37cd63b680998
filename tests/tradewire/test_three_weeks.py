"""Three weeks in two minutes: a feed falls silent, a paper blocks us, an article is corrected, and all are well again.

Real spider, real pipeline, real mail server; only the clock is shifted. The papers are hosts of the rig.
"""

import datetime as dt
import email
import email.policy

import pytest
from mail_server import server

from crawler.extract import extract_pending
from crawler.health import keep_states
from crawler.run import crawl
from crawler.simsite.kit import Kit
from crawler.simsite.replies import Reply
from crawler.simsite.server import Site
from crawler.simsite.stories import Entry, Story, atom, html_page
from crawler.sources import load_sources
from db import clock
from db.store import Store
from tradewire.config import AlertSettings, DigestSettings, Settings
from tradewire.demo import FAST
from tradewire.digest.issues import issue
from tradewire.digest.render import render
from tradewire.digest.send import send_issue
from tradewire.digest.window import parse_week
from tradewire.stages import alert_stage, digest_stage, run_all

__all__ = ["server"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
MONDAY = dt.datetime(2026, 10, 26, 9, 0, tzinfo=dt.UTC)  #: of the first week, W44
FILLER = (
    "The listing is the latest step in the trade war over chips and export controls, officials in Washington said.",
    "Companies on the list may not buy American technology without a licence that is seldom granted.",
    "Importers have asked for more time, and the ministry in Beijing has promised to answer with measures of its own.",
)


def at(week, day=3, hour=9):
    """A moment of week 0, 1 or 2."""
    return MONDAY + dt.timedelta(weeks=week, days=day, hours=hour - 9)


class Paper:
    """A host whose articles come out week by week. `mood` says how it behaves in a week: well, silent or blocked."""

    def __init__(self, name, *articles, moods=("well", "well", "well")):
        self.kit = Kit(f"{name}.example", name, 0)
        self.articles, self.moods = articles, moods
        for number in range(len(articles)):
            self.kit.route(f"/news/{number}", self.page(number))
        self.kit.route("/feed", self.feed)

    def page(self, number):
        def answer(request):
            if self.moods[request.tick] == "blocked":
                return Reply(b"<h1>Access denied</h1>", status=403)
            week, title, first, corrected = self.articles[number]
            words = corrected if corrected and request.tick > week else first
            story = Story(number, title, (words, *(f"{line} ({title})" for line in FILLER)), at(week, 1))
            return Reply(html_page(story, request.base + request.path))

        return answer

    def feed(self, request):
        entries = []
        for number, (week, title, _, corrected) in enumerate(self.articles):
            if week <= request.tick and not (self.moods[request.tick] == "silent" and week == request.tick):
                fixed = at(week + 1, 1) if corrected and request.tick > week else None
                url = f"{request.base}/news/{number}"
                entries.append(Entry(title, url, at(week, 1), updated=fixed))
        return Reply(atom(self.kit.name, entries), "application/atom+xml")


def papers():
    """Three papers: one is corrected, one falls silent, one blocks us; in the third week all is well."""
    steady = Paper(
        "steady",
        (0, "Commerce puts Orbeltec Optics on Entity List", "The Commerce Department added Orbeltec Optics to the Entity List on Tuesday.", None),
        (0, "Zorvane Memory wins chip contract despite export controls",
         "Zorvane Memory won a contract worth $34 million from Kestin Air, the chip maker said on Tuesday.",
         "Zorvane Memory won a contract worth $43 million from Kestin Air, the chip maker said on Tuesday."),
        (1, "Commerce takes Tarvik Sensors off Entity List", "The Commerce Department removed Tarvik Sensors from the Entity List on Tuesday.", None),
    )  # fmt: skip
    silent = Paper(
        "silent",
        *((week, f"Tariffs weigh on port number {week}", f"Tariffs of 25 per cent weigh on port number {week}, officials said.", None)
          for week in (0, 1, 2)),
        moods=("well", "silent", "well"),
    )  # fmt: skip
    blocked = Paper(
        "blocked",
        *((week, f"Export controls hit chip maker number {week}-{n}", f"Export controls hit chip maker number {week}-{n}, it said.", None)
          for week, count in ((0, 1), (1, 11), (2, 1)) for n in range(count)),
        moods=("well", "blocked", "well"),
    )  # fmt: skip
    return [steady, silent, blocked]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The folder of an installation."""
    return tmp_path_factory.mktemp("weeks")


@pytest.fixture
def shifted(monkeypatch):
    """Set our clock, and that of the processes we start."""

    def go(moment):
        shift = moment - dt.datetime.now(dt.UTC)
        monkeypatch.setattr(clock, "SHIFT", shift)
        monkeypatch.setenv("TRADEWIRE_CLOCK_SHIFT_S", str(shift.total_seconds()))

    return go


def test_three_weeks(house, shifted, server):
    inbox, smtp = server
    settings = Settings(
        store=str(house / "tradewire.sqlite"),
        archive=str(house / "archive"),
        digest=DigestSettings(sender="t@wire.example", to=["desk@desk.example"], smtp=smtp),
        alerts=AlertSettings(to=["desk@desk.example"]),
    )
    hosts = [paper.kit.build() for paper in papers()]
    shifted(at(0, 0))
    Store.open(house / "tradewire.sqlite", create=True).close()
    unwell, mails, issues = [], [], []
    with Site(lambda site: hosts, first_port=None) as site, Store.open(house / "tradewire.sqlite") as store:
        declared = site.sources_toml().replace("expect = [0, 1000]", "expect = [1, 1000]")
        for week in range(3):
            # On Friday everything is run, in the second week an hour later: seven days must not end within the run.
            shifted(at(week, 4, hour=10 if week == 1 else 9))
            site.tick = week
            sources = load_sources(declared).values()
            if week < 2:
                unwell.append(run_all(store, settings, sources, crawl_overrides=FAST)["unwell"])
            else:  # nothing happens any more: the papers are only read
                crawl(store, sources, house / "archive", settings=FAST)
                extract_pending(store, house / "archive")
                unwell.append(keep_states(store))
                assert alert_stage(store, settings)[0]["told"] == 2
            mails.append(take(inbox))
            shifted(at(week + 1, 0))  # on Monday the issue is made and sent
            assert digest_stage(store, settings)["issues"] == 1
            assert alert_stage(store, settings)[0]["told"] == 0
            document = issue(store, parse_week(f"2026-W{44 + week}"))
            assert [s.state for s in send_issue(store, document, settings.digest)] == ["sent"]
            assert [s.state for s in send_issue(store, document, settings.digest)] == ["already sent"]
            assert [mail["Subject"] for mail in take(inbox)] == [document["subject"]]
            issues.append(document)

    # alerts: nothing in the first week, both papers in one message in the second, both well in the third
    assert [len(found) for found in mails] == [0, 1, 1]
    assert [bool(found) for found in unwell] == [False, True, False]
    ill, well = (found[0].get_body(("plain",)).get_content() for found in mails[1:])
    assert mails[1][0]["Subject"].startswith("Tradewire: 2 alerts: ")
    assert "silent.example: silent, 0 articles in seven days" in ill
    assert "blocked.example: failing, " in ill
    assert "none was answered" in ill
    assert "silent.example: well again (was silent since 2026-11-06" in well
    assert "blocked.example: well again (was failing since 2026-11-06" in well

    first, second, third = (document["sections"] for document in issues)
    assert [i["company"] for i in first["added"]] == ["Orbeltec Optics"]
    assert [i["shown"] for i in first["contracts"]] == ["USD 34m"]
    assert issues[0]["method"]["failed_sources"] == []

    assert [i["company"] for i in second["removed"]] == ["Tarvik Sensors"]
    assert second["added"] == []
    (correction,) = second["corrections"]
    assert correction["week"] == "2026-W44"
    assert "$34 million" in correction["sentence"]
    assert "$43 million" in correction["now"]
    assert {s["name"] for s in issues[1]["method"]["failed_sources"]} == {"silent.example", "blocked.example"}
    text = render(issues[1], "text")
    assert "CORRECTIONS TO EARLIER ISSUES" in text
    assert "Source blocked.example: failing" in text

    assert third["added"] == third["removed"] == third["corrections"] == []
    assert "a quiet week" in issues[2]["subject"]
    assert len(render(issues[2], "text").splitlines()) < 20
    assert issues[2]["method"]["failed_sources"] == []


def take(inbox):
    """The mails that came, taken out."""
    found = [email.message_from_bytes(content, policy=email.policy.default) for _, content in inbox.messages]
    inbox.messages.clear()
    return found
