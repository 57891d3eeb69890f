"""One measured process: fold a whole journal anew into an empty store, as `isthmus rebuild` does.

Run as `python -m agents.bench.rebuild_worker BROKERS JOURNAL PARTITIONS STORE`.
"""

import logging
import sys

from agents.bench.child import end_with_parent, say
from agents.clock import SystemClock
from agents.folding import Folding
from streams.app import new_loop
from streams.kafka_log import KafkaLog
from streams.rebuild import Rebuilt, rebuild
from streams.store import Store


async def timed(brokers: str, journal: str, partitions: int, store_url: str) -> None:
    """Rebuild, and say how long it took and what was folded."""
    clock, log, store = SystemClock(), KafkaLog(brokers, journal), Store(store_url)
    await log.start()
    began = clock.monotonic()
    done: Rebuilt = await rebuild(log, Folding(), store, clock, partitions=partitions)
    seconds = clock.monotonic() - began
    store.close()
    await log.stop()
    say(seconds=seconds, records=done.records, facts=done.facts, dropped=done.dropped)


def main() -> None:
    """Measure once."""
    brokers, journal, partitions, store_url = sys.argv[1:]
    logging.basicConfig(level=logging.WARNING)
    end_with_parent()
    new_loop().run_until_complete(timed(brokers, journal, int(partitions), store_url))


if __name__ == "__main__":
    main()
