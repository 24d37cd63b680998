-- The store's tables. Each table and column carries its description in the comment behind it; docs/schema.md
-- and the Datasette metadata are made from this file. Times are UTC ISO-8601 text, offsets count characters of
-- texts.body, end exclusive, amounts are in whole units of their currency. Views are made by db/views.py.

CREATE TABLE meta ( -- settings of the store itself
    key TEXT PRIMARY KEY, -- name: schema, init_at, last_change of aliases, decisions or lists
    value TEXT NOT NULL -- its value
) STRICT;

CREATE TABLE sources ( -- publishers we follow, and their health
    id TEXT PRIMARY KEY, -- name of the table in sources.toml
    name TEXT NOT NULL, -- as printed
    home TEXT, -- home page
    country TEXT, -- ISO 3166 alpha-2: decides what a bare "$" is
    language TEXT, -- ISO 639-1
    kind TEXT, -- agency, paper, trade, government, lawfirm, import
    expect_min INTEGER, -- fewest articles a week that are no alarm
    expect_max INTEGER, -- most articles a week that are no alarm
    state TEXT NOT NULL DEFAULT 'active', -- active, paused, silent, failing, too-few, too-many, unreadable, stale
    state_reason TEXT, -- why, in words
    next_due TEXT, -- when its feeds are to be asked again
    interval_s INTEGER, -- revisit interval, adapted to the share of known entries
    last_success TEXT, -- last time a feed gave entries
    config TEXT NOT NULL DEFAULT '{}' -- JSON of the declaration
) STRICT;

CREATE TABLE fetches ( -- every request's outcome
    id INTEGER PRIMARY KEY, -- row id
    source TEXT REFERENCES sources(id), -- on whose behalf
    url TEXT NOT NULL, -- as requested
    kind TEXT NOT NULL, -- feed, sitemap, page, robots, api
    at TEXT NOT NULL, -- when the answer was complete
    status INTEGER, -- HTTP status; NULL when there was no answer
    outcome TEXT NOT NULL, -- ok, not-modified, gone, blocked, too-large, timeout, robots-refused ...
    bytes INTEGER, -- size of the body
    etag TEXT, -- validator for the next conditional request
    last_modified TEXT, -- validator for the next conditional request
    elapsed_ms INTEGER, -- wall time
    detail TEXT -- error text or redirect target
) STRICT;
CREATE INDEX fetches_url ON fetches(url, id);
CREATE INDEX fetches_source ON fetches(source, at);

CREATE TABLE feeds ( -- feeds, sitemaps, sections and APIs that are asked for new addresses
    url TEXT PRIMARY KEY, -- as declared, or as its sitemap index names it
    source TEXT NOT NULL REFERENCES sources(id), -- on whose behalf
    kind TEXT NOT NULL, -- feed, sitemap, section, api
    parent TEXT, -- the sitemap index that names it; NULL: declared
    lastmod TEXT, -- what the index says of its last change
    etag TEXT, -- validator for the next conditional request
    last_modified TEXT, -- validator for the next conditional request
    checked_at TEXT, -- last answer, also "not modified"; NULL: never asked
    full_at TEXT, -- last complete answer
    outcome TEXT, -- of the last request: ok, not-modified, empty, not-a-feed, timeout ...
    failures INTEGER NOT NULL DEFAULT 0, -- failures in a row
    entries INTEGER NOT NULL DEFAULT 0, -- entries in the last complete answer
    new_entries INTEGER NOT NULL DEFAULT 0 -- how many of them were new
) STRICT;
CREATE INDEX feeds_source ON feeds(source);

CREATE TABLE hosts ( -- what is known of a host: its robots.txt, pauses it asked for, its template
    host TEXT PRIMARY KEY, -- host, with the port where it is not the usual one
    robots_at TEXT, -- when robots.txt was asked for
    robots_status INTEGER, -- HTTP status; 0: no answer
    robots TEXT, -- its text
    robots_etag TEXT, -- validator for the next conditional request
    tdm TEXT, -- patterns of addresses that tdmrep.json reserves, one a line
    paused_until TEXT, -- Retry-After or back-off
    memory TEXT -- JSON: lines and title fields that recur on its pages
) STRICT, WITHOUT ROWID;

