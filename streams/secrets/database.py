"""How is the database of the connections opened?  In one way, whichever of its tables it is for.

A tenant's links, its connection and what goes with them change in one transaction, and of those of
one tenant one goes on at a time: a consent, a disconnect and a new link never half see each other.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, make_url, text

from streams.postgres import patience

#: Any number will do, as long as no other program locks a pair that begins with it: "isct".
ROOM = 0x69736374
#: The turn of what is the whole installation's; no tenant has this name.
EVERYBODY = ""
_TURN = text("SELECT pg_advisory_xact_lock(:room, hashtext(:tenant))")


def open_database(address: str) -> Engine:
    """Return the database of an address; it is connected to at the first question."""
    return create_engine(address, connect_args=patience(make_url(address)), hide_parameters=True)


@contextmanager
def turn_of(engine: Engine, *tenants: str) -> Iterator[Connection]:
    """Lend a transaction beside which there is no other one of these tenants' turns.

    Whoever takes that of the whole installation takes it first.
    """
    with engine.connect() as database, database.begin():
        if database.dialect.name == "postgresql":
            for tenant in tenants:
                database.execute(_TURN, {"room": ROOM, "tenant": tenant})
        else:
            # Its driver begins no transaction by itself before something is written.
            database.exec_driver_sql("BEGIN IMMEDIATE")
        yield database
