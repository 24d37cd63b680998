"""Twelve page templates, as different from each other as sites are; the last two are only used for measuring.

A template is a class: one method for each page type, returning the html of an invented page.
"""

import json
from collections.abc import Sequence

from tests.crawler.pages import stories
from tests.crawler.pages.stories import Story


def ld(kind: str, story: Story, site: str, **more: object) -> str:
    node = {
        "@context": "https://schema.org",
        "@type": kind,
        "headline": story.title,
        "datePublished": f"{story.day}T09:30:00+02:00",
        "publisher": {"@type": "Organization", "name": site},
        **({"author": {"@type": "Person", "name": story.author}} if story.author else {}),
        **more,
    }
    return f'<script type="application/ld+json">{json.dumps(node, ensure_ascii=False)}</script>'


def paragraphs(texts: Sequence[str], tag: str = "p", attributes: str = "") -> str:
    return "\n".join(f"<{tag}{attributes}>{text}</{tag}>" for text in texts)


class Broadsheet:
    """Semantic html, JSON-LD, cards in asides."""

    name, site, host, encoding, measuring = (
        "broadsheet",
        "Harbour Times",
        "harbourtimes.example",
        "utf-8",
        False,
    )
    story, second, heads = stories.CRANES, stories.DUTIES, stories.HEADLINES
    lang = "en"

    def frame(self, title: str, head: str, main: str) -> str:
        nav = "".join(
            f'<li><a href="/{s.lower()}">{s}</a></li>'
            for s in ("News", "Trade", "Ports", "Opinion", "Weather")
        )
        more = "".join(
            f'<a class="card" href="/trade/2024/05/story-{i}"><h3>{h}</h3><p>{stories.SUMMARIES[i % 4]}</p></a>'
            for i, h in enumerate(self.heads[:4])
        )
        return f"""<!doctype html>
<html lang="{self.lang}"><head><meta charset="utf-8"><title>{title} | {self.site}</title>
<meta property="og:site_name" content="{self.site}">{head}</head>
<body><header class="masthead"><a href="/">{self.site}</a><nav><ul>{nav}</ul></nav></header>
<div class="cookie-banner"><p>We use cookies to improve your visit. <button>Accept all</button> <button>Settings</button></p></div>
<main>{main}</main>
<aside class="most-read"><h2>Most read</h2>{more}</aside>
<footer><p>© 2024 {self.site}. All rights reserved.</p><ul><li><a href="/imprint">Imprint</a></li><li><a href="/privacy">Privacy</a></li></ul></footer>
<script>window.metrics=[]</script></body></html>"""

    def meta(self, story: Story, kind: str = "article") -> str:
        return f'<meta property="og:type" content="{kind}"><meta property="og:title" content="{story.title}"><meta property="og:description" content="{story.lead}">'

    def article(self, story: Story, extra: str = "") -> str:
        first, *rest = story.paragraphs
        body = f"""<article><header><p class="kicker">Ports</p><h1>{story.title}</h1><p class="standfirst">{story.lead}</p>
<p class="byline">By <a rel="author" href="/by/x">{story.author}</a> <time datetime="{story.day}T09:30:00+02:00">{story.day}</time></p></header>
<figure><img src="/a.jpg" alt=""><figcaption>{stories.CAPTIONS[0]}</figcaption></figure>
<div class="article-body"><p>{first}</p><p class="promo">Read more: <a href="/x">{self.heads[5]}</a></p>{paragraphs(rest[:2])}
<h2>{story.subhead}</h2>{paragraphs(rest[2:])}{extra}
<div class="newsletter-box"><h3>The Quay newsletter</h3><p>Sign up to get the best of the harbour in your inbox every Friday.</p></div></div></article>"""
        return self.frame(story.title, self.meta(story) + ld("NewsArticle", story, self.site), body)

    def live_blog(self) -> str:
        title = "Crane hearing live: ministry faces the makers"
        entries = "".join(
            f"<section><h3><time>{t}</time></h3><p>{text}</p></section>" for t, text in stories.LIVE_ENTRIES
        )
        story = Story(title, self.story.lead, self.story.author, self.story.day, ())
        return self.frame(
            title,
            self.meta(story) + ld("LiveBlogPosting", story, self.site),
            f"<article><h1>{title}</h1>{entries}</article>",
        )

    def press_release(self) -> str:
        return self.article(stories.RELEASE)

    def list(self) -> str:
        cards = "".join(
            f'<article class="teaser"><a href="/trade/2024/05/{i}"><h2>{h}</h2></a><p>{stories.SUMMARIES[i % 4]}</p></article>'
            for i, h in enumerate(self.heads)
        )
        return self.frame(
            "Latest trade news",
            '<meta property="og:type" content="website">',
            f"<h1>Trade</h1>{cards}<a rel='next' href='/trade?page=2'>Older</a>",
        )

    def consent(self) -> str:
        return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{self.site} – your privacy choices</title></head><body>
<div id="wall"><h1>We value your privacy</h1><p>We and our 734 partners store and/or access information on a device, such as cookies and unique identifiers, and process personal data for personalised advertising and content.</p>
<p>With your permission we and our partners may use precise location data. You may withdraw your consent or object to legitimate interest at any time in our privacy policy.</p>
<button>Accept all</button><button>Reject all</button><button>Manage options</button></div></body></html>"""

    def paywall(self) -> str:
        first = self.story.paragraphs[0]
        body = f"""<article><h1>{self.story.title}</h1><p class="standfirst">{self.story.lead}</p><div class="article-body"><p>{first}</p></div>
