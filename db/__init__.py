"""The store: records, errors, schema, stages and queries over one SQLite file. Imports nothing of ours."""
