"""Facts from the registers: `book.py` puts them together, `dictionary.py` says what a field is, `declaration.py`
what may be declared.
"""
