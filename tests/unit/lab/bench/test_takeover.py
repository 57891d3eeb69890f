import asyncio
from itertools import count

from agents.lab.bench.installation import PARTITIONS, Call
from agents.lab.bench.takeover import WORKERS, Owners
from schemas.values import Side


class Calls:
    """An installation whose invoices are called like their partitions."""

    def __init__(self):
        self.calls = asyncio.Queue()

    def partition_of(self, invoice):
        return int(invoice)

    def heard(self, worker, partition, at):
        call = Call(
            worker=worker, side=Side.QBO, kind="invoice", id=str(partition), memo=None, at=at
        )
        self.calls.put_nowait(call)


async def owners_after(calls, many):
    owners = Owners(calls)
    for _ in range(many):
        await owners.next()
    return owners


async def test_a_partition_belongs_to_who_called_last():
    calls = Calls()
    for worker, partition in ((WORKERS[0], 1), (WORKERS[1], 1), (WORKERS[0], 2)):
        calls.heard(worker, partition, 1.0)

    owners = await owners_after(calls, 3)

    assert owners.of(WORKERS[0]) == {2}
    assert owners.of(WORKERS[1]) == {1}


async def test_partitions_are_shared_once_none_has_changed_hands_for_a_while():
    calls = Calls()
    owners = Owners(calls)
    now = count()

    async def a_second(split):
        moment = next(now)
        for partition in range(PARTITIONS):
            calls.heard(WORKERS[partition < split], partition, moment)
            await owners.next()
        return owners.is_shared(moment)

    assert [await a_second(6) for _ in range(5)] == [False, False, False, False, True]
    assert [await a_second(5) for _ in range(5)] == [False, False, False, False, True]
    assert not await a_second(0)
    assert not any([await a_second(0) for _ in range(5)])


async def test_a_partition_that_nobody_serves_is_not_shared():
    calls = Calls()
    owners = Owners(calls)
    for moment in range(10):
        for partition in range(PARTITIONS - 1):
            calls.heard(WORKERS[partition % 2], partition, moment)
            await owners.next()

    assert not owners.is_shared(9)
