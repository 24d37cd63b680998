"""Why a request is not made: what a host's own files say."""

from scrapy.exceptions import IgnoreRequest


class RobotsRefusedError(IgnoreRequest):
    """robots.txt says no."""


class TdmReservedError(IgnoreRequest):
    """The host's tdmrep.json reserves text and data mining for this address."""


class RobotsUnavailableError(IgnoreRequest):
    """robots.txt cannot be had at the moment, so nothing may be asked."""
