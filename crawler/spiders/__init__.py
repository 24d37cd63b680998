"""The spiders. There is one: sources are data."""
