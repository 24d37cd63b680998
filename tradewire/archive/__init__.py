"""Archives of many WARC files (CC-NEWS) to Parquet shards of articles and facts, and from there into a store."""
