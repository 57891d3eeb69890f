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
from agents.cli.digest_letters import letters_of
from agents.cli.digest_notes import Notes
from agents.cli.digest_ways import ways_of
from agents.cli.environment import process_settings
from agents.cli.exit_status import ExitStatus
from agents.cli.formatting import plain, say, show_line
from agents.cli.journal_state import State, reading
from agents.cli.lookup import choose_tenant
from agents.cli.options import By, Json
from agents.cli.send_request import Ask, asking
from agents.cli.stored_connections import seen_here
from agents.digest import words
from agents.digest.digest import Digest
from agents.digest.document import as_document
from agents.digest.sending import NOBODY, Recipients, Ways, recipients, send
from agents.digest.text import as_text
from agents.process.clock import SystemClock
from agents.rules.tenant.headline import late_after
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
Scheduled = Annotated[
    bool, typer.Option("--scheduled", help="End with 0 once all have it, noted or not yet.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What was told and who got it; `nothing` says why nobody did, where nobody had to.

    `not_noted` is why the journal does not know of it.
    """

    told: Digest
    to: Recipients = NOBODY
    sent: tuple[str, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    nothing: str = ""
    not_noted: str = ""


def digest(
    tenant: Name,
    to: To = None,
    preview: Print = False,
    unless_nothing: IfNew = False,
    again: Again = False,
    scheduled: Scheduled = False,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Tell accountants what waits: by e-mail, by a webhook, or by both.

    For a scheduler, once a day.  Who has that of today does not get it twice, so that a run which
    did not reach all can be repeated.  The exit status is 0 when all have it, 1 when somebody does
    not, 3 when all have it and no worker has noted that yet (with --scheduled 0 as well).
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
        to = recipients(told, ways, state.tenant(tenant).digested, again=again)
        return await _sent(told, ways, to, Notes(told, ask), again=again)

    found = asking(work, by)
    show_json(plain(_as_json(found))) if as_json else _tell(found)
    status = _status(found)
    waits = status is ExitStatus.WAITS
    raise typer.Exit(ExitStatus.DONE if scheduled and waits else status)


async def _digest(tenant: str, state: State) -> Digest:
    name = choose_tenant(state.tenants(), tenant)
    settings = process_settings()
    link = settings.gateway_url
    page = f"{link}/console/t/{name}/attention" if link else ""
    late = late_after(
        {Side.QBO: settings.qbo_sweep_minutes, Side.MEDIAOS: settings.mediaos_sweep_minutes}
    )
    view, letters = await viewed(), await letters_of(name)
    seen = await seen_here({name: state.tenant(name)})
    now = SystemClock().now()
    return digest_of(
        state,
        view,
        name,
        now,
        late=late,
        letters=letters,
        link=page,
        broken=seen.unusable.get(name, ""),
    )


async def _sent(told: Digest, ways: Ways, to: Recipients, notes: Notes, *, again: bool) -> Sent:
    if not to.now:
        return Sent(told=told, to=to)
    await notes.begin(to.now)
    refused = await send(told, ways, to.now, SystemClock(), notes.taken, again=again)
    await notes.end(refused)
    sent = tuple(each for each in to.now if each not in refused)
    return Sent(told=told, to=to, sent=sent, refused=refused, not_noted=notes.not_noted)


def _show(told: Digest) -> None:
    show_line(f"Subject: {words.subject(told)}")
    show_line("")
    for line in as_text(told).splitlines():
        show_line(line)


def _tell(found: Sent) -> None:
    if found.nothing:
        say(found.nothing)
    if found.to.unsure:
        say(
            f"A run before this one began to send it to {', '.join(found.to.unsure)} and did not "
            "note how that ended: whoever has it from there gets it twice, as one Message-ID."
        )
    if found.sent:
        say(f"The digest of {found.told.day} went to {', '.join(found.sent)}.")
    if found.to.already:
        say(f"It went today already to {', '.join(found.to.already)} (--again sends it once more).")
    for each, why in found.refused.items():
        say(f"It did not reach {each}: {why}.")
    if found.not_noted:
        say(f"It is not noted who got it, so another run today sends it again: {found.not_noted}")


def _as_json(found: Sent) -> dict[str, Any]:
    told = found.told
    return {
        "tenant": told.tenant,
        "day": told.day,
        "nothing_waits": told.nothing_waits,
        "sent": found.sent,
        "already": found.to.already,
        "unsure": found.to.unsure,
        "refused": found.refused,
        "not_noted": found.not_noted,
    }


def _status(found: Sent) -> ExitStatus:
    if found.refused:
        return ExitStatus.NO
    return ExitStatus.WAITS if found.not_noted else ExitStatus.DONE
