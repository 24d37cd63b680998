"""Percentages of revenue, of a market, of a company's stock."""
