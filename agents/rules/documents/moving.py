"""What becomes in QuickBooks of a document that moved to another customer in MediaOS?

An invoice changes its customer there, once nothing is applied to it.  A payment never does: what it
is linked with is its first customer's.  It is voided, and made anew for the other one in the same
step, so that the money stands once (quickbooks-money.md 2.1).
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from agents.rules.documents.merged import CUSTOMER
from agents.rules.documents.removal import taken_away
from agents.rules.documents.settle import record_of
from agents.rules.kinds.table import POLICIES
from schemas.commands import Remove
from schemas.decision_input import DecisionInput
from schemas.decisions import Send
from schemas.facts import Regenerated
from schemas.lane_conditions import News
from schemas.state import InFlight, Park, ParkReason
from schemas.values import RecordRef, Side


def moved(
    given: DecisionInput, to: Side, changes: Mapping[str, Any], decision: str
) -> Park | Send | None:
    """Answer for a document of which a new customer is to be written; None where that just goes.

    `decision` is the id that a command will carry.
    """
    document = given.document
    policy = POLICIES[document.kind]
    if to is not Side.QBO or CUSTOMER not in changes:
        return None
    hangs = policy.hangs_on(record_of(document, to), None)
    if hangs is not None:
        return _held_there(hangs)
    return _voids(given, decision) if policy.moves_anew else None


def made_anew(in_flight: InFlight, generation: int) -> tuple[Regenerated, ...]:
    """Return that a record which was taken away for another customer's is to be made for that one.

    `generation` is the document's until now.
    """
    command = in_flight.command
    if not isinstance(command, Remove) or not command.anew:
        return ()
    anew = Regenerated(
        document=in_flight.document,
        generation=generation + 1,
        gone=(RecordRef(command.side, command.kind, command.target),),
        voided=True,
    )
    return (anew,)


def _voids(given: DecisionInput, decision: str) -> Send:
    how = POLICIES[given.document.kind].removals[Side.QBO]
    return Send(command=replace(taken_away(given, Side.MEDIAOS, how, decision), anew=True))


def _held_there(hangs: str) -> Park:
    return Park(
        reason=ParkReason.CUSTOMER_CHANGED,
        detail=(
            f"it moved to another advertiser in MediaOS, and in QuickBooks it has {hangs}: take "
            "that off there, and it goes by itself"
        ),
        waits_for=(str(News()),),
    )
