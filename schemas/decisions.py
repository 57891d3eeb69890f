"""What may the rules answer?  Data, never a deed.

A decision holds at most one command.  Where a document needs more (a number back to MediaOS after
its creation in QBO), the rules are asked again once the outcome is known: they look at where both
sides stand, not at what has just happened.
"""

import msgspec

from schemas.commands import Command
from schemas.records import Record
from schemas.state import Park


class InStep(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="nothing", omit_defaults=True
):
    """Both sides stand where they should; `settled` are the fields that came to agree."""

    why: str
    settled: tuple[str, ...] = ()
    mediaos: Record | None = None
    qbo: Record | None = None


class Send(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="act"):
    """Send this command."""

    command: Command


class OnlyOnOneSide(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="no-home", omit_defaults=True
):
    """Something has no place on the other side; `settled` are fields that both say alike by now."""

    reason: str
    settled: tuple[str, ...] = ()


class Adopt(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="adopt"):
    """It is the record of MediaOS whose marker it bears: they are one document from now on."""

    mediaos: str


class Join(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="join"):
    """Both records that a document shows are one: link them.

    `mediaos` and `qbo` are what each side is taken to have shown when both agreed.
    """

    mediaos: Record
    qbo: Record


class Sever(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="sever"):
    """Both records that it shows are two: undo their link."""

    detail: str


#: `Park` is the answer that the document waits, and why.
Decision = InStep | Send | Park | OnlyOnOneSide | Adopt | Join | Sever
