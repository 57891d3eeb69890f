"""Where is a webhook kept while Kafka is away?  On disk, before it is answered, oldest first.

The torn end that a power cut leaves is cut off: nobody was told that it is kept.  A part that the
disk has damaged is named in the log and passed over; what stands behind it is kept.  What is sent
again after a crash in the middle of emptying is harmless, since a notice is only news once.
"""

import asyncio
import fcntl
import logging
import os
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from streams.outbox.spool_records import BLOCK, Spooled, framed, next_whole, read

log = logging.getLogger("isthmus.spool")


class SpoolFullError(OSError):
    """The spool has no room left; whoever sends must send again later."""


class SpoolTakenError(Exception):
    """Another process keeps its records in this folder; give each gateway one of its own."""


class Spool:
    """One file; made and read by one process at a time."""

    def __init__(
        self, folder: Path, *, most_bytes: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        """Take the folder, which is made where there is none; `open` reads what is there."""
        self._path = folder / "notices.spool"
        self._most = most_bytes
        self._file = -1
        self._begin = 0
        self._end = 0
        self._now = now
        #: Since when each record waits; of what was there before us, since we took it over.
        self._since: deque[float] = deque()
        self._writing = asyncio.Lock()

    def open(self) -> None:
        """Take the file over, and cut a torn end off; SpoolTakenError when another has it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            os.close(self._file)
            raise SpoolTakenError(f"{self._path.parent} belongs to another gateway") from taken
        _sync_folder(self._path.parent)
        self._end = self._whole()
        torn = os.fstat(self._file).st_size - self._end
        if torn:
            log.warning("torn record cut off", extra={"bytes": torn})
            self._cut(self._end)

    def close(self) -> None:
        """Let go of the file; what is in it stays."""
        os.close(self._file)

    @property
    def waiting_bytes(self) -> int:
        """How much waits."""
        return self._end - self._begin

    @property
    def waiting_records(self) -> int:
        """How many wait."""
        return len(self._since)

    @property
    def room_bytes(self) -> int:
        """How much it may still take; what goes out of it gives room with the last of it."""
        return max(self._most - self._end, 0)

    def oldest_seconds(self) -> float:
        """Return since when the oldest waits, 0 without any; may be asked by any thread."""
        since = next(iter(self._since.copy()), None)
        return 0.0 if since is None else self._now() - since

    async def keep(self, record: Spooled) -> None:
        """Return once the disk has it; SpoolFullError when there is no room."""
        written = framed(record)
        async with self._writing:
            self._has_room(written)
            await _finished(lambda: self._append(written))

    async def try_out(self) -> None:
        """Keep nothing, in the way of a record; OSError says why none would be kept."""
        async with self._writing:
            self._has_room(BLOCK)
            await _finished(self._write_and_cut)

    def first(self) -> Spooled | None:
        """Return the oldest record, or None."""
        while self._begin < self._end:
            record, _ = read(self._file, self._begin)
            if record is not None:
                return record
            self._pass_over()
        return None

    async def forget_first(self) -> None:
        """Drop the oldest record; the file is emptied with the last of them."""
        async with self._writing:
            self._begin = read(self._file, self._begin)[1]
            self._since.popleft()
            if self._begin == self._end:
                await _finished(lambda: self._cut(0))

    def _has_room(self, written: bytes) -> None:
        if self._end + len(written) > self._most:
            raise SpoolFullError(f"the spool is full ({self._most} bytes); send it again later")

    def _write_and_cut(self) -> None:
        try:
            _written(self._file, BLOCK, self._end)
            os.fsync(self._file)
        finally:
            os.ftruncate(self._file, self._end)

    def _append(self, written: bytes) -> None:
        try:
            _written(self._file, written, self._end)
            os.fsync(self._file)
        except OSError:
            # Of what was not surely kept nothing may stand before what will be.
            os.ftruncate(self._file, self._end)
            raise
        self._since.append(self._now())
        self._end += len(written)

    def _cut(self, end: int) -> None:
        os.ftruncate(self._file, end)
        os.fsync(self._file)
        self._begin, self._end = min(self._begin, end), end

    def _whole(self) -> int:
        """Return where the last whole record ends; each is counted."""
        end, size = 0, os.fstat(self._file).st_size
        while end < size:
            record, following = read(self._file, end)
            if record is not None:
                self._since.append(self._now())
                end = following
            elif (behind := next_whole(self._file, end)) is not None:
                end = behind
            else:
                break
        return end

    def _pass_over(self) -> None:
        behind = next_whole(self._file, self._begin) or self._end
        told = {"path": str(self._path), "at": self._begin, "bytes": behind - self._begin}
        log.error("damaged part passed over", extra=told)
        self._begin = behind


async def _finished(work: Callable[[], None]) -> None:
    """Do it in a thread, to its end even when nobody waits for it any more."""
    done = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        await asyncio.shield(done)
    except asyncio.CancelledError:
        await asyncio.wait({done})
        raise


def _written(file: int, content: bytes, at: int) -> None:
    """Write all of it; a disk that is nearly full takes a part."""
    while content:
        done = os.pwrite(file, content, at)
        content, at = content[done:], at + done


def _sync_folder(folder: Path) -> None:
    """Make the file's name survive a power cut as well."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
