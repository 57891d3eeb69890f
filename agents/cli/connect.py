"""`isthmus connect` and `isthmus disconnect`: give a tenant its company, or take it away.

The command only makes a link, good once; tokens go from Intuit to the gateway and into the store.
MediaOS's key and password come from the settings or are asked for, never from the command line,
which every process of the machine can read; nor is a browser started with the link, for that is a
command line too.
"""

import asyncio
import secrets
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from agents.cli.console import WARNED, complain, show_json
from agents.cli.environment import process_settings
from agents.cli.first_steps import first_steps
from agents.cli.formatting import moment, say, show_line
from agents.cli.journal_state import State, reading
from agents.cli.lookup import nearest
from agents.cli.options import By, Json
from agents.cli.preflight import examined, show
from agents.cli.print_results import show_answers
from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, answer, asking, new_id, who
from agents.process.clock import SystemClock
from agents.process.folders import make_folder
from agents.process.intuit import exchange_of
from agents.process.remote_clients import answers
from agents.rules.tenant.connections import installation_of, latest
from schemas.facts import RequestTaken
from schemas.requests import DisconnectTenant
from schemas.tenant_state import Tenant
from streams.remotes.quickbooks.oauth import Declined
from streams.secrets.connections import Connections
from streams.secrets.invitations import LIFE, Invitations, Terms
from streams.secrets.sealing import KeyLostError
from streams.setting_values import openly, slug, spoken_to_openly, url

if TYPE_CHECKING:
    from streams.settings import ProcessSettings

NOBODY = (
    "Nobody connected by this link in time, or what came back was refused (the browser says why): "
    "make a new one by `isthmus connect TENANT`."
)

Name = Annotated[str, typer.Argument(metavar="TENANT", help="Whom it is about.")]
Address = Annotated[
    str | None,
    typer.Option("--mediaos-url", help="Where its MediaOS is; else ISTHMUS_MEDIAOS_BASE_URL."),
]
Another = Annotated[
    bool, typer.Option("--another-company", help="Allow a company other than the last.")
]
Prompt = Annotated[bool, typer.Option("--prompt", help="Ask for MediaOS's key and password.")]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until it is connected.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Force = Annotated[bool, typer.Option("--force", help="Erase the tokens though Intuit is away.")]


