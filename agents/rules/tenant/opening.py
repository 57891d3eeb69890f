"""Is the same owed on both sides when a tenant goes live?

What differs on that day differs from then on, and no later document would tell why.  What MediaOS
has made since it was connected, and is to go across, is no part of it; nor is what would be
changed or taken away by a write that is only intended yet.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from agents.rules.kinds.currency import is_code
from agents.rules.tenant.preflight_findings import TOLD, Finding
from schemas.kinds import customer_of
from schemas.money_words import money_words
from schemas.records import CreditMemo, Invoice, Payment, Record
from schemas.state import Document, ParkReason
from schemas.values import ZERO

NAME = "opening-receivables"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What a customer owes on each side in one currency, blank for the home one.

    `ids` are his ids in MediaOS.
    """

    customer: str
    ids: tuple[str, ...] = ()
    currency: str = ""
    mediaos: Decimal
    qbo: Decimal


def to_come(documents: Iterable[Document]) -> dict[tuple[str, str], Decimal]:
    """Return what MediaOS says is owed, and QuickBooks will say once all that is to cross is there.

    By customer and the code of its currency, blank where it has none; less than nothing where
    QuickBooks says too much.
    """
    found: defaultdict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for record, between in _to_cross(documents):
        customer = customer_of(record)
        if customer is not None:
            found[customer, _currency(record)] += between
    return dict(found)


def opening(
    owed: Iterable[Owed], coming: Mapping[tuple[str, str], Decimal], home: str = ""
) -> tuple[Finding, ...]:
    """Return the finding that names whose receivables differ; none where all agree.

    Customers that are not linked yet are one where they have one name.  `home` is the code of the
    home currency, blank where QuickBooks does not say it.
    """
    sums: dict[tuple[str, str], Owed] = {}
    for each in owed:
        codes = {each.currency} if each.currency else {"", home}
        less = sum((coming.get((one, code), ZERO) for one in each.ids for code in codes), ZERO)
        key = (each.customer.casefold(), each.currency)
        before = sums.get(key)
        sums[key] = Owed(
            customer=before.customer if before else each.customer,
            currency=each.currency,
            mediaos=each.mediaos - less + (before.mediaos if before else ZERO),
            qbo=each.qbo + (before.qbo if before else ZERO),
        )
    apart = sorted(
        (each for each in sums.values() if each.mediaos != each.qbo),
        key=lambda each: (-abs(each.mediaos - each.qbo), each.customer),
    )
    return (_finding(apart),) if apart else ()


def unread(why: str) -> Finding:
    """Return that nobody could tell what is owed."""
    return Finding(
        name=f"{NAME}-unreadable",
        what=f"what is owed on both sides cannot be read: {why}",
        why="what cannot be read counts as not agreed",
        remedy="see that both sides and the journal can be read, then look again",
        blocking=True,
    )


def _finding(apart: list[Owed]) -> Finding:
    named = "; ".join(map(_words, apart[:TOLD]))
    more = len(apart) - TOLD
    return Finding(
        name=NAME,
        what=(
            f"what is owed differs for {len(apart)} customer{'s' if len(apart) > 1 else ''}: "
            f"{named}{f' and {more} more' if more > 0 else ''}"
        ),
        why="what differs now differs from then on, and no later document tells why",
        remedy="make both sides equal, or go live with --explained WHY, which the journal keeps",
        blocking=True,
    )


def _words(owed: Owed) -> str:
    unit = f" {owed.currency}" if owed.currency else ""
    return (
        f"{owed.customer} {money_words(owed.mediaos)}{unit} in MediaOS, "
        f"{money_words(owed.qbo)}{unit} in QuickBooks"
    )


def _to_cross(documents: Iterable[Document]) -> Iterator[tuple[Record, Decimal]]:
    """Yield what MediaOS has, or had, of each that is to cross, and the money between the sides."""
    for each in documents:
        here = each.mediaos.record if each.mediaos is not None else None
        if each.agreed is None:
            if here is not None:
                yield here, _adds(here)
        elif each.park is not None and each.park.reason is ParkReason.OBSERVE:
            there = each.qbo.record if each.qbo is not None else None
            yield here or each.agreed.mediaos, _adds(here) - _adds(there)


def _currency(record: Record) -> str:
    """Return the code of a document; words that nobody knows are the home one's without a rate."""
    code: str = getattr(record, "currency", "")
    return code if is_code(code) or getattr(record, "rate", None) is not None else ""


def _adds(record: Record | None) -> Decimal:
    match record:
        case Invoice(total=total):
            return total
        case CreditMemo(total=total):
            return -total
        case Payment(amount=amount):
            return -amount
        case _:
            return ZERO
