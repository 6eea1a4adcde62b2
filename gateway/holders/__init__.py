"""The client of the holder protocol: `protocol.py` says what is asked and what counts as an answer, `client.py`
asks.
"""
