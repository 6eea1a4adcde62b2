"""Facts from the registers: `book.py` puts them together, `dictionary.py` says what a field is, `declaration.py`
what may be declared.
"""

from gateway.facts.book import FactsBook
from gateway.facts.dictionary import Dictionary

__all__ = ["Dictionary", "FactsBook"]
