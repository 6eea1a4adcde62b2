"""Erasing bodies of a log that only grows."""
