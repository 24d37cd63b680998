"""Companies named in a text, and what is no company."""
