"""Hosts of the rig whose pages are odd: encodings, walls, shells, corrections, a redesign, copies of one story."""

from crawler.simsite.kit import Kit
from crawler.simsite.replies import Handler, Reply, Request, VirtualHost, conditional
from crawler.simsite.stories import EPOCH, Entry, Story, atom, html_page, make_story

REDESIGN_AT = 3  #: tick from which `redesign` serves its new template
CORRECTED_AT = 1  #: tick from which `corrections` serves the second version
WIRE_STORY = 900  #: number of the story that five hosts carry

GERMAN = ("Zollstreit: Brüssel prüft Gegenmaßnahmen – „größere Schäden“", (
    "Die Kommission prüft Gegenzölle von 25 % auf Waren für 4,5 Mrd. €, hieß es am Montag in Brüssel.",
    "„Wir wollen größere Schäden vermeiden“, sagte ein Sprecher. Die Maschinenbauer fürchten Einbußen.",
    "Über die Liste der Güter soll im nächsten Monat entschieden werden; Käse und Brot stehen nicht darauf."))  # fmt: skip
CHINESE = ("美国将十七家企业列入实体清单 商务部回应", (
    "美国商务部星期一宣布，将十七家中国企业列入实体清单。商务部发言人说，中方坚决反对。",
    "分析人士认为，此举将影响芯片供应。有关企业表示，生产经营一切正常，库存充足。",
    "发言人敦促美方立即停止错误做法，并表示将采取必要措施，维护企业的合法权益。"))  # fmt: skip
JAPANESE = ("半導体製造装置の輸出規制、来月から強化へ", (
    "経済産業省は月曜日、半導体製造装置の輸出規制を来月から強化すると発表した。",
    "対象は二十三品目で、輸出には許可が必要となる。業界団体は影響を調査している。",
    "メーカー各社は「顧客への供給に努める」としている。株価は小幅に下落した。"))  # fmt: skip


def page_hosts() -> list[VirtualHost]:
    return [*_encodings(), *_no_articles(), *_changes(), *_addresses()]


def _told(number: int, words: tuple[str, tuple[str, ...]]) -> Story:
    return Story(number, words[0], words[1], EPOCH)


def _encodings() -> list[VirtualHost]:
    """Text in old encodings; `header` and `meta` are what the page claims."""
    kit = Kit(
        "encodings.example", "windows-1252, GB18030, Shift-JIS, BOM, wrong and missing declarations", 800
    )
    cases: tuple[tuple[tuple[str, tuple[str, ...]], str, str | None, str | None], ...] = (
        (GERMAN, "windows-1252", "windows-1252", "windows-1252"),
        (GERMAN, "windows-1252", "ISO-8859-1", None),  # the usual lie: browsers read windows-1252
        (CHINESE, "gb18030", None, "gb2312"),
        (JAPANESE, "shift_jis", None, "Shift_JIS"),
        (GERMAN, "utf-8", None, "iso-8859-1"),  # wrong meta
        (GERMAN, "utf-8-sig", None, "windows-1252"),  # the BOM wins
        (JAPANESE, "utf-8", None, None),  # nothing declared
        (GERMAN, "utf-8", "windows-1252", "utf-8"),  # wrong header
        (CHINESE, "utf-16", None, None),
        (JAPANESE, "euc-jp", "EUC-JP", None),
    )
    for index, (words, charset, header, meta) in enumerate(cases, start=1):
        body = html_page(_told(800 + index, words), "", charset=charset, declare=meta or "none")
        if meta is None:
            body = body.replace('<meta charset="none">\n'.encode(charset).removeprefix(b"\xff\xfe"), b"")
        kind = "text/html" + (f"; charset={header}" if header else "")
        kit.article(index, answer=Reply(body, kind))
        kit.entries[-1] = (
            f"Tariffs and export controls, page in {charset}, claims {header or meta}",
            f"/news/{index}",
        )
    return [kit.build()]


SOFT_404 = """<h1>Page not found</h1><p>Sorry, the page you are looking for could not be found. It may have been moved
or deleted.</p><ul><li><a href="/">Home page</a></li></ul>"""
CONSENT = """<h1>Before you continue</h1><p>We and our 316 partners store and access information on your device. With
your consent we process personal data for personalised advertising and content measurement.</p>
<button>Accept all</button> <button>Reject all</button>"""
PAYWALL = """<article><h1>Chip maker added to Entity List</h1><p>The Commerce Department added a chip maker to its
Entity List on Monday, a step that ...</p></article><div class="paywall"><h2>Subscribe to continue reading</h2>
<p>This article is for subscribers only. Already a subscriber? Log in.</p></div>"""
SHELL = """<div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript>
<script src="/static/main.8f3c.js"></script>"""


def _wrap(title: str, body: str) -> bytes:
    return f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'.encode()  # fmt: skip


