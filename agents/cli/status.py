"""How does the whole installation stand?  Counts of what works and what waits, and how far it is.

From the journal, and the backlog from offsets: a worker that has nothing to do does not show here.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime

from agents.cli.backlog import Forecast, forecast, queued
from agents.cli.calls import calls_told, calls_words
from agents.cli.console import show_json
from agents.cli.coverage import viewed
from agents.cli.formatting import left, moment, plain, say, show_line
from agents.cli.journal_state import State, reading
from agents.cli.lockouts import show
from agents.cli.options import Json
from agents.cli.status_rows import OpenDecision, Position, Status, WaitingLane
from agents.cli.status_summary import summary
from agents.cli.stored_connections import seen_here
from agents.cli.table import show_table
from agents.process.clock import SystemClock
from agents.rules.value_words import number_words
from agents.rules.waiting_words import paused, removals_stopped, suspended, unusable
from schemas.money_words import money_words
from schemas.tenant_state import Tenant
from schemas.values import Side


def status(as_json: Json = False) -> None:
    """Show what works, what waits, and how far the journal is."""

    async def work(state: State) -> tuple[Status, dict[str, Tenant]]:
        now = SystemClock().now()
        tenants = {name: state.tenant(name) for name in state.tenants()}
        lanes, lockouts = state.lanes(), state.lockouts()
        suspended = any(tenant.stands_still for tenant in tenants.values())
        ahead = forecast(await queued(), lanes, lockouts, now, suspended=suspended)
        view, calls, seen = await asyncio.gather(viewed(), calls_told(), seen_here(tenants))
        found = summary(lanes, lockouts, state.partition_folds, now, tenants, ahead, view, calls)
        return replace(
            found,
            rewriting=state.rewriting,
            unusable=seen.unusable,
            connections_unread=seen.unread,
        ), tenants

    found, tenants = reading(work)
    if as_json:
        show_json(plain(asdict(found)))
    else:
        _show(found, tenants)


def _show(found: Status, tenants: Mapping[str, Tenant]) -> None:
    _show_tenants(found, tenants)
    say(
        f"{number_words(found.lanes, 'lane')} ({found.forwarding} of them forwarding only), "
        f"{number_words(found.documents, 'document')}, "
        f"{number_words(found.held_events, 'held event')}, "
        f"{number_words(len(found.open_decisions), 'open decision')}."
    )
    if found.backlog.events:
        say(f"Backlog: {number_words(found.backlog.events, 'event')}, {_clears(found.backlog)}.")
    if found.parked:
        counted = ", ".join(f"{count} {reason}" for reason, count in found.parked.items())
        say(f"Parked: {counted} (`isthmus parked`).")
    else:
        say("Nothing is parked.")
    if found.unplaced:
        say(f"Unplaced: {found.unplaced} (`isthmus unplaced`).")
    for tenant, sides in found.covered.items():
        shown = ", ".join(f"{Side(side).called} {_until(at)}" for side, at in sides.items())
        say(f"All changes are taken in: {tenant}: {shown}.")
    if found.view_unread is not None:
        say(f"That is what the journal says, up to a day ago: {found.view_unread}")
    if found.calls_unread is not None:
        say(f"How many calls are left on both sides is not known: {found.calls_unread}")
    else:
        for tenant, calls in found.calls.items():
            say(f"Calls left: {tenant}: {calls_words(calls)}")
    _show_waits(found)
    columns = ("journal", "records", "intake", "requests", "term")
    show_line("")
    rows = (_cells(each) for each in found.journal)
    show_table(columns, rows, ids=("term",), amounts=columns[:-1])


def _clears(backlog: Forecast) -> str:
    if backlog.clears_at is None:
        return "which clears at a time that is not known while a tenant stands still"
    return f"which clears at {moment(backlog.clears_at)}"


def _show_tenants(found: Status, tenants: Mapping[str, Tenant]) -> None:
    for name, tenant in tenants.items():
        for told in _holds(name, tenant):
            say(f"Tenant {name}: {told}")
        if name in found.unusable:
            say(f"Tenant {name}: {unusable(found.unusable[name])}")
    if found.connections_unread is not None:
        say(f"Whether the connections can be used is not known: {found.connections_unread}.")
    for name in found.observing:
        say(f"Tenant {name} only observes: `isthmus observe` shows what it would write.")
    for name, kept in found.reconciled.items():
        if kept is not None:
            say(
                f"Tenant {name}: the ledgers were read {moment(kept.at)}; "
                f"{number_words(kept.differs, 'document')} differed, by "
                f"{money_words(kept.amount)} of the home currency in all, {kept.waits} waited "
                f"(`isthmus reconcile {name}`)."
            )


def _holds(name: str, tenant: Tenant) -> Iterator[str]:
    """Yield what holds a tenant up as a whole, each with the command that is about it."""
    if tenant.suspended is not None:
        yield suspended(tenant.suspended, moment)
    if tenant.paused is not None:
        yield f"{paused(tenant.paused, moment)} `isthmus resume {name}` has it go on."
    for side, removals in tenant.removals.items():
        if told := removals_stopped(side, removals, tenant.company.home, moment):
            yield f"{told}. `isthmus confirm {name}` shows what waits, and lets it go."


def _until(at: datetime | None) -> str:
    return "not known yet" if at is None else f"up to {moment(at)}"


def _show_waits(found: Status) -> None:
    if found.lockouts:
        show_line("")
        show(found.lockouts)
        show_line("")
    for lane, number in found.locked_again.items():
        say(f"{lane} was locked {number} times within a day: who else edits its documents?")
    if found.waiting:
        columns: tuple[str, ...] = ("customer", "lane", "waits", "left", "held")
        rows = (_waiting_cells(each) for each in found.waiting)
        show_line("")
        show_table(columns, rows, ids=("lane", "left", "held"), names=("customer",))
    if found.open_decisions:
        columns = ("in work", "open decision", "sent", "outcome")
        show_line("")
        show_table(columns, map(_open_cells, found.open_decisions), ids=("open decision",))


def _waiting_cells(each: WaitingLane) -> tuple[str, ...]:
    waits = "a condition" if each.seconds_left is None else left(each.seconds_left)
    return (each.customer, each.lane, each.why, waits, str(each.held))


def _open_cells(each: OpenDecision) -> tuple[str, ...]:
    sent = f"{number_words(each.attempts, 'attempt')}, the last {moment(each.last_attempt)}"
    outcome = "not known" if each.unknown else "under way"
    return (str(each.called), each.decision, sent, outcome)


def _cells(each: Position) -> tuple[str, ...]:
    return (
        str(each.partition),
        str(each.records),
        "-" if each.intake_finished is None else str(each.intake_finished),
        "-" if each.requests_finished is None else str(each.requests_finished),
        each.term or "nobody's yet",
    )
