"""One adapter per gold set: `predict(rows, pipeline)` yields a prediction for each input row."""
