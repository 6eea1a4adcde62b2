"""The validator of access tokens."""
