"""A gateway that is killed while Kafka is away has on disk whatever it answered for."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import httpx
import orjson
import pytest

from agents.lab.local.ports import free
from agents.process.clock import SystemClock
from streams.outbox.spool import Spool
from streams.secrets.connections import Connections
from tests.testing.intuit import webhook
from tests.testing.qbo_world import KEY, REALM, connected

VERIFIER = "verifier"
GRANT = {"access_token": "a", "refresh_token": "r", "expires_in": 3600}
#: What Intuit is promised, and what a machine that does other work may need.
ANSWERED_SECONDS, BUSY_SECONDS = 0.2, 2.0
#: A gateway has no rows.
pytestmark = pytest.mark.few_rows


@pytest.fixture
async def environment(tmp_path):
    url = f"sqlite:///{tmp_path}/connections.sqlite"
    connections = Connections(url, [KEY], SystemClock())
    await connections.prepare()
    await connections.put(connected(GRANT, datetime.now(UTC) + timedelta(days=1)))
    await connections.close()
    return {
        **os.environ,
        "ISTHMUS_BROKERS": f"127.0.0.1:{free(1)[0]}",
        "ISTHMUS_GATEWAY_PORT": str(free(1)[0]),
        "ISTHMUS_GATEWAY_METRICS_PORT": "0",
        "ISTHMUS_CONNECTIONS_URL": url,
        "ISTHMUS_TOKEN_KEY": KEY,
        "ISTHMUS_WEBHOOK_VERIFIER_TOKEN": VERIFIER,
        "ISTHMUS_SPOOL_FOLDER": str(tmp_path / "spool"),
    }


def started(environment, log):
    command = (sys.executable, "-m", "agents.cli.main", "gateway")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{environment['ISTHMUS_GATEWAY_PORT']}"
    until = time.monotonic() + 60
    # One client: to make one reads all certificates.
    with httpx.Client(timeout=1) as client:
        while time.monotonic() < until:
            assert process.poll() is None, "it ended"
            try:
                client.get(f"{address}/healthz")
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return process, address
    raise AssertionError("it does not answer")


def deliver(address, ids):
    took = []
    with httpx.Client(timeout=10) as client:
        assert client.get(f"{address}/readyz").status_code == 200
        for record_id in ids:
            began = time.monotonic()
            answer = client.post(
                f"{address}/webhooks/quickbooks", **webhook(VERIFIER, REALM, str(record_id))
            )
            took.append(time.monotonic() - began)
            assert answer.status_code == 200, answer.text
    return sorted(took)


async def test_what_was_answered_survives_sigkill_and_a_start_without_kafka(environment, tmp_path):
    with (tmp_path / "log").open("w") as log:
        for ids in (range(20), range(20, 40)):
            process, address = started(environment, log)
            try:
                took = deliver(address, ids)
            finally:
                process.send_signal(signal.SIGKILL)
                process.wait()
            assert took[len(took) // 2] < ANSWERED_SECONDS
            assert took[-1] < BUSY_SECONDS

    spool = Spool(tmp_path / "spool", most_bytes=1)
    spool.open()
    kept = []
    while (record := spool.first()) is not None:
        kept.append(orjson.loads(record.value)["data"]["id"])
        await spool.forget_first()
    spool.close()
    assert kept == [str(n) for n in range(40)]


def test_its_figures_are_served_on_a_port_of_their_own(environment, tmp_path):
    environment["ISTHMUS_GATEWAY_METRICS_PORT"] = str(free(1)[0])
    figures = f"http://127.0.0.1:{environment['ISTHMUS_GATEWAY_METRICS_PORT']}/metrics"
    with (tmp_path / "log").open("w") as log:
        process, address = started(environment, log)
        try:
            assert httpx.get(f"{address}/metrics").status_code == 404
            told = httpx.get(figures)
            second = {**environment, "ISTHMUS_GATEWAY_PORT": str(free(1)[0])}
            second["ISTHMUS_SPOOL_FOLDER"] += "-2"
            refused = subprocess.run(
                (sys.executable, "-m", "agents.cli.main", "gateway"),
                env=second,
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
        finally:
            process.terminate()
            ended = process.wait(30)
    assert told.status_code == 200
    assert 'isthmus_gateway_requests_total{route="none",status="404"} 1.0' in told.text
    assert ended == 0
    said = " ".join(refused.stderr.split())
    assert (refused.returncode, "Traceback" in said) == (1, False)
    assert "set ISTHMUS_GATEWAY_METRICS_PORT to a free port" in said
