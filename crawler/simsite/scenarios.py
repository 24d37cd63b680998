"""The scenarios by name. docs/newsroom.md describes each host; a test compares."""

import re
from collections.abc import Callable

from crawler.simsite.bulk import bulk_hosts
from crawler.simsite.replies import VirtualHost
from crawler.simsite.rig_apis import api_hosts
from crawler.simsite.rig_faults import fault_hosts
from crawler.simsite.rig_feeds import feed_hosts
from crawler.simsite.rig_pages import page_hosts, syndication_hosts

SCENARIOS: dict[str, Callable[[], list[VirtualHost]]] = {
    "feeds": feed_hosts,
    "faults": fault_hosts,
    "pages": page_hosts,
    "syndication": syndication_hosts,
    "apis": api_hosts,
    "rig": lambda: [*feed_hosts(), *api_hosts(), *fault_hosts(), *page_hosts(), *syndication_hosts()],
}


def hosts_of(scenario: str) -> list[VirtualHost]:
    """The hosts of a scenario. `bulk:5000` is one host with 5,000 articles, `bulk:5000:60000` of 60 KB each,
    `bulk:5000:20000+90000` of 20 KB and 90 KB in turn.

    Raises:
        ValueError: no such scenario.
    """
    if found := re.fullmatch(r"bulk(?::(\d+)(?::(\d+(?:\+\d+)*))?)?", scenario):
        sizes = [int(size) for size in (found[2] or "21000").split("+")]
        return bulk_hosts(int(found[1] or 1000), sizes)
    if scenario in SCENARIOS:
        return SCENARIOS[scenario]()
    known = ", ".join(("newsroom", *SCENARIOS, "bulk[:count[:bytes[+bytes...]]]"))
    raise ValueError(f"no scenario {scenario!r}; there are: {known}")
