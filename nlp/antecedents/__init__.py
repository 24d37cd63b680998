"""What "the company", "it" and short names mean: one entity for all its mentions."""
