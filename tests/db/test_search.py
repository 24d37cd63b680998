"""Searching: any text gives an answer, and the answer is right on a small known store."""

import datetime as dt
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import db.parties
import db.query_compile
from db.articles import ArticleRow, put_article
from db.passages import Passages, likely_sentences, sentences
from db.query_compile import needed
from db.query_language import parse
from db.query_nodes import And, Or, Scope, Term, describe, quoted, written
from db.query_values import read_days, read_money
from db.search import MARK, UNMARK, search
from db.store import Store


@pytest.fixture(scope="module")
def store(sample_store):
    return sample_store


def names(answer):
    return {hit.url.rsplit("/", 1)[1] for hit in answer.hits}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("entity list", {"chips"}),
        ('"entity list"', {"chips"}),
        ('"list entity"', set()),
        ("tariff", {"chips", "quote", "far"}),  # porter: tariffs
        ("tariffs -harbour", {"chips"}),
        ("tariffs NOT harbour", {"chips"}),
        ("-tariffs", {"smic", "cn", "café"}),
        ("fabs OR minister", {"smic", "quote"}),
        ("(fabs OR minister) quiet", {"quote"}),
        ("title:tariffs", {"far"}),
        ("text:fabs", set()),
        ("chipm*", {"smic"}),
        ("tariffs NEAR/3 raised", {"far"}),
        ("tariffs NEAR/3 ship", set()),
        ('"tariffs raised"~4', {"far"}),
        ("sentence:(tariffs harbour)", set()),
        ("sentence:(tariffs raised)", {"far"}),
        ("quote:tariffs", {"quote"}),
        ("quote:harbour", set()),
        ("实体清单", {"cn"}),
        ("SMIC", {"smic", "cn"}),
        ('"SMIC"', set()),
        ("中芯国际", {"smic", "cn"}),
        ("Semiconductor Manufacturing International", {"smic", "cn"}),
        ("electricite", {"café"}),
        ("company:SMIC", {"smic"}),
        ('company:"semiconductor manufacturing international"', {"smic"}),
        ("company:nobody", set()),
        ('list:"entity list"', {"chips"}),
        ("list:entity-list action:add", {"chips"}),
        ("kind:valuations", {"smic"}),
        ("kind:(valuation OR listing)", {"smic", "chips"}),
        ("kind:nonsense", set()),
        ("source:harbour", {"chips", "smic"}),
        ('source:"The Tide"', {"cn", "quote", "café"}),
        ("country:sg", {"chips", "smic"}),
        ("-source:harbour tariffs", {"quote", "far"}),
        ("source:tide OR fabs", {"cn", "quote", "café", "smic"}),
        ("speaker:Quill", {"quote"}),
        ('speaker:"ada quill"', {"quote"}),
        ("topic:tariffs", {"far"}),
        ("lang:zh", {"cn"}),
        ("since:2026-11", {"chips", "café"}),
        ("until:2024", {"far"}),
        ("until:2024-03-03", {"far"}),
        ("since:2026-09-01 until:2026-10-01", {"smic", "cn"}),
        ("amount>1bn", {"smic"}),
        ("amount>$8bn", set()),
        ("amount:$7bn..$8bn", {"smic"}),
        ("amount > 1 billion EUR", set()),
        ("U.S.", set()),
        ("", {"chips", "smic", "cn", "quote", "far", "café"}),
    ],
)
@pytest.mark.parametrize(("few", "walked"), [(20_000, 100), (0, -1)])
def test_a_query_finds_exactly(store, query, expected, few, walked, monkeypatch):
    monkeypatch.setattr(db.query_compile, "FEW", few)  # filters are asked of each article, or list theirs
    monkeypatch.setattr(db.parties, "WALKED", walked)  # names are looked for in few texts
    answer = search(store, query)
    assert names(answer) == expected
    assert answer.total == len(expected)


def test_what_was_found_is_marked_and_the_rest_is_plain(store):
    (hit,) = search(store, '"commerce department" title:orrin').hits
    assert f"{MARK}Commerce Department{UNMARK} added" in hit.snippet
    assert f"{MARK}Orrin{UNMARK}" in hit.title_marked
    assert hit.title == "Orrin Semiconductor added to entity list"
    (hit,) = search(store, "清单").hits
    assert f"实体{MARK}清单{UNMARK}。" in hit.snippet.replace(" ", "")


