"""Which workers run, and what is done to them?

A worker that ends is started again under its own name, with the state file that it left behind, as
an orchestrator would.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from agents.lab.demo.stage import surroundings

#: Longer than the session of 6 s: the group has given its partitions away by then.
FROZEN_SECONDS = 8.5
OWNED_SECONDS = 90
#: The part of the attacks after which the group may settle before the next.
PATIENT = 0.7
OWNED = b'"message":"partition owned"'


class Process:
    """One process of ours, and its log."""

    def __init__(self, name, command, told, folder, release=None):
        """`release` is the folder of another release than this one."""
        self.name = name
        self._command = command
        self._paths = sys.path if release is None else [str(release)]
        self._told = told
        self._folder = folder
        self._log = folder / f"{name}.log"
        self._popen = None
        self._from = 0
        self.busy = False

    def start(self):
        """Start it, or start it again."""
        self._from = self._log.stat().st_size if self._log.exists() else 0
        path = os.pathsep.join(self._paths)
        with self._log.open("ab") as log:
            self._popen = subprocess.Popen(
                self._command,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=surroundings(os.environ, {**self._told, "PYTHONPATH": path}),
            )

    def tell(self, **settings):
        """Have it told this too from its next start on."""
        self._told = {**self._told, **settings}

    def said(self):
        """Return what it has logged since it was started last."""
        with self._log.open("rb") as log:
            log.seek(self._from)
            return log.read()

    def signal(self, what):
        """Send it a signal."""
        self._popen.send_signal(what)

    async def ended(self, seconds=90):
        """Return its exit code, once it has one."""
        return await asyncio.to_thread(self._popen.wait, seconds)

    @property
    def runs(self):
        """Tell whether it has not ended."""
        return self._popen is not None and self._popen.poll() is None

    def end(self):
        """End it at once."""
        if self._popen is not None:
            with suppress(ProcessLookupError):
                self._popen.kill()
            self._popen.wait()


class Crew:
    """The workers of one installation."""

    def __init__(self, stage, told):
        self._stage = stage
        self._told = told
        self.workers = []
        #: Exit code and seconds of every orderly end.
        self.ends = []

    def start(self, release=None, **settings):
        """Start one more worker, of another release than this one or with settings of its own."""
        name = f"worker-{len(self.workers) + 1}"
        command = (sys.executable, "-m", "agents.cli.main", "worker")
        told = {**self._stage.environment(name), **self._told, **settings}
        worker = Process(name, command, told, self._stage.folder, release)
        worker.start()
        self.workers.append(worker)
        return worker

    async def kill(self, worker):
        """End a worker in the middle of whatever it does, and start it again."""
        worker.signal(signal.SIGKILL)
        await worker.ended()
        worker.start()

    async def stop(self, worker):
        """End a worker in order; it is not started again."""
        await self.owns(worker)
        began = time.monotonic()
        worker.signal(signal.SIGTERM)
        code = await worker.ended()
        self.ends.append((code, time.monotonic() - began))

    async def restart(self, worker):
        """End a worker in order, and start it again."""
        await self.stop(worker)
        worker.start()

    async def freeze(self, worker):
        """Let a worker stand still past its session, and go on as if nothing had been."""
        await self.owns(worker)
        worker.signal(signal.SIGSTOP)
        await asyncio.sleep(FROZEN_SECONDS)
        worker.signal(signal.SIGCONT)

    async def owns(self, worker):
        """Return when a worker has claimed a partition since it was started."""
        deadline = time.monotonic() + OWNED_SECONDS
        while OWNED not in worker.said():
            assert worker.runs, f"{worker.name} ended by itself"
            assert time.monotonic() < deadline, f"{worker.name} was given no partition"
            await asyncio.sleep(0.1)

    async def under_fire(self, rng, attacks, settled):
        """Do all of these at random moments, never two to one worker.

        Most wait until the group has `settled` from the one before and has worked for a moment;
        some do not, and meet a group that is still at odds.
        """
        running = []
        for name in rng.sample(attacks, len(attacks)):
            while all(worker.busy for worker in self.workers):  # noqa: ASYNC110 - of processes
                await asyncio.sleep(0.1)
            began = time.monotonic()
            worker = rng.choice([worker for worker in self.workers if not worker.busy])
            worker.busy = True
            running.append(asyncio.create_task(self._attack(worker, name)))
            if rng.random() < PATIENT:
                await settled(began)
            await asyncio.sleep(rng.uniform(0.3, 2.5))
        await asyncio.gather(*running)

    async def _attack(self, worker, name):
        try:
            await getattr(self, name)(worker)
        finally:
            worker.busy = False

    def end(self):
        """End all of them at once."""
        for worker in self.workers:
            worker.end()
