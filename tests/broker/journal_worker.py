"""A worker that the broker tests kill and freeze: it claims, appends, and notes what counted.

Lines are `term word offset partition`, written after the append was accepted.
"""

import asyncio
import os
import random
import secrets
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from streams.cluster import Cluster
from streams.journal.journal import Journal
from streams.journal.store import Store
from streams.journal.terms import Accepted, ClaimFailedError
from streams.kafka.log import KafkaLog
from tests.testing.simulated.folding import WordFolding


class WallClock:
    def now(self):
        return datetime.now(UTC)

    def monotonic(self):
        return time.monotonic()

    async def sleep(self, seconds):
        await asyncio.sleep(seconds)


async def work(journal, partition, out, rng):
    """Claim a partition again and again, and write to it until somebody else claims it."""
    while True:
        try:
            term = await journal.claim(partition)
        except ClaimFailedError:
            continue
        for _ in range(rng.randrange(20, 200)):
            word = secrets.token_hex(6)
            facts = [(f"r{rng.randrange(20)}", word)]
            answer = await journal.append(partition, "lane", facts, term=term)
            if not isinstance(answer, Accepted):
                break
            os.write(out, f"{term} {word} {answer.offset} {partition}\n".encode())
        await asyncio.sleep(rng.random() / 20)


async def main(brokers, topic, partitions, store_path, out_path):
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    # From here on a SIGTERM ends this process in order.
    print("begun", flush=True)  # noqa: T201 - its parent reads it
    log, store = KafkaLog(Cluster(brokers=brokers), topic), Store(f"sqlite:///{store_path}")
    journal = Journal(
        log,
        WordFolding(),
        store,
        WallClock(),
        new_term=lambda: secrets.token_hex(8),
        partitions=partitions,
        row_limit=30,
    )
    await log.start()
    await journal.start()
    out = os.open(out_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    rng = random.Random(os.getpid())
    tasks = [asyncio.create_task(work(journal, p, out, rng)) for p in range(partitions)]
    await stopped.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await journal.stop()
    store.close()
    await log.stop()


if __name__ == "__main__":
    brokers, topic, partitions, store_path, out_path = sys.argv[1:]
    asyncio.run(main(brokers, topic, int(partitions), Path(store_path), Path(out_path)))
