"""How is the database of the connections opened?  In one way, whichever of its tables it is for."""

from sqlalchemy import Engine, create_engine, make_url

from streams.postgres import patience


def open_database(address: str) -> Engine:
    """Return the database of an address; it is connected to at the first question."""
    return create_engine(address, connect_args=patience(make_url(address)), hide_parameters=True)
