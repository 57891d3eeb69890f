import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from agents.process.health_server import Answers, Figures, HealthServer, PortTakenError

#: A process whose loop blocks for good once it has said its port; its clock runs twentyfold.
BLOCKED = """
import asyncio, time
from agents.process.health import Health
from agents.process.health_server import Answers, HealthServer

async def main():
    health = Health(lambda: time.monotonic() * 20)
    health.looked([], [])
    server = HealthServer("127.0.0.1", 0, Answers(lambda: b"", health.dead, health.unready))
    server.start()
    print(server.port, flush=True)
    for _ in range(10):
        health.beat()
        await asyncio.sleep(0.05)
    time.sleep(60)

asyncio.run(main())
"""


def ask(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()


@pytest.fixture
def serve():
    servers = []

    def made(answers, port=0):
        servers.append(HealthServer("127.0.0.1", port, answers))
        servers[-1].start()
        return servers[-1].port

    yield made
    for server in servers:
        server.stop()


def test_it_answers_with_every_reason(serve):
    port = serve(Answers(lambda: b"isthmus_lanes 3.0\n", lambda: (), lambda: ("a", "b")))
    assert ask(port, "/metrics") == (200, b"isthmus_lanes 3.0\n")
    assert ask(port, "/healthz") == (200, b'{"status":"ok","reasons":[]}')
    assert ask(port, "/readyz") == (503, b'{"status":"failing","reasons":["a","b"]}')
    assert ask(port, "/")[0] == 404


def test_a_gateway_shows_its_figures_there_and_nothing_else(serve):
    port = serve(Figures(lambda: b"isthmus_gateway_requests_total 3.0\n"))
    assert ask(port, "/metrics") == (200, b"isthmus_gateway_requests_total 3.0\n")
    assert (ask(port, "/healthz")[0], ask(port, "/")[0]) == (404, 404)


def test_a_port_that_is_taken_is_told_with_the_remedy(serve):
    port = serve(Answers(bytes, tuple, tuple))
    with pytest.raises(PortTakenError, match="set ISTHMUS_METRICS_PORT"):
        HealthServer("127.0.0.1", port, Answers(bytes, tuple, tuple))


def test_a_process_whose_loop_is_blocked_says_so_itself():
    path = os.pathsep.join(sys.path)
    process = subprocess.Popen(
        [sys.executable, "-c", BLOCKED],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
    try:
        port = int(process.stdout.readline())
        assert ask(port, "/healthz")[0] == 200
        deadline = time.monotonic() + 20
        while (answer := ask(port, "/healthz"))[0] == 200:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert "the event loop is blocked" in json.loads(answer[1])["reasons"][0]
    finally:
        process.kill()
        process.communicate()
