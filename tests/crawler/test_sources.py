"""Sources are data: strictly checked, each with its evidence, and the user's laid over ours."""

from pathlib import Path

import pytest

from crawler.onboarding import add_table, find_feeds, find_sitemaps, set_verified, source_id
from crawler.sources import load_sources, sources_toml
from db.errors import SourceError

GOOD = '[paper]\nname = "Paper"\nfeeds = ["https://news.example/feed"]\n'


def test_the_packaged_sources_are_many_and_have_their_evidence() -> None:
    found = load_sources()
    assert len(found) >= 40
    assert {"mit_technology_review", "analytics_india_magazine"} <= set(found)
    for source in found.values():
        assert source.evidence, source.id
        assert source.expect is not None, source.id
        assert source.country is not None, source.id
        assert source.home is not None, source.id
        assert not source.allow_private, source.id
        assert source.verified is None, "set by a live check only"
    countries = {source.country for source in found.values()}
    assert {"us", "cn", "hk", "tw", "jp", "kr", "in", "gb", "de", "au"} <= countries
    assert {source.kind for source in found.values()} >= {"government", "agency", "paper", "trade", "lawfirm"}
    urls = [url for source in found.values() for _, url in source.starts]
    assert len(urls) == len(set(urls))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[paper]\nname = 'P'\nfeed = ['https://a.example/f']", "unknown key 'feed'; did you mean 'feeds'"),
        ("[paper]\nname = 'P'", "one of feeds, sitemaps, sections, apis"),
        ("[paper]\nfeeds = ['https://a.example/f']", "name"),
        ("[Paper]\nname = 'P'\nfeeds = ['https://a.example/f']", "lower case"),
        (GOOD + "expect = [5, 2]", "fewest, most"),
        (GOOD + "country = 'USA'", "country"),
        ("[paper]\nname = 'P'\nfeeds = ['ftp://a.example/f']", "not an http address"),
        ("[paper\nname = 'P'", "sources"),
        ("name = 'P'", "outside a table"),
        (GOOD + "delay_s = -1", "delay_s"),
    ],
)
def test_a_wrong_declaration_says_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        load_sources(text)


def test_a_users_table_changes_only_the_keys_it_names(tmp_path: Path) -> None:
    user = tmp_path / "sources.toml"
    user.write_text('[paper]\npaused = true\n\n[mine]\nname = "Mine"\nsections = ["https://mine.example/"]\n')
    found = load_sources(GOOD, user)
    assert found["paper"].paused
    assert found["paper"].feeds == ("https://news.example/feed",)
    assert found["mine"].starts == (("section", "https://mine.example/"),)
    assert load_sources(sources_toml(found.values())) == found


def test_a_missing_users_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.toml"):
        load_sources(GOOD, tmp_path / "none.toml")


def test_adding_and_verifying_edit_only_their_table(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text("# mine\n" + GOOD, encoding="utf-8")
    add_table(path, '[other]\nname = "Other"\nfeeds = ["https://other.example/f"]', "other")
    with pytest.raises(SourceError, match="already"):
        add_table(path, "[other]", "other")
    set_verified(path, "paper", day="2026-11-20")
    set_verified(path, "paper", day="2026-11-21")
    found = load_sources(path)
    assert found["paper"].verified == "2026-11-21"
    assert found["other"].verified is None
    assert path.read_text(encoding="utf-8").startswith("# mine\n")


def test_feeds_and_sitemaps_are_found_on_a_home_page() -> None:
    body = b"""<html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml">
    <link rel="alternate" type="application/rss+xml" href="/comments/feed/"></head><body>
    <a href="https://news.example/trade/feed/">RSS</a><a href="https://other.example/feed/">theirs</a>
    <a href="/feedback">Feedback</a></body></html>"""
    assert find_feeds(body, "https://news.example/") == (
        "https://news.example/rss.xml",
        "https://news.example/trade/feed/",
    )
    robots = "User-agent: *\nSitemap: https://news.example/all.xml\nsitemap: /news-sitemap.xml\n"
    assert find_sitemaps(robots, "https://news.example/") == (
        "https://news.example/news-sitemap.xml",
        "https://news.example/all.xml",
    )
    assert source_id("https://www.harbour-times.example/") == "harbour_times_example"
