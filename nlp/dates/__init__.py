"""Dates as a text gives them: a day, a month, "on Monday", beside the day of publication."""
