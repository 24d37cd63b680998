"""Quotations: marks paired, paragraph by paragraph."""
