"""The judge of a whole log."""
