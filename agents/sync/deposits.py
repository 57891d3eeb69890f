"""When was the bank deposit made of which a payment is a part, that nobody may change now?

It is for the words of a park alone: what cannot be read at once is not waited for.
"""

from datetime import date

from schemas.outcomes import No, Unknown
from schemas.records import CreditApplication, Payment, Refund
from schemas.state import Document, Park, ParkReason
from schemas.values import Side
from streams.effects.effects import Effects
from streams.ports import TargetLists


async def deposited_on(
    effects: Effects, lists: TargetLists, tenant: str, document: Document, answer: object
) -> date | None:
    """Return the day of the deposit that keeps a payment from being written, where it shows."""
    if not isinstance(answer, Park) or answer.reason is not ParkReason.UNSAYABLE:
        return None
    shown = document.qbo.record if document.qbo is not None else None
    if not isinstance(shown, Payment | CreditApplication | Refund) or shown.deposited is None:
        return None
    if await effects.remote(Side.QBO).acquire(tenant, 0.0) > 0:
        return None
    day = await lists.deposited_on(tenant, shown.deposited)
    return None if isinstance(day, No | Unknown) else day
