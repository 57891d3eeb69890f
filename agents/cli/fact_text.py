"""How is one fact told to a person?  A word, and what it says, one function for each fact.

Money and dates stand as the side has them; nothing is rounded or left out of a command's fields.
"""

from functools import singledispatch
from typing import Any

import orjson

from agents.cli.formatting import moment, plain
from agents.rules.fact_sentences import NOT_KNOWN
from agents.rules.tenant.company import company_told
from agents.rules.value_words import in_words
from agents.rules.waiting_words import customer_waits, locked, waits_for
from agents.rules.wording import Called, awaited_words, by_id, fields_called
from schemas.command_facts import (
    Answered,
    Attempted,
    CommandApplied,
    Decided,
    Declined,
    Refused,
    Unanswered,
)
from schemas.commands import Command, Create, Remove
from schemas.conflict_facts import Conceded, ConflictResolved
from schemas.erasure_facts import Erased
from schemas.facts import (
    Asked,
    Fact,
    LinkAsked,
    Linked,
    LinkTargetShown,
    OnOneSide,
    Parked,
    Regenerated,
    Released,
    RequestTaken,
    Seen,
    Settled,
    UnlinkAsked,
    Unlinked,
)
from schemas.lane_facts import (
    Held,
    HomeChanged,
    LaneWaited,
    LaneWentOn,
    LockedOut,
    LockoutEnded,
    Taken,
)
from schemas.note_facts import Noted
from schemas.outcomes import Verdict
from schemas.state import Park
from schemas.tenant_facts import CompanySeen, TenantConnected, TenantDisconnected, TokenRefreshed
from schemas.values import RecordRef


def word(fact: Fact) -> str:
    """Return the fact's own name: `lane-waited`."""
    return str(type(fact).__struct_config__.tag)


@singledispatch
def tell(fact: Any) -> str:
    """Return what a fact says; its fields as they are where nothing better is known."""
    return value(plain(fact))


def value(anything: Any) -> str:
    """Return one field's value: text as it is, anything larger as compact JSON."""
    if anything is None:
        return "-"
    simple = plain(anything)
    return simple if isinstance(simple, str) else orjson.dumps(simple).decode()


def fields(command: Command) -> dict[str, str]:
    """Return the fields that a command really sends, by name; a newer release may know more."""
    if isinstance(command, Remove):
        return {}
    record = command.record
    return {
        name: value(getattr(record, name)) if hasattr(record, name) else NOT_KNOWN
        for name in command.fields
    }


def park_words(park: Park, called: Called = by_id) -> str:
    """Return why a record waits, and for what."""
    return f"{park.reason}: {park.detail} ({waits_for(awaited_words(park.waits_for, called))})"


@tell.register
def _(fact: Seen) -> str:
    change = fact.change
    gone = "" if change.record is not None else ", deleted"
    return f"{change.name} is at revision {change.revision}{gone} since {moment(change.at)}"


@tell.register
def _(fact: Decided) -> str:
    command = fact.command
    sent = "".join(f"\n  {name} = {text}" for name, text in fields(command).items())
    return f"{_asks(command)}; {fact.decision}, request id {command.request_id}{sent}"


def _asks(command: Command) -> str:
    if isinstance(command, Create):
        return f"create {RecordRef(command.side, command.kind, '(new)')}"
    what = command.how if isinstance(command, Remove) else "update"
    target = RecordRef(command.side, command.kind, command.target)
    return f"{what} {target} on revision {command.based_on}"


@tell.register
def _(fact: Attempted) -> str:
    return f"attempt {fact.number} of {fact.command} is sent at {moment(fact.at)}"


@tell.register
def _(fact: Unanswered) -> str:
    return f"attempt {fact.number} of {fact.command} has no answer: {fact.detail}"


@tell.register
def _(fact: Declined) -> str:
    return f"attempt {fact.number} of {fact.command} is refused for now: {fact.fault}"


@tell.register
def _(fact: Answered) -> str:
    return f"{fact.command} is done as {fact.answer.id}, and what that shows now is read next"


@tell.register
def _(fact: CommandApplied) -> str:
    done = "found done" if fact.adopted else "done"
    return f"{RecordRef(fact.side, fact.kind, fact.id)} {done}, now at revision {fact.revision}"


