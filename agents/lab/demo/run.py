"""How does a run go from its first process to its last?

Whatever happens in between (a fault, Ctrl-C, a process that ends by itself), all that was started
is ended, unless it is to be kept and the day was played to its end.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from agents.lab.demo.display import Display
from agents.lab.demo.faults import DemoFault
from agents.lab.demo.kafka import Kafka
from agents.lab.demo.opening import Opening
from agents.lab.demo.performance import perform
from agents.lab.demo.plan import Day
from agents.lab.demo.processes import Processes, end_noted, is_playing
from agents.lab.demo.result import Result
from agents.lab.demo.stage import FOLDER, Stage, set_stage, tenant_name
from agents.lab.demo.standing import Standing
from agents.lab.local.ending import to_its_end


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one day; `given` is the address of somebody else's Kafka, or None."""

    day: Day
    standing: Standing
    display: Display
    given: str | None
    keep: bool

    async def play(self) -> tuple[Result, Stage]:
        """Play the day; DemoFault and LocalBrokerFault say why it could not be played."""
        folder = await _cleared(self.given)
        processes, kafka = Processes(folder), Kafka(folder, self.given)
        kept = False
        try:
            stage = set_stage(
                folder,
                brokers=await kafka.start(self.display.phase),
                tenant=tenant_name(self.given),
            )
            result = await perform(self.day, Opening(stage, processes), self.standing, self.display)
            kept = self.keep
            return result, stage
        finally:
            if not kept:
                with to_its_end():
                    self.display.phase("Ending all processes")
                    await processes.stop()
                    await kafka.stop()


async def stop(given: str | None = None) -> list[str]:
    """End what an earlier run left running, its Kafka last; return the names."""
    folder = FOLDER.resolve()
    ended = await end_noted(folder)
    await Kafka(folder, given).stop()
    return ended


async def _cleared(given: str | None) -> Path:
    """Return the folder of the demo, empty, with nothing left that used it."""
    folder = FOLDER.resolve()
    if is_playing(folder):
        raise DemoFault(f"A demo is being played in {folder}: let it end, or stop it first.")
    await stop(given)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
