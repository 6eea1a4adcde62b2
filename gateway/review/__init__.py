"""The FG's view of the log: read, searched, verified and reported from what was recorded, never from what was released."""