<div class="paywall"><h2>Subscribe to continue reading</h2><p>Get unlimited access for $1 a week. Cancel at any time.</p><a href="/subscribe">Subscribe</a><p>Already a subscriber? <a href="/login">Log in</a></p></div></article>"""
        return self.frame(
            self.story.title,
            self.meta(self.story) + ld("NewsArticle", self.story, self.site, isAccessibleForFree=False),
            body,
        )

    def soft_404(self) -> str:
        return self.frame(
            "Page not found",
            "",
            "<h1>Page not found</h1><p>We can't find the page you are looking for. It may have been moved or removed.</p><p>Try our <a href='/'>home page</a> or the search.</p>",
        )

    def js_shell(self) -> str:
        return f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{self.story.title} | {self.site}</title></head><body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div><script src="/static/main.js"></script><script>boot()</script></body></html>'

    def media(self) -> str:
        figures = "".join(
            f'<figure><img src="/{i}.jpg"><figcaption>{c}</figcaption></figure>'
            for i, c in enumerate(stories.CAPTIONS)
        )
        title = "In pictures: two yards and a list"
        return self.frame(
            title,
            f'<meta property="og:title" content="{title}">'
            + '<script type="application/ld+json">{"@context":"https://schema.org","@type":"ImageGallery","name":"In pictures"}</script>',
            f"<h1>{title}</h1><p>A week at the yards.</p>{figures}",
        )


class Wire(Broadsheet):
    """Tables and fonts, no embedded data, windows-1252."""

    name, site, host, encoding = "wire", "Dock Press", "dockpress.example", "windows-1252"
    story, second = stories.SILICON, stories.CRANES

    def frame(self, title: str, head: str, main: str) -> str:
        links = " | ".join(
            f'<a href="/{s}.html">{s.title()}</a>' for s in ("world", "ports", "markets", "sport")
        )
        return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><title>{self.site}: {title}</title>{head}</head>
<body bgcolor="#ffffff"><table width="100%"><tr><td><font size="6"><b>{self.site}</b></font></td></tr><tr><td class="navbar">{links}</td></tr>
<tr><td>{main}</td></tr><tr><td><font size="1">Copyright 2024 {self.site}. All rights reserved.</font></td></tr></table></body></html>"""

    def meta(self, story: Story, kind: str = "article") -> str:
        return f'<meta name="description" content="{story.lead}"><meta name="author" content="{story.author}"><meta name="date" content="{story.day}">'

    def article(self, story: Story, extra: str = "") -> str:
        body = f'<h1>{story.title}</h1><p><i>By {story.author}</i><br>Published {story.day}</p><div id="story">{paragraphs(story.paragraphs)}{extra}</div><p><b>Related stories</b></p><ul>{"".join(f"<li><a href=/s{i}.html>{h}</a></li>" for i, h in enumerate(self.heads[:5]))}</ul>'
        return self.frame(story.title, self.meta(story), body)

    def live_blog(self) -> str:
        title = "LIVE: Port committee hears crane makers, as it happened"
        return self.frame(
            title,
            "",
            f"<h1>{title}</h1>{paragraphs([f'<b>{t}</b> {text}' for t, text in stories.LIVE_ENTRIES])}",
        )

    def list(self) -> str:
        rows = "".join(
            f'<tr><td><a href="/s{i}.html">{h}</a><br><font size="2">{stories.SUMMARIES[i % 4]}</font></td></tr>'
            for i, h in enumerate(self.heads)
        )
        return self.frame(
            "Archive of ports news",
            "",
            f"<h1>Ports</h1><table>{rows}</table><a href='/ports2.html'>Next page</a>",
        )

    def consent(self) -> str:
        return f"<html><head><title>{self.site}: Before you continue</title></head><body><h1>Before you continue to {self.site}</h1><p>We use cookies and data to measure visits, to keep the service safe and, if you agree, to show personalised ads. Our partners may combine it with tracking data.</p><p>If you reject all, we will not use cookies for these purposes. See our privacy policy for your choices.</p><form><input type=submit value='Accept all'><input type=submit value='Reject all'></form></body></html>"

    def paywall(self) -> str:
        return self.frame(
            self.story.title,
            self.meta(self.story),
            f"<h1>{self.story.title}</h1><div id=story><p>{self.story.paragraphs[0]} ...</p></div><p>To read the full story please log in to continue or subscribe for only $4 per month.</p>",
        )

    def soft_404(self) -> str:
        return self.frame(
            "Error 404",
            "",
            "<h1>Error 404</h1><p>The story you asked for does not exist or was deleted after ninety days.</p>",
        )

    def js_shell(self) -> str:
        return f"<html><head><title>{self.site}</title></head><body><script src=/a.js></script><script src=/b.js></script><noscript>This site requires JavaScript.</noscript></body></html>"

    def media(self) -> str:
        return self.frame(
            "VIDEO: Crane steers itself",
            "<meta property='og:type' content='video.other'>",
            "<h1>VIDEO: Crane steers itself</h1><video src='/v.mp4' controls></video><p>A crane at Southmole lifts a box without a driver.</p>",
        )


class BlogPress(Broadsheet):
    """The usual blog engine: post classes, share buttons, comments."""

    name, site, host = "blogpress", "The Bollard", "thebollard.example"
    story, second = stories.DRONES, stories.SILICON

    def frame(self, title: str, head: str, main: str) -> str:
        recent = "".join(
            f'<li><a href="/2024/0{i + 1}/post-{i}/">{h}</a></li>' for i, h in enumerate(self.heads[:5])
        )
        return f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="UTF-8"><title>{title} – {self.site}</title>{head}<link rel="alternate" type="application/rss+xml" href="/feed/"></head>
