"""A command that is told to end does so, also as a container's first process and in the background.

The kernel lets no signal end the first process of a container that has not said what it does then.
"""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager

import pytest

from agents.cli.exit_status import ExitStatus

#: As a shell without job control starts what runs in the background.
IGNORING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])
"""
IN_FRONT = {"by itself": (), "with Ctrl-C ignored": (sys.executable, "-c", IGNORING)}


@asynccontextmanager
async def silent_kafka():
    """Yield the address of what takes connections and says nothing, and when one came."""
    came = asyncio.Event()

    async def take(reader, writer):
        came.set()
        await reader.read()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", came
    finally:
        server.close()
        # What its connections had to say has come by then.
        await asyncio.sleep(0.1)


@pytest.mark.parametrize("in_front", IN_FRONT.values(), ids=IN_FRONT)
async def test_a_command_that_waits_for_kafka_ends_by_a_sigterm(tmp_path, in_front):
    ours = (sys.executable, "-m", "agents.cli.main", "status")
    async with silent_kafka() as (address, came):
        told = {
            **{name: each for name, each in os.environ.items() if "ISTHMUS" not in name},
            "ISTHMUS_BROKERS": address,
            "ISTHMUS_STATE_FOLDER": str(tmp_path),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        process = await asyncio.create_subprocess_exec(
            *in_front, *ours, env=told, cwd=tmp_path, stderr=subprocess.PIPE
        )
        async with asyncio.timeout(30):
            await came.wait()
            process.send_signal(signal.SIGTERM)
            _, said = await process.communicate()

    assert process.returncode == ExitStatus.INTERRUPTED, said.decode()
    assert b"Traceback" not in said


#: A command that is in a destructor when Ctrl-C comes, and then does something for long.
SWALLOWING = """
import signal, sys, time
from agents.cli.signals import heed_signals

class Kept:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

# Whoever runs the tests in the background has it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
heed_signals()
try:
    Kept()
    time.sleep(30)
except KeyboardInterrupt:
    sys.exit(130)
"""


def ended(script):
    return subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        timeout=20,
        check=False,
    )


def test_a_ctrl_c_that_python_swallows_comes_again_and_nobody_sees_a_traceback():
    found = ended(SWALLOWING)

    assert (found.returncode, found.stderr) == (ExitStatus.INTERRUPTED, b"")


def test_what_else_a_destructor_raises_is_told_as_python_tells_it():
    raising = SWALLOWING.replace("signal.raise_signal(signal.SIGINT)", "raise ValueError('odd')")

    found = ended(raising.replace("time.sleep(30)", "pass"))

    assert found.returncode == 0
    assert b"ValueError: odd" in found.stderr


#: A command whose terminal is closed while it makes something that it takes away at its end.
CLOSED = """
import asyncio, os, signal, sys, time
from agents.cli.signals import heed_signals

signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
heed_signals()
try:
    os.kill(os.getpid(), signal.SIGHUP)
    time.sleep(0.2)
except KeyboardInterrupt:
    print("taken away")
    sys.exit(130)
print("gone on")
"""


def test_a_command_whose_terminal_is_closed_ends_in_order():
    found = ended(CLOSED)

    assert (found.returncode, found.stdout) == (ExitStatus.INTERRUPTED, b"taken away\n")


def test_under_nohup_it_goes_on():
    found = ended(CLOSED.replace("SIG_DFL", "SIG_IGN"))

    assert (found.returncode, found.stdout) == (ExitStatus.DONE, b"gone on\n")


#: A Ctrl-C at each of a command's modules, one by one: the same as at any moment of its start.
AT_START = """
import builtins, signal, sys

signal.signal(signal.SIGINT, signal.default_int_handler)
at, seen, meant = int(sys.argv[1]), 0, builtins.__import__

def importing(name, *rest):
    global seen
    seen += 1
    if seen == at:
        builtins.__import__ = meant
        signal.raise_signal(signal.SIGINT)
    return meant(name, *rest)

from agents.cli.begin import main
builtins.__import__ = importing
sys.argv = ["isthmus", "status"]
main()
"""


@pytest.mark.parametrize("at", [2, 30, 900])
def test_a_ctrl_c_while_a_command_is_being_imported_ends_it_without_a_traceback(at):
    found = subprocess.run(
        [sys.executable, "-c", AT_START, str(at)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "ISTHMUS_BROKERS": "[::1]:1"},
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert (found.returncode, found.stderr.strip()) == (ExitStatus.INTERRUPTED, b"")


#: Python tells what a class's attribute raises as another fault, and `except` as well.
WRAPPED = """
import signal, sys
from agents.cli import main

class Told:
    def __set_name__(self, owner, name):
        signal.raise_signal(signal.SIGINT)

def cli(args):
    type("Made", (), {"told": Told()})

signal.signal(signal.SIGINT, signal.default_int_handler)
main.cli = cli
sys.argv = ["isthmus", "status"]
main.main()
"""


def test_a_ctrl_c_that_python_tells_as_another_fault_ends_it_all_the_same():
    found = ended(WRAPPED)

    assert (found.returncode, found.stderr) == (ExitStatus.INTERRUPTED, b"")
