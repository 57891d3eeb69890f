"""One measured process: fold a whole journal anew into an empty store, as `isthmus rebuild` does.

Run as `python -m agents.lab.bench.rebuild_worker BROKERS JOURNAL PARTITIONS STORE`.
"""

import logging
import sys

from agents.lab.bench.child import end_with_parent, say
from agents.process.clock import SystemClock
from agents.view.folding import Folding
from streams.cluster import Cluster
from streams.faust.app import new_loop
from streams.journal.rebuild import Rebuilt, rebuild
from streams.journal.store import Store
from streams.kafka.log import KafkaLog


async def timed(brokers: str, journal: str, partitions: int, store_url: str) -> None:
    """Rebuild, and say how long it took and what was folded."""
    clock, log = SystemClock(), KafkaLog(Cluster(brokers=brokers), journal)
    store = Store(store_url)
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
