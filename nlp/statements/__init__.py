"""Who said what: direct, mixed and indirect statements with their speakers."""
