"""Copies of what is kept, made beside a gateway and put back where nothing is."""
