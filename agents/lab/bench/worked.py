"""What did a worker do with the bench's events: how many, how fast, and in which order?

An inversion is an event that began before an earlier one of its key had ended.
"""

import asyncio
import json
import sys
import time


class Worked:
    """Simulated work on events whose value is `number of its key:milliseconds`."""

    def __init__(self, events: int) -> None:
        self._left = events
        self._ended: dict[bytes, int] = {}
        self._inversions = 0
        self._first = 0.0
        self._cpu = 0.0

    async def work(self, key: bytes, value: bytes) -> None:
        """Take as long as the event says; report when it was the last one."""
        number, milliseconds = value.split(b":")
        if not self._first:
            self._first, self._cpu = time.perf_counter(), time.process_time()
        if self._ended.get(key, 0) != int(number):
            self._inversions += 1
        await asyncio.sleep(float(milliseconds) / 1000)
        self._ended[key] = self._ended.get(key, 0) + 1
        self._left -= 1
        if not self._left:
            self._report()

    def _report(self) -> None:
        seconds = time.perf_counter() - self._first
        told = {"seconds": seconds, "inversions": self._inversions}
        json.dump({**told, "cpu_seconds": time.process_time() - self._cpu}, sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()
