"""The desk as people use it, in a real browser."""
