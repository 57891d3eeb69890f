"""Who is told to end twice still ends all that it started, and says what is so."""

import os
import signal
import subprocess
import sys

import pytest

from agents.lab.demo.running import mark_of

#: A demo whose day is one process that does not listen, and that is ended slowly.
PLAYING = """
import asyncio, os, sys
from types import SimpleNamespace
from agents.lab.demo import processes, run

STUBBORN = "import os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()"
processes.GRACE_SECONDS = 1.5

class NoKafka:
    def __init__(self, folder, given): pass
    async def start(self, say): return "nowhere:1"
    async def stop(self): print("kafka", flush=True)

async def perform(day, opening, standing, display):
    opening.processes.start("stubborn", (sys.executable, "-c", STUBBORN), {})
    print(opening.processes._running["stubborn"].pid, flush=True)
    await asyncio.Event().wait()

run.Kafka, run.perform = NoKafka, perform
run.Opening = lambda stage, processes: SimpleNamespace(processes=processes)
shown = SimpleNamespace(phase=lambda text: print(text, flush=True))

async def play():
    ending = asyncio.current_task().cancel
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending)
    await run.Run(None, None, shown, None, False).play()

try:
    asyncio.run(play())
except (KeyboardInterrupt, asyncio.CancelledError):
    sys.exit(130)
"""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_demo_that_is_told_to_end_thrice_leaves_no_process_behind(tmp_path, sign):
    ours = (
        "import signal\nfrom agents.cli.signals import heed_signals\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
        "heed_signals()\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", ours + PLAYING],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stdout.readline() == "kafka\n"
        child = int(demo.stdout.readline())
        mark = mark_of(child)
        demo.send_signal(sign)
        assert demo.stdout.readline() == "Ending all processes\n"
        demo.send_signal(sign)
        demo.send_signal(signal.SIGINT)
        told, wrong = demo.communicate(timeout=30)

    assert mark is not None
    if left := mark_of(child) == mark:
        os.kill(child, signal.SIGKILL)
    assert not left
    assert (demo.returncode, told, wrong) == (130, "kafka\n", "")
