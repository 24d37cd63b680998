"""The rig as a whole: every host is declared, described, and leads somewhere."""

import re
from pathlib import Path

from crawler.outcomes import MEANINGS
from crawler.simsite import Site
from crawler.simsite.scenarios import SCENARIOS, hosts_of
from crawler.simsite.stories import company_name, make_story
from crawler.sources import load_sources

ROOT = Path(__file__).resolve().parents[2]


def test_every_feed_entry_leads_somewhere_that_says_what_is_expected() -> None:
    for name in SCENARIOS:
        for host in hosts_of(name):
            assert host.source is not None
            assert host.says
            assert set(host.expects.values()) <= set(MEANINGS), host.name
            assert host.expects, host.name


def test_the_rig_is_a_source_list_for_the_spider(rig: Site) -> None:
    sources = load_sources(rig.sources_toml())
    assert len(sources) == len(rig.hosts) >= 50
    for source in sources.values():
        assert source.starts


def test_docs_describe_every_host() -> None:
    page = (ROOT / "docs" / "newsroom.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| ([a-z0-9]+) \|", page, re.MULTILINE))
    assert told >= {h.name.removesuffix(".example") for h in hosts_of("rig")}


def test_stories_are_many_and_the_same_each_time() -> None:
    assert make_story(17) == make_story(17)
    assert len({make_story(n).text for n in range(300)}) == 300
    assert len({company_name(n) for n in range(4000)}) == 4000
