"""From a fetched page to an article: `read_page` is the whole interface, `learn` keeps a site's memory."""

from crawler.article.memory import learn
from crawler.article.reading import read_page

__all__ = ["learn", "read_page"]