def test_the_reading_is_told(store):
    answer = search(store, 'SMIC -(rumour OR "old news") since:2026')
    assert answer.read == 'SMIC and not (rumour or "old news") and since is 2026'
    assert any("中芯国际" in note for note in answer.notes)
    assert "closing bracket" in search(store, "(a b").notes[0]


def test_no_hits_come_with_looser_queries(store):
    answer = search(store, "fabs minister source:tide")
    assert answer.hits == ()
    assert answer.looser == ("fabs minister", "fabs OR minister")
    assert names(search(store, answer.looser[1])) == {"smic", "quote"}


def test_facets_count_hits_and_their_filters_keep_them(store):
    answer = search(store, "", facets=("source", "company", "list", "kind", "language", "topic", "month"))
    found = {facet.name: {c.label: c.count for c in facet.counts} for facet in answer.facets}
    assert found["source"] == {"The Tide": 3, "Harbour Times": 2}
    assert found["company"] == {"SMIC": 1}
    assert found["list"] == {"Entity List": 1}
    assert found["kind"] == {"valuation": 1, "statement": 1, "listing": 1, "contract": 1}
    assert found["language"] == {"en": 5, "zh": 1}
    assert found["topic"] == {"tariffs": 1}
    assert found["month"]["2026-11"] == 2
    for facet in answer.facets:
        assert facet.exact
        for count in facet.counts:
            assert search(store, count.filter).total == count.count, count


def test_a_newer_article_stands_first_when_words_are_equal(store):
    hits = search(store, "harbour", sort="newest").hits
    assert [hit.published for hit in hits] == sorted((hit.published for hit in hits), reverse=True)
    hits = search(store, "harbour", sort="oldest").hits
    assert [hit.published for hit in hits] == ["2024-03-03", "2025-01-05"]


def test_a_word_of_most_articles_gives_the_newest_first_and_says_so(store, monkeypatch):
    monkeypatch.setattr("db.search.CAP", 8)
    common = "harbour OR the OR a OR of"
    newest = [hit.article for hit in search(store, "the", sort="newest").hits]
    answer = search(store, "the")
    assert 2 * answer.total > store.value("SELECT count(*) FROM articles")
    assert answer.sort == "newest"
    assert "newest come first" in answer.notes[-1]
    assert [hit.article for hit in answer.hits] == newest
    assert search(store, common).sort == "relevance"


def test_months_are_counted_over_all_hits(store):
    (months,) = search(store, "the", facets=("month",)).facets
    days = [hit.published or hit.first_seen for hit in search(store, "the", limit=100, fold=False).hits]
    assert {m.value: m.count for m in months.counts} == Counter(day[:7] for day in days)


def test_copies_of_a_story_are_folded(tmp_path):
    with Store.open(tmp_path / "t.sqlite", create=True) as store:
        with store.write() as connection:
            connection.execute("INSERT INTO stories (id, made_at) VALUES (1, '')")
            for n in range(3):
                row = ArticleRow(url=f"https://{n}.example", title="Same", body="Acme was listed.")
                article, _ = put_article(connection, row)
                connection.execute("UPDATE articles SET story = 1 WHERE id = ?", (article,))
        answer = search(store, "acme")
        assert (answer.total, len(answer.hits), len(answer.hits[0].copies)) == (3, 1, 2)
        assert len(search(store, "acme", fold=False).hits) == 3


def test_a_read_only_store_is_searched(store):
    with Store.open(store.path, read_only=True) as reader:
        assert names(search(reader, "sentence:(tariffs raised)", facets=("source",))) == {"far"}


def test_a_query_that_takes_too_long_is_explained(store):
    with Store.open(store.path, read_only=True) as reader:
        reader.connection.set_progress_handler(lambda: 1, 1)
        answer = search(reader, "tariffs")
        assert answer.hits == ()
        assert "too long" in answer.notes[0]