<body class="single single-post"><div id="page"><header id="masthead"><h2 class="site-title"><a href="/">{self.site}</a></h2><div class="menu-main"><a href="/about/">About</a> <a href="/contact/">Contact</a></div></header>
<div id="content" class="site-content">{main}</div><div id="secondary" class="widget-area sidebar"><section class="widget"><h2 class="widget-title">Recent Posts</h2><ul>{recent}</ul></section></div>
<footer id="colophon">Proudly powered by a blog engine</footer></div></body></html>"""

    def article(self, story: Story, extra: str = "") -> str:
        comments = '<div id="comments" class="comments-area"><h2>2 comments</h2><ol class="comment-list"><li><p>I have two of those machines and they never told me anything but the height.</p></li><li><p>Ladders do not need charging, but they do need a man.</p></li></ol></div>'
        body = f"""<article class="post type-post hentry"><header class="entry-header"><h1 class="entry-title">{story.title}</h1><div class="entry-meta">Posted on <time class="entry-date published" datetime="{story.day}T08:00:00+00:00">{story.day}</time> by <span class="author vcard"><a class="url fn n" href="/author/x/">{story.author}</a></span></div></header>
<div class="entry-content"><p>{story.lead}</p>{paragraphs(story.paragraphs[:3])}<blockquote><p>{story.paragraphs[3]}</p></blockquote>{paragraphs(story.paragraphs[4:])}{extra}
<div class="sharedaddy"><h3>Share this:</h3><ul><li><a href="#">Twitter</a></li><li><a href="#">Facebook</a></li></ul></div><div class="jp-relatedposts"><h3>Related</h3><a href="/r1/">{self.heads[7]}</a></div></div></article>{comments}"""
        return self.frame(
            story.title,
            f'<meta property="article:published_time" content="{story.day}T08:00:00+00:00">',
            body,
        )

    def list(self) -> str:
        posts = "".join(
            f'<article class="post hentry"><h2 class="entry-title"><a href="/2024/05/post-{i}/">{h}</a></h2><div class="entry-summary"><p>{stories.SUMMARIES[i % 4]} <a href="/2024/05/post-{i}/">Continue reading</a></p></div></article>'
            for i, h in enumerate(self.heads[:10])
        )
        return self.frame(
            "Ports Archives",
            "",
            f'<header class="page-header"><h1 class="page-title">Category: Ports</h1></header>{posts}<nav class="pagination"><a class="next" href="/category/ports/page/2/">Older posts</a></nav>',
        )

    def consent(self) -> str:
        return f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="UTF-8"><title>{self.site}</title></head><body><div class="gdpr-wall"><h2>Cookies on {self.site}</h2><p>This blog and its advertising partners would like your consent to use cookies. Without consent you can read us in the ads-free plan.</p><p>Read the cookie policy and the list of vendors. You can change your privacy settings whenever you like.</p><a class="btn">I agree</a> <a class="btn">More choices</a></div></body></html>'

    def paywall(self) -> str:
        return self.frame(
            self.story.title,
            f'<meta property="article:published_time" content="{self.story.day}T08:00:00+00:00"><meta property="og:type" content="article">',
            f'<article class="post"><h1 class="entry-title">{self.story.title}</h1><div class="entry-content"><p>{self.story.paragraphs[0]}</p><p>{self.story.paragraphs[1]}</p></div><div class="members-barrier"><p>This post is for members only. Become a member to unlock this story and all others.</p></div></article>',
        )

    def soft_404(self) -> str:
        return self.frame(
            "Page not found",
            "",
            '<section class="error-404 not-found"><h1 class="page-title">Oops! That page can’t be found.</h1><p>It looks like nothing was found at this location. Maybe try a search?</p></section>',
        )

    def js_shell(self) -> str:
        return f'<!DOCTYPE html><html><head><title>{self.site}</title><script src="/wp/app.js"></script></head><body><div id="app">Loading…</div><script>app.mount()</script></body></html>'

    def media(self) -> str:
        return self.frame(
            "Podcast: The rope and the crane",
            '<meta property="og:type" content="music.song">',
            '<article class="post format-audio"><h1 class="entry-title">Podcast: The rope and the crane</h1><div class="entry-content"><audio controls src="/e12.mp3"></audio><p>Episode 12. Forty minutes about rope.</p></div></article>',
        )


class Kanzlei(Broadsheet):
    """A German daily with kickers, info boxes and its own words for everything."""

    name, site, host, lang = "kanzlei", "Küstenbote", "kuestenbote.example", "de"
    story, second, heads = stories.KRAENE, stories.KRAENE, stories.HEADLINES_DE

    def frame(self, title: str, head: str, main: str) -> str:
        menu = "".join(
            f"<a href='/{s.lower()}/'>{s}</a>" for s in ("Politik", "Häfen", "Wirtschaft", "Wetter")
        )
        return f"""<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>{title} - {self.site}</title>{head}</head><body>
<div class="kb-header"><a class="logo" href="/">{self.site}</a><div class="kb-menu">{menu}</div></div><div class="kb-main">{main}</div>
<div class="kb-footer"><a href="/impressum/">Impressum</a> <a href="/datenschutz/">Datenschutz</a> © {self.site}</div></body></html>"""

    def article(self, story: Story, extra: str = "") -> str:
        teasers = "".join(
            f'<div class="teaser"><a href="/haefen/a{i}.html"><span class="teaser__title">{h}</span></a></div>'
            for i, h in enumerate(self.heads[:4])
        )
        body = f"""<div class="kb-article"><h1><span class="kb-kicker">Hafenamt</span> <span class="kb-headline">{story.title}</span></h1><p class="kb-vorspann vorspann">{story.lead}</p>
