"""Every error a user can meet, in one tree.

    TradewireError            1  failed
    +-- UsageError            2  the command was called wrongly
    |   +-- InputError        2  a given file or URL cannot be read
    +-- DegradedError         3  the work was done, but some sources failed
    +-- LockedError           4  somebody else holds the run or the write lock
    +-- ConfigError           5  tradewire.toml or a data file is wrong
    |   +-- SourceError       5  sources.toml is wrong
    +-- StoreError            5  the store is missing, damaged, full or read-only
        +-- ProvenanceError   5  a fact's span does not say what it claims

The number is the exit code of the command line (DESIGN: commands).
"""


def reason(error: Exception) -> str:
    """Why a file cannot be read, in a few words: the file's name stands before it."""
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 text (byte {error.start})"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


class TradewireError(Exception):
    """Root. The command line prints the message and exits with `exit_code`."""

    exit_code = 1


class UsageError(TradewireError):
    """The command was called wrongly. Read its --help."""

    exit_code = 2


class ChangedError(UsageError):
    """Somebody changed a fact since it was looked at. Raised by review; look at it again, then decide."""


class InputError(UsageError):
    """A given file or URL cannot be read. Raised by import and annotate; nothing was stored of it."""


class DegradedError(TradewireError):
    """The work was done, but some sources failed. Raised at the end of crawl; see `tradewire sources check`."""

    exit_code = 3


class LockedError(TradewireError):
    """Somebody else holds the lock. The message says who; wait, or end that process."""

    exit_code = 4


class ConfigError(TradewireError):
    """A setting or a data file is wrong. The message names file and key."""

    exit_code = 5


class SourceError(ConfigError):
    """A source declaration is wrong. Raised on loading; fix sources.toml."""


class StoreError(TradewireError):
    """The store is missing, damaged, full or read-only. Raised on opening and writing; see `tradewire doctor`."""

    exit_code = 5


class ProvenanceError(StoreError):
    """A span's text is not what stands at its offsets. A bug of ours: nothing of that article was written."""
