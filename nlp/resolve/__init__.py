"""Mentions to company records, without spaCy."""