<div class="kb-author">Von {story.author}</div><time datetime="{story.day}T06:00:00+01:00">7. März 2024, 6.00 Uhr</time>
<div class="kb-text">{paragraphs(story.paragraphs[:2])}<div class="kb-infobox"><strong>Zum Thema</strong><ul><li><a href="/a9.html">{self.heads[8]}</a></li></ul></div>
<h3>{story.subhead}</h3>{paragraphs(story.paragraphs[2:])}{extra}</div><h4>Mehr zum Thema</h4>{teasers}</div>"""
        return self.frame(story.title, self.meta(story) + ld("NewsArticle", story, self.site), body)

    def list(self) -> str:
        items = "".join(
            f'<div class="teaser"><a href="/haefen/a{i}.html"><h2>{h}</h2></a></div>'
            for i, h in enumerate(self.heads)
        )
        return self.frame(
            "Häfen: Aktuelle Nachrichten",
            '<meta property="og:type" content="website">',
            f"<h1>Häfen</h1>{items}",
        )

    def consent(self) -> str:
        return f"<!DOCTYPE html><html lang='de'><head><meta charset='utf-8'><title>{self.site} mit Werbung lesen</title></head><body><div><h1>{self.site} mit Werbung lesen</h1><p>Besuchen Sie uns wie gewohnt mit Werbung und Cookies. Ihre Zustimmung können Sie jederzeit in der Datenschutzerklärung widerrufen.</p><p>Wir und unsere 189 Partner verarbeiten personenbezogene Daten, zum Beispiel Cookies und Kennungen, mit Ihrer Einwilligung.</p><button>Akzeptieren und weiter</button><p>… oder das Abo ohne Tracking</p></div></body></html>"

    def paywall(self) -> str:
        body = f"<div class='kb-article'><h1>{self.story.title}</h1><p class='vorspann'>{self.story.lead}</p><p>{self.story.paragraphs[0]}</p><div class='kb-paywall'><h3>Jetzt weiterlesen mit K+</h3><p>Für Abonnenten kostenlos. Jetzt testen: vier Wochen für 1 Euro.</p></div></div>"
        return self.frame(
            self.story.title,
            self.meta(self.story) + ld("NewsArticle", self.story, self.site, isAccessibleForFree="False"),
            body,
        )

    def soft_404(self) -> str:
        return self.frame(
            "Seite nicht gefunden",
            "",
            "<h1>Diese Seite wurde nicht gefunden</h1><p>Der Artikel existiert nicht mehr oder die Adresse ist falsch. Zur Startseite geht es hier.</p>",
        )

    def live_blog(self) -> str:
        title = "Liveticker: Anhörung der Kranbauer im Hafenausschuss"
        entries = "".join(
            f"<div class='tick'><span class='tick-zeit'>{t} Uhr</span> {text}</div>"
            for t, text in stories.LIVE_ENTRIES
        )
        return self.frame(
            title,
            "",
            f"<h1>{title}</h1><div class='kb-text'>{paragraphs([f'{t} Uhr: {text}' for t, text in stories.LIVE_ENTRIES])}</div>{entries[:0]}",
        )

    def press_release(self) -> str:
        first = "Pressemitteilung Nr. 17 des Hafenamts. " + stories.KRAENE.paragraphs[0]
        story = Story(
            "Hafenamt überprüft Sperrliste",
            "",
            "",
            "2024-09-02",
            (
                first,
                *stories.KRAENE.paragraphs[1:3],
                "Pressekontakt: Hafenamt, Telefon 0555 123, presse@hafenamt.example. Communiqué de presse auf Anfrage.",
            ),
        )
        return self.frame(
            story.title,
            "",
            f"<h1>{story.title}</h1><div class='kb-text'>{paragraphs(story.paragraphs)}</div>",
        )


class PortalZh(Broadsheet):
    """A Chinese portal in GB18030, no punctuation marks of the west, editor's line at the end."""

    name, site, host, encoding, lang = "portal-zh", "海港网", "haigang.example", "gb18030", "zh"
    story, second, heads = stories.QIZHONGJI, stories.QIZHONGJI, stories.HEADLINES_ZH

    def frame(self, title: str, head: str, main: str) -> str:
        return f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>{title}_{self.site}</title>{head}</head><body><div class="top"><a href="/">首页</a><a href="/news/">新闻</a><a href="/port/">港口</a></div>{main}<div class="foot">海港网版权所有 2024</div></body></html>'

    def article(self, story: Story, extra: str = "") -> str:
        more = "".join(f'<li><a href="/n/{i}.shtml">{h}</a></li>' for i, h in enumerate(self.heads[:5]))
        return self.frame(
            story.title,
            f'<meta name="publishdate" content="{story.day}">',
            f'<h1>{story.title}</h1><div class="info">2024年03月06日 08:20 来源：海港网 作者：{story.author}</div><div id="content">{paragraphs(["　　" + p for p in story.paragraphs])}{extra}<p>责任编辑：王帆</p></div><div class="xg"><h4>相关新闻</h4><ul>{more}</ul></div>',
        )

    def live_blog(self) -> str:
        return self.article(self.story)

    def list(self) -> str:
        items = "".join(
            f'<li><a href="/n/{i}.shtml">{h}</a><span>05-{i + 10}</span></li>'
            for i, h in enumerate(self.heads)
        )
        return self.frame(
            "港口新闻列表",
            "",
            f'<h2>港口</h2><ul class="list">{items}</ul><a href="/port/2.shtml">下一页</a>',
        )

    def soft_404(self) -> str:
        return self.frame("页面不存在", "", "<h1>页面不存在</h1><p>您访问的页面找不到了，请返回首页。</p>")

    def media(self) -> str:
        figures = "".join(
            f'<figure><img src="/p{i}.jpg"><figcaption>{h}</figcaption></figure>'
            for i, h in enumerate(self.heads[:8])
        )
        return self.frame(
            "图集",
            '<script type="application/ld+json">{"@type":"ImageGallery"}</script>',
            f"<h1>图集：两家起重机企业</h1>{figures}",
        )


