from tests.postgres import postgres, postgres_database

# Named here once, so that one server serves the whole session.
__all__ = ["postgres", "postgres_database"]
