"""Does the simulated reading of requests notice what comes while one is being handled?"""

import asyncio

from tests.testing.simulated.kafka import MortalRequests, SimulatedKafka


async def test_a_request_that_comes_while_another_is_handled_is_read():
    kafka = SimulatedKafka(partitions=1)
    requests = MortalRequests(kafka, "requests").read(0, 0)
    await kafka.send("requests", b"t1", b"first")

    assert (await anext(requests)).value == b"first"
    await kafka.send("requests", b"t1", b"second")

    async with asyncio.timeout(2):
        assert (await anext(requests)).value == b"second"
