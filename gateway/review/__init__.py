"""The FG's view of the log: what was recorded, read, searched, verified and reported; never what was released."""
