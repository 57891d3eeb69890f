"""`isthmus connect` and `isthmus disconnect`: give a tenant its company, or take it away.

The command only makes a link, good once; tokens go from Intuit to the gateway and into the store.
MediaOS's key and password come from the settings or are asked for, never from the command line,
which every process of the machine can read; nor is a browser started with the link, for that is a
command line too.
"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from agents.cli.console import WARNED, complain, show_json
from agents.cli.environment import process_settings
from agents.cli.first_steps import first_steps
from agents.cli.formatting import moment, say, show_line
from agents.cli.inviting import Account, address_of, invited, refuse_open_gateway, terms_of
from agents.cli.journal_state import State, reading
from agents.cli.lookup import nearest
from agents.cli.options import By, Json
from agents.cli.preflight import examined, show
from agents.cli.print_results import show_answers
from agents.cli.refusal import Refusal
from agents.cli.revoking import has_tokens, revoked
from agents.cli.send_request import Ask, answer, asking, new_id, who
from agents.process.remote_clients import answers
from schemas.facts import RequestTaken
from schemas.requests import DisconnectTenant
from schemas.tenant_state import Tenant
from streams.secrets.invitations import LIFE
from streams.setting_values import slug

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
    refuse_open_gateway(settings)
    name, asks = _named(tenant), who(by)
    called = "--mediaos-url" if mediaos_url else "ISTHMUS_MEDIAOS_BASE_URL"
    given = mediaos_url or settings.mediaos_base_url
    address = address_of(given, settings.plain_http_hosts, called)
    key, password = _credentials(settings, prompt=prompt)
    account = Account(address=address, key=key, password=password)

    async def work(state: State) -> tuple[RequestTaken, Tenant, list[str]] | None:
        tenants = {each: state.tenant(each) for each in state.tenants()}
        if another_company:
            _refuse_linked(state, name)
        terms = terms_of(settings, name, tenants, account, by=asks, another=another_company)
        if not await answers(f"{settings.gateway_address}/healthz"):
            _warn(settings.gateway_address)
        link, until = await invited(settings, terms)
        _show(link, name, until, as_json=as_json)
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

    async def work(state: State, ask: Ask) -> RequestTaken:
        known = state.tenant(name).connection
        # Nobody is asked about a tenant that there is not.
        if known is None and not await has_tokens(settings, name):
            raise _not_connected(state.tenants(), name)
        if not yes and not typer.confirm(f"Take {name}'s connection away?", err=True):
            raise Refusal("Nothing was done.")
        meant = await revoked(settings, name, known, force=force)
        return await ask(DisconnectTenant(id=new_id(), tenant=name, connection=meant))

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


def _refuse_linked(state: State, name: str) -> None:
    for lane in state.lanes(name):
        if any(document.qbo is not None for document in lane.documents.values()):
            raise Refusal(
                f"Tenant {name} has documents that bear the ids of its last company, which mean "
                "others in another one: connect that company as a new tenant."
            )


def _named(tenant: str) -> str:
    try:
        return slug(tenant)
    except ValueError as wrong:
        raise Refusal(f"TENANT is {tenant!r}, expected {wrong}.") from wrong


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
