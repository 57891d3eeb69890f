"""Does the simulator behave over a real socket, and say clearly why it does not start?"""

import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.testing.serving import served

ROOT = Path(__file__).parents[3]

ENVIRONMENT = {
    "ISTHMUS_MEDIAOS_API_KEY": "key",
    "ISTHMUS_MEDIAOS_API_PASSWORD": "password-not-to-be-seen",
    "ISTHMUS_SIMULATOR_ADMIN_TOKEN": "token-not-to-be-seen",
}


@pytest.fixture
async def address(make_simulator):
    simulator = make_simulator(hold_seconds=30.0)
    async with served(simulator.app) as url:
        yield simulator, url
    await simulator.close()


@pytest.mark.parametrize(
    ("fault", "done"), [("time_out_after_commit", 1), ("time_out_before_commit", 0)]
)
async def test_a_client_that_gives_up_learns_later_what_was_done(address, fault, done):
    simulator, url = address
    simulator.faults.arm(fault)
    write = {"json": {"name": "Acme"}, "headers": {"idempotency-key": "a1"}}
    async with httpx.AsyncClient(base_url=url, auth=("key", "password"), timeout=5) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.post("/advertisers/", **write, timeout=0.3)
        committed = len(simulator.book.records["advertisers"])
        again = await client.post("/advertisers/", **write)

    assert committed == done
    assert again.status_code == 201
    assert len(simulator.book.records["advertisers"]) == 1


def started(environment):
    return subprocess.run(
        [sys.executable, "-m", "streams.simulators.mediaos", "--port", "0"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_missing_secret_is_named_and_what_it_is_for():
    refused = started({})

    assert refused.returncode == 1
    assert "ISTHMUS_SIMULATOR_ADMIN_TOKEN: the bearer token of the admin side" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_without_kafka_it_says_so_in_one_sentence_and_shows_no_secret():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        broker = f"127.0.0.1:{unused.getsockname()[1]}"
        refused = started({**ENVIRONMENT, "ISTHMUS_BROKERS": broker})

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"No Kafka answers at {broker}")
    assert refused.stderr.count("\n") == 1
    assert "not-to-be-seen" not in refused.stderr + refused.stdout
