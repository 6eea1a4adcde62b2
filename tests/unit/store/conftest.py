from tests.support.postgres import fresh_database, postgres_server  # noqa: F401
