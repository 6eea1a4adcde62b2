"""Organisations, the people whom they designated, their systems and their keys: what is believed of partners."""
