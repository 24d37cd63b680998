"""Importers of official lists: one pure parser a format, `parse(data, report) -> Iterator[ListRow]`."""
