"""What does a link say by which a tenant is connected, and how is it made?  Good once, for minutes.

The command makes one, and so does the gateway for who asks in the console.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from agents.cli.refusal import Refusal
from agents.cli.revoking import no_store
from agents.cli.send_request import new_id
from agents.process.clock import SystemClock
from agents.process.folders import make_folder
from agents.rules.tenant.connections import installation_of, latest
from schemas.tenant_state import Tenant
from streams.secrets.connections import Connections
from streams.secrets.invitations import Invitations, Terms
from streams.secrets.sealing import KeyLostError
from streams.setting_values import openly, spoken_to_openly, url

if TYPE_CHECKING:
    from streams.settings import ProcessSettings


#: What begins or ends a login, a query or a fragment of an address.
BESIDES = re.compile(r"[@?#]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Which MediaOS it is, and how one logs in there."""

    address: str
    key: str = field(repr=False)
    password: str = field(repr=False)


def terms_of(
    settings: "ProcessSettings",
    name: str,
    tenants: Mapping[str, Tenant],
    account: Account,
    *,
    by: str,
    another: bool = False,
) -> Terms:
    """Return what a new link of a tenant says; `tenants` is the journal's word of all of them."""
    return Terms(
        request=new_id(),
        tenant=name,
        environment=settings.qbo_environment,
        installation=installation_of(tenants),
        version=_version(tenants.get(name)),
        another=another,
        tenants={each: outline(known) for each, known in tenants.items()},
        mediaos_base_url=account.address,
        mediaos_api_key=account.key,
        mediaos_api_password=account.password,
        by=by,
    )


async def invited(settings: "ProcessSettings", terms: Terms) -> tuple[str, datetime]:
    """Return the address of a new link and its end; an older one of the tenant is void."""
    make_folder(settings.connections_url)
    invitations = Invitations(settings.connections_url, settings.token_key, SystemClock())
    try:
        await invitations.prepare()
        link, until = await invitations.invite(terms)
    except SQLAlchemyError as fault:
        raise no_store(fault) from fault
    finally:
        await invitations.close()
    return f"{settings.gateway_address}/connect/{link}", until


async def account_of(settings: "ProcessSettings", name: str) -> Account | None:
    """Return which MediaOS a connected tenant is at; None where that is not kept, or is locked."""
    connections = Connections(settings.connections_url, settings.token_key, SystemClock())
    try:
        await connections.prepare()
        found = await connections.get(name)
    except KeyLostError:
        return None
    except SQLAlchemyError as fault:
        raise no_store(fault) from fault
    finally:
        await connections.close()
    if found is None:
        return None
    return Account(
        address=found.mediaos_base_url,
        key=found.mediaos_api_key,
        password=found.mediaos_api_password,
    )


def refuse_open_gateway(settings: "ProcessSettings") -> None:
    """Raise Refusal where a link would be opened without TLS."""
    host = spoken_to_openly(settings.gateway_address, settings.plain_http_hosts)
    if host is not None:
        raise Refusal(
            f"ISTHMUS_GATEWAY_URL is not set and the gateway binds {host}, expected the https:// "
            "address by which browsers reach it: the link would be opened without TLS."
        )


def address_of(given: str, plain: tuple[str, ...], called: str) -> str:
    """Return the address of a MediaOS; Refusal says what of it, as it is called, is wrong.

    It is shown to whoever opens the link and stored as it is, so it holds no secret; and each call
    stands behind it.
    """
    if BESIDES.search(given):
        raise Refusal(
            f"{called} holds @, ? or #, expected an address alone, as https://HOST/PATH: a login "
            "or a key in it would be shown to whoever opens the link."
        )
    try:
        address = str(url("https", "http")(given))
    except ValueError as wrong:
        raise Refusal(f"{called} is {given!r}, expected {wrong}.") from wrong
    host = spoken_to_openly(address, plain)
    if host is not None:
        raise Refusal(f"{called} {openly(host)}.")
    return address


def outline(tenant: Tenant) -> Tenant:
    """Return of a tenant what decides whether another may have its company."""
    return Tenant(connection=tenant.connection, left=tenant.left)


def _version(tenant: Tenant | None) -> int:
    known = latest(tenant) if tenant is not None else None
    return known.version if known is not None else 0
