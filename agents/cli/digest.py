"""What do accountants hear once a day?  What waits, in their words, by e-mail or by a webhook.

Exit code 0 when all have it, 1 when somebody does not, 3 when it is sent and not noted yet.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any

import typer

from agents.cli.console import show_json
from agents.cli.coverage import viewed
from agents.cli.digest_content import digest_of
from agents.cli.digest_ways import ways_of
from agents.cli.environment import process_settings
from agents.cli.exit_status import ExitStatus
from agents.cli.formatting import plain, say, show_line
from agents.cli.journal_state import State, reading
from agents.cli.lookup import choose_tenant
from agents.cli.options import By, Json
from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, asking, new_id
from agents.digest import words
from agents.digest.digest import Digest
from agents.digest.document import as_document
from agents.digest.sending import Delivery, noted, send
from agents.digest.text import as_text
from agents.process.clock import SystemClock
from agents.rules.tenant.headline import late_after
from schemas.requests import KeepDigest
from schemas.values import Side

Name = Annotated[str, typer.Argument(metavar="TENANT", help="The tenant that it is about.")]
To = Annotated[
    list[str] | None,
    typer.Option(
        "--to", metavar="ADDRESS", help="Send it to this address of e-mail alone; may be repeated."
    ),
]
Print = Annotated[bool, typer.Option("--print", help="Show it here, and send nothing.")]
IfNew = Annotated[
    bool, typer.Option("--unless-nothing", help="Send nothing where nothing waits and all is well.")
]
Again = Annotated[
    bool, typer.Option("--again", help="Send it also to those who have that of today.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What was told and who got it; `nothing` says why nobody did, where nobody had to.

    `not_noted` is why the journal does not know of it.
    """

    told: Digest
    done: Delivery = field(default_factory=Delivery)
    nothing: str = ""
    not_noted: str = ""


def digest(
    tenant: Name,
    to: To = None,
    preview: Print = False,
    unless_nothing: IfNew = False,
    again: Again = False,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Tell accountants what waits: by e-mail, by a webhook, or by both.

    For a scheduler, once a day.  Who has that of today does not get it twice, so that a run which
    did not reach all can be repeated.  The exit status is 0 when all have it, 1 when somebody does
    not, 3 when all have it and no worker has noted that yet.
    """
    if preview:
        told = reading(partial(_digest, tenant))
        show_json(as_document(told)) if as_json else _show(told)
        return
    ways = ways_of(process_settings(), tenant, to)

    async def work(state: State, ask: Ask) -> Sent:
        told = await _digest(tenant, state)
        if unless_nothing and told.says_nothing_new:
            return Sent(told=told, nothing="Nothing waits and all is well, so nobody is told.")
        done = await send(told, ways, state.tenant(tenant).digested, SystemClock(), again=again)
        not_noted = await _note(told, done, ask) if done.sent else ""
        return Sent(told=told, done=done, not_noted=not_noted)

    found = asking(work, by)
    show_json(plain(_as_json(found))) if as_json else _tell(found)
    raise typer.Exit(_status(found))


async def _digest(tenant: str, state: State) -> Digest:
    name = choose_tenant(state.tenants(), tenant)
    settings = process_settings()
    link = settings.gateway_url
    page = f"{link}/console/t/{name}/attention" if link else ""
    late = late_after(
        {Side.QBO: settings.qbo_sweep_minutes, Side.MEDIAOS: settings.mediaos_sweep_minutes}
    )
    return digest_of(state, await viewed(), name, SystemClock().now(), late=late, link=page)


async def _note(told: Digest, done: Delivery, ask: Ask) -> str:
    """Have it noted who got it; return why that is not done, blank once it is."""
    to = tuple(noted(told.tenant, each) for each in done.sent)
    try:
        answer = await ask(KeepDigest(id=new_id(), tenant=told.tenant, day=told.day, to=to))
    except Refusal as nobody:
        return str(nobody)
    return "" if answer.done else f"{answer.detail}."


def _show(told: Digest) -> None:
    show_line(f"Subject: {words.subject(told)}")
    show_line("")
    for line in as_text(told).splitlines():
        show_line(line)


def _tell(found: Sent) -> None:
    done = found.done
    if found.nothing:
        say(found.nothing)
    if done.sent:
        say(f"The digest of {found.told.day} went to {', '.join(done.sent)}.")
    if done.already:
        say(f"It went today already to {', '.join(done.already)} (--again sends it once more).")
    for each, why in done.refused.items():
        say(f"It did not reach {each}: {why}.")
    if found.not_noted:
        say(f"It is not noted who got it, so another run today sends it again: {found.not_noted}")


def _as_json(found: Sent) -> dict[str, Any]:
    done, told = found.done, found.told
    return {
        "tenant": told.tenant,
        "day": told.day,
        "nothing_waits": told.nothing_waits,
        "sent": done.sent,
        "already": done.already,
        "refused": done.refused,
        "not_noted": found.not_noted,
    }


def _status(found: Sent) -> ExitStatus:
    if found.done.refused:
        return ExitStatus.NO
    return ExitStatus.WAITS if found.not_noted else ExitStatus.DONE
