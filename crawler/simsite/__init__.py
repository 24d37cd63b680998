"""A deterministic web server on loopback: virtual hosts, scenarios, a request log.

    with serve("newsroom", as_of=date(2026, 11, 21)) as site:
        site.hosts["meridianwire.example"]   # http://127.0.0.1:<port>
        site.sources_toml()                  # sources for the spider
        site.log                             # every request, in order

`python -m crawler.simsite` runs it by hand. Scenarios are listed in docs/newsroom.md. Standard library only,
apart from the newsroom's own templates.
"""

from crawler.simsite.server import Site, serve

__all__ = ["Site", "serve"]
