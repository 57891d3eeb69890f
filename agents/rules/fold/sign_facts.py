"""What does a fact change of the signs for others?

Which lane speaks for a customer, which document a record belongs to, who was shown a record that
is not linked yet, and which creations of customers have no answer.
"""

from datetime import datetime

from msgspec.structs import replace

from schemas.command_facts import CommandApplied, Decided, Refused
from schemas.facts import Fact, Linked, Parked, Regenerated, Unlinked
from schemas.identity import lane_key
from schemas.lane_facts import LockedOut, LockoutEnded
from schemas.rows import OwnerRow, RecordOwnerRow, record_of
from schemas.state import Creating, Lockout, Owner
from schemas.values import Side


def evolve_owner(owner: Owner | None, row: OwnerRow, fact: Fact) -> Owner | None:
    """Return who speaks for a customer: its own lane again, once it is unlinked."""
    match fact:
        case Linked(at=at) | Unlinked(at=at) if _said_since(owner, at):
            return owner
        case Linked():
            return Owner(lane=fact.home, since=fact.at)
        case Unlinked():
            return Owner(lane=row.lane, since=fact.at)
        case _:
            return owner


def evolve_record_owner(owner: Owner | None, row: RecordOwnerRow, fact: Fact) -> Owner | None:
    """Return whose a record is; one that was deleted leaves its document, and not its lane."""
    record = record_of(row.record)
    match fact:
        case Linked(at=at) | Unlinked(at=at) if record.side is Side.QBO and _said_since(owner, at):
            return owner
        case Linked():
            document = _other_than(row.record, fact.document)
            return Owner(lane=fact.home, document=document, since=fact.at)
        case Unlinked() if record.side is Side.QBO:
            return Owner(lane=lane_key(row.tenant, record.side, record.id), since=fact.at)
        case Unlinked():
            return None
        case Regenerated() if owner is not None and owner.document:
            return replace(owner, document="")
        case _:
            return owner


def _said_since(owner: Owner | None, at: datetime | None) -> bool:
    """Tell whether a person said later, in a lane of this partition, whose it is.

    What lanes of other partitions said is beside it, and `last_word` chooses.
    """
    if owner is None or owner.since is None:
        return False
    return at is None or at <= owner.since


def evolve_seen(owner: Owner | None, told: Owner | Fact) -> Owner | None:
    """Return who was shown a record: who is told now; None once it is linked, or handed on."""
    if not isinstance(told, Owner):
        return None
    return owner if owner == told else told


def evolve_creating(creating: Creating | None, fact: Fact) -> Creating | None:
    """Return which commands that create a customer have no answer."""
    commands = set(creating.commands) if creating is not None else set()
    match fact:
        case Decided():
            left = commands | {fact.command.id}
        case CommandApplied() | Refused():
            left = commands - {fact.command}
        case Parked():
            left = {c for c in commands if not c.startswith(f"{fact.event}#")}
        case _:
            left = commands
    if left == commands:
        return creating
    return Creating(commands=tuple(sorted(left))) if left else None


def evolve_lockout(lockout: Lockout | None, fact: Fact) -> Lockout | None:
    """Return the lockout that a partition stands under."""
    match fact:
        case LockedOut():
            return Lockout(id=fact.lockout, lane=fact.lane, until=fact.until, reason=fact.reason)
        case LockoutEnded() if lockout is not None and lockout.id == fact.lockout:
            return None
        case _:
            return lockout


def _other_than(record: str, document: str) -> str:
    return "" if record == document else document
