"""The store in files of SQLite, for one gateway."""