class HibiJa(PortalZh):
    """A Japanese daily in Shift_JIS with ruby and unspaced text."""

    name, site, host, encoding, lang = "hibi-ja", "港日日新聞", "minatonichi.example", "shift_jis", "ja"
    story, second = stories.KURENU, stories.KURENU

    def frame(self, title: str, head: str, main: str) -> str:
        return f'<!DOCTYPE html><html lang="ja"><head><meta charset="Shift_JIS"><title>{title}：{self.site}</title>{head}</head><body><header><nav><a href="/">トップ</a></nav></header><main>{main}</main><footer>{self.site}</footer></body></html>'

    def article(self, story: Story, extra: str = "") -> str:
        return self.frame(
            story.title,
            f'<meta property="og:type" content="article"><meta property="og:title" content="{story.title}">',
            f'<article><h1>{story.title}</h1><time datetime="{story.day}T07:00:00+09:00">2024年3月6日</time><section>{paragraphs(story.paragraphs)}{extra}</section></article>',
        )


class Revue(Broadsheet):
    """A French magazine, microdata instead of JSON-LD."""

    name, site, host, lang = "revue", "La Revue du Quai", "revueduquai.example", "fr"
    story, second = stories.CHEVRES, stories.CHEVRES

    def frame(self, title: str, head: str, main: str) -> str:
        return f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{title} • {self.site}</title>{head}</head><body><div role="navigation"><a href="/">Accueil</a> <a href="/ports">Ports</a></div><section class="page">{main}</section><div class="bas">© {self.site}, mentions légales</div></body></html>'

    def article(self, story: Story, extra: str = "") -> str:
        body = f"""<div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">{story.title}</h1><div class="chapo">{story.lead}</div><span itemprop="author">{story.author}</span><meta itemprop="datePublished" content="{story.day}T10:00:00+01:00">
<div itemprop="articleBody"><p>{story.paragraphs[0]}</p><p>Lire aussi : <a href="/x">Le port cherche un nouveau pilote</a></p>{paragraphs(story.paragraphs[1:])}{extra}</div></div>"""
        return self.frame(
            story.title,
            f'<meta property="og:title" content="{story.title}"><meta property="og:type" content="article">',
            body,
        )

    def consent(self) -> str:
        return "<!doctype html><html lang='fr'><head><meta charset='utf-8'><title>Vos données</title></head><body><h1>Le respect de votre vie privée</h1><p>Avec votre accord, nos partenaires et nous utilisons des cookies ou des traceurs pour stocker et consulter des données personnelles, comme votre visite sur ce site.</p><p>Vous pouvez retirer votre consentement à tout moment. Consultez notre politique de confidentialité.</p><button>Accepter</button><button>Refuser</button></body></html>"

    def paywall(self) -> str:
        return self.frame(
            self.story.title,
            '<meta property="article:content_tier" content="locked"><meta property="og:type" content="article">',
            f"<h1>{self.story.title}</h1><div class='chapo'>{self.story.lead}</div><p>{self.story.paragraphs[0]}</p><div class='paywall-offre'><p>Cet article est réservé aux abonnés. Il vous reste 70 % de cet article à lire.</p></div>",
        )

    def soft_404(self) -> str:
        return self.frame(
            "Page introuvable",
            "",
            "<h1>Page introuvable</h1><p>La page demandée est introuvable ou a été déplacée.</p>",
        )


class Hashed(Broadsheet):
    """A rendered single-page application: divs, hashed classes, og data only."""

    name, site, host = "hashed", "Portline", "portline.example"
    story, second = stories.DUTIES, stories.DRONES

    def frame(self, title: str, head: str, main: str) -> str:
        return f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/><title>{title}</title>{head}<meta property="og:site_name" content="{self.site}"/></head><body><div id="__next"><div class="css-1x2y3z"><div class="css-9ab"><a href="/">{self.site}</a></div>{main}</div></div><script id="__NEXT_DATA__" type="application/json">{{"page":"/"}}</script></body></html>'

    def article(self, story: Story, extra: str = "") -> str:
        teasers = "".join(
            f'<div class="css-tz"><a href="/s/{i}"><div>{h}</div></a></div>'
            for i, h in enumerate(self.heads[:3])
        )
        body = f'<div class="css-h1w"><h1 class="css-77q">{story.title}</h1><div class="css-dek" data-testid="article-summary">{story.lead}</div><div class="css-by">By {story.author}</div></div><div class="css-body">{paragraphs(story.paragraphs, "p", " class=css-p1")}{extra}</div><div class="css-more"><div>More from Portline</div>{teasers}</div>'
        return self.frame(
            story.title,
            self.meta(story) + f'<meta property="article:published_time" content="{story.day}T09:30:00Z"/>',
            body,
        )

    def list(self) -> str:
        cards = "".join(
            f'<div class="css-card"><a href="/s/{i}"><div class="css-t">{h}</div><div>{stories.SUMMARIES[i % 4]}</div></a></div>'
            for i, h in enumerate(self.heads)
        )
        return self.frame(
            f"{self.site} | Ports",
            '<meta property="og:type" content="website"/>',
            f'<div class="css-grid">{cards}</div>',
        )


