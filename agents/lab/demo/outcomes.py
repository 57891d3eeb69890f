"""What came of each trouble?

What is expected is told beforehand, so that a trouble without its effect is a fault of the demo
and not a proof of anything.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agents.lab.demo.deeds import UNTOLD, Trouble
from agents.lab.demo.names import WALK_IN_NUMBER
from agents.lab.demo.office import NEXT_PREFIX, PREFIX
from agents.lab.demo.watch import Watch
from schemas.state import ParkReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a trouble; `fine` when it had the effect that it must have."""

    trouble: str
    came_of: str
    fine: bool


def outcomes(
    watch: Watch, takeover_seconds: float | None, qbo: Mapping[str, Any]
) -> Iterator[Outcome]:
    """Say what came of all of them; `qbo` is the book of QuickBooks, by kind."""
    yield Outcome(
        trouble=Trouble.UNDECODABLE_EVENT,
        came_of=f"{watch.dead_letters} in the dead letters",
        fine=watch.dead_letters == 1,
    )
    yield _waited(watch, Trouble.PRODUCT_MAPPED_LATE, ParkReason.UNMAPPED_PRODUCT)
    yield Outcome(
        trouble=Trouble.TIME_OUT_AFTER_COMMIT,
        came_of=f"{len(watch.unanswered)} without an answer; what came of "
        f"{len(watch.answered_later)} is known in the end",
        fine=len(watch.unanswered) >= 1 and watch.answered_later == watch.unanswered,
    )
    yield _waited(watch, Trouble.SYNC_OFF, ParkReason.MANUAL)
    took = f"taken over in {takeover_seconds:.1f} s" if takeover_seconds else "never taken over"
    yield Outcome(trouble=Trouble.WORKER_KILLED, came_of=took, fine=takeover_seconds is not None)
    yield _locked(watch)
    yield _swept(watch)
    yield _numbered(qbo.get("Invoice", ()))
    yield Outcome(
        trouble=Trouble.DUPLICATE_WEBHOOK,
        came_of=f"{watch.notices_twice} notices came twice",
        fine=watch.notices_twice >= 1,
    )


def _swept(watch: Watch) -> Outcome:
    found = UNTOLD in watch.memos
    came_of = f"an edit without one was {'found' if found else 'not found'} by a sweep"
    return Outcome(trouble="webhook dropped", came_of=came_of, fine=found)


def _waited(watch: Watch, trouble: Trouble, reason: ParkReason) -> Outcome:
    waited = len(watch.parked[reason])
    left = sum(one.reason == reason for one in watch.history.documents_waiting())
    came_of = f"{waited} documents waited, {left} still do"
    return Outcome(trouble=trouble, came_of=came_of, fine=waited >= 1 and left == 0)


def _locked(watch: Watch) -> Outcome:
    began, ended = watch.facts["LockedOut"], watch.facts["LockoutEnded"]
    came_of = f"partitions that stood still: {began}, and went on: {ended}"
    return Outcome(trouble="invoice locked", came_of=came_of, fine=began >= 1 and ended >= 1)


def _numbered(invoices: Iterable[Mapping[str, Any]]) -> Outcome:
    shown = [str(invoice.get("DocNumber", "")) for invoice in invoices]
    numbers = [number for number in shown if number != WALK_IN_NUMBER]
    old, new = (sum(n.startswith(p) for n in numbers) for p in (PREFIX, NEXT_PREFIX))
    return Outcome(
        trouble=Trouble.PREFIX_SWITCHED,
        came_of=f"{old} invoices are {PREFIX}..., {new} are {NEXT_PREFIX}...",
        fine=old >= 1 and new >= 1 and old + new == len(numbers),
    )
