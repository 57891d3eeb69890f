"""Which Kafka does a run use, and how is it found again to be stopped?

One of its own, on ports of its own, beside any other local one; or the one that ISTHMUS_BROKERS
names, which is left running and not emptied.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from agents.lab.local import broker, ports
from agents.lab.local.broker import Say
from agents.lab.local.place import Place


@dataclass(frozen=True, slots=True)
class Kafka:
    """The Kafka of the demo in a folder; `given` is somebody else's address, or None."""

    folder: Path
    given: str | None

    async def start(self, say: Say) -> str:
        """Bring it up; return its address. LocalBrokerFault tells the remedy."""
        port, controller_port = ports.free(2)
        place = self._place(port, controller_port)
        self._file.write_bytes(msgspec.json.encode((port, controller_port)))
        return (await broker.start(place, given=self.given, say=say)).bootstrap

    async def stop(self) -> None:
        """Stop it, if it was started here."""
        try:
            noted = msgspec.json.decode(self._file.read_bytes(), type=tuple[int, int])
        except (OSError, msgspec.MsgspecError):
            return
        await broker.stop(self._place(*noted), given=self.given)

    @property
    def _file(self) -> Path:
        return self.folder / "kafka.json"

    def _place(self, port: int, controller_port: int) -> Place:
        return Place(folder=self.folder / "broker", port=port, controller_port=controller_port)
