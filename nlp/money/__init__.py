"""Amounts of money in a text, without spaCy."""

from nlp.money.finder import find_amounts

__all__ = ["find_amounts"]
