"""Does a locked invoice stop its partition, and nothing else, for as long as it must?"""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import orjson
import pytest

from schemas.command_facts import Attempted, CommandApplied, Decided
from schemas.lane_facts import LockedOut, LockoutEnded
from schemas.requests import ReleaseLockout
from schemas.values import Kind
from streams.kafka import partitions
from streams.topics import LOCKOUTS, Layout
from tests.broker.installation.house import HANGS_SECONDS, until
from tests.broker.installation.opening import installed

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

#: Longer than two workers need to end, start and share the partitions; those that come after are
#: shorter, so that the first one ends when the journal says, whatever its workers are told later.
LOCKOUT_SECONDS, LATER_SECONDS = 20, 6
WRITES = (Decided, Attempted, CommandApplied)


def lasting(seconds):
    """Return what a worker is told whose lockouts last so long."""
    return {"ISTHMUS_LOCKOUT_MINUTES": str(seconds / 60)}


def partition_of(lane):
    return partitions.partition_of(lane, Layout().partitions)


async def neighbours(town):
    """Bill customers until two of them share a partition: return these two bills, and the others'.

    At the thirteenth customer at the latest there are two.
    """
    found = {}
    while True:
        bill = await town.invoice(await town.customer())
        partition = partition_of(f"{town.tenant.name}/mediaos/{bill.customer}")
        if partition in found:
            one = found.pop(partition)
            return one, bill, list(found.values())
        found[partition] = bill


async def lock(tenant, bill):
    """Let somebody lock the invoice in QuickBooks, and somebody else change it in MediaOS."""
    invoice = await tenant.link(Kind.INVOICE, bill.id)
    await tenant.qbo("faults/lock", kind="Invoice", id=invoice, seconds=600)
    await memo(tenant, bill, "changed under lock")
    async with asyncio.timeout(HANGS_SECONDS):
        return await tenant.watch.first(LockedOut)


async def unlock(tenant, bill):
    invoice = tenant.linked(Kind.INVOICE)[bill.id]
    await tenant.qbo("faults/unlock", kind="Invoice", id=invoice)


async def memo(tenant, bill, text):
    await tenant.counters.mediaos_edit("invoices", bill.id, {"comments": text})


async def memos(tenant):
    """Return by MediaOS's id what QuickBooks shows as the memo of each invoice."""
    _, book = await tenant.counters.books()
    shown = {one["Id"]: one.get("CustomerMemo", {}).get("value") for one in book["Invoice"]}
    return {m: shown[q] for m, q in tenant.linked(Kind.INVOICE).items()}


def between(watch, begin, end):
    """Return what was written in the partition of a lockout from its first to its last word."""
    first = watch.told.index(begin)
    last = watch.told.index(end)
    mine = [told for told in watch.told[first:last] if told.partition == begin.partition]
    return [told for told in mine if isinstance(told.fact, WRITES)]


async def test_a_lockout_outlives_all_workers_and_stops_its_partition_alone(kafka, tmp_path):
    async with installed(kafka, tmp_path, **lasting(LOCKOUT_SECONDS)) as house:
        tenant = await house.tenant()
        town = await house.town(tenant)
        await house.work(2)
        locked, neighbour, others = await neighbours(town)
        await house.agrees()

        begun = await lock(tenant, locked)
        await asyncio.gather(*(house.crew.stop(worker) for worker in house.crew.workers))
        for worker in house.crew.workers:
            worker.tell(**lasting(LATER_SECONDS))
            worker.start()
        await memo(tenant, neighbour, "from the neighbour")
        for bill in others:
            await memo(tenant, bill, "from far away")

        async def arrived():
            shown = await memos(tenant)
            return {shown[bill.id] for bill in others} == {"from far away"}

        await until(arrived)

        # Until somebody unlocks it, each end of a lockout only begins the next.
        assert tenant.watch.of(LockoutEnded) == []
        shown = await memos(tenant)
        assert shown[locked.id] != "changed under lock"
        assert shown[neighbour.id] != "from the neighbour"

        async with asyncio.timeout(HANGS_SECONDS):
            # The first lockout ends before the lock does: its probe meets the lock again.
            await tenant.watch.first(LockedOut, after=1)
        await unlock(tenant, locked)
        async with asyncio.timeout(HANGS_SECONDS):
            ended = await tenant.watch.first(LockoutEnded)
        probes = between(tenant.watch, begun, ended)
        assert {told.lane for told in probes} <= {begun.lane}
        assert begun.fact.until - begun.fact.at >= timedelta(seconds=LOCKOUT_SECONDS)
        await house.agrees()
        lockouts = tenant.watch.of(LockedOut)
        # None is probed before its time, and none begins when there is no lock any more.
        assert all(one.fact.until <= then.fact.at for one, then in pairwise(lockouts))
        assert lockouts[-1] in tenant.watch.told[: tenant.watch.told.index(ended)]
        shown = await memos(tenant)
        assert shown[locked.id] == "changed under lock"
        assert shown[neighbour.id] == "from the neighbour"


async def test_a_release_that_names_the_lockout_ends_it(kafka, tmp_path):
    async with installed(kafka, tmp_path, ISTHMUS_LOCKOUT_MINUTES="10") as house:
        tenant = await house.tenant()
        town = await house.town(tenant)
        await house.work(1)
        locked, neighbour, _ = await neighbours(town)
        await house.agrees()
        begun = await lock(tenant, locked)
        await memo(tenant, neighbour, "from the neighbour")
        await unlock(tenant, locked)

        for number, lockout in enumerate(("another", begun.fact.lockout)):
            release = ReleaseLockout(id=f"r{number}", lane=begun.lane, lockout=lockout)
            await house.ask(begun.lane, release)
        async with asyncio.timeout(HANGS_SECONDS):
            ended = await tenant.watch.first(LockoutEnded)

        assert ended.fact.lockout == begun.fact.lockout
        # After a release, as after its time, the locked lane's command goes alone.
        assert {told.lane for told in between(tenant.watch, begun, ended)} <= {begun.lane}
        await house.agrees()
        shown = await memos(tenant)
        assert shown[locked.id] == "changed under lock"
        assert shown[neighbour.id] == "from the neighbour"


async def test_a_lockout_is_begun_and_ended_by_records_on_its_topic(kafka, tmp_path):
    async with installed(kafka, tmp_path) as house:
        tenant = await house.tenant()
        town = await house.town(tenant)
        await house.work(1)
        bill = await town.invoice(await town.customer())
        await house.agrees()
        lane = f"{tenant.name}/mediaos/{bill.customer}"
        end = datetime.now(UTC) + timedelta(minutes=10)
        wish = {"id": "year-end", "lane": lane, "until": end.isoformat(), "reason": "the year ends"}

        await house.requests.send(LOCKOUTS.name, lane.encode(), b"no JSON")
        await house.requests.send(
            LOCKOUTS.name, lane.encode(), orjson.dumps({"request": "impose", **wish})
        )
        async with asyncio.timeout(HANGS_SECONDS):
            begun = await tenant.watch.first(LockedOut)
        assert begun.fact.until == end
        await memo(tenant, bill, "while it stood")

        release = {"request": "release", "id": "done", "lane": lane, "lockout": begun.fact.lockout}
        await house.requests.send(LOCKOUTS.name, lane.encode(), orjson.dumps(release))
        async with asyncio.timeout(HANGS_SECONDS):
            await tenant.watch.first(LockoutEnded)
        await house.agrees()
        assert (await memos(tenant))[bill.id] == "while it stood"
