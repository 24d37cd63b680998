"""`archive check`: does the archive hold what the store says?"""

from dataclasses import dataclass, field
from pathlib import Path

from crawler.archive import ArchiveProblem, Location, iterate, read_capture
from db.errors import StoreError
from db.store import Store


@dataclass
class ArchiveCheck:
    """What was found."""

    pages: int = 0
    good: int = 0
    files: int = 0
    orphans: int = 0  #: records without a row: harmless, their process died before the row
    torn: int = 0  #: files with a torn last record: harmless, too
    problems: list[str] = field(default_factory=list)


def check_archive(store: Store, root: Path, *, everything: bool = False) -> ArchiveCheck:
    """Compare every page row with its record; with `everything`, read all files from end to end, too."""
    found = ArchiveCheck()
    known: set[tuple[str, int]] = set()
    rows = store.rows(
        "SELECT url, warc_file, warc_offset, warc_length, payload_digest FROM pages WHERE warc_file IS NOT NULL"
        " ORDER BY warc_file, warc_offset"
    )
    for row in rows:
        found.pages += 1
        known.add((row["warc_file"], row["warc_offset"]))
        try:
            capture = read_capture(root, Location(row["warc_file"], row["warc_offset"], row["warc_length"]))
        except StoreError as error:
            found.problems.append(f"{row['url']}: {error}")
            continue
        if capture.digest != row["payload_digest"]:
            found.problems.append(f"{row['url']}: the record holds other bytes than were fetched")
        else:
            found.good += 1
    paths = sorted(root.rglob("*.warc.gz"))
    found.files = len(paths)
    for path in paths if everything else ():
        name = path.relative_to(root).as_posix()
        for place, record in iterate(path):
            if isinstance(record, ArchiveProblem):
                found.torn += 1
            elif (name, place.offset) not in known:
                found.orphans += 1
    return found
