"""A PostgreSQL for these tests."""

from tests.support.postgres import fresh_database, postgres_server

__all__ = ["fresh_database", "postgres_server"]
