"""What does the journal say of a command: decided, attempted, and how it ended?"""

from decimal import Decimal

import msgspec

from schemas.commands import Command
from schemas.decision_input import DecisionInput
from schemas.moments import Moment
from schemas.outcomes import Done, Fault, Verdict
from schemas.records import Record
from schemas.values import Kind, Revision, Side


class Decided(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="decided", omit_defaults=True
):
    """The rules answered with a command; this is also its first attempt."""

    decision: str
    document: str
    given: DecisionInput
    rules: str
    command: Command
    at: Moment


class Attempted(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="attempted", omit_defaults=True
):
    """The open command is about to be sent once more; `number` counts from 2."""

    command: str
    document: str = ""
    number: int
    at: Moment


class Unanswered(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="unanswered", omit_defaults=True
):
    """An attempt ended without a definite answer; `failed` is that of outcomes.Unknown."""

    command: str
    document: str = ""
    number: int
    detail: str
    failed: bool = False


class Declined(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="declined", omit_defaults=True
):
    """The side refused an attempt for now (a lock, one name at a time): it has not been done.

    The command stays open, and goes under another request id.
    """

    command: str
    document: str
    number: int
    fault: Fault


class Answered(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="answered", omit_defaults=True
):
    """The side said that it did the open command; what it shows now is still to be read."""

    command: str
    document: str
    answer: Done


class CommandApplied(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="applied", omit_defaults=True
):
    """The side did what the command asks; `record` is what it showed afterwards.

    `unlike` is as in `schemas.outcomes.Done`.
    """

    command: str
    document: str = ""
    side: Side
    kind: Kind
    id: str
    revision: Revision
    record: Record | None
    at: Moment
    adopted: bool = False
    unlike: tuple[str, ...] = ()


class Refused(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="refused", omit_defaults=True
):
    """The side said no, definitely; the decision is closed.

    `owed` is what QuickBooks showed then, by invoice, where it was asked to settle more than that.
    """

    command: str
    document: str = ""
    fault: Fault
    verdict: Verdict
    owed: dict[str, Decimal] = {}
