"""The words between and around amounts that tie one to another: parts, changes, averages, prices."""

import re

PRICED = frozenset(
    "share barrel ounce tonne ton kilogram kilo pound gallon litre liter bushel watt wafer chip day night hour".split()
)
STRONG = 0.93  # a cue right beside the amount: it decides also for a part of another amount
PART_LEFT = re.compile(
    r"(?:\bof (?:which|that|those|this|it|them|the \w+ \w+)[,:]?|,? includ(?:ing|es|ed)(?: an?)?(?: \w+){0,2}|\bamong (?:them|these|those)(?: \w+){0,3}|\bamong (?:them|these|those) one\b[^.;,]{0,60}\b(?:came to|comes to|worth|was worth))"
    r"\s*(?:about|some|up to)?\s*$",
    re.I,
)
#: "Of the $19 billion that it spent, $4.5 billion went to": before the whole.
OF_THE = re.compile(r"\W*of (?:the|its|that|this|some|about)\s*(?:\w+\s+)?", re.I)
PART_RIGHT = re.compile(r"\s*,?\s*of (?:it|that|which|them|this|those)\b", re.I)
AVERAGE_LEFT = re.compile(
    r"\b(?:an? average(?: value)? of|averag(?:ing|es|ed)|on average)\s*(?:about|some)?\s*$", re.I
)
AVERAGE_RIGHT = re.compile(r"\s*(?:apiece|each)?\s*,?\s*on average\b", re.I)
CHANGE_LEFT = re.compile(
    r"(?:\b(?:up|down|compared|risen|fallen|increased|decreased|climbed|dropped|rose|fell|raised|lowered|cut|grew|shrank|slid|jumped|soared|instead)\b"
    r"[^,;.()]{0,30}?\b(?:from|with|to|of)|\b(?:versus|against|not|instead of|rather than)"
    r"|\b(?:below|above|less than|more than|lower than|higher than|half|twice|double|short of)(?= the| its| last))"
    r"\s*(?:the|its|an?|about|some|nearly|almost|over)?(?:\s*(?:earlier|previous|prior)\s\w+ of)?\s*$",
    re.I,
)
FROM_LEFT = re.compile(
    r"\b(?:from|with|versus|against|not|than|of|below|above|half|twice|double)\s*(?:\w+\s*)?$", re.I
)
ON_TOP = re.compile(
    r"\b(?:on top of|in addition to|besides|adds? to|comes? after)\s+(?:the|an?|its)?\s*(?:\w+ )?$", re.I
)
FIGURE = re.compile(
    r"\b(?:gave|give|gives|put|puts|set|estimated|reported|listed)\b.{0,24}\b(?:it|this|that|figure|sum|total|number)\s+(?:as|at)\s*$"
    r"|\bthe (?:sum|figure|amount|total) (?:was|is|came to)\s*$",
    re.I,
)
FROM_GAP = re.compile(
    r"\s*,?\s*(?:(?:up|down)\s+)?(?:from|versus|against|compared\s+(?:with|to))\s*(?:about|some|nearly|around)?\s*",
    re.I,
)
COLON = re.compile(r"[^;.\n]{0,40}:\s*")
SERIES = re.compile(r"[^;.\n]{0,80}(?:,|\band)\s*")
LISTED = re.compile(
    r"\s*(?:,|and|, and|or|;|plus|&)\s*(?:(?:at|to|of|for)\s+)?[\"“'‘]?(?:another\s+|a further\s+|an additional\s+"
    r"|no more than|at least|up to|as much as|about\s+)?[\"”'’]?\s*"
)
NAMED = re.compile(
    r"\s*(?:\d[\d.]*\s?(?:%|per ?cent|percent))?\s*(?:\(\s*(?:\d[\d.]*\s?(?:%|per ?cent|percent)\s*,)?)?\s*$"
)
#: "Harbour, the larger of the two, X": a company with an apposition right before its amount.
APPOSED = re.compile(
    r",\s+(?:the|an?|its|whose|which is)\s[^,;.()]{2,50},\s+(?:about |some |nearly |only )?$", re.I
)
PRICE_LEFT = re.compile(
    r"\b(?:shares?|stock|closed|closing|traded|trading|futures|settled|crude|price)\b(?:[^;.]|\.(?=\d)){0,70}\b(?:at|to)\s*$"
    r"|\b(?:shares?|stock)\b(?:[^;.]|\.(?=\d)){0,40}\b(?:rose|fell|gained|lost|climbed|dropped|jumped|added|shed|slid|slipped)\s*$"
    r"|\bclosing prices?\b.*$",
    re.I,
)
#: Verbs of hopes and forecasts: their amount is what the amount told before was hoped or feared to be.
HOPES = frozenset(
    "hope forecast predict expect promise seek ask plan target guide foresee budget pencil anticipate project look want see".split()
)
HOPED = frozenset(
    "revenue profit loss cost lost_sales ipo funding fine investment market_cap valuation".split()
)
SAME = frozenset("be come amount reach total rise fall stand grow shrink".split())


FRONTED = re.compile(
    r"\W*(?:from|instead of|rather than|down from|up from|compared (?:with|to)|against|versus)\s+(?:the|a|an|its|some|about)?\s*(?:\w+\s+)?$",
    re.I,
)
#: "took X at Y", "raised X at a pre-money valuation of Y"
VALUED_AT = re.compile(
    r"\s*,?\s*at(?:\s+an?\s+(?:[\w-]+\s+){0,3}valuation\s+of)?(?:\s+(?:about|some))?\s*", re.I
)
RAISED = frozenset({"funding", "ipo", "funding_total"})
#: "and is down to X", "it now stands at X": what is left of a value.
LEVEL = re.compile(
    r"\b(?:is|are|was|were|stands?|stood)\s+(?:now\s+)?(?:(?:down|up)\s+(?:to|at)|at)\s*$", re.I
)
OF_IT = re.compile(r"\s*of (?:it|them|these|those)\b", re.I)
HEADED = re.compile(r"[^:;!?]{0,70}:\s*$")