NASTY = [
    '"', "AND (", "AND", "OR OR", "NOT", "NEAR", "NEAR(", "NEAR(a", "NEAR(,", "NEAR(a b, 99999999999)", "a NEAR/0 b",
    "*", "**", "a**b", "^a", "a^2", "+", "-", "--", "-(", "- a", "()", "(()", "())", ")(", "((((((((((((((((((((a",
    "(" * 500 + "a" + ")" * 500, "NOT " * 300 + "a", "title:" * 200 + "x", "a OR " * 300, "-" * 900 + "a",
    "title:", "title:(", "title:)", 'title:"', "title:title:title:x", "title:-x", "title:NOT x", "company:", "company:()",
    'company:"', "company:'; DROP TABLE facts; --", "'; DROP TABLE articles_fts; --", "%' OR 1=1 --", "kind:*",
    "amount>", "amount>>1", "amount><", "amount>1e99", "amount>9" + "9" * 200 + "bn", "amount:..", "amount:1bn..",
    "amount:..1bn", "amount>x", "pct>x", "pct>1e999", "since:", "since:x", "since:99999d", "since:99999y", "since:9999",
    "since:2026-13", "since:2026-02-31", "since:2026-W99", "since:0000", "until:9999-12", "until:7d", "lang:\x00",
    "\x00", "a\x00b", "\ud800", "a\udfffb", "\x02a\x03", "\u202ea", "\ufeff", "\u200b", "a\u0301", "É" * 50, "\U0001f600",
    "\U0001f600 OR a", "中", "中*", "中 NEAR 文", "中文:", "title:中文", '"中 文"', "中文~2", "ｆｕｌｌ", "١٢٣", "½", "²", "Ⅳ",
    "U.S. tariffs", "AT&T", "Huawei's", "covid-19", "export-controls", "$1.2bn", "C++", "a/b", "a\\b", "a'b", "`a`",
    "{a}", "{title}: a", "[a]", "a:b:c", "::", ":", ":a", "a:", "http://a.b/c?d=e&f=g#h", "a@b.c", "#tag", "a;b", "a,b",
    ",", "a, b", "<script>alert(1)</script>", "&amp;", "a && b", "a || b", "a | b", "!a", "a !b", "&", "|", "||", "a ||",
    '"a" "b"', '"a"b"c"', '"a"~', '"a b"~0', '"a b"~9999', '"""', '""""', '"a" NEAR "b"', '"a"*', '"a*"', 'a"b', "“a b”",
    "«a»", "「中文」", "rowid:1", "rank", "articles_fts", "bm25(articles_fts)", "MATCH", "match 'x'", "a\tb\nc\rd", " " * 3000,
    "x" * 5000, "x " * 3000, "x* " * 500, "ab* OR " * 100, "sentence:", "sentence:(a NOT a)", "sentence:source:x",
    "sentence:(source:x)", "sentence:(-a)", "quote:(a OR", "sentence:sentence:a", "title:(sentence:a)",
    "sentence:(title:a)", "title:(company:x OR a)", "company:a,b,,c", "list:(a OR b", "source:harbour,", "kind:fine,x,listing",
    "speaker:%", "speaker:_", "speaker:!", 'speaker:"a!%"', "NEAR(a b c d e f g h i j k, 3)", 'NEAR("a b" c, 2)', "NEAR(a NEAR b)",
    "a NEAR (b c)", "a NEAR/3 b NEAR/4 c NEAR d", "NOT a NEAR b", "a NOT", "NOT (a OR NOT b)", "a OR NOT b", "NOT NOT NOT a",
    "(NOT a)", "(NOT a) (NOT b)", "-a -b", "-a OR -b", "title:(NOT a)", "title:(a -b)", "lead:(a OR -b)", "a AND NOT NOT b",
]  # fmt: skip


def nasty_strings():
    """The hand-made ones, and each inside others: about 500."""
    frames = ("{}", "tariffs {}", "({}) OR x")
    return [frame.format(text) for text in NASTY for frame in frames]


def test_no_nasty_query_is_an_error(store):
    strings = nasty_strings()
    assert len(strings) >= 500
    for text in strings:
        answer = search(store, text, facets=("source",))
        assert answer.total >= len(answer.hits)
        assert answer.read


ALPHABET = [
    *'"()*-+:^~<>=!|&\\\'`{}[],.;/ $%#@\0\x02\x03\u200b\u202e“”«»中文清éßÅ½٣\ud800\U0001f600',
    "a", "b", "tariffs", "AND", "OR", "NOT", "NEAR", "NEAR(", "NEAR/", " AND ", " OR ", " NOT ", " NEAR/3 ", "title:",
    "lead:", "text:", "sentence:", "quote:", "company:", "list:", "kind:", "source:", "speaker:", "country:", "topic:",
    "lang:", "since:", "until:", "amount", "amount>", "pct<", "7d", "2026-11", "1bn", "$", "harbour", "SMIC", "0", "9",
]  # fmt: skip


