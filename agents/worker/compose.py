"""What is one stream worker made of?  Composed here, and nowhere else.

The process, the bench and the simulated workers of the tests differ in their ports alone, so what
is measured and tested is what ships.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from agents.hydrate.echoes import Echoes
from agents.hydrate.hydrate import Hydrate
from agents.intake.intake import Intake
from agents.intake.known_tenants import Known, KnownTenants, everyone
from agents.requests.lockout_requests import LockoutRequests
from agents.requests.push_requests import PushRequests
from agents.sweep.beats import beats
from agents.sweep.sweep import Sweeps
from agents.sweep.watermarks import Watermarks
from agents.view.record_lookup import RecordLookup
from agents.worker.budget_share import Shares
from agents.worker.engine import Engine
from agents.worker.metrics_lanes import Instruments, instruments
from agents.worker.ports import Ports
from agents.worker.sides import Books
from schemas.changes import Change
from schemas.identity import tenant_lane
from schemas.values import Side
from streams.ports import LaneHandler
from streams.remotes.mediaos.events import change_from_event as mediaos_change
from streams.remotes.quickbooks.events import change_from_event as qbo_change
from streams.settings import ProcessSettings
from streams.topics import (
    INTAKE,
    LOCKOUTS,
    MEDIAOS_CHANGES,
    PUSHES,
    QUICKBOOKS_CHANGES,
    QUICKBOOKS_NOTICES,
)


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker, and what it is looked at with."""

    engine: Engine
    instruments: Instruments
    watermarks: Watermarks


def compose(ports: Ports, settings: ProcessSettings) -> Worker:
    """Make a worker; nothing is connected, and no partition is its own yet."""
    tools = instruments(ports.clock.monotonic)
    ports = replace(ports, outbox=tools.outbox(ports.outbox))
    engine = Engine(ports, settings)
    for topic, handler in _handlers(ports, engine).items():
        # A partition of the intake is worked on once it is claimed.
        engine.lanes.route(topic, tools.around(topic, handler), gated=topic == INTAKE.name)
    tools.counts.watch(engine.journal)
    if (budgets := ports.sides.budgets) is not None:
        shares = Shares(engine.partitions, ports.clock, budgets.qbo, budgets.mediaos)
        engine.journal.watch(shares.folded)
        engine.ownership.attendants.append(shares)
    watermarks = Watermarks(ports.outbox, ports.read_topic, ports.clock)
    if (books := ports.sides.books) is not None:
        engine.ownership.attendants.append(_sweeps(ports, books, engine, watermarks, settings))
    return Worker(engine, tools, watermarks)


def _handlers(ports: Ports, engine: Engine) -> Mapping[str, LaneHandler]:
    readers = {MEDIAOS_CHANGES.name: mediaos_change, QUICKBOOKS_CHANGES.name: _of_qbo}
    known = _known(ports, engine)
    handlers: dict[str, LaneHandler] = {
        **dict.fromkeys(readers, Intake(ports.outbox, ports.clock, readers, known)),
        PUSHES.name: PushRequests(ports.outbox, ports.clock, known),
        LOCKOUTS.name: LockoutRequests(ports.outbox, ports.clock, known),
        INTAKE.name: engine.sync,
    }
    if (books := ports.sides.books) is not None:
        echoes = Echoes()
        engine.journal.watch(echoes.folded)
        handlers[QUICKBOOKS_NOTICES.name] = Hydrate(
            ports.outbox,
            ports.clock,
            source=books.gathered,
            again=books.qbo,
            knowledge=RecordLookup(engine.journal),
            answered=partial(_quickbooks_answered, engine),
            known=known,
            echoes=echoes,
        )
    return handlers


async def _quickbooks_answered(engine: Engine, tenant: str) -> None:
    lane = tenant_lane(tenant)
    context = engine.context(engine.partition_of(lane), lane)
    await engine.sync.suspensions.answered(context, Side.QBO)


def _known(ports: Ports, engine: Engine) -> Known:
    books = ports.sides.books
    if books is None:
        return everyone
    return KnownTenants(engine.journal, books.connected, ports.clock)


def _of_qbo(value: bytes, key: bytes) -> Change:  # noqa: ARG001 - the event itself names its lane
    return qbo_change(value)


def _sweeps(
    ports: Ports, books: Books, engine: Engine, watermarks: Watermarks, settings: ProcessSettings
) -> Sweeps:
    return Sweeps(
        beats=beats(
            books.qbo,
            books.mediaos,
            outbox=ports.outbox,
            clock=ports.clock,
            journal=engine.journal,
            minutes=(settings.qbo_sweep_minutes, settings.mediaos_sweep_minutes),
        ),
        tenants=books.tenants,
        contexts=engine.context,
        watermarks=watermarks,
        look_at_company=engine.companies.look,
        partition_of=engine.partition_of,
        answered=engine.sync.suspensions.answered,
        clock=ports.clock,
    )