@tell.register
def _(fact: Refused) -> str:
    if fact.verdict is Verdict.UNSENT:
        return f"not sent: {fact.fault.detail}"
    return f"{fact.fault} (taken as: {fact.verdict})"


@tell.register
def _(fact: Linked) -> str:
    both = f"{fact.kind.called} {fact.mediaos} of MediaOS is {fact.qbo} of QuickBooks"
    return f"{both}; {fact.home} speaks for it"


@tell.register
def _(fact: Settled) -> str:
    return f"both sides agree on {fields_called(fact.fields)}"


@tell.register
def _(fact: Parked) -> str:
    return park_words(fact.park)


@tell.register
def _(fact: Released) -> str:
    return f"waits no more: {awaited_words(fact.why.split(', ')) if fact.why else ''}"


@tell.register
def _(fact: Asked) -> str:
    return f"{'pushed by hand' if fact.pushed else 'to be judged again'}, request {fact.request}"


@tell.register
def _(fact: Noted) -> str:
    what = "dismissed" if fact.dismissed else "noted"
    owner = f"; {fact.owner} sees to it" if fact.owner else ""
    return f"{what} by {fact.by}, request {fact.request}{owner}: {fact.note or 'no note'}"


@tell.register
def _(fact: Erased) -> str:
    return f"{fact.strings} names and texts of {fact.records} records erased by {fact.by}"


@tell.register
def _(fact: ConflictResolved) -> str:
    there, here = fact.keep.other.called, fact.keep.called
    if fact.lost is None:
        return f"decided: what {here} has stands and is made anew in {there}, {fact.request}"
    goes = "".join(
        f"\n  {there} had {fields_called((name,))} = "
        f"{in_words(getattr(fact.lost, name, NOT_KNOWN))}"
        for name in fact.fields
    )
    return f"decided: what {here} has stands, {fact.request}; what goes:{goes}"


@tell.register
def _(fact: Conceded) -> str:
    return f"what was decided against of {fields_called(fact.fields)} counts as known"


@tell.register
def _(fact: LinkAsked) -> str:
    return f"to be linked with {fact.target} of QuickBooks, request {fact.request}"


@tell.register
def _(fact: LinkTargetShown) -> str:
    return f"QuickBooks shows {fact.shown.id}, with which it is to be linked"


@tell.register
def _(fact: UnlinkAsked) -> str:
    return f"its link is to be undone, request {fact.request}"


@tell.register
def _(fact: Unlinked) -> str:
    return f"{fact.kind.called} {fact.mediaos} of MediaOS is {fact.qbo} of QuickBooks no more"


@tell.register
def _(fact: OnOneSide) -> str:
    return fact.reason


@tell.register
def _(fact: Regenerated) -> str:
    return f"what the last create made is not there; generation {fact.generation} may be asked for"


@tell.register
def _(fact: Held) -> str:
    return f"{fact.change.event} waits in its lane: {fact.why}"


@tell.register
def _(fact: Taken) -> str:
    return f"{fact.event} is taken from the front of the queue"


@tell.register
def _(fact: LaneWaited) -> str:
    return customer_waits(fact.why, fact.until, moment)


@tell.register
def _(fact: LaneWentOn) -> str:
    return f"the lane works again after: {fact.why}"


@tell.register
def _(fact: HomeChanged) -> str:
    return f"{fact.home} speaks for this customer; everything is forwarded there"


@tell.register
def _(fact: LockedOut) -> str:
    return f"{locked(fact.reason, fact.until, moment)} ({fact.lockout})"


@tell.register
def _(fact: LockoutEnded) -> str:
    return f"{fact.lockout}: {fact.why}"


@tell.register
def _(fact: CompanySeen) -> str:
    return company_told(fact.company)


@tell.register
def _(fact: TenantConnected) -> str:
    made = fact.connection
    return f"connected to company {made.realm} ({made.environment}), version {made.version}"


@tell.register
def _(fact: TokenRefreshed) -> str:
    return f"tokens renewed, version {fact.version}"


@tell.register
def _(fact: TenantDisconnected) -> str:
    return f"disconnected, request {fact.request}"


@tell.register
def _(fact: RequestTaken) -> str:
    by = f", asked for by {fact.by}" if fact.by else ""
    return f"{fact.request}{by}: {fact.detail}"