class Quayside(Broadsheet):
    """Sections in sections, data attributes, a different tongue in its walls."""

    name, site, host = "quayside", "Quayside Ledger", "quaysideledger.example"
    story, second = stories.SILICON, stories.DUTIES

    def frame(self, title: str, head: str, main: str) -> str:
        bar = "".join(
            f'<div class="ql-tab"><a href="/s/{s}">{s}</a></div>' for s in ("Front", "Freight", "Markets")
        )
        return f'<!doctype html><html lang="en-US" class="ql"><head><meta charset="utf-8"><title>{title} — {self.site}</title>{head}</head><body><section class="ql-top">{bar}</section><section class="ql-wrap"><section class="ql-inner">{main}</section></section><section class="ql-bottom"><p>Quayside Ledger is printed on Eastport’s last press.</p></section></body></html>'

    def article(self, story: Story, extra: str = "") -> str:
        return self.frame(
            story.title,
            self.meta(story),
            f'<h1 data-role="hed">{story.title}</h1><h2 data-role="dek" class="ql-dek">{story.lead}</h2><div data-role="body">{paragraphs(story.paragraphs)}{extra}</div><div data-role="further"><h4>Further reading</h4>{"".join(f"<p><a href=/f/{i}>{h}</a></p>" for i, h in enumerate(self.heads[6:10]))}</div>',
        )

    def live_blog(self) -> str:
        title = "Port committee hearing: live updates"
        posts = "".join(
            f'<div class="ql-post" id="p{i}"><h3>{t}</h3><p>{text}</p></div>'
            for i, (t, text) in enumerate(stories.LIVE_ENTRIES)
        )
        return self.frame(
            title, f'<meta property="og:title" content="{title}">', f'<h1 data-role="hed">{title}</h1>{posts}'
        )

    def list(self) -> str:
        rows = "".join(
            f'<section class="ql-row"><h3><a href="/a/{i}">{h}</a></h3><p>{stories.SUMMARIES[(i + 1) % 4]}</p></section>'
            for i, h in enumerate(self.heads[:12])
        )
        return self.frame(
            "Freight",
            "",
            f"<h1>Freight</h1>{rows}<p><a href='/s/Freight?page=2'>More freight news from the archive</a></p>",
        )

    def consent(self) -> str:
        return "<!doctype html><html lang='en-US'><head><meta charset='utf-8'><title>Quayside Ledger</title></head><body><section><h3>A word about your data</h3><p>Our vendors set cookies to measure our audience and to sell advertising that fits you. You decide which purposes you agree to.</p><p>Details are in our privacy notice; choices can be changed there at any time.</p><div>Agree and enter</div><div>Set preferences</div></section></body></html>"

    def paywall(self) -> str:
        return self.frame(
            self.story.title,
            self.meta(self.story),
            f'<h1 data-role="hed">{self.story.title}</h1><div data-role="body"><p>{self.story.paragraphs[0]}</p><p>{self.story.paragraphs[1][:90]}…</p></div><div data-role="meter"><p>You have read your last free article this month.</p><p>Join 20,000 readers to keep reading. Plans start at $2 a week.</p></div>',
        )

    def soft_404(self) -> str:
        return self.frame(
            "Nothing here",
            "",
            "<h1>Sorry, we looked everywhere</h1><p>The article at this address has been moved to another place, or never was. Please check the link.</p>",
        )

    def js_shell(self) -> str:
        return '<!doctype html><html><head><title>Quayside Ledger</title><script defer src="/e.js"></script></head><body><main id="main-app"></main><noscript><p>Please activate JavaScript in your browser to read the Ledger.</p></noscript><script>start()</script></body></html>'

    def media(self) -> str:
        items = "".join(
            f'<li><figure><img src="/g/{i}.webp"><figcaption>{c}</figcaption></figure></li>'
            for i, c in enumerate(stories.CAPTIONS)
        )
        return self.frame(
            "Photos: A week of cranes",
            '<meta property="og:title" content="Photos: A week of cranes">',
            f'<h1 data-role="hed">Photos: A week of cranes</h1><ul class="ql-strip">{items}</ul>',
        )