CREATE TABLE pages ( -- one row per canonical URL: its state and where its bytes are
    id INTEGER PRIMARY KEY, -- row id
    url TEXT NOT NULL UNIQUE, -- canonical URL
    host TEXT NOT NULL DEFAULT '', -- host of the URL, the unit of politeness
    source TEXT REFERENCES sources(id), -- who led us to it
    state TEXT NOT NULL DEFAULT 'discovered', -- discovered, leased, fetched, failed, gone, refused, tombstone
    outcome TEXT, -- typed reason of the state: timeout, paywalled, robots-refused, off-topic ...
    discovered_at TEXT NOT NULL, -- first seen
    discovered_in TEXT, -- feed or sitemap that named it
    entry_title TEXT, -- title in the feed entry
    entry_published TEXT, -- date in the feed entry
    entry_updated TEXT, -- when the feed says it changed
    priority INTEGER NOT NULL DEFAULT 0, -- larger is fetched earlier
    lease_owner TEXT, -- pid and boot id of the process that works on it
    lease_until TEXT, -- when the lease ends by itself
    attempts INTEGER NOT NULL DEFAULT 0, -- fetches that failed in a row
    not_before TEXT, -- do not try again before
    fetched_at TEXT, -- when the stored bytes came
    final_url TEXT, -- after redirects
    status INTEGER, -- HTTP status of the stored bytes
    content_type TEXT, -- as sent
    etag TEXT, -- validator for the next conditional request
    last_modified TEXT, -- validator for the next conditional request
    warc_file TEXT, -- path relative to the archive root
    warc_offset INTEGER, -- byte offset of the record
    warc_length INTEGER, -- length of the record
    payload_digest TEXT, -- sha256 of the body
    rights TEXT -- what the answer says of its use: noindex, noarchive, noai, tdm-reservation; empty: nothing
) STRICT;
CREATE INDEX pages_state ON pages(state, host, priority DESC, id);
CREATE INDEX pages_source ON pages(source, state);

CREATE TABLE articles ( -- narrow row per article
    id INTEGER PRIMARY KEY, -- row id
    page INTEGER REFERENCES pages(id), -- the page it was read from; NULL for pasted text
    url TEXT NOT NULL UNIQUE, -- canonical URL, or file name of an import
    source TEXT REFERENCES sources(id), -- publisher
    title TEXT NOT NULL, -- headline
    authors TEXT NOT NULL DEFAULT '[]', -- JSON list of names
    published TEXT, -- publication time, as exact as known
    published_precision TEXT, -- day, minute, second; NULL when unknown
    modified TEXT, -- last change told by the page
    first_seen TEXT NOT NULL, -- when we first had it
    language TEXT, -- ISO 639-1
    page_type TEXT NOT NULL DEFAULT 'article', -- article, live_blog, press_release ...
    relevant INTEGER NOT NULL DEFAULT 0, -- 1: annotated
    relevance REAL, -- 0 to 1
    topics TEXT NOT NULL DEFAULT '[]', -- JSON list
    reasons TEXT NOT NULL DEFAULT '[]', -- JSON list: why relevant or not
    story INTEGER REFERENCES stories(id), -- near-duplicates and syndicated copies share one
    text INTEGER, -- current version in texts
    names_at TEXT, -- state of names with which the mentions of that text were resolved; NULL: not yet
    metadata TEXT NOT NULL DEFAULT '{}' -- JSON: provenance of each field, title alternatives, paywall
) STRICT;
CREATE INDEX articles_when ON articles(coalesce(published, first_seen));
CREATE UNIQUE INDEX articles_text ON articles(text);
CREATE INDEX articles_source ON articles(source, coalesce(published, first_seen));
CREATE INDEX articles_story ON articles(story) WHERE story IS NOT NULL;
CREATE INDEX articles_seen ON articles(first_seen);

