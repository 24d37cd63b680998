"""Whose share a percentage is: the company of revenue or market, holder and issuer of a stake."""

import re
from dataclasses import replace

from spacy.tokens import Doc, Token

from db.records import Mention, Party, Role
from nlp.amounts.details import subject_company
from nlp.amounts.mentions import companies_of, counterparties_of
from nlp.amounts.sites import Site, arguments_of, verbs_above
from nlp.amounts.topic import topics
from nlp.extensions import body_of, is_company, mention_at, mentions_in, party_of
from nlp.shares.wordings import (
    BELONGS,
    BY,
    OF_REVENUE,
    OUTPUT_OF,
    OWNED,
    OWNER_WITH,
    OWNERS,
    STILL_BELONG,
    WHOSE_OWNER,
    WITH_STAKE,
)

#: "Acme accounted for 12% of sales": of somebody else's.
PARTS = frozenset({"account", "make", "contribute", "represent", "constitute", "comprise", "provide"})


def company_of_share(site: Site, kind: str) -> Mention | None:
    """Whose revenue or market share it is."""
    doc = site.doc
    verb = next(verbs_above(site.anchor), None)
    customer = verb is not None and is_part_of_another(verb) and kind == "revenue_share"
    taken = {m.entity for m in companies_of(doc, arguments_of(verb).agents)} if verb and customer else set()
    if kind == "revenue_share":  # "7% of its revenue": the owner named behind the percentage
        own = named_behind(site)
        if own is not None and own.entity not in taken:
            return own
    if verb is not None and not customer:
        arguments = arguments_of(verb)
        subjects = companies_of(doc, arguments.patients if arguments.passive else arguments.agents)
        subjects = [m for m in subjects if topics(doc).manner.get(m.start) != "source"]
        if len(subjects) == 1:
            return subjects[0]
    if kind == "market_share":
        return subject_company(doc, site.sent.root)
    return topics(doc).company(site, taken)


def is_part_of_another(verb: Token) -> bool:
    """True for "Acme accounts for 12% of sales", "makes up 12%"; "Acme makes 12% of its sales abroad" tells of its own."""
    name = verb.lemma_.lower()
    return name in PARTS and (name != "make" or any(c.lower_ == "up" for c in verb.children))


def named_behind(site: Site) -> Mention | None:
    """The company in "7% of Acme's revenue", "7% of sales at Acme"."""
    doc = site.doc
    behind = mentions_in(doc, site.amount.end, min(site.sent.end_char, site.amount.end + 60))
    behind = [m for m in behind if is_company(m)]
    phrase = OF_REVENUE.match(body_of(doc), site.amount.end)
    if phrase is None:
        return None
    own = [m for m in behind if m.end <= phrase.end()]
    own += [m for m in behind if re.fullmatch(r"\s*(?:at|of)\s+", body_of(doc)[phrase.end() : m.start])]
    return own[0] if own else None


def holder_before(site: Site) -> Mention | None:
    """ "..., the fund Acme 30 per cent", "Acme (30%)": the company right before a percentage."""
    text = body_of(site.doc)
    at = site.amount.start
    while at > 0 and text[at - 1] in " (":
        at -= 1
    mention = mention_at(site.doc, at - 1, at) if at else None
    return mention if mention is not None and is_company(mention) else None


def bracketed(site: Site) -> bool:
    """True for "(51%)" behind one of the owners that the sentence names: "the venture of Acme (51%) and Harbour (26%)"."""
    text = body_of(site.doc)
    shut = re.match(r"\s*\)", text[site.amount.end : site.amount.end + 3])
    if shut is None or text[site.amount.start - 1 : site.amount.start] != "(":
        return False
    return OWNERS.search(site.left_text) is not None and holder_before(site) is not None


def named_of(site: Site) -> Mention | None:
    """The company in "9% of the chip designer Acme", "4.9% in Acme"; none in "9% of Acme's output"."""
    doc, text = site.doc, body_of(site.doc)
    into = re.compile(r"\s+(?:of|in)\s+(?:the\s+)?(?:[\w’'-]+\s+){0,4}?").match
    for mention in mentions_in(doc, site.amount.end, min(site.sent.end_char, site.amount.end + 90)):
        if not is_company(mention):
            continue
        lead = into(text, site.amount.end)
        reach = text[site.amount.end : mention.start]
        if lead is None or not re.fullmatch(r"\s+(?:of|in)\s+(?:[\w’'-]+\s+){0,5}", reach):
            return None
        if re.search(r"\b(?:and|or|by|from|to|for|at|with)\b|[’']s\s", reach):
            return None
        after = text[mention.end : mention.end + 2]
        following = next((t for t in doc[site.stop : site.sent.end] if t.idx >= mention.end), None)
        if after in {"'s", "’s"} or (following is not None and following.pos_ in {"NOUN", "PROPN"}):
            return None
        return mention
    return None


def of_output(site: Site) -> bool:
    """True for "4% of Acme's output", which is no share of a market."""
    told = OUTPUT_OF.match(body_of(site.doc), site.amount.end, site.amount.end + 90)
    if told is None:
        return False
    mention = mention_at(site.doc, told.end("owner") - 1, told.end("owner"))
    return mention is not None and is_company(mention)


