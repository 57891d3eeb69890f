"""How is a tenant's connection taken away?  Revoked at Intuit, then erased from the store.

That it is gone is then said in the journal, by whoever asked for it: the command or the gateway.
"""

from typing import TYPE_CHECKING

from msgspec.structs import replace
from sqlalchemy.exc import SQLAlchemyError

from agents.cli.refusal import Refusal
from agents.process.clock import SystemClock
from agents.process.intuit import exchange_of
from agents.rules.tenant.connections import newest
from schemas.tenant_state import Connected
from streams.remotes.quickbooks.oauth import Declined
from streams.secrets.connection import Connection
from streams.secrets.connections import Connections
from streams.secrets.invitations import Invitations
from streams.secrets.sealing import KeyLostError

if TYPE_CHECKING:
    from streams.settings import ProcessSettings

#: How often tokens are revoked that were renewed, or connected, while those before them were.
TRIES = 5


async def has_tokens(settings: "ProcessSettings", name: str) -> bool:
    """Tell whether a tenant has tokens that could be taken away."""
    connections = _opened(settings)
    try:
        await connections.prepare()
        return name in await connections.tenants()
    except SQLAlchemyError as fault:
        raise no_store(fault) from fault
    finally:
        await connections.close()


async def revoked(
    settings: "ProcessSettings", name: str, known: Connected | None, *, force: bool
) -> Connected | None:
    """Make a tenant's tokens worthless and forget them; return the newest that there are no more.

    Of what was erased, now or by whom the journal never heard, and of what the journal has known;
    None of none.  No link that was made before connects it any more: who leaves may have one still.
    """
    connections = _opened(settings)
    try:
        await _void_links(settings, name)
        await connections.prepare()
        gone = newest(known, await _erased(settings, connections, name, force=force))
        if gone is None:
            return None
        return replace(gone, version=max(gone.version, await connections.erased(name)))
    except SQLAlchemyError as fault:
        raise no_store(fault) from fault
    finally:
        await connections.close()


async def _void_links(settings: "ProcessSettings", name: str) -> None:
    invitations = Invitations(settings.connections_url, settings.token_key, SystemClock())
    try:
        await invitations.prepare()
        await invitations.void(name)
    finally:
        await invitations.close()


async def _erased(
    settings: "ProcessSettings", connections: Connections, name: str, *, force: bool
) -> Connected | None:
    spent: Connection | None = None
    # What was renewed or connected meanwhile is revoked as well: nobody else will.
    for _ in range(TRIES):
        try:
            found = await connections.get(name)
        except KeyLostError as lost:
            if not force:
                raise Refusal(f"{lost}; --force erases them without revoking.") from lost
            await connections.erase(name)
            return spent.told if spent is not None else None
        if found is not None and (spent is None or found.refresh_token != spent.refresh_token):
            await _revoke(settings, found.refresh_token, force=force)
        spent = found or spent
        # Also where there are none: one that was cut short may have left a preflight behind.
        if await connections.erase(name, found.version if found is not None else 0):
            return spent.told if spent is not None else None
    raise Refusal(
        f"The tokens of {name} were renewed or connected anew each of {TRIES} times that they were "
        "revoked, so they are not erased: see who connects it, and try again."
    )


async def _revoke(settings: "ProcessSettings", token: str, *, force: bool) -> None:
    failure = await exchange_of(settings).revoke(token)
    if failure is not None and not force:
        why = failure.reason if isinstance(failure, Declined) else failure.detail
        raise Refusal(
            f"Intuit did not revoke the tokens ({why}): try again, or erase them by --force and "
            "remove the app in QuickBooks."
        )


def no_store(fault: SQLAlchemyError) -> Refusal:
    """Return that the store of connections does not answer, and what to do."""
    return Refusal(
        f"The store of connections does not answer ({type(fault).__name__}): correct "
        "ISTHMUS_CONNECTIONS_URL, or start its database."
    )


def _opened(settings: "ProcessSettings") -> Connections:
    return Connections(settings.connections_url, settings.token_key, SystemClock())
