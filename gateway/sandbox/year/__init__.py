"""A year of requests of people who do not exist, written through the real exchange, so that there is something to look
at from the first minute.

Rules:
- It is written once into a state folder in which no log was begun, before anything serves it; a real log is never
  added to. Only in development, and only in files: it is the sandbox's alone.
- A year that was cut off is told (`HalfWritten`), for nothing can be taken out of a log.
"""

from gateway.sandbox.year.people import World, make
from gateway.sandbox.year.truth import read_truth
from gateway.sandbox.year.year import SEED, HalfWritten, wants_year, write_year

__all__ = ["SEED", "HalfWritten", "World", "make", "read_truth", "wants_year", "write_year"]
