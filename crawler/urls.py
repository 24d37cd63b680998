"""The canonical URL: the one address under which a page is stored.

What is removed never changes what a server sends: fragments, default ports, session and campaign parameters.
AMP and mobile variants differ on the server, so they are joined after the fetch, by rel=canonical
(`trusted_canonical`).
"""

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url, safe_url_string

#: Parameters that campaigns, share buttons and newsletters add (their vendors' documentation).
TRACKING = re.compile(
    r"""(?: utm_\w+ | at_(?:medium|campaign|custom\w*) | mc_[ce]id | mkt_tok | _hs(?:enc|mi|ctatracking)
      | (?:fb|g|dc|ms|tw|ig|yc|li_fat_|ttc|wbra|gbra)clid | fbclid | li_fat_id | igshid | igsh | twclid
      | cmpid | cmp | ncid | ocid | icid | sr_share | ftag | smid | smtyp | taid | s_cid | sref | srnd | soc_src
      | soc_trk | guccounter | guce_referr\w* | ref_?src | ref_url | referrer | spref | xtor | wt_mc\w* | trk
      | traffic_source | share_?(?:from|source|token|type) | from_?source | feature=share | _ga | _gl | gi
      | yptr | vero_\w+ | oly_\w+_id | rss_?id | partner | cn-track | __twitter_impression | sfnsn | jsessionid
      | phpsessid | sid | outputtype | amp )$""",
    re.VERBOSE | re.IGNORECASE,
)
MAX_URL = 2_000  # longer ones are traps or encoded state; servers refuse them anyway


def canonical_url(url: str, base: str | None = None) -> str | None:
    """The canonical form of `url`, or None where it is no http(s) address that can be fetched."""
    url = url.strip().replace("\0", "")
    if base is not None:
        url = urljoin(base, url)
    if len(url) > MAX_URL or any(ord(char) < 32 for char in url):
        return None
    try:
        parts = urlsplit(safe_url_string(url))
        port = parts.port
    except (ValueError, UnicodeError):
        return None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        return None
    if port is not None and port != {"http": 80, "https": 443}[parts.scheme]:
        host = f"{'[' + host + ']' if ':' in host else host}:{port}"
    elif ":" in host:
        host = f"[{host}]"
    query = urlencode(
        [
            (name, value)
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
            if not TRACKING.match(name)
        ]
    )
    path = re.sub(r";jsessionid=[^/?]*", "", parts.path, flags=re.IGNORECASE) or "/"
    return canonicalize_url(urlunsplit((parts.scheme, host, path, query, "")))


def host_of(url: str) -> str:
    """Host and port of a URL, the unit of politeness: "news.example" or "127.0.0.1:8080"."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def site_of(host: str) -> str:
    """The registrable part of a host, "example.co.uk"; the host itself where there is none."""
    from courlan import extract_domain

    if re.fullmatch(r"[\d.:\[\]a-f]+", host):  # addresses have no registrable part; ports tell hosts apart
        return host
    return extract_domain(f"http://{host}/", fast=True) or host


def trusted_canonical(claimed: str | None, page: str) -> str | None:
    """The page's own rel=canonical where it may name the article, else None.

    Not trusted blindly: another site, the home page, a section front or a later page of the same article
    are what broken templates put there.
    """
    if claimed is None or (url := canonical_url(claimed, page)) is None or url == page:
        return None
    ours, theirs = urlsplit(page), urlsplit(url)
    if site_of(host_of(page)) != site_of(host_of(url)):
        return None
    if len(theirs.path.strip("/")) < 8 and len(ours.path) > len(theirs.path):  # home page or section
        return None
    ours_last, theirs_last = (_words(parts.path) for parts in (ours, theirs))
    if not ours_last & theirs_last and ours.query == theirs.query:
        return None  # nothing in common: the template points somewhere else
    return url


def _words(path: str) -> set[str]:
    return {word for word in re.split(r"[^0-9a-z]+", path.lower()) if len(word) > 3 or word.isdigit()}
