"""The web pages and the API over a read-only store. `tradewire serve` starts them (extra `web`)."""
