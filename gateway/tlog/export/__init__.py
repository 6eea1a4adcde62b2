"""A log as static files."""
