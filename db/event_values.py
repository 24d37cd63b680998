"""When do two sums say the same thing? Rounding, bounds, approximations and stated conversions are allowed for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

WIDEST = 0.10  # "2 billion" may stand for 1.85; 10 % is as far as rounding goes
APPROXIMATE = 0.08  # "nearly", "about"
OWN_RATE = 0.04  # our own conversion at a yearly average is no more exact
NEAR = 1.4  # 2.3 told for 3.2; values further apart we take for two things
SLIPS = (1e3, 1e6)  # million for billion, thousand for million

_NUMBER = re.compile(r"\d[\d,]*(?:\.(\d+))?")


@dataclass(frozen=True, slots=True)
class Value:
    """One sum as told: `value` in each currency it is told in, and by what share each may be off."""

    sums: Mapping[str, float]
    slack: float  #: relative
    low: float | None = None
    bound: str | None = None
    rates: frozenset[str] = field(default_factory=frozenset)  #: currencies that are our own conversion

    def agrees(self, other: "Value") -> bool | None:
        """True: the same within rounding; False: not; None: no common currency."""
        common = self.sums.keys() & other.sums.keys()
        if not common:
            return None
        return any(self._close(other, currency) for currency in common)

    def _close(self, other: "Value", currency: str) -> bool:
        mine, theirs = self.sums[currency], other.sums[currency]
        slack = self.slack + other.slack
        if currency in self.rates | other.rates:
            slack += OWN_RATE
        if abs(mine - theirs) <= slack * max(abs(mine), abs(theirs)) + 1e-9:
            return True
        for one, two in ((self, other), (other, self)):
            a, b = one.sums[currency], two.sums[currency]
            if (one.bound == "min" and a <= b <= a * NEAR) or (one.bound == "max" and a / NEAR <= b <= a):
                return True  # "at least 2bn" and "2.3bn"
            if one.low is not None and one.low <= b <= a:
                return True  # inside the range
        return False


def slack_of(text: str | None, value: float, approx: bool) -> float:
    """By what share a sum written as `text` may be off: half of its last digit, at most WIDEST."""
    found = _NUMBER.search(text or "")
    if not found or not value:
        return APPROXIMATE if approx else 0.005
    digits = found.group().split(".")[0].replace(",", "")
    if found[1]:
        steps = float(found.group().replace(",", "")) * 10 ** len(found[1])
    else:
        steps = float(digits.rstrip("0") or "1")
    half = 0.5 / steps if steps else 0.0
    return max(min(half, WIDEST), APPROXIMATE if approx else 0.0)


def dispute_of(one: Value, other: Value) -> str | None:
    """How two sums that should be the same differ, or None when they look like two different things."""
    for currency in one.sums.keys() & other.sums.keys():
        a, b = abs(one.sums[currency]), abs(other.sums[currency])
        if not a or not b:
            continue
        ratio = max(a, b) / min(a, b)
        if any(abs(ratio / slip - 1) <= 0.02 + one.slack + other.slack for slip in SLIPS):
            return f"factor {round(ratio):,}"
        if ratio <= NEAR:
            return "value"
    for a_currency, a in one.sums.items():
        for b_currency, b in other.sums.items():
            if a_currency != b_currency and a and abs(a / b - 1) <= 0.001 if b else False:
                return "currency"
    return None
