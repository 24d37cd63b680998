"""Where a text says that a company is at home: "the Swedish retailer Orient", "Orient, a maker based in Sweden".

Another country than the record's makes it another company of the same name. Only words bound to the name count:
"American officials added Huawei" says nothing of Huawei. No spaCy here.
"""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from db.records import Mention
from nlp.lexicon import lexicon

#: Seats of holding companies; a company of any country may be said to be there.
ANYWHERE = frozenset(["HK", "MO", "SG", "KY", "VG", "BM", "LU", "IE"])
AROUND = 70  # characters on either side of a name
#: Nouns that tie two companies: "its American rival Huawei" gives the country of the other one as little as of Huawei.
TYING = frozenset(
    "rival rivals competitor competitors customer customers client clients supplier suppliers partner partners unit "
    "subsidiary subsidiaries affiliate affiliates arm division parent owner buyer buyers investor investors".split()
)
#: What a namesake is, beside the nouns by which companies of this trade are called; with "-er" and "-or" words below.
OTHERS = (
    "bakery brewery shipyard airline airport clinic hospital school university college club theatre museum magazine newspaper "
    "dairy farm vineyard winery restaurant hotel shop charity cooperative co-op union association federation society institute "
    "foundation league council agency festival band studio label practice chain"
).split()
#: "The Finnish brewer Hesai", but not "American officials and their", "the Chinese over": words of that ending that are no trade.
NO_TRADE = (
    "after over under per other another their her former later earlier never ever rather whether together however for nor or "
    "another whenever wherever leader minister officer lawyer regulator investigator senator governor ambassador customer buyer "
    "investor supplier partner competitor owner importer peer user reseller dealer borrower order offer number power"
).split()


@cache
def _codes() -> dict[str, str]:
    table = tomllib.loads((files("nlp") / "data" / "countries.toml").read_text(encoding="utf-8"))
    return {name: code for code, names in table.items() for name in names}


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    names = "|".join(map(re.escape, sorted(_codes(), key=len, reverse=True)))
    nouns = "|".join(sorted((lexicon().company_nouns | set(OTHERS)) - TYING, key=len, reverse=True))
    nouns += rf"|(?!(?:{'|'.join(NO_TRADE)})\b)[a-z-]{{2,}}(?:er|or)"
    based = r"(?:-based|-headquartered|['’]s)?"
    before = rf"(?<![\w-])(?P<at>{names}){based} (?:[a-z-]+ ){{0,3}}(?:{nouns}) $"
    after = (
        rf"(?:,? \(?(?:an?|the) (?:[a-z-]+ ){{0,2}}(?P<one>{names}){based} (?:[a-z-]+ ){{0,3}}(?i:{nouns})\b"
        rf"|,? of (?P<of>{names})\b| \((?P<in>{names})\))"
    )
    return re.compile(before), re.compile(after)


def countries_told(body: str, mentions: Iterable[Mention]) -> frozenset[str]:
    """ISO codes of the countries that `body` gives the party of `mentions` as its home."""
    before, after = _patterns()
    found = set()
    for mention in mentions:
        left = before.search(body[max(0, mention.start - AROUND) : mention.start])
        right = after.match(body, mention.end, min(len(body), mention.end + AROUND))
        for match in (left, right):
            if match is not None:
                found |= {_codes()[name] for name in match.groups() if name is not None}
    return frozenset(found)


def conflicts(told: frozenset[str], country: str | None) -> bool:
    """True when the text puts the company elsewhere, and nowhere where the record has it."""
    if country is None or country in ANYWHERE or not told:
        return False
    return country not in told and not told & ANYWHERE
