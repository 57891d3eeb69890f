"""Does every process end, whoever has to end it?"""

import asyncio
import sys

import pytest

from agents.lab.demo.faults import DemoFault
from agents.lab.demo.processes import Processes, end_noted, is_playing
from agents.lab.demo.running import mark_of

WAITS = (sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()")
STUBBORN = (
    sys.executable,
    "-c",
    (
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print('up', flush=True); signal.pause()"
    ),
)
FAILS = (sys.executable, "-c", "import sys; sys.exit('no such setting')")


@pytest.fixture
async def processes(tmp_path):
    several = Processes(tmp_path)
    yield several
    await several.stop()


async def up(processes, name):
    async with asyncio.timeout(20):
        while "up" not in processes.log(name).read_text():  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)


def pid_of(processes, name):
    return processes._running[name].pid


async def test_a_process_is_asked_to_end(processes):
    processes.start("waits", WAITS, {})
    await up(processes, "waits")
    pid = pid_of(processes, "waits")
    assert mark_of(pid) is not None
    await processes.stop()
    assert mark_of(pid) is None


async def test_one_that_does_not_listen_is_killed(processes, monkeypatch):
    monkeypatch.setattr("agents.lab.demo.processes.GRACE_SECONDS", 0.2)
    processes.start("stubborn", STUBBORN, {})
    await up(processes, "stubborn")
    pid = pid_of(processes, "stubborn")
    await processes.stop()
    assert mark_of(pid) is None


async def test_one_that_ends_by_itself_is_named_with_its_last_words(processes):
    processes.start("fails", FAILS, {})
    with pytest.raises(DemoFault, match=r"fails ended by itself with status 1 \(no such setting\)"):
        async with asyncio.timeout(20):
            await processes.guard()


async def test_a_killed_one_is_not_missed(processes):
    processes.start("waits", WAITS, {})
    await up(processes, "waits")
    pid = pid_of(processes, "waits")
    processes.kill("waits")
    assert mark_of(pid) is None
    processes.insist()


async def test_a_later_demo_ends_what_an_earlier_one_left(tmp_path):
    left = Processes(tmp_path)
    left.start("waits", WAITS, {})
    await up(left, "waits")
    pid = pid_of(left, "waits")
    # In another process nobody waits for it; here the kernel keeps it until somebody does.
    ending = asyncio.create_task(asyncio.to_thread(left._running["waits"].wait))
    assert await end_noted(tmp_path) == ["waits"]
    await ending
    assert mark_of(pid) is None
    assert await end_noted(tmp_path) == []


async def test_a_strangers_process_with_a_noted_id_is_left_alone(processes, tmp_path):
    processes.start("waits", WAITS, {})
    await up(processes, "waits")
    noted = tmp_path / "processes.json"
    mark = mark_of(pid_of(processes, "waits"))
    noted.write_text(noted.read_text().replace(f'"mark":"{mark}"', '"mark":"another start"'))
    assert await end_noted(tmp_path) == []
    assert mark_of(pid_of(processes, "waits")) == mark


def test_our_own_demo_is_not_another_one_at_work(tmp_path):
    Processes(tmp_path)
    assert not is_playing(tmp_path)


def test_a_folder_without_notes_has_nothing_at_work(tmp_path):
    assert not is_playing(tmp_path)