CREATE TABLE texts ( -- immutable text versions
    id INTEGER PRIMARY KEY, -- row id
    article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE, -- whose text
    version INTEGER NOT NULL, -- 1, 2 ... as the article changed
    body TEXT NOT NULL, -- the main text; offsets of spans count its characters
    lead TEXT, -- standfirst
    blocks TEXT NOT NULL DEFAULT '[]', -- JSON [[start, end, kind], ...] over body
    hash TEXT NOT NULL, -- first 16 hex digits of the sha256 of body
    made_at TEXT NOT NULL, -- when it was extracted
    search_title TEXT, -- title as indexed where it differs from the title (CJK spaced); else NULL
    search_body TEXT, -- body as indexed where it differs from body (CJK spaced); else NULL
    UNIQUE (article, version)
) STRICT;

CREATE TABLE stories ( -- near-duplicate and syndicated articles: one story, many articles
    id INTEGER PRIMARY KEY, -- row id
    made_at TEXT NOT NULL, -- when the first article came
    first_article INTEGER, -- the earliest copy
    articles INTEGER NOT NULL DEFAULT 1 -- how many
) STRICT;

CREATE TABLE story_signatures ( -- MinHash bands for finding near-duplicates again
    band TEXT NOT NULL, -- band number and hash
    article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE, -- whose
    PRIMARY KEY (band, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX story_signatures_article ON story_signatures(article);

CREATE TABLE site_lines ( -- lines seen on several pages of a host are furniture
    host TEXT NOT NULL, -- host name
    line TEXT NOT NULL, -- hash of the folded line
    pages INTEGER NOT NULL, -- on how many pages
    PRIMARY KEY (host, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE article_runs ( -- what each stage did to each input
    stage TEXT NOT NULL, -- extract, annotate
    input INTEGER NOT NULL, -- page id for extract, text id for annotate
    input_digest TEXT NOT NULL, -- payload digest for extract, text hash for annotate
    fingerprint TEXT NOT NULL, -- version of code, model and packaged data
    state TEXT NOT NULL, -- ok, failed, retry, skipped:language, skipped:relevance ...
    attempts INTEGER NOT NULL DEFAULT 1, -- three, then failed
    error TEXT, -- of the last attempt
    cpu_s REAL, -- CPU seconds of the last attempt
    at TEXT NOT NULL, -- end of the last attempt
    PRIMARY KEY (stage, input, input_digest, fingerprint)
) STRICT, WITHOUT ROWID;

CREATE TABLE companies ( -- records with stable ids
    id TEXT PRIMARY KEY, -- seed slug, or co-<hash> for discovered ones
    name TEXT NOT NULL, -- as printed
    country TEXT, -- ISO 3166 alpha-2
    sector TEXT, -- in words
    kind TEXT NOT NULL DEFAULT 'company', -- company, university, agency ...
    wikidata TEXT, -- identifier, only with a citation
    lei TEXT, -- identifier, checksum tested
    ticker TEXT, -- exchange and code
    status TEXT NOT NULL, -- seed, imported, discovered, user
    origin TEXT, -- where the record comes from
    made_at TEXT NOT NULL, -- when it came into this store
    merged_into TEXT REFERENCES companies(id) -- set by a merge; the old id stays resolvable
) STRICT;

CREATE TABLE aliases ( -- the names of companies
    company TEXT NOT NULL REFERENCES companies(id) ON DELETE CASCADE, -- whose
    text TEXT NOT NULL, -- as written
    norm TEXT NOT NULL, -- folded, legal forms removed
    lang TEXT, -- ISO 639-1
    strength TEXT NOT NULL DEFAULT 'strong', -- strong, weak, former
    source TEXT, -- where it comes from
    first_seen TEXT, -- when it came into this store
    PRIMARY KEY (company, text)
) STRICT, WITHOUT ROWID;
CREATE INDEX aliases_norm ON aliases(norm);
CREATE INDEX aliases_text ON aliases(text COLLATE NOCASE);

CREATE TABLE company_relations ( -- edges between records; a listing never flows along one
    a TEXT NOT NULL REFERENCES companies(id), -- subject
    b TEXT NOT NULL REFERENCES companies(id), -- object
    kind TEXT NOT NULL, -- parent, subsidiary, affiliate, successor
    start TEXT, -- from when
    until TEXT, -- to when
    source TEXT, -- citation
    PRIMARY KEY (a, b, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE decisions ( -- what people decided about identity; reversible
    id INTEGER PRIMARY KEY, -- row id
    kind TEXT NOT NULL, -- same, different, link, unlink
    "left" TEXT NOT NULL, -- company id or normalised name
    "right" TEXT NOT NULL, -- company id
    by TEXT NOT NULL, -- who
    at TEXT NOT NULL, -- when
    note TEXT, -- why
    revoked_at TEXT -- set when taken back
) STRICT;

CREATE TABLE watches ( -- companies somebody watches
    company TEXT PRIMARY KEY REFERENCES companies(id), -- which
    by TEXT NOT NULL DEFAULT '', -- who
    at TEXT NOT NULL, -- since when
    note TEXT -- why
) STRICT;

CREATE TABLE lists ( -- official lists
    id TEXT PRIMARY KEY, -- id of db/data/lists.toml
    name TEXT NOT NULL, -- official name
    authority TEXT NOT NULL, -- who keeps it
    country TEXT, -- ISO 3166 alpha-2
    url TEXT -- where it is published
) STRICT;

CREATE TABLE list_entries ( -- dated events of official lists, each with citation and source
    id TEXT PRIMARY KEY, -- hash of list, company, action, date and citation
    list TEXT NOT NULL REFERENCES lists(id), -- which list
    company TEXT REFERENCES companies(id), -- the named party only
    name TEXT NOT NULL, -- as the notice prints it
    action TEXT NOT NULL, -- add, remove, modify, listed (as of), gone (proposed end)
    effective_date TEXT, -- ISO date
    date_kind TEXT, -- effective, announced, list edition, listed
    published_date TEXT, -- of the notice
    citation TEXT, -- "84 FR 54002"
    reason TEXT, -- as stated
    license_policy TEXT, -- as stated
    source_url TEXT, -- the page it was seen on
    source_file TEXT, -- imported file
    file_hash TEXT, -- sha256 of that file
    retrieved_at TEXT, -- when the file was fetched
    confidence TEXT NOT NULL, -- high, medium, low; below high we print "reported, not confirmed"
    raw TEXT -- JSON of the row as it came
) STRICT;
CREATE INDEX list_entries_company ON list_entries(company, list, effective_date);

CREATE TABLE list_files ( -- imported files of official lists
    hash TEXT PRIMARY KEY, -- sha256
    list TEXT NOT NULL, -- importer or list id
    name TEXT NOT NULL, -- file name or URL
    retrieved_at TEXT NOT NULL, -- when
    as_of TEXT, -- date of the edition
    rows INTEGER NOT NULL, -- rows read
    problems TEXT NOT NULL DEFAULT '[]' -- JSON: rows and columns not understood
) STRICT;

CREATE TABLE mentions ( -- names and descriptions in texts
    text INTEGER NOT NULL REFERENCES texts(id) ON DELETE CASCADE, -- in which text
    n INTEGER NOT NULL, -- number within its text
    start INTEGER NOT NULL, -- offset of the first character
    "end" INTEGER NOT NULL, -- offset behind the last character
    surface TEXT NOT NULL, -- as written
    kind TEXT NOT NULL, -- company, agency, person, organisation, media, place ...
    entity INTEGER NOT NULL, -- parties of one text with the same number are the same
    long_name TEXT, -- fullest name of the party in the text; NULL: it is the surface
    name TEXT GENERATED ALWAYS AS (coalesce(long_name, surface)) VIRTUAL, -- fullest name of the party in the text
    how TEXT NOT NULL, -- gazetteer, ner, legal-form, definition, short-form, description, pronoun
    company TEXT REFERENCES companies(id), -- resolved record
    method TEXT, -- how it was resolved: decision, definition, alias, legal-form, short-form, weak, discovered
    score REAL, -- 0 to 1
    evidence TEXT, -- what the resolution rests on
    PRIMARY KEY (text, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_company ON mentions(company, text) WHERE company IS NOT NULL;

CREATE TABLE facts ( -- the spine: what articles say, each with its sentence
    n INTEGER PRIMARY KEY, -- row number, by which parties and spans refer to it
    id TEXT NOT NULL UNIQUE, -- stable: hash of article, kind, evidence, key values as written, ordinal
    article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE, -- where it stands
    text INTEGER NOT NULL REFERENCES texts(id), -- the version it was read from
    kind TEXT NOT NULL, -- name in db/data/kinds.toml
    state TEXT NOT NULL DEFAULT 'live', -- live, withdrawn (a later run no longer finds it)
    twin TEXT NOT NULL, -- same hash without the article: copies of a syndicated sentence share it
    loose TEXT NOT NULL DEFAULT '', -- hash of kind, parties and values as written, without the sentence: a reviewed fact gets no twin of the same
    start INTEGER NOT NULL, -- evidence sentence: offset of the first character; the views give its words
    "end" INTEGER NOT NULL, -- evidence sentence: offset behind the last character
    amount REAL, -- value in whole units of currency
    amount_text TEXT, -- the amount exactly as written
    low REAL, -- lower end of a range
    high REAL, -- upper end of a range
    currency TEXT, -- ISO 4217
    conversion_amount REAL, -- stated conversion
    conversion_currency TEXT, -- ISO 4217 of the stated conversion
    usd REAL, -- own conversion at a dated rate; NULL without one
    usd_rate REAL, -- US dollars for one unit of currency, as used
    usd_rate_date TEXT, -- date or year of that rate
    usd_rate_source TEXT, -- where that rate comes from
    pct REAL, -- per cent: stake, share, rate of duty
    share_kind TEXT, -- revenue_share, market_share, stake
    relation_type TEXT, -- investor, partner, supplier, customer, subsidiary, ipo, underwriter, rival
    per TEXT, -- unit of a price: share, wafer, year
    bound TEXT, -- min (at least) or max (up to)
    approx INTEGER NOT NULL DEFAULT 0, -- 1: about, nearly
    undisclosed INTEGER NOT NULL DEFAULT 0, -- 1: the sum is not told
    part_of TEXT, -- amount_text of the whole
    place TEXT, -- as written
    as_of TEXT, -- ISO date as exact as the text: when it happened or takes effect
    list TEXT, -- id of the list
    list_text TEXT, -- the list as written
    list_inferred INTEGER NOT NULL DEFAULT 0, -- 1: the text only says "blacklist"
    action TEXT, -- add, remove, threaten, license, extend, challenge
    count INTEGER, -- size of a listed group
    reason TEXT, -- reason given for a listing
    cue TEXT, -- the words that triggered it
    cue_lemma TEXT, -- lemma of the cue verb
    cue_class TEXT, -- say, deny, warn, accuse ...
    polarity TEXT, -- negative for denials and refusals
    quote_kind TEXT, -- direct, indirect, mixed
    quote TEXT, -- what was said; several spans joined by " ... "
    in_headline INTEGER NOT NULL DEFAULT 0, -- 1: stands in a headline
    source_type TEXT, -- kind of the speaker: person, organisation, document, unnamed
    topic TEXT, -- of a statement
    modality TEXT NOT NULL, -- asserted, planned, expected, rumoured, preliminary, alleged
    standing TEXT NOT NULL, -- current, recalled, superseded, suspended, terminated, denied
    stance_cue TEXT, -- the words that say so
    attribution TEXT, -- "two people familiar with the matter"
    rule TEXT NOT NULL, -- which rule found it
    fingerprint TEXT NOT NULL, -- version of code, model and data that made it
    confidence REAL NOT NULL, -- 0 to 1, calibrated on development data
    review TEXT NOT NULL DEFAULT 'auto', -- auto, confirmed, corrected, rejected
    event INTEGER REFERENCES events(id), -- facts of several articles that say the same thing
    first_seen TEXT NOT NULL, -- when it was first found
    changed TEXT, -- last change of this row; NULL: none since it was first found
    changed_at TEXT GENERATED ALWAYS AS (coalesce(changed, first_seen)) VIRTUAL, -- last change of this row
    detail TEXT NOT NULL DEFAULT '{}' -- JSON: what has no column
) STRICT;
CREATE INDEX facts_kind ON facts(kind, state, article);
CREATE INDEX facts_article ON facts(article, state, kind, review, list);
CREATE INDEX facts_value ON facts(kind, coalesce(amount, high, low)) WHERE coalesce(amount, high, low) IS NOT NULL;
CREATE INDEX facts_reviewed ON facts(article) WHERE review <> 'auto';
CREATE INDEX facts_event ON facts(event) WHERE event IS NOT NULL;
CREATE INDEX facts_changed ON facts(changed) WHERE changed IS NOT NULL;
CREATE INDEX facts_list ON facts(list, action, article) WHERE list IS NOT NULL;
CREATE INDEX facts_ahead ON facts(as_of) WHERE kind = 'listing' AND as_of IS NOT NULL;
-- the order of the review queue; the expression is WEIGHT of db/review.py
CREATE INDEX facts_queue ON facts((1.0 - confidence) * (CASE kind WHEN 'listing' THEN 4.0 WHEN 'statement' THEN 2.0 WHEN 'other' THEN 0.2 WHEN 'no_comment' THEN 0.5 ELSE 1.0 END) * (CASE WHEN coalesce(amount, high, 0) >= 1e9 THEN 3 WHEN coalesce(amount, high, 0) >= 1e8 THEN 2 ELSE 1 END)) WHERE review = 'auto' AND state = 'live';

CREATE TABLE fact_parties ( -- who plays which part in a fact
    fact_n INTEGER NOT NULL REFERENCES facts(n) ON DELETE CASCADE, -- n of which fact
    role TEXT NOT NULL, -- company, counterparty, joint, speaker, authority, member, a, b ...
    ordinal INTEGER NOT NULL, -- order among equals
    surface TEXT NOT NULL, -- as written
    long_name TEXT, -- fullest name in the text; NULL: it is the surface
    name TEXT GENERATED ALWAYS AS (coalesce(long_name, surface)) VIRTUAL, -- fullest name in the text
    kind TEXT, -- company, agency, person ...
    start INTEGER, -- offset of the mention
    "end" INTEGER, -- offset behind the mention
    company TEXT REFERENCES companies(id), -- resolved record
    PRIMARY KEY (fact_n, role, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_parties_company ON fact_parties(company, fact_n); -- parties without a record are looked for, too

CREATE VIEW party_acts AS -- what party_history holds
SELECT coalesce(p.company, '=' || p.name) AS party, coalesce(f.list, f.kind) AS what,
       coalesce(CASE WHEN length(f.as_of) = 10 THEN f.as_of END, substr(a.published, 1, 10), '') AS day, f.n AS fact_n
FROM facts f JOIN fact_parties p ON p.fact_n = f.n AND p.role IN ('company', 'b') JOIN articles a ON a.id = f.article
WHERE f.kind = 'valuation' OR f.kind = 'listing' AND f.list IS NOT NULL;

CREATE TABLE party_history ( -- listings and valuations of a party by date, kept by triggers: what was told before is found without a walk over all its facts
    party TEXT NOT NULL, -- record id; without a record "=" and the name
    what TEXT NOT NULL, -- id of the list, or "valuation"
    day TEXT NOT NULL, -- as_of where it is a day, else the day of publication
    fact_n INTEGER NOT NULL, -- n of which fact
    PRIMARY KEY (party, what, day, fact_n)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER party_history_put AFTER INSERT ON fact_parties WHEN NEW.role IN ('company', 'b')
BEGIN
    INSERT OR IGNORE INTO party_history SELECT * FROM party_acts WHERE fact_n = NEW.fact_n;
END;
CREATE TRIGGER party_history_taken AFTER DELETE ON fact_parties WHEN OLD.role IN ('company', 'b')
BEGIN
    DELETE FROM party_history WHERE party = coalesce(OLD.company, '=' || coalesce(OLD.long_name, OLD.surface)) AND fact_n = OLD.fact_n;
END;
CREATE TRIGGER party_history_renamed AFTER UPDATE OF company, surface, long_name ON fact_parties WHEN NEW.role IN ('company', 'b')
BEGIN
    DELETE FROM party_history WHERE party = coalesce(OLD.company, '=' || coalesce(OLD.long_name, OLD.surface)) AND fact_n = OLD.fact_n;
    INSERT OR IGNORE INTO party_history SELECT * FROM party_acts WHERE fact_n = NEW.fact_n;
END;
CREATE TRIGGER party_history_moved AFTER UPDATE OF list, as_of ON facts
    WHEN NEW.kind IN ('listing', 'valuation') AND (NEW.list IS NOT OLD.list OR NEW.as_of IS NOT OLD.as_of)
BEGIN
    DELETE FROM party_history WHERE fact_n = NEW.n AND party IN (SELECT coalesce(company, '=' || name) FROM fact_parties WHERE fact_n = NEW.n);
    INSERT OR IGNORE INTO party_history SELECT * FROM party_acts WHERE fact_n = NEW.n;
END;
CREATE TRIGGER party_history_dated AFTER UPDATE OF published ON articles WHEN substr(NEW.published, 1, 10) IS NOT substr(OLD.published, 1, 10)
BEGIN
    DELETE FROM party_history WHERE (party, fact_n) IN (SELECT coalesce(p.company, '=' || p.name), f.n FROM facts f
        JOIN fact_parties p ON p.fact_n = f.n WHERE f.article = NEW.id);
    INSERT OR IGNORE INTO party_history SELECT y.* FROM facts f JOIN party_acts y ON y.fact_n = f.n WHERE f.article = NEW.id;
END;

CREATE TABLE fact_spans ( -- the words a fact rests on
    fact_n INTEGER NOT NULL REFERENCES facts(n) ON DELETE CASCADE, -- n of which fact
    role TEXT NOT NULL, -- quote, cue, amount, conversion, speaker, list, date, pct; the evidence sentence is facts.start to end
    ordinal INTEGER NOT NULL, -- a split quotation has several
    start INTEGER NOT NULL, -- offset of the first character
    "end" INTEGER NOT NULL, -- offset behind the last character
    PRIMARY KEY (fact_n, role, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE fact_reviews ( -- append-only: what people decided about facts
    id INTEGER PRIMARY KEY, -- row id
    fact TEXT NOT NULL, -- which fact
    by TEXT NOT NULL, -- who
    at TEXT NOT NULL, -- when
    decision TEXT NOT NULL, -- confirm, correct, reject, reopen
    "before" TEXT NOT NULL, -- JSON of the changed fields
    "after" TEXT NOT NULL, -- JSON of the changed fields
    note TEXT -- why
) STRICT;

CREATE TRIGGER fact_reviews_append_only BEFORE UPDATE ON fact_reviews
BEGIN SELECT RAISE(ABORT, 'fact_reviews is append-only'); END;

CREATE TABLE events ( -- facts of several articles that say the same thing
    id INTEGER PRIMARY KEY, -- row id
    kind TEXT NOT NULL, -- fact kind
    company TEXT, -- record id
    key TEXT NOT NULL UNIQUE, -- what its facts have in common
    best TEXT, -- fact whose value is believed
    best_reason TEXT, -- why
    sources INTEGER NOT NULL DEFAULT 1, -- stories that tell it
    low REAL, -- smallest value told
    high REAL, -- largest value told
    currency TEXT, -- ISO 4217
    disputed INTEGER NOT NULL DEFAULT 0, -- 1: values differ beyond rounding
    dispute TEXT, -- kind of disagreement: factor 1000, currency, value, date
    settled_at TEXT, -- set when a dispute ended
    made_at TEXT NOT NULL -- when it was first seen
) STRICT;

CREATE TABLE rates ( -- exchange rates for own conversions
    currency TEXT NOT NULL, -- ISO 4217
    date TEXT NOT NULL, -- day, or year for a yearly average
    usd REAL NOT NULL, -- US dollars for one unit
    source TEXT NOT NULL, -- where the rate comes from
    PRIMARY KEY (currency, date)
) STRICT, WITHOUT ROWID;

CREATE TABLE saved_searches ( -- a search or fact filter somebody kept
    id INTEGER PRIMARY KEY, -- row id
    name TEXT NOT NULL UNIQUE, -- its name
    kind TEXT NOT NULL, -- search, facts
    query TEXT NOT NULL, -- query text or JSON filter
    alert INTEGER NOT NULL DEFAULT 0, -- 1: new hits are told
    made_at TEXT NOT NULL, -- when
    last_run TEXT -- when it was last looked at
) STRICT;

CREATE TABLE alerts ( -- hits of saved searches, watches and health; each told once
    id INTEGER PRIMARY KEY, -- row id
    kind TEXT NOT NULL, -- search, watch, list, dispute, health, job
    subject TEXT NOT NULL, -- saved search, company, source ...
    hit TEXT NOT NULL, -- article or fact id, or state
    at TEXT NOT NULL, -- when it was found
    text TEXT NOT NULL, -- one line for people
    sent_at TEXT, -- when it was told
    read_at TEXT, -- when somebody saw it
    UNIQUE (kind, subject, hit)
) STRICT;

CREATE TABLE jobs ( -- declared jobs
    name TEXT PRIMARY KEY, -- as in tradewire.toml
    spec TEXT NOT NULL, -- JSON of the declaration
    last_slot TEXT, -- last slot that was run or skipped
    enabled INTEGER NOT NULL DEFAULT 1 -- 0: paused
) STRICT;

CREATE TABLE job_runs ( -- history of jobs
    id INTEGER PRIMARY KEY, -- row id
    job TEXT NOT NULL REFERENCES jobs(name), -- which job
    slot TEXT NOT NULL, -- the time it was due
    owner TEXT, -- pid@boot-id of the caller
    started TEXT, -- when
    ended TEXT, -- when
    state TEXT NOT NULL, -- claimed, running, ok, degraded, failed, timeout, lost, skipped-overlap, skipped-missed
    exit_code INTEGER, -- of the child process
    stats TEXT NOT NULL DEFAULT '{}', -- JSON
    log TEXT, -- path of the log
    UNIQUE (job, slot)
) STRICT;

CREATE TABLE runs ( -- runs of stages, and the run lease
    id INTEGER PRIMARY KEY, -- row id
    stage TEXT NOT NULL, -- crawl, extract, annotate, resolve, digest, run
    owner TEXT NOT NULL, -- pid@boot-id
    host TEXT NOT NULL, -- machine
    started TEXT NOT NULL, -- when
    heartbeat TEXT NOT NULL, -- last sign of life
    ended TEXT, -- when; NULL: still going
    state TEXT NOT NULL, -- running, ok, degraded, failed, lost
    stats TEXT NOT NULL DEFAULT '{}' -- JSON: counts of what was done
) STRICT;
CREATE UNIQUE INDEX runs_lease ON runs(stage) WHERE ended IS NULL;

CREATE TABLE digest_issues ( -- frozen weekly digests
    week TEXT NOT NULL, -- ISO week, "2026-W47"; a day for the daily form
    zone TEXT NOT NULL, -- time zone of its borders
    topic TEXT NOT NULL DEFAULT '', -- saved search or watch; '' for the general issue
    made_at TEXT NOT NULL, -- when it was frozen
    document TEXT NOT NULL, -- JSON from which every form is rendered
    sent TEXT NOT NULL DEFAULT '[]', -- JSON: to whom and when it was sent
    PRIMARY KEY (week, zone, topic)
) STRICT;

CREATE TABLE tombstones ( -- what was forgotten on request, so that it does not come back
    kind TEXT NOT NULL, -- url, person
    key TEXT NOT NULL, -- canonical URL, or hash of the folded name
    at TEXT NOT NULL, -- when
    note TEXT, -- why
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

CREATE VIEW search_source AS -- what the full-text index indexes: the current text of each article
SELECT texts.id AS rowid, coalesce(texts.search_title, articles.title) AS title, coalesce(texts.lead, '') AS lead,
       coalesce(texts.search_body, texts.body) AS body
FROM texts JOIN articles ON articles.text = texts.id;

CREATE VIRTUAL TABLE articles_fts USING fts5( -- full-text index; rowid is the text id
    title, lead, body, content='search_source', content_rowid='rowid',
    tokenize='porter unicode61 remove_diacritics 2'
);
INSERT INTO articles_fts (articles_fts, rank) VALUES ('pgsz', 2000); -- a leaf of the index fits a page of 2048 bytes
INSERT INTO articles_fts (articles_fts, rank) VALUES ('hashsize', 16777216); -- a bulk load sorts 16 MB before it writes
INSERT INTO articles_fts (articles_fts, rank) VALUES ('automerge', 8); -- 4 merged twice as often in bulk loads
