"""Measuring: predictions in the scorers' formats, scores against floors, speed and memory."""
