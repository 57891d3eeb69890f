"""What comes true when nothing is left to send: a document waits, is listed, or agrees.

Told once: an answer that a document carries already is no fact any more.
"""

from datetime import datetime

from msgspec.structs import replace

from agents.rules.kinds.on_account import still_on_account
from agents.rules.kinds.table import POLICIES
from schemas.decisions import InStep, OnlyOnOneSide
from schemas.facts import Fact, OnOneSide, Parked, Released, Settled
from schemas.records import Payment, Record
from schemas.state import Document, Park


def parked(
    name: str, document: Document, park: Park, at: datetime, *, event: str | None = None
) -> Parked:
    """Return that a document waits, because of its last event unless another one is named."""
    return Parked(
        document=name, event=event or document.event, park=park, at=at, order=document.order
    )


def rests(
    name: str, document: Document, answer: InStep | Park | OnlyOnOneSide, at: datetime
) -> tuple[Fact, ...]:
    """Return what to tell of a document for which there is nothing to send; once is enough."""
    match answer:
        case Park():
            told = document.park == answer
            return () if told else (parked(name, document, answer, at),)
        case OnlyOnOneSide(reason=reason, settled=fields):
            told = document.unplaced == reason and document.park is None and not fields
            listed = OnOneSide(document=name, reason=reason)
            return () if told else (*_settled(name, document, fields), listed)
        case InStep(settled=fields, why=why):
            return _rested(name, document, fields, why)


def _rested(name: str, document: Document, fields: tuple[str, ...], why: str) -> tuple[Fact, ...]:
    """Return what comes true when both agree: that, and no more reason to wait."""
    settled = _settled(name, document, fields)
    if settled:
        return settled
    if document.park is not None or document.unplaced is not None:
        return (Released(document=name, why=why),)
    return ()


def _settled(name: str, document: Document, fields: tuple[str, ...]) -> tuple[Fact, ...]:
    """Return that these fields agree as both sides show them now, where there are any."""
    mediaos, qbo = document.mediaos, document.qbo
    if fields and mediaos and qbo and mediaos.record and qbo.record:
        whole = POLICIES[document.kind].whole(fields)
        rests, there = _rests(document, whole, qbo.record)
        return (Settled(document=name, fields=(*whole, *rests), mediaos=mediaos.record, qbo=there),)
    return ()


def _rests(
    document: Document, fields: tuple[str, ...], shown: Record
) -> tuple[tuple[str, ...], Record]:
    """Return what tells of the rest of these fields, and QuickBooks' half with what is left of it.

    No side shows it: whatever both agree on by now is no rest any more.
    """
    half = document.agreed.qbo if document.agreed is not None else None
    policies = POLICIES[document.kind].fields
    rests = tuple(policies[each].rest for each in fields if each in policies)
    if not any(rests) or not isinstance(half, Payment) or not isinstance(shown, Payment):
        return (), shown
    if not half.on_account:
        return (), shown
    return ("on_account",), replace(shown, on_account=still_on_account(half, shown))
