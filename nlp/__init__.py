"""The reading: articles -> Doc -> facts, and mentions -> companies. Import from the modules."""
