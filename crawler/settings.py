"""Scrapy's settings, each with its reason. `tradewire crawl` lays tradewire.toml over them; `scrapy crawl news -s` too."""

BOT_NAME = "tradewire"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

# Who we are. A contact makes the difference between a ban and a mail; it is added by tradewire.toml.
USER_AGENT = "Tradewire/0.1 (+https://tradewire.example/bot; news research)"
ROBOTSTXT_USER_AGENT = "Tradewire"
ROBOTSTXT_OBEY = True

# Breadth by hosts, never depth on one.
CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_ITEMS = 1  # the spider yields none, and Scrapy starts so many tasks for every answer
DOWNLOAD_DELAY = 2.0  # s between an answer and the next question; robots.txt or a source can ask for more
DOWNLOAD_DELAY_JITTER = 0  # the gap is a promise, not an average
AUTOTHROTTLE_ENABLED = False  # crawler/politeness.py stretches gaps for slow hosts, and knows pauses, too
CRAWL_PATIENCE_S = (
    120.0  # pauses and retries up to this are waited for in the run; longer ones are for the next
)
CRAWL_BACK_OFF_S = [30.0, 300.0]  # after a page's first and second failure, unless the host says otherwise
CRAWL_MAX_S = 3 * 3600.0  # a scheduled run ends before the next one starts
CRAWL_TDM = "obey"  # reservations of text and data mining; a source can say otherwise for itself
CRAWL_ROBOTS_META = "obey"  # robots meta tags and X-Robots-Tag; the same
CRAWL_BROWSER = ""  # for sources with `js`: a Chromium; empty: the system's, else Playwright's own
CRAWL_RENDER_S = 30.0  # for one page in the browser, all that its scripts ask for included
CRAWL_ALL_DUE = False  # True: ask every source, due or not

DOWNLOAD_HANDLERS = {
    "http": "crawler.politeness.PoliteHandler",
    "https": "crawler.politeness.PoliteHandler",
    "data": None,  # nothing but the web is fetched: no local files, no other protocols
    "file": None,
    "ftp": None,
    "s3": None,
}
TWISTED_DNS_RESOLVER = "crawler.guard.GuardedResolver"  # no private addresses, not even by rebinding
CRAWL_ALLOW_PRIVATE = False

# Bounds: a newspaper page is below 2 MB; the largest feeds and sitemaps are below 16.
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024  # also after decompression: the guard against bombs
DOWNLOAD_WARNSIZE = 0  # no words about what is recorded anyway
DOWNLOAD_TIMEOUT = 30  # s, for the whole answer: a dripping body ends here
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy's default is False
DNS_TIMEOUT = 20
REDIRECT_MAX_TIMES = 6  # RFC 9309 asks for five with robots.txt; more is a loop
METAREFRESH_MAXDELAY = 5  # longer ones reload the page for its ads

# What a crawler of public pages has no use for.
COOKIES_ENABLED = False
REFERER_ENABLED = True  # needed by the redirect middleware; the policy below sends nothing
REFERRER_POLICY = "no-referrer"
TELNETCONSOLE_ENABLED = False  # a console that runs Python in this process
REMOTE_CONTROL_ENABLED = False  # the same over HTTP, on by default since 2.19
HTTPPROXY_ENABLED = False  # a proxy from the environment would see names that our resolver never tests
RETRY_ENABLED = False  # the frontier retries: it survives a kill, honours Retry-After, and keeps a budget
HTTPERROR_ALLOW_ALL = True  # every status is an outcome to be recorded
DOWNLOAD_SLOTS = {  # of crawler/rendering.py: one page at a time; its parts have the pace of their hosts
    "render": {"concurrency": 1, "delay": 0},
    "render-parts": {"concurrency": 8, "delay": 0},
}
DUPEFILTER_CLASS = (
    "scrapy.dupefilters.BaseDupeFilter"  # the frontier knows every URL; a filter in memory grows
)

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.compression.WholeCompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "crawler.compression.QuickRefreshMiddleware": 580,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.compression.SafeRedirectMiddleware": 600,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
}
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en,*;q=0.5",
}

SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # first come, first asked; Scrapy's default is last
SCHEDULER_START_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
EXTENSIONS = {"scrapy.extensions.memusage.MemoryUsage": None, "crawler.memory.MemoryUsage": 0}
MEMUSAGE_LIMIT_MB = 2048  # a crawl needs 150 MB whatever its length; more is a fault
LOG_LEVEL = "INFO"
LOG_VERSIONS: list[str] = []
LOGSTATS_INTERVAL = 60.0