class Gazette(Broadsheet):
    """Definition lists, br instead of p, iso-8859-1 declared in the header alone."""

    name, site, host, encoding = "gazette", "Norholm Gazette", "norholmgazette.example", "iso-8859-1"
    story, second = stories.DRONES, stories.CRANES

    def frame(self, title: str, head: str, main: str) -> str:
        return f'<html><head><title>{title} : Norholm Gazette</title>{head}</head><body><center><big>NORHOLM GAZETTE</big></center><dl class="menu"><dt><a href="/">Front page</a></dt><dt><a href="/trade">Trade</a></dt></dl><div class="col">{main}</div><address>Norholm Gazette, 4 Rope Lane</address></body></html>'

    def article(self, story: Story, extra: str = "") -> str:
        return self.frame(
            story.title,
            "",
            f'<h1>{story.title}</h1><small>{story.author}, {story.day}</small><div class="txt">{"<br><br>".join(story.paragraphs)}{extra}</div><hr><b>Also in this issue</b><br>{"<br>".join(f"<a href=/i/{i}>{h}</a>" for i, h in enumerate(self.heads[9:13]))}',
        )

    def live_blog(self) -> str:
        title = "As it happened: the hearing of the crane makers"
        return self.frame(
            title,
            "",
            f"<h1>{title}</h1><dl>{''.join(f'<dt>{t}</dt><dd>{text}</dd>' for t, text in stories.LIVE_ENTRIES)}</dl>",
        )

    def list(self) -> str:
        return self.frame(
            "Stories tagged ports",
            "",
            f"<h1>Stories tagged ports</h1><dl>{''.join(f'<dt><a href=/i/{i}>{h}</a></dt><dd>{stories.SUMMARIES[i % 4]}</dd>' for i, h in enumerate(self.heads))}</dl>",
        )

    def consent(self) -> str:
        return "<html><head><title>Norholm Gazette</title></head><body><center><h2>Cookies</h2><p>The Gazette asks for your consent before it stores cookies on your device. We share identifiers with advertising partners and a counting service, and with nobody else.</p><p><a href='/ok'>I consent</a> or <a href='/no'>reject all</a>. The privacy policy says more.</p></center></body></html>"

    def paywall(self) -> str:
        return self.frame(
            self.story.title,
            '<meta name="article:content_tier" content="metered">',
            f'<h1>{self.story.title}</h1><div class="txt">{self.story.paragraphs[0]} ...</div><div class="gatekeeper">The rest of this story is for subscribers. Sign in to continue.</div>',
        )

    def soft_404(self) -> str:
        return self.frame(
            "No such page",
            "",
            "<h1>The page does not exist</h1>The address may be wrong. Our older stories are kept in the town library.",
        )

    def js_shell(self) -> str:
        return "<html><head><title>Norholm Gazette</title><script src=a.js></script><script src=b.js></script><script src=c.js></script></head><body><div class=spin></div></body></html>"

    def media(self) -> str:
        return self.frame(
            "Watch: the crane that steers itself",
            "",
            '<h1>Watch: the crane that steers itself</h1><video controls><source src="/c.webm"></video><p>Two minutes from Southmole.</p>',
        )

    def press_release(self) -> str:
        return self.frame(
            stories.RELEASE.title,
            "",
            f'<h1>{stories.RELEASE.title}</h1><div class="txt">{"<br><br>".join(stories.RELEASE.paragraphs).replace("FOR IMMEDIATE RELEASE – ", "Press release. ")}</div>',
        )


class Ferry(Broadsheet):
    """Measuring only: a local paper's content system with long class names and a sidebar on the left."""

    name, site, host, measuring = "ferry", "The Ferryman", "ferryman.example", True
    story, second = stories.DUTIES, stories.CRANES

    def frame(self, title: str, head: str, main: str) -> str:
        side = "".join(
            f'<div class="m-side__item"><a href="/news/{i}">{h}</a></div>'
            for i, h in enumerate(self.heads[:6])
        )
        return f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} :: The Ferryman</title>{head}</head><body class="o-page"><div class="o-page__bar"><span>Tuesday</span><a href="/login">Sign in</a><a href="/subscribe">Subscribe</a></div><div class="o-page__left m-side"><h4>On this shore</h4>{side}</div><div class="o-page__main">{main}</div><div class="o-page__foot"><a href="/terms">Terms</a><a href="/cookies">Cookies</a><small>The Ferryman Company, Lindby</small></div></body></html>'

    def article(self, story: Story, extra: str = "") -> str:
        body = f'<div class="m-story"><div class="m-story__top"><h1 class="m-story__headline">{story.title}</h1><div class="m-story__intro">{story.lead}</div><div class="m-story__byline">{story.author}</div><div class="m-story__date">{story.day}</div></div><div class="m-story__text">{paragraphs(story.paragraphs)}{extra}</div></div>'
        return self.frame(
            story.title,
            f'<meta property="article:published_time" content="{story.day}T06:00:00Z"><meta name="description" content="{story.lead}"><meta property="og:type" content="article">',
            body,
        )

    def live_blog(self) -> str:
        title = "Crane hearing: minute by minute LIVE"
        items = "".join(
            f'<div class="m-tick"><div class="m-tick__time">{t}</div><div class="m-tick__body"><p>{text}</p></div></div>'
            for t, text in stories.LIVE_ENTRIES
        )
        return self.frame(
            title, "", f'<div class="m-story"><h1 class="m-story__headline">{title}</h1>{items}</div>'
        )

    def press_release(self) -> str:
        texts = [
            p.replace("FOR IMMEDIATE RELEASE – EASTPORT, September 2, 2024 – ", "EASTPORT – ").replace(
                "Media contact:", "Notes to editors. Press contact:"
            )
            for p in stories.RELEASE.paragraphs
        ]
        return self.frame(
            stories.RELEASE.title,
            "",
            f'<div class="m-story"><h1>{stories.RELEASE.title}</h1><div class="m-story__text">{paragraphs(texts)}</div></div>',
        )

    def list(self) -> str:
        tiles = "".join(
            f'<div class="m-tile"><div class="m-tile__img"><img src="/{i}.jpg"></div><a class="m-tile__link" href="/news/{i}">{h}</a><div class="m-tile__teaser">{stories.SUMMARIES[i % 4]}</div></div>'
            for i, h in enumerate(self.heads)
        )
        return self.frame("Ports", "", f'<h1>Ports</h1><div class="m-tiles">{tiles}</div>')

    def consent(self) -> str:
        return "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>The Ferryman – cookie choices</title></head><body><div class='cmp'><h2>Your choices about cookies</h2><div>We and our advertising partners would like to set cookies on your device, so that the paper stays free. Some partners rely on legitimate interest.</div><div>You can refuse or withdraw consent whenever you wish under privacy settings at the foot of each page.</div><a>Accept</a><a>Refuse</a></div></body></html>"

    def paywall(self) -> str:
        return self.frame(
            self.story.title,
            '<meta property="og:type" content="article">',
            f'<div class="m-story"><h1 class="m-story__headline">{self.story.title}</h1><div class="m-story__text"><p>{self.story.paragraphs[0]}</p></div><div class="m-offer"><p>This story is only for subscribers.</p><p>Three months for £5. Already a member? Sign in.</p></div></div>',
        )

    def soft_404(self) -> str:
        return self.frame(
            "Page unavailable",
            "",
            "<h1>This page is no longer available</h1><p>Stories are taken down after two years. Look in the archive, or write to us.</p>",
        )

    def js_shell(self) -> str:
        return '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>The Ferryman</title></head><body><div id="app"></div><script src="/bundle.js"></script></body></html>'

    def media(self) -> str:
        slides = "".join(
            f'<div class="m-slide"><figure><img src="/s{i}.jpg"><figcaption>{c}</figcaption></figure></div>'
            for i, c in enumerate(stories.CAPTIONS)
        )
        return self.frame(
            "Gallery: two yards, one list",
            '<meta property="og:type" content="article">',
            f'<h1>Gallery: two yards, one list</h1><div class="m-slides">{slides}</div>',
        )


