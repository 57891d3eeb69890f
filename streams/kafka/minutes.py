"""What is known of a topic that is being rewritten?  It stands aside, in a partition of its own.

Whoever makes what is aside says so first; that it is whole, is said by the same; and whoever puts
it in place says that it does so now, so that of two who do the first one stops.
"""

from collections.abc import Mapping
from contextlib import aclosing

import msgspec

from streams.kafka.copying import Copying


class Begun(msgspec.Struct, frozen=True, kw_only=True, tag="begun"):
    """This run has made what stands aside; `about` is as in `Minutes`."""

    run: str
    about: Mapping[str, str] = {}


class Minutes(msgspec.Struct, frozen=True, kw_only=True, tag="whole"):
    """What stands aside is whole and compared: where all partitions end, before and after.

    `first` and `first_before` are digests of the first record; `about` is the caller's own.
    """

    run: str
    ends: tuple[int, ...]
    ends_before: tuple[int, ...]
    first: str
    first_before: str
    about: Mapping[str, str]


class Going(msgspec.Struct, frozen=True, kw_only=True, tag="going"):
    """This run puts it in place now."""

    run: str


Entry = Begun | Minutes | Going
_entry: msgspec.json.Decoder[Entry] = msgspec.json.Decoder(Entry)


class MinuteBook:
    """The entries of one topic aside, in their order."""

    def __init__(self, copying: Copying, topic: str, partition: int) -> None:
        self._copying, self._topic, self._partition = copying, topic, partition

    async def write(self, entry: Entry) -> None:
        """Write one down."""
        value = msgspec.json.encode(entry)
        await self._copying.append(self._topic, self._partition, b"", value)

    async def read(self) -> list[Entry]:
        """Return them all."""
        ends = await self._copying.ends(self._topic, self._partition + 1)
        place = {self._partition: (0, ends[self._partition])}
        async with aclosing(self._copying.read(self._topic, place)) as found:
            return [_entry.decode(record.value or b"") async for record in found]


def whole_of(entries: list[Entry]) -> Minutes | None:
    """Return that it is whole, as who has made it says; None where that is not said."""
    match entries:
        case [Begun(run=run), *rest]:
            said = (each for each in rest if isinstance(each, Minutes) and each.run == run)
            return next(said, None)
        case _:
            return None
