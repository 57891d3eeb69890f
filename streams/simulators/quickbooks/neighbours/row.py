"""What does the simulator have to know of a kind of record?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from streams.simulators.quickbooks.shape import Shape

#: Shown by QBO on every record and ignored when sent (2.1).
SHOWN = frozenset({"domain", "sparse", "status", "MetaData", "Id", "SyncToken"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A kind of record as a row: its properties, and what QBO does with them by itself."""

    shape: Shape
    #: Without one of these a body is refused (2020).
    required: tuple[str, ...] = ()
    #: Properties that QBO shows and ignores when sent, beside those of every record.
    shown: frozenset[str] = frozenset()
    #: What QBO writes where nothing was sent.
    defaults: Mapping[str, Any] = field(default_factory=dict)
    #: A list of names: one name once, inactive in place of deleted (2.3).
    is_list: bool = False
    #: The property that says whether a name stands below another, if it can.
    below: str | None = None
    #: A transaction: dated, numbered with all others, deleted when asked.
    is_transaction: bool = False
    #: The property that holds its amount; the lines make it where there are lines.
    amount: str | None = None
    #: Deleted when asked, though it is no transaction.
    is_deletable: bool = False
    #: Whether change data capture tells of it (2.5).
    is_captured: bool = True
    #: Its name in an answer, where that is another than its own.
    wrapped_as: str | None = None

    @property
    def read_only(self) -> frozenset[str]:
        """What a caller cannot set."""
        return SHOWN | self.shown
