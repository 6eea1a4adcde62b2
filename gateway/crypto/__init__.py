"""Keys and what is done with them: signatures, envelopes, pseudonyms. No settings, no network; `client` sees this
room too.
"""