def _no_articles() -> list[VirtualHost]:
    kit = Kit(
        "walls.example", "soft 404, consent wall, paywall stub, JavaScript shell, list page, media", 820
    )
    links = "".join(
        f'<div><h3><a href="/news/x{n}">{make_story(n).title}</a></h3><p>More</p></div>' for n in range(30)
    )
    pages = (SOFT_404, CONSENT, PAYWALL, SHELL, f"<h1>Trade news</h1>{links}",
             '<h1>Video: the port of Ningbo</h1><video src="/v.mp4"></video><p>Watch (1:14)</p>')  # fmt: skip
    for index, body in enumerate(pages, start=1):
        kit.article(index, answer=Reply(_wrap("Trade news", body)))
    kit.article(7)
    return [kit.build()]


def _changes() -> list[VirtualHost]:
    """Pages that differ from tick to tick."""
    corrected = Kit("corrections.example", f"an article that is corrected at tick {CORRECTED_AT}", 840)
    first, second = corrected.story(1), corrected.story(1)
    second = Story(
        second.number, second.title, ("Correction: the fine is $80 million, not $60 million.", *second.paragraphs),
        second.published,
    )  # fmt: skip
    first = Story(first.number, first.title, ("The fine is $60 million.", *first.paragraphs), first.published)

    def article(request: Request) -> Reply:
        story = second if request.tick >= CORRECTED_AT else first
        moment = EPOCH.replace(hour=EPOCH.hour + (request.tick >= CORRECTED_AT))
        return conditional(request, Reply(html_page(story, request.base + request.path)), modified=moment)

    def changed_feed(request: Request) -> Reply:
        moment = EPOCH.replace(hour=EPOCH.hour + (request.tick >= CORRECTED_AT))
        entries = [Entry(first.title, request.base + "/news/1", EPOCH, updated=moment)]
        return conditional(request, Reply(atom("corrections", entries), "application/atom+xml"))

    corrected.article(1, answer=article).route("/feed", changed_feed)

    redesign = Kit("redesign.example", f"a new template from tick {REDESIGN_AT} on", 850)

    def designed(index: int) -> Handler:
        def answer(request: Request) -> Reply:
            story = redesign.story(index)
            if request.tick < REDESIGN_AT:
                return conditional(request, Reply(html_page(story, request.base + request.path)))
            body = "".join(f'<div class="x7f"><span>{p}</span></div>' for p in story.paragraphs)
            page = (
                f'<div class="shell"><div class="hed">{story.title}</div><div class="grid">{body}</div></div>'
            )
            return conditional(request, Reply(_wrap(story.title, page)))

        return answer

    for index in (1, 2, 3):
        redesign.article(index, answer=designed(index))
    return [corrected.build(), redesign.build()]


def _addresses() -> list[VirtualHost]:
    """One page under many addresses, and canonical links that lie."""
    many = Kit("addresses.example", "tracking parameters, AMP and print copies of one article", 860)
    many.article(1, head='<link rel="canonical" href="{base}/news/1">\n')
    many.route("/amp/*", lambda r: Reply(
        html_page(many.story(1), r.base, head=f'<link rel="canonical" href="{r.base}/news/1">\n')
    ))  # fmt: skip
    title = many.story(1).title
    for path in ("/news/1?utm_source=x&utm_medium=y", "/news/1?fbclid=1", "/amp/news/1", "/news/1#top"):
        many.entries.append((title, path))
    lying = Kit("badcanonical.example", "every page says that the home page is its canonical address", 870)
    for index in (1, 2, 3):
        lying.article(index, head='<link rel="canonical" href="{base}/">\n')
    abroad = Kit("abroad.example", "canonical links to a host that never heard of the story", 875)
    for index in (1, 2):
        abroad.article(index, head='<link rel="canonical" href="http://rss2.example/news/1">\n')
    return [many.build(), lying.build(), abroad.build()]


def syndication_hosts() -> list[VirtualHost]:
    """The same wire story on five hosts, among other stories."""
    wire = make_story(WIRE_STORY)
    versions = {
        "syn1": ("verbatim, the origin", wire, ""),
        "syn2": ("verbatim, canonical to the origin", wire, '<link rel="canonical" href="{origin}/news/1">\n'),
        "syn3": ("trimmed", Story(wire.number, wire.title, wire.paragraphs[:5], wire.published), ""),
        "syn4": ("a new headline and a byline", Story(
            wire.number, "Blacklist widens again, and suppliers count the cost",
            ("By our trade desk", *wire.paragraphs), wire.published), ""),
        "syn5": ("AMP page with tracking parameters", wire, '<link rel="canonical" href="{base}/news/1">\n'),
    }  # fmt: skip
    hosts = []
    for place, (name, (says, story, head)) in enumerate(versions.items()):
        kit = Kit(f"{name}.example", f"a wire story: {says}", 910 + 10 * place)
        kit.article(1, answer=_syndicated(story, head)).article(2).article(3)
        kit.entries[0] = (story.title, "/news/1")
        if name == "syn5":
            kit.route("/amp/1", _syndicated(story, head))
            kit.entries.append((story.title, "/amp/1?utm_campaign=partner"))
        hosts.append(kit.build())
    return hosts


def _syndicated(story: Story, head: str) -> Handler:
    def answer(request: Request) -> Reply:
        origin = request.bases.get("syn1.example", "")
        page = html_page(story, request.base + "/news/1", head=head.format(origin=origin, base=request.base))
        return conditional(request, Reply(page))

    return answer
