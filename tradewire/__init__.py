"""The house itself: command line, jobs, digest and web pages."""

__version__ = "0.1.0"