class Mole(Broadsheet):
    """Measuring only: a trade journal, article inside a form, headline in h2, German walls beside English text."""

    name, site, host, measuring, lang = "mole", "Mole & Quay Journal", "moleandquay.example", True, "en"
    story, second = stories.SILICON, stories.DRONES

    def frame(self, title: str, head: str, main: str) -> str:
        return f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | Mole &amp; Quay Journal</title>{head}</head><body><form id="aspnet"><div id="hdr"><a href="/">Mole &amp; Quay Journal</a> <a href="/rates">Freight rates</a> <a href="/jobs">Jobs</a></div><div id="ctl00_body">{main}</div><div id="ftr">Mole &amp; Quay Journal appears monthly. ISSN 5555-0123</div></form></body></html>'

    def article(self, story: Story, extra: str = "") -> str:
        return self.frame(
            story.title,
            ld("Article", story, self.site),
            f'<div class="crumbs"><a href="/">Home</a> &gt; <a href="/tech">Technology</a></div><h1>{story.title}</h1><div class="who">{story.author} | {story.day}</div><div class="copy">{paragraphs(story.paragraphs)}{extra}</div><div class="box"><h5>Related articles</h5><ul>{"".join(f"<li><a href=/t/{i}>{h}</a></li>" for i, h in enumerate(self.heads[3:8]))}</ul></div>',
        )

    def live_blog(self) -> str:
        title = "Live from the port committee"
        story = Story(title, "", self.story.author, self.story.day, ())
        return self.frame(
            title,
            ld("LiveBlogPosting", story, self.site),
            f'<h1>{title}</h1><div class="copy">{paragraphs([f"{t} – {text}" for t, text in stories.LIVE_ENTRIES])}</div>',
        )

    def press_release(self) -> str:
        return self.frame(
            stories.RELEASE.title,
            "",
            f'<h1>{stories.RELEASE.title}</h1><div class="copy"><p>News release</p>{paragraphs([p.replace("FOR IMMEDIATE RELEASE – ", "") for p in stories.RELEASE.paragraphs])}</div>',
        )

    def list(self) -> str:
        rows = "".join(
            f'<div class="hit"><a href="/t/{i}">{h}</a><br>{stories.SUMMARIES[i % 4]}</div>'
            for i, h in enumerate(self.heads)
        )
        return self.frame(
            "Search results for crane", "", f"<h1>Search results for crane</h1><p>14 results</p>{rows}"
        )

    def consent(self) -> str:
        return "<!DOCTYPE html><html lang='de'><head><meta charset='utf-8'><title>Mole &amp; Quay Journal</title></head><body><h1>Ihre Privatsphäre</h1><p>Wir verwenden Cookies und ähnliche Techniken. Mit Ihrer Einwilligung verarbeiten wir und unsere Partner personenbezogene Daten für Werbung und Messung.</p><p>Die Zustimmung ist freiwillig und kann in der Datenschutzerklärung widerrufen werden.</p><button>Alle akzeptieren</button><button>Ablehnen</button></body></html>"

    def paywall(self) -> str:
        return self.frame(
            self.story.title,
            ld("Article", self.story, self.site, isAccessibleForFree=False),
            f'<h1>{self.story.title}</h1><div class="copy"><p>{self.story.paragraphs[0]}</p></div><div class="locked"><p>Register to read the whole article. Registration is free and takes a minute.</p></div>',
        )

    def soft_404(self) -> str:
        return self.frame("404", "", "<h1>404</h1><p>There is no document here.</p>")

    def js_shell(self) -> str:
        return '<!DOCTYPE html><html><head><title>Mole &amp; Quay Journal</title></head><body><div id="root"><div class="spinner"></div></div><noscript>JavaScript is disabled.</noscript><script type="module" src="/x.mjs"></script></body></html>'

    def media(self) -> str:
        return self.frame(
            "Video: a crane without a driver",
            '<script type="application/ld+json">{"@context":"https://schema.org","@type":"VideoObject","name":"A crane without a driver","uploadDate":"2024-05-01"}</script>',
            "<h1>Video: a crane without a driver</h1><div class='player'><iframe src='/v/9'></iframe></div><p>A film by our correspondent in Southmole, two minutes and a half.</p>",
        )


TEMPLATES: tuple[type[Broadsheet], ...] = (
    Broadsheet,
    Wire,
    BlogPress,
    Kanzlei,
    PortalZh,
    HibiJa,
    Revue,
    Hashed,
    Quayside,
    Gazette,
    Ferry,
    Mole,
)
