"""What dates look like in English news: the words, and one pattern that finds them from left to right."""

import re

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        1,
    )
    for name in names
}
WEEKDAYS = {
    name: n
    for n, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
}
#: zero to twenty, in order.
NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty"
).split()
COUNTS = {word: n for n, word in enumerate(NUMBER_WORDS)} | {"a": 1, "an": 1, "twenty-four": 24}
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "final": 4, "last": 4,
}  # fmt: skip

SP = r"(?:[^\S\r\n]+)"
YEAR = r"(?:19|20)\d\d(?!\d|[.,]\d|%)"
DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\d%]|[.,]\d|:\d|(?:st|nd|rd|th|mm|nm)\b)"
_LONG = "January|February|March|April|May|June|July|August|September|October|November|December"
_SHORT = r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?"
MONTH = rf"(?:(?:{_LONG}|{_LONG.upper()})\b|{_SHORT})"
WEEKDAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
COUNT = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|eighteen|twenty-four|\d{1,2})"
NOT_COUNT = (
    rf"(?!{SP}(?:percent|per{SP}cent|million|billion|trillion|people|companies|years|months|weeks|firms)\b)"
)
PERIOD = r"(?:quarter|half|year|month|week)"
#: What a date can begin with: one look at the word saves trying every form at every letter.
TRIGGER = (
    rf"(?<![A-Za-z])(?=\d|[QH][1-4]|[JFMASOND][a-zA-Z]|(?:{WEEKDAY})|(?i:(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|eighteen|twenty-four|about|nearly|almost|the|its|earlier|later|last|this|next|current|previous|following|same|preceding"
    r"|prior|that|first|second|third|fourth|final|today|yesterday|tomorrow|tonight|fiscal|FY(?=\d|\b)|financial|quarter|half"
    r"|half-year|year|year-earlier|year-ago)(?![a-zA-Z]))|FY\d)"
)
DATE = re.compile(
    TRIGGER + r"(?:"
    rf"(?P<ended>\b(?:(?:{COUNT}{SP}(?P<ended_months>months)|(?:fiscal{SP})?(?P<ended_period>quarter|half|half-year|year)))"
    rf"(?:{SP}(?:that|which))?{SP}(?:just{SP})?(?:ended|ending|to|through|to{SP}the{SP}end{SP}of){SP}(?:on{SP}|in{SP})?"
    rf"(?:(?P<ended_month>{MONTH}){SP}?(?P<ended_day>{DAY})?|(?P<ended_day2>{DAY}){SP}(?P<ended_month2>{MONTH}))"
    rf"(?:,?{SP}(?P<ended_year>{YEAR}))?)"
    rf"|(?P<iso>\b(?P<iso_y>(?:19|20)\d\d)-(?P<iso_m>0[1-9]|1[0-2])-(?P<iso_d>0[1-9]|[12]\d|3[01])\b)"
    rf"|(?P<cjk>(?P<cjk_y>(?:19|20)\d\d)年(?:(?P<cjk_m>\d{{1,2}})月(?:(?P<cjk_d>\d{{1,2}})日)?)?)"
    rf"|(?P<md>(?:\b{WEEKDAY},?{SP})?\b(?P<md_m>{MONTH}){SP}(?P<md_d>{DAY}){NOT_COUNT}(?:,?{SP}(?P<md_y>{YEAR}))?)"
    rf"|(?P<dm>(?:\b{WEEKDAY},?{SP})?(?:\bthe{SP})?\b(?P<dm_d>{DAY}){SP}(?:of{SP})?(?P<dm_m>{MONTH})(?:,?{SP}(?P<dm_y>{YEAR}))?)"
    rf"|(?P<my>\b(?P<my_m>{MONTH})(?:(?:,|{SP}of)?{SP}(?P<my_y>{YEAR})|{SP}(?:of{SP})?(?P<my_rel>last|this|next){SP}year\b))"
    rf"|(?P<q>\b(?:(?P<q_y0>{YEAR})(?:['’]s)?{SP})?(?P<q_n>(?i:first|second|third|fourth|final|[1-4](?:st|nd|rd|th)))[ -](?:fiscal[ -])?"
    rf"(?P<q_unit>quarter|half)(?![\w-])(?:{SP}(?:of|in){SP}(?:the{SP})?(?:(?:its{SP})?fiscal{SP})?(?:year{SP})?"
    rf"(?:(?P<q_y>{YEAR})|(?P<q_rel>last|this|next){SP}year|(?P<q_same>year)\b))?)"
    rf"|(?P<qq>\b(?:(?P<qq_y0>{YEAR}){SP}?)?(?P<qq_unit>[QH])(?P<qq_n>[1-4])(?:{SP}(?:of{SP})?|,{SP}|/)?(?P<qq_y>(?:FY)?{YEAR})?(?![\w.]))"
    rf"|(?P<qy>\b(?P<qy_n>[1-4])(?P<qy_unit>[QH])['’]?(?P<qy_y>\d\d|{YEAR})\b)"
    rf"|(?P<span>\b(?i:first){SP}(?P<span_n>{COUNT}){SP}months{SP}of{SP}(?:the{SP})?(?:(?P<span_y>{YEAR})|(?P<span_rel>last|this){SP}year|(?P<span_same>year)\b))"
    rf"|(?P<wd>\b(?:(?P<wd_rel>(?i:last|next|this|this past)){SP})?(?<!Black )(?<!Cyber )(?<!Good )(?P<wd_d>{WEEKDAY}))"
    rf"|(?P<word>\b(?i:today|yesterday|tomorrow|tonight)\b(?!['’]s))"
    rf"|(?P<ago>\b(?i:about{SP}|nearly{SP}|almost{SP})?(?P<ago_n>(?i:{COUNT})){SP}(?P<ago_unit>day|week|month|quarter|year)s?{SP}(?P<ago_dir>ago|earlier|previously|later|(?:before|prior|after)(?!{SP}\w))\b)"
    rf"|(?P<yearago>\b(?:year-earlier|year-ago)\b)"
    rf"|(?P<rel>\b(?:the{SP}|its{SP})?(?:(?i:earlier|later){SP})?(?P<rel_dir>(?i:last|this|next|current|previous|following|same|preceding|prior|that))"
    rf"{SP}(?:fiscal{SP})?(?P<rel_unit>day|week|month|quarter|year)\b)"
    rf"|(?P<season>\b(?P<season_rel>(?i:last|this|that)){SP}(?P<season_n>(?i:spring|summer|autumn|fall|winter))\b)"
    rf"|(?P<m>\b(?P<m_m>{MONTH}))"
    rf"|(?P<fy>\b(?i:fiscal|FY|financial{SP}year){SP}?(?:year{SP})?(?P<fy_y>{YEAR}))"
    rf"|(?P<y>(?<![\w.,$€£¥/])(?<![^a-zA-Z]-)(?P<y_y>(?:199\d|20[0-4]\d))(?![\w%]|[.,]\d|[-–/]\d\d?(?!\d)|{SP}(?:million|billion|yuan|dollars|euros|km|MW|people|units|jobs))))"
)
#: A year needs a word that asks for one before it, or an end of phrase behind it.
YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|since|of|by|from|until|till|to|through|during|before|after|between|and|or|early|late|mid|for|year|the|last|fiscal|around|than|circa|spring|summer|autumn|fall|winter|end|start)[^\S\r\n]+|mid-|early-|late-|[(,–-][^\S\r\n]?)$",
    re.I,
)
#: What stands before a month without a day: "May" and "March" are months only behind one of these.
MONTH_BEFORE = re.compile(
    r"\b(?P<word>in|last|next|this|that|since|by|until|till|from|early|late|mid|end of|start of|beginning of|of|through|during|before"
    r"|after|between|and|to|for|ending|ended|around|on|as of)(?: the (?:start|end|beginning) of| early| late| mid)?[\s-]$",
    re.I,
)
FUTURE = re.compile(
    r"\b(?:will|would|shall|by|until|till|due|effective|starting|beginning|scheduled|deadline|expires?|expiry|set to|takes? effect|"
    r"taking effect|come into force|enters? into force|plans?|planned|expects?|expected|next|before|from|no later than|hearing|upcoming)\b",
    re.I,
)
