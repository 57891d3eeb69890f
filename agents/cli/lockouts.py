"""Which partitions and lanes stand still because a side said locked?  List, end, impose.

Each has an id and is released by it: one that stops a partition, and one that stops a lane alone
(scope customer), which is then that lane's own wait.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

import typer

from agents.cli.console import show_json
from agents.cli.formatting import left, moment, plain, say, seconds_left
from agents.cli.journal_state import State, reading
from agents.cli.lookup import choose_tenant
from agents.cli.options import By, Json
from agents.cli.print_results import show_answers
from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, asking, new_id
from agents.cli.table import show_table
from agents.process.clock import SystemClock
from agents.rules.documents.document_called import Caller
from agents.rules.documents.lane_book import LaneBook
from agents.rules.locks import reason_told, recent
from schemas.facts import RequestTaken
from schemas.identity import lockout_id, tenant_of
from schemas.limits import MOST_MINUTES
from schemas.requests import ImposeLockout, ReleaseLockout
from schemas.state import Lockout

app = typer.Typer(help="Partitions that wait out a lock.", no_args_is_help=True)

LANE = re.compile(r"[^/\s]+/(mediaos|qbo)/[^/\s]+")

LockoutId = Annotated[str, typer.Argument(help="Its id, from `isthmus lockouts list`.")]
LaneKey = Annotated[str, typer.Argument(help="A lane of the partition: t1/mediaos/42")]
Minutes = Annotated[
    float, typer.Option(min=0.01, max=MOST_MINUTES, help="How long; fractions allowed.")
]
Reason = Annotated[str, typer.Option(help="Why, for those who will see it.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """One lock that is waited out, and by whose lane; a lane's own has no partition.

    `locks_within_a_day` counts how often a side said locked about this customer.
    """

    id: str
    partition: int | None
    lane: str
    customer: str
    reason: str
    until: datetime
    seconds_left: int
    locks_within_a_day: int


@app.command(name="list")
def list_(as_json: Json = False) -> None:
    """List the lockouts in force, with the time that is left."""

    async def work(state: State) -> list[Standstill]:
        return standstills(state.lockouts(), state.lanes(), SystemClock().now())

    rows = reading(work)
    if as_json:
        show_json([plain(asdict(row)) for row in rows])
    elif not rows:
        say("No lockout is in force.")
    else:
        show(rows)


@app.command()
def release(lockout: LockoutId, by: By = None, as_json: Json = False) -> None:
    """End a lockout before its time."""

    async def work(state: State, ask: Ask) -> RequestTaken:
        lane = lane_of(state.lockouts(), state.lanes(), lockout)
        return await ask(ReleaseLockout(id=new_id(), lane=lane, lockout=lockout))

    show_answers([asking(work, by)], as_json=as_json)


@app.command()
def impose(
    lane: LaneKey,
    minutes: Minutes = 20.0,
    reason: Reason = "asked for by an operator",
    by: By = None,
    as_json: Json = False,
) -> None:
    """Pause the partition of a lane; its other customers and tenants wait as well."""
    if not LANE.fullmatch(lane):
        raise Refusal(f"LANE is {lane!r}, expected TENANT/SIDE/CUSTOMER, as t1/mediaos/42.")

    async def work(state: State, ask: Ask) -> RequestTaken:
        # Where nobody is known yet, it holds nobody up.
        if known := state.tenants():
            choose_tenant(known, tenant_of(lane))
        return await ask(ImposeLockout(id=new_id(), lane=lane, minutes=minutes, reason=reason))

    answer = asking(work, by)
    show_answers([answer], as_json=as_json)
    if answer.done and not as_json:
        # The engine names a lockout that was asked for after its request.
        name = lockout_id(answer.request)
        say(f"It ends by itself, or by `isthmus lockouts release {name}`.")


def standstills(
    lockouts: Mapping[int, Lockout], lanes: Iterable[LaneBook], now: datetime
) -> list[Standstill]:
    """Return the partitions' lockouts, then the lanes that wait out a lock of their own."""
    by_key = {lane.key: lane for lane in lanes}
    of_partitions = [
        (each.id, number, each.lane, each.reason, each.until) for number, each in lockouts.items()
    ]
    own = [
        (waits.lockout, None, key, reason_told(waits.why), waits.until)
        for key, lane in by_key.items()
        if (waits := lane.waits) is not None and waits.lockout and waits.until
    ]
    return [
        Standstill(
            id=lockout,
            partition=number,
            lane=key,
            customer=Caller(by_key[key]).customer() if key in by_key else "",
            reason=reason,
            until=until,
            seconds_left=seconds_left(until, now),
            locks_within_a_day=len(recent(by_key[key].locks, now)) if key in by_key else 0,
        )
        for lockout, number, key, reason, until in (*of_partitions, *own)
    ]


def lane_of(lockouts: Mapping[int, Lockout], lanes: Iterable[LaneBook], lockout: str) -> str:
    """Return the lane whose key reaches the owner of a lockout; Refusal when there is none."""
    for standing in lockouts.values():
        if standing.id == lockout:
            return standing.lane
    for lane in lanes:
        if lane.waits is not None and lane.waits.lockout == lockout:
            return lane.key
    raise Refusal(
        f"No lockout {lockout} is in force: it has ended, or see its id in `isthmus lockouts list`."
    )


def show(rows: Iterable[Standstill]) -> None:
    """Print them as a table."""
    cells = (
        (
            row.id,
            "the lane" if row.partition is None else f"partition {row.partition}",
            row.customer,
            row.lane,
            row.reason,
            f"{moment(row.until)} ({left(row.seconds_left)})",
        )
        for row in rows
    )
    columns = ("lockout", "stands still", "customer", "locked lane", "reason", "until")
    show_table(columns, cells, ids=("lockout", "locked lane"), names=("customer",))
