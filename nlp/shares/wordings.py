"""The words around a percentage that say what it is a share of."""

import re

FRACTIONS = {
    "half": 50.0, "a half": 50.0, "a third": 33.3, "one third": 33.3, "one-third": 33.3, "1/3rd": 33.3, "1/3": 33.3,
    "two thirds": 66.7, "two-thirds": 66.7, "a quarter": 25.0, "one quarter": 25.0, "one-quarter": 25.0,
    "three quarters": 75.0, "three-quarters": 75.0, "a fifth": 20.0, "one fifth": 20.0, "one-fifth": 20.0,
    "two-fifths": 40.0, "a tenth": 10.0, "one-tenth": 10.0, "nine-tenths": 90.0,
}  # fmt: skip
PERCENT = re.compile(
    r"(?<![\w.,])(?P<pct>\d{1,3}(?:\.\d+)?)(?:\s|-)?(?:%|per\s?cent\b|percent\b|pct\b)"
    rf"|\b(?P<part>{'|'.join(sorted(FRACTIONS, key=len, reverse=True))})(?=\s+(?:of|share|stake)\b)",
    re.I,
)
HEDGE = r"(?:about|some|around|nearly|almost|roughly|approximately|only|just|barely|just\s+under|just\s+over|more\s+than|less\s+than|over|under|as\s+much\s+as|an?)"
REVENUE = r"(?:revenues?|sales|turnover|income|receipts|orders)"
OF_REVENUE = re.compile(
    rf"\s*(?:of|in)\s+(?:(?:all|about)\s+)?(?:(?!purchases|costs|goods|staff)[\w.’'-]+\s+){{0,6}}?{REVENUE}\b",
    re.I,
)
OF_TOTAL = re.compile(r"\s*(?:of\s+(?:the\s+|its\s+)?(?:group\s+|company\s+)?(?:total|them)\b)", re.I)
#: "83% of it", "7% of the total", "6.5 per cent of which": of what was told just before.
OF_IT = re.compile(
    r"\s*of\s+(?:it|that|this|them|these|those|which|(?:the|that|this|its)\s+(?:\w+\s+)?(?:total|sum|figure|amount))\b(?!\s+(?:year|month|quarter|time|list|company)\b)",
    re.I,
)
#: "of which some 58% was derived from": the same from the left.
WHICH_LEFT = re.compile(rf"\bof\s+(?:which|that|this|it)\s*,?\s*(?:{HEDGE}\s+)?$", re.I)
COMES = re.compile(
    r"\s*(?:,[^,]{0,30},\s*)?(?:is|was|were|are|has been|had been)?\s*(?:came|comes|come|derived|generated|earned|made|stemmed|stems|originated|from|in)\b",
    re.I,
)
#: "contributed RMB 412 million, or 2.9%, to the Group's revenue"
OR_OF = re.compile(
    rf"\s*,?\s*(?:to|of)\s+(?:(?!costs|profit)[\w.’'-]+\s+){{0,4}}?(?:{REVENUE}|total)\b", re.I
)
OR_LEFT = re.compile(rf"(?:,|\()\s*(?:or|equal to|equivalent to)\s+(?:{HEDGE}\s+)?$", re.I)
MADE_UP = re.compile(
    rf"\b{REVENUE}\b[^.;]*\bof which\b[^.;]*\b(?:made up|accounted for|came to|represented|contributed)\s+(?:\w+\s+)?$",
    re.I,
)
STAKE = re.compile(
    r"[\s-]*(?:(?!and\b|the\b|of\b|or\b)\w+[\s-]){0,2}?(?:stake|interest|shareholding|holding|equity stake)\b|\s+of\s+(?:the\s+|its\s+)?(?:\w+\s+)?(?:shares|stock|equity|venture|joint venture|company|firm|voting rights)\b(?![’']s?\s)",
    re.I,
)
STAKE_LEFT = re.compile(
    rf"\b(?:stake|shareholding|holding)\b(?:\s+(?:in|of)\s+[^.;,]{{0,40}})?(?:,|\s+(?:is|was)(?:\s+\w+,)?|\s+(?:to|of|at|from))\s+(?:{HEDGE}\s+)?$",
    re.I,
)
OWNED = re.compile(r"[\s-]*(?:is\s+|was\s+)?(?:owned|held|controlled)\b", re.I)
#: "owned to 51% by", "held 30% by"
OWNED_LEFT = re.compile(rf"\b(?:owned|held|controlled)\s+(?:to\s+)?(?:{HEDGE}\s+)?$", re.I)
BY = re.compile(r"\s*by\b", re.I)
#: "34% of which belongs to", "76% of them still in the hands of", "61% of whose shares are held by"
BELONGS = re.compile(
    r"\s*of\s+(?:which|them|it|whose\s+\w+|its\s+(?:shares|stock|equity))\b[^.;,]{0,24}?(?:,[^.;,]{0,20})?\s"
    r"(?:belong(?:s|ed|ing)?\s+to|(?:owned|held|controlled)\s+by|in\s+the\s+hands\s+of|lies?\s+with|rests?\s+with)\s",
    re.I,
)
SHARES_LEFT = re.compile(r"\b(?:shares|stock|equity),\s+$", re.I)
STILL_BELONG = re.compile(r"\s*of\s+them,[^.;,]{0,24}\b(?:belong(?:s|ed)?\s+to|(?:owned|held)\s+by)\s", re.I)
#: "9% of the chip designer Acme": the percentage is of a company by its verb, or by the noun it explains.
TRADES = re.compile(
    rf"\b(?:sell|sells|selling|sold|buy|buys|buying|bought|acquir(?:e|es|ed|ing)|take|takes|took|taken|taking|picked up|pick up|snapped up|purchas(?:e|es|ed|ing)"
    rf"|obtain(?:ed|s)?|gave|give|transfer(?:red)?|offload(?:ed|s)?|divest(?:ed)?|(?:asset|holding|stake|interest|investment),)\s+(?:another\s+|a\s+further\s+)?(?:{HEDGE}\s+)?$",
    re.I,
)
OWNS = re.compile(
    r"\b(?:owns?|owned|owning|holds?|held|holding|hold|own|control|controls|controlled|with a stake of|stake of|keep)\s+(?:about\s+|some\s+|nearly\s+|around\s+|just\s+under\s+|more than\s+|a\s+|an\s+)?$",
    re.I,
)
OWNER_WITH = re.compile(r"\b(?:owner|shareholder|investor)s?\b[^.;]{0,60}\bwith\s+(?:about\s+)?$", re.I)
#: "Acme, whose largest shareholder is Harbour with 31%"
WHOSE_OWNER = re.compile(r",?\s+whose\s+(?:\w+\s+){0,2}(?:owner|shareholder|investor|backer)\b", re.I)
#: "Harbour Fund, with a stake of 43%"
WITH_STAKE = re.compile(
    rf",?\s+with\s+(?:(?:a|its|their)\s+)?(?:(?:\w+\s+)?(?:stake|holding|shareholding)\s+of\s+)?(?:{HEDGE}\s+)?$",
    re.I,
)
AND_LEFT = re.compile(r"(?:\band|,)\s+$")
#: "the joint venture of Acme (51%) and Harbour (26%)"
OWNERS = re.compile(
    r"\b(?:venture|consortium|shareholders?|owners?|owned by|held by|belongs to|stakeholders?)\b", re.I
)
MARKET = re.compile(
    r"\s*(?:share\s+)?of\s+(?:(?!revenue|sales|its)[\w.’'-]+\s+){0,6}?(?:market|world['’]s|global|supply|output|production|shipments|capacity)\b"
    r"|\s*(?:\w+\s+){0,3}?market share\b",
    re.I,
)
#: "4% of Acme's output"
OUTPUT_OF = re.compile(
    r"\s*of\s+(?P<owner>.{2,50}?)(?:[’']s|(?<=s)[’'])\s+(?:\w+\s+){0,2}?(?:supply|output|production|shipments|capacity)\b"
)
SUBJECT_REVENUE = re.compile(rf"[^.;,]{{0,60}}\b{REVENUE}\b", re.I)
MARKET_LEFT = re.compile(
    r"\bmarket share (?:of|was|is|at|to|reached)\s+(?:about\s+)?$|\bshare of (?:the )?(?:[\w-]+\s){0,4}market\b[^.;,]{0,30}$",
    re.I,
)
CHANGE = re.compile(r"\b(?:up|down|compared|against|versus)\s+(?:from|with|to)?\s*(?:about\s+)?$", re.I)
APPROX = re.compile(
    r"\b(?:about|around|nearly|almost|some|roughly|approximately|close to|less than|just under)\s*(?:a\s+)?$",
    re.I,
)
BOUND = re.compile(
    r"\b(?P<max>less than|under|below|up to|at most)\s*$|\b(?P<min>more than|over|at least|above)\s*$", re.I
)
NO_SHARE = re.compile(
    r"\b(?:tariffs?|dut(?:y|ies)|levy|levies|royalt(?:y|ies)|fees?|margins?|rose|fell|gained|lost|dropped|grew|increased|jumped|slid|climbed|tumbled)\s+(?:of\s+|by\s+)?(?:about\s+)?$",
    re.I,
)