def stake_parties(site: Site) -> tuple[Party, ...]:
    """Holder (a) and issuer (b) of a stake."""
    holder, issuer = belonging(site)
    if holder is None and issuer is None:
        holder, issuer = held(site)
    doc, parties = site.doc, []
    if holder is not None:
        parties.append(party_of(doc, holder, Role.A))
    elif (unknown := other_holder(site)) is not None:
        parties.append(unknown)
    if issuer is not None and (holder is None or issuer.entity != holder.entity):
        parties.append(party_of(doc, issuer, Role.B))
    return tuple(parties)


def other_holder(site: Site) -> Party | None:
    """A holder that is no company known: "the National Pension Service, which holds 7.4%", a state, a person."""
    verb = next(verbs_above(site.anchor), None)
    if verb is None or verb.lemma_.lower() not in {"own", "hold", "control"}:
        return None
    found = counterparties_of(site.doc, arguments_of(verb).agents[:1], set())
    return replace(found[0], role=Role.A) if found else None


def belonging(site: Site) -> tuple[Mention | None, Mention | None]:
    """Holder and issuer in "Acme, 34% of which belongs to Harbour"."""
    doc, text = site.doc, body_of(site.doc)
    told = BELONGS.match(text, site.amount.end) or STILL_BELONG.match(text, site.amount.end)
    if told is None or told.end() > site.sent.end_char:
        return None, None
    companies = [m for m in mentions_in(doc, site.sent.start_char, site.sent.end_char) if is_company(m)]
    behind = [m for m in companies if m.start >= told.end() and m.start - told.end() < 60]
    ahead = [m for m in companies if m.end <= site.amount.start]
    return owned_by(doc, site, behind), (ahead[-1] if ahead else None)


def held(site: Site) -> tuple[Mention | None, Mention | None]:
    """Holder and issuer where the percentage is held, bought, sold or told of."""
    doc, end = site.doc, site.sent.end_char
    text = body_of(doc)
    left, right = text[site.sent.start_char : site.amount.start], text[site.amount.end : end]
    companies = [m for m in mentions_in(doc, site.sent.start_char, end) if is_company(m)]
    ahead = [m for m in companies if m.end <= site.amount.start]
    if OWNED.match(right) or BY.match(right):  # "62% owned by A", "owned to 62% by A"
        behind = [m for m in companies if m.start >= site.amount.end]
        return owned_by(doc, site, behind), ahead[-1] if ahead else None
    holder, issuer = holder_before(site), None
    before = re.compile(r".*\bstake in (?:the )?").match(text, site.sent.start_char, site.amount.start)
    if before is not None:
        issuer = next((m for m in companies if m.start <= before.end() <= m.end), None)
    into = re.compile(r"[^,.;]{0,60}?\b(?:in|of)\s+(?:the\s+)?").match(text, site.amount.end)
    if into is not None and issuer is None:
        issuer = next(
            (m for m in companies if m.start <= into.end() <= m.end and m.start >= site.amount.end),
            None,
        )
    issuer = issuer or named_of(site)
    if bracketed(site):
        return holder, issuer or next((m for m in ahead if m != holder), None)
    whose = WHOSE_OWNER.search(left)
    if whose is not None:  # "Acme, whose largest shareholder is Harbour with 31%"
        at = site.sent.start_char + whose.start()
        return holder or next((m for m in ahead if m.start > at), None), next(
            (m for m in ahead if m.end == at), None
        )
    verb = next(verbs_above(site.anchor), None)
    relative = re.search(r"\bin which\b", left)
    if relative is not None:  # "Acme, in which Harbour holds a 39.6 per cent stake"
        outer = [m for m in companies if m.end <= site.sent.start_char + relative.start()]
        inner = [m for m in ahead if site.sent.start_char + relative.end() <= m.start]
        issuer = issuer or (outer[-1] if outer else None)
        holder = holder or (inner[-1] if inner else None)
    with_stake = WITH_STAKE.search(left)
    if holder is None and with_stake is not None:  # "Harbour Fund, with a stake of 43%"
        at = site.sent.start_char + with_stake.start()
        holder = next((m for m in ahead if m.end == at), None)
    if holder is None and verb is not None:
        found = companies_of(doc, arguments_of(verb).agents)
        found = [m for m in found if issuer is None or m.entity != issuer.entity]
        holder = found[0] if len(found) == 1 else None
    if holder is None and OWNER_WITH.search(left):
        holder = ahead[-1] if ahead else None
        if len(ahead) > 1 and ahead[-2].entity != ahead[-1].entity:
            issuer = issuer or ahead[-2]
    return holder, issuer


def owned_by(doc: Doc, site: Site, behind: list[Mention]) -> Mention | None:
    """The holder behind "owned by": in "Acme's parent Harbour" the parent, not Acme."""
    for i, mention in enumerate(behind):
        after = body_of(doc)[mention.end : mention.end + 3]
        following = behind[i + 1] if i + 1 < len(behind) else None
        if after.startswith(("'s", "’s")) and following is not None and following.start - mention.end < 30:
            continue
        return mention
    return None
