"""The scenarios by name. docs/newsroom.md describes each host; a test compares."""

from collections.abc import Callable

from crawler.simsite.bulk import bulk_hosts
from crawler.simsite.replies import VirtualHost
from crawler.simsite.rig_faults import fault_hosts
from crawler.simsite.rig_feeds import feed_hosts
from crawler.simsite.rig_pages import page_hosts, syndication_hosts

SCENARIOS: dict[str, Callable[[], list[VirtualHost]]] = {
    "feeds": feed_hosts,
    "faults": fault_hosts,
    "pages": page_hosts,
    "syndication": syndication_hosts,
    "rig": lambda: [*feed_hosts(), *fault_hosts(), *page_hosts(), *syndication_hosts()],
}


def hosts_of(scenario: str) -> list[VirtualHost]:
    """The hosts of a scenario. `bulk:5000` is one host with 5,000 articles, `bulk:5000:60000` of 60 KB each.

    Raises:
        ValueError: no such scenario.
    """
    name, _, rest = scenario.partition(":")
    if name == "bulk" and all(part.isdigit() for part in rest.split(":") if rest):
        return bulk_hosts(*(int(part) for part in rest.split(":") if part))
    if scenario in SCENARIOS:
        return SCENARIOS[scenario]()
    known = ", ".join(("newsroom", *SCENARIOS, "bulk[:count[:bytes]]"))
    raise ValueError(f"no scenario {scenario!r}; there are: {known}")
