"""How does a command read QuickBooks and MediaOS itself?  Through the store of connections."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError

from agents.cli.environment import process_settings
from agents.cli.refusal import Refusal
from agents.cli.registering import FoldedRegister
from agents.cli.send_request import new_id
from agents.process.clock import SystemClock
from agents.process.folders import make_folder
from agents.process.remote_clients import RemoteClients, both_sides
from streams.remotes.quickbooks.standing import Register


@asynccontextmanager
async def lent_sides(register: Register | None = None) -> AsyncIterator[RemoteClients]:
    """Lend the clients of both sides; Refusal without a store of connections.

    `register` is who knows what the journal says of connections; else the journal is folded for it.
    """
    settings = process_settings("token_key", "qbo_client_id", "qbo_client_secret")
    make_folder(settings.connections_url)
    clock = SystemClock()
    folded = FoldedRegister(settings.cluster, clock)
    try:
        async with both_sides(settings, register or folded, clock, new_id()) as sides:
            yield sides
    except SQLAlchemyError as fault:
        raise Refusal(
            f"The store of connections does not answer ({type(fault).__name__}): correct "
            "ISTHMUS_CONNECTIONS_URL, or start its database."
        ) from fault
    finally:
        await folded.close()