def random_queries(count, seed=7):
    source = random.Random(seed)
    for _ in range(count):
        yield "".join(source.choices(ALPHABET, k=source.randint(1, 14)))


@pytest.mark.slow
@pytest.mark.timeout(1800)  # a minute or two on an idle machine
def test_no_random_query_is_an_error(store):
    """100,000 strings over the language's own signs: each gives an answer."""
    for text in random_queries(100_000):
        answer = search(store, text, limit=2)
        assert answer.total >= len(answer.hits)


def test_a_sample_of_random_queries_is_no_error(store):
    for text in random_queries(1_500, seed=11):
        assert search(store, text, limit=2, facets=("kind", "month")).read


@settings(max_examples=200, deadline=None)
@given(st.text() | st.lists(st.sampled_from(ALPHABET), max_size=20).map("".join))
def test_every_text_is_read(text):
    assert describe(parse(text).node)


WORDS = st.text("abcdefgh", min_size=2, max_size=6).map(Term)
TREES = st.recursive(
    WORDS
    | WORDS.map(lambda word: Term(word.text, quoted=True))
    | WORDS.map(lambda word: Term(word.text, prefix=True)),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: And(tuple(nodes))),
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: Or(tuple(nodes))),
        st.sampled_from(["title", "lead", "text"]).flatmap(
            lambda part: inner.map(lambda node: Scope(part, node))
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_what_was_read_can_be_written_and_read_again(tree):
    query = parse(written(tree))
    assert query.node == tree or query.notes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21", ("2026-11-21", "2026-11-21")), ("2026-02", ("2026-02-01", "2026-02-28")),
        ("2026", ("2026-01-01", "2026-12-31")), ("2026-W01", ("2025-12-29", "2026-01-04")),
        ("2026-Q4", ("2026-10-01", "2026-12-31")), ("2026-13", None), ("soon", None), ("99999y", None),
    ],
)  # fmt: skip
def test_days_are_read(text, expected):
    found = read_days(text)
    assert (found and tuple(day.isoformat() for day in found)) == expected


def test_days_ago_are_counted_from_today():
    found = read_days("7d")
    assert found is not None
    assert found[1] - found[0] == dt.timedelta(days=7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1bn", (10**9, None)), ("$1.5bn", (15 * 10**8, "USD")), ("200m CNY", (2 * 10**8, "CNY")),
        ("500 eur", (500, "EUR")), ("1e9", (10**9, None)), ("EUR 2 million", (2 * 10**6, "EUR")),
        ("1,850,000", (1_850_000, None)), ("2 crore", None), ("bn", None), ("", None),
    ],
)  # fmt: skip
def test_sums_are_read(text, expected):
    assert read_money(text) == expected


STEMMED = "tie ties tied entity entities list lists hope hoping sky skies use using relate relational nobly nobility étés".split()
STEMMED += ["Über", "naïve", "清单", "S.M.I.C.", "e\u0301te\u0301", "OK", "able", "ability", "run", "runs"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(STEMMED), min_size=1, max_size=5), min_size=1, max_size=30),
    st.lists(st.sampled_from(STEMMED), min_size=1, max_size=3),
    st.lists(st.sampled_from([". ", ".\n\n", "? ", ".” ", " ", "。"]), min_size=30, max_size=30),
)
def test_looking_only_at_likely_sentences_misses_none(said, asked, ends):
    body = "".join(" ".join(words).capitalize() + end for words, end in zip(said, ends))
    query = And(tuple(map(Term, asked))) if len(asked) > 1 else Term(asked[0])
    match = " AND ".join(quoted(Term(word)) for word in asked)
    with Passages() as passages:
        keys = [key for word in needed(query) for key in passages.beginnings(word)]
        every, likely = sentences(body), likely_sentences(body, keys)
        assert set(likely) <= set(every)
        found = [{units[n] for n in passages.matching(match, enumerate(units))} for units in (every, likely)]
    assert found[0] == found[1]


def test_a_filter_value_that_nothing_can_have_is_told(store):
    notes = search(store, "action:ban OR type:blog OR list:nowhere").notes
    assert any("there is no action 'ban'; known: add, remove" in note for note in notes)
    assert any("there is no type 'blog'; known: article" in note for note in notes)
    assert "no list 'nowhere' is known; looked for these words" in notes
    assert not any("no list" in note for note in search(store, 'list:"entity list"').notes)