def connect(
    tenant: Name,
    mediaos_url: Address = None,
    another_company: Another = False,
    prompt: Prompt = False,
    wait: Wait = True,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Make a link by which the company's Master Administrator connects a tenant, once."""
    settings = process_settings("token_key", "qbo_client_id", "qbo_client_secret")
    _refuse_open_gateway(settings)
    name, asks = _named(tenant), who(by)
    address = _address(mediaos_url or settings.mediaos_base_url, settings.plain_http_hosts)
    key, password = _credentials(settings, prompt=prompt)

    async def work(state: State) -> tuple[RequestTaken, Tenant, list[str]] | None:
        tenants = {each: state.tenant(each) for each in state.tenants()}
        if another_company:
            _refuse_linked(state, name)
        terms = Terms(
            request=new_id(),
            tenant=name,
            environment=settings.qbo_environment,
            installation=installation_of(tenants) or secrets.token_hex(8),
            version=_version(tenants.get(name)),
            another=another_company,
            tenants={each: _outline(known) for each, known in tenants.items()},
            mediaos_base_url=address,
            mediaos_api_key=key,
            mediaos_api_password=password,
            by=asks,
        )
        if not await answers(f"{settings.gateway_address}/healthz"):
            _warn(settings.gateway_address)
        link, until = await _invite(settings, terms)
        _show(f"{settings.gateway_address}/connect/{link}", name, until, as_json=as_json)
        if not wait or as_json:
            return None
        try:
            told = await asyncio.wait_for(answer(state, terms.request), LIFE.total_seconds())
        except TimeoutError:
            raise Refusal(NOBODY) from None
        known = state.tenant(name)
        return told, known, first_steps(name, known, state.lanes(name))

    done = reading(work)
    if done is None:
        return
    told, known, steps = done
    show_answers([told], as_json=as_json)
    _preflight(name, known)
    for step in steps:
        say(step)


def _warn(gateway: str) -> None:
    """Say that the link leads nowhere yet, as far as it looks from here: browsers may see more."""
    complain(
        f"No gateway answers at {gateway}: start it by `isthmus gateway`, or correct "
        "ISTHMUS_GATEWAY_URL; the link works once it does.",
        WARNED,
    )


def disconnect(
    tenant: Name,
    yes: Yes = False,
    force: Force = False,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Revoke a tenant's tokens at Intuit, erase them, and say so in the journal."""
    settings = process_settings("token_key", "qbo_client_id", "qbo_client_secret")
    name = _named(tenant)
    if not yes and not typer.confirm(f"Take {name}'s connection away?"):
        raise Refusal("Nothing was done.")

    async def work(state: State, ask: Ask) -> RequestTaken:
        known = state.tenant(name).connection is not None
        if not await _revoked(settings, name, force=force) and not known:
            raise _not_connected(state.tenants(), name)
        return await ask(DisconnectTenant(id=new_id(), tenant=name))

    show_answers([asking(work, by)], as_json=as_json)


def _not_connected(known: Sequence[str], name: str) -> Refusal:
    if name in known or not known:
        return Refusal(f"Tenant {name} is not connected: `isthmus connections list`.")
    return Refusal(f"Tenant {name} is not connected; {nearest(known, name)}.")


def _preflight(name: str, tenant: Tenant) -> None:
    """Show what should be put right before the tenant goes live; it is connected all the same."""
    say("Reading both sides, as `isthmus preflight` does:")
    try:
        show(asyncio.run(examined(name, tenant)))
    except Refusal as refusal:
        say(f"Not read: {refusal} Then run `isthmus preflight {name}`.")


async def _revoked(settings: "ProcessSettings", name: str, *, force: bool) -> bool:
    """Make a tenant's tokens worthless and forget them; False where there are none."""
    connections = Connections(settings.connections_url, settings.token_key, SystemClock())
    try:
        await connections.prepare()
        if name not in await connections.tenants():
            return False
        await _revoke(settings, connections, name, force=force)
        await connections.erase(name)
    except SQLAlchemyError as fault:
        raise _no_store(fault) from fault
    finally:
        await connections.close()
    return True


async def _revoke(
    settings: "ProcessSettings", connections: Connections, name: str, *, force: bool
) -> None:
    exchange = exchange_of(settings)
    try:
        found = await connections.get(name)
    except KeyLostError as lost:
        if not force:
            raise Refusal(f"{lost}; --force erases them without revoking.") from lost
        return
    failure = await exchange.revoke(found.refresh_token) if found is not None else None
    if failure is not None and not force:
        why = failure.reason if isinstance(failure, Declined) else failure.detail
        raise Refusal(
            f"Intuit did not revoke the tokens ({why}): try again, or erase them by --force and "
            "remove the app in QuickBooks."
        )


async def _invite(settings: "ProcessSettings", terms: Terms) -> tuple[str, datetime]:
    make_folder(settings.connections_url)
    invitations = Invitations(settings.connections_url, settings.token_key, SystemClock())
    try:
        await invitations.prepare()
        return await invitations.invite(terms)
    except SQLAlchemyError as fault:
        raise _no_store(fault) from fault
    finally:
        await invitations.close()


def _no_store(fault: SQLAlchemyError) -> Refusal:
    return Refusal(
        f"The store of connections does not answer ({type(fault).__name__}): correct "
        "ISTHMUS_CONNECTIONS_URL, or start its database."
    )


def _refuse_open_gateway(settings: "ProcessSettings") -> None:
    host = spoken_to_openly(settings.gateway_address, settings.plain_http_hosts)
    if host is not None:
        raise Refusal(
            f"ISTHMUS_GATEWAY_URL is not set and the gateway binds {host}, expected the https:// "
            "address by which browsers reach it: the link would be opened without TLS."
        )


def _refuse_linked(state: State, name: str) -> None:
    for lane in state.lanes(name):
        if any(document.qbo is not None for document in lane.documents.values()):
            raise Refusal(
                f"Tenant {name} has documents that bear the ids of its last company, which mean "
                "others in another one: connect that company as a new tenant."
            )


def _version(tenant: Tenant | None) -> int:
    known = latest(tenant) if tenant is not None else None
    return known.version if known is not None else 0


def _outline(tenant: Tenant) -> Tenant:
    return Tenant(connection=tenant.connection, left=tenant.left)


def _named(tenant: str) -> str:
    try:
        return slug(tenant)
    except ValueError as wrong:
        raise Refusal(f"TENANT is {tenant!r}, expected {wrong}.") from wrong


def _address(given: str, plain: tuple[str, ...]) -> str:
    try:
        address = str(url("https", "http")(given))
    except ValueError as wrong:
        raise Refusal(f"--mediaos-url is {given!r}, expected {wrong}.") from wrong
    host = spoken_to_openly(address, plain)
    if host is not None:
        raise Refusal(f"--mediaos-url {openly(host)}.")
    return address


def _credentials(settings: "ProcessSettings", *, prompt: bool) -> tuple[str, str]:
    key, password = settings.mediaos_api_key, settings.mediaos_api_password
    if not prompt and key and password:
        return key, password
    if not prompt and not sys.stdin.isatty():
        process_settings("mediaos_api_key", "mediaos_api_password")
    return (
        typer.prompt("MediaOS API key", hide_input=True, err=True),
        typer.prompt("MediaOS API password", hide_input=True, err=True),
    )


def _show(link: str, tenant: str, until: datetime, *, as_json: bool) -> None:
    if as_json:
        show_json({"tenant": tenant, "link": link, "expires_at": until})
    else:
        say(f"Open this link in a browser, once, before {moment(until)}:")
        show_line(link)
