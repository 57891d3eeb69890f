"""A container without an engine: a command, its environment, and a folder for its file system."""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from streams.cluster import Cluster
from streams.kafka import probe
from streams.topics import TOPICS
from tests.broker.installation.house import HANGS_SECONDS

LOOK_EVERY_SECONDS = 0.3


class Container:
    """One container, as a process of this machine, started in `folder`.

    Its log is beside `root`, the folder that stands for its file system.
    """

    def __init__(self, name, words, environment, folder, *, root, grace_seconds):
        self.name, self.words, self.folder = name, words, folder
        self._log = root.parent / f"{name}.log"
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            **environment,
        }
        self.grace_seconds = grace_seconds
        self.process = None

    def run(self, words, **options):
        """Run a command as in the container; return the process."""
        return subprocess.Popen(
            words, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, **options
        )

    def ask(self, *words):
        """Return the exit code and the output of a command run beside it."""
        asked = self.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said, _ = asked.communicate(timeout=HANGS_SECONDS)
        return asked.returncode, said.decode(errors="replace")

    def start(self):
        with self._log.open("ab") as log:
            self.process = self.run(self.words, stdout=log, stderr=log)

    def completed(self, seconds=HANGS_SECONDS):
        """Wait for its end, which must be a good one."""
        assert self.process.wait(seconds) == 0, self.last_words()

    def stop(self):
        """End it as an engine would; return its exit code."""
        self.process.terminate()
        return self.process.wait(self.grace_seconds)

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def last_words(self):
        return f"{self.name}: {self._log.read_text(errors='replace')[-3000:]}"


def until(condition, seconds, complaint):
    """Look again until it is so; fail with the complaint when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, complaint()
        time.sleep(LOOK_EVERY_SECONDS)


def replacing(places):
    """Return a function that puts these in a text in the place of what they stand for."""
    longest_first = sorted(places, key=len, reverse=True)
    known = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    return lambda text: known.sub(lambda found: places[found[0]], text)


async def forget_topics(bootstrap):
    """Delete Isthmus' topics, so that compose's own command makes them."""
    async with probe.admin(Cluster(brokers=bootstrap)) as admin:
        names = {topic.name for topic in TOPICS}
        await admin.delete_topics(sorted(names))
        async with asyncio.timeout(HANGS_SECONDS):
            while names & set(await admin.list_topics()):  # noqa: ASYNC110 - Kafka sets no event
                await asyncio.sleep(LOOK_EVERY_SECONDS)


def terms(service):
    """Return who may write each partition of the journal, as a command beside a service sees it."""
    code, said = service.ask("isthmus", "status", "--json")
    assert code == 0, said
    return [partition["term"] for partition in json.loads(said)["journal"]]
