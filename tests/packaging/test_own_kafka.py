"""Do the pages' ways to run Isthmus on a Kafka of one's own work, typed into a fresh clone?"""

import asyncio
import os
import re
import signal
import subprocess
import time
from contextlib import contextmanager

import pytest

from agents.lab.local import ports
from streams.cluster import Cluster
from streams.kafka import probe
from streams.topics import TOPICS, Layout
from tests.broker.containers import forget_topics
from tests.packaging.fresh_clone import clone, environment, typed
from tests.packaging.page_blocks import mine

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.deployed,
    pytest.mark.slow,
    pytest.mark.timeout(600),
]

[FIRST_SCREEN] = mine("README.md", __file__)
RUNNING, SIMULATED = mine("deploy/README.md", __file__)
[SECOND] = mine("deploy/sizing.md", __file__)
SECONDS = 240
PARTITIONS = Layout().partitions
#: How doctor ends, and each fault that it names.
ENDED, FAULTY = (
    re.compile(pattern, re.MULTILINE) for pattern in (r"^\d+ faults?, ", r"^(\w+) +fault ")
)
#: The pages' two systems are the real ones; a test knocks at nobody's door.
NOBODY = "http://127.0.0.1:1"
#: Ports of the pages, which others of this machine may have.
GIVEN = {"ISTHMUS_METRICS_PORT": 9108, "ISTHMUS_GATEWAY_METRICS_PORT": 9107}
GATEWAY, SIMULATOR = 8085, 8090


@pytest.fixture
def own(kafka):
    """A Kafka without a topic of ours."""
    if os.environ.get("ISTHMUS_BROKERS"):
        pytest.skip("it deletes Isthmus' topics: unset ISTHMUS_BROKERS for a Kafka of its own")
    asyncio.run(forget_topics(kafka))
    yield kafka
    asyncio.run(forget_topics(kafka))


class Shell:
    """What was typed, and what it left running."""

    def __init__(self, folder, told, log):
        self.folder, self.told, self._log = folder, told, log

    @property
    def said(self):
        return self._log.read_text(encoding="utf-8", errors="replace")

    def asks(self, script):
        return typed(f". .venv/bin/activate\n{script}", self.folder, **self.told)

    def until(self, condition, what):
        deadline = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < deadline, f"not so: {what}\n{self.said}"
            time.sleep(0.3)


@contextmanager
def shell(script, folder, told):
    """Type it; end all that it has started, in order, and see that it ends."""
    log = folder / "shell.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            ["sh", "-uc", f"{script}\nwait"],
            cwd=folder,
            env=environment(folder, told),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            yield Shell(folder, told, log)
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(SECONDS)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def here(text, own, tmp_path):
    """Return a block with ports and a Kafka of this machine, and what its shell is told."""
    names = {**{str(port): name for name, port in GIVEN.items()}}
    free = dict(zip((*names, str(GATEWAY), str(SIMULATOR)), map(str, ports.free(4)), strict=True))
    for port, instead in free.items():
        text = re.sub(rf"\b{port}\b", instead, text)
    told = {name: free[port] for port, name in names.items()}
    told |= {"ISTHMUS_GATEWAY_PORT": free[str(GATEWAY)], "ISTHMUS_BROKERS": own}
    told |= {"ISTHMUS_QBO_BASE_URL": NOBODY, "ISTHMUS_MEDIAOS_BASE_URL": NOBODY}
    return text.replace("kafka-1:9092", own), told, clone(tmp_path / "clone"), free


def test_the_first_screen_runs_a_worker_and_a_gateway_and_says_what_is_missing(own, tmp_path):
    text, told, folder, _ = here(FIRST_SCREEN.text, own, tmp_path)
    with shell(text, folder, told) as one:
        one.until(lambda: ENDED.search(one.said), "doctor is done")
        said = one.said

    assert '{"status":"ok","reasons":[]}' in said
    assert set(FAULTY.findall(said)) == {"quickbooks", "mediaos"}, said
    assert "Traceback" not in said


def test_the_page_about_running_it_does_so(own, tmp_path):
    text, told, folder, free = here(RUNNING.text + SIMULATED.text, own, tmp_path)
    ready = f"127.0.0.1:{told['ISTHMUS_GATEWAY_PORT']}/readyz"
    answers = f"127.0.0.1:{free[str(SIMULATOR)]}"
    with shell(f". .venv/bin/activate\n{text}", folder, told) as one:
        one.until(lambda: one.said.count('"partition owned"') >= PARTITIONS, "the worker owns all")
        one.until(lambda: one.asks(f"curl -sf {ready}").code == 0, "the gateway is ready")
        one.until(lambda: one.asks(f"curl -s {answers}").code == 0, "the simulator answers")


def test_a_second_installation_has_its_own_names(own, tmp_path):
    text, told, folder, _ = here(SECOND.text, own, tmp_path)
    key = "export ISTHMUS_TOKEN_KEY=$(isthmus connections new-key)"
    single = text.replace("topics create", "topics create --single-node")
    app = {"ISTHMUS_QBO_CLIENT_ID": "app", "ISTHMUS_QBO_CLIENT_SECRET": "secret"}
    with shell(f". .venv/bin/activate\n{key}\n{single}", folder, told | app) as one:
        one.until(lambda: one.said.count('"partition owned"') >= PARTITIONS, "the worker owns all")
        names = typed(
            ". .venv/bin/activate; isthmus topics describe --single-node --json",
            folder,
            **told,
            ISTHMUS_TOPIC_PREFIX="north.",
        )

    assert names.code == 0, names.text
    assert asyncio.run(forgotten(own, "north.")) == len(TOPICS)


async def forgotten(kafka, prefix):
    """Delete the topics of a prefix; return how many there were."""
    async with probe.admin(Cluster(brokers=kafka)) as admin:
        names = [name for name in await admin.list_topics() if name.startswith(prefix)]
        await admin.delete_topics(names)
        return len(names)
