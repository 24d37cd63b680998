"""The sample newsroom: invented articles on four virtual hosts, with the facts a reader should find in them.

Agencies and list names are real; nearly all companies, and all events, officials and quotations are invented.
`articles` reads the texts, `site` renders pages, feeds and sitemaps, `key` reads the answer key and `compare`
holds found facts against it. The pipeline itself never reads the key.
"""
