"""What can happen on a publisher's day?  Deeds of people and troubles, as data.

Records are named by the plan (`a07`, `i113`, `p33`), since the ids that the two systems will give
them are not known before; times are seconds since the day began.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from agents.lab.demo.rare_deeds import RareDeed
from agents.lab.demo.sold_lines import SoldLine, owed
from schemas.values import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAdvertiser:
    """A sales person takes an advertiser on, in MediaOS."""

    advertiser: str
    title: str
    email: str
    phone: str
    street: str
    town: tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A sales person writes an invoice, in MediaOS."""

    invoice: str
    advertiser: str
    lines: tuple[SoldLine, ...]
    memo: str | None
    due: date

    @property
    def total(self) -> Decimal:
        """Return what it comes to."""
        return owed(self.lines)

    @property
    def taxed(self) -> bool:
        """Tell whether it bears sales tax: all of its lines do, or none."""
        return any(line.taxed for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLines:
    """A sales person changes the lines of an invoice, in MediaOS; of one, `after` a class is typed.

    Two people who change the same lines at once would be in conflict.
    """

    invoice: str
    lines: tuple[SoldLine, ...]
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeInvoice:
    """Somebody changes one field of an invoice's header, on either side; a date is in ISO form."""

    side: Side
    invoice: str
    field: Literal["memo", "due", "email"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCustomer:
    """Somebody changes how a customer is reached, on either side."""

    side: Side
    advertiser: str
    field: Literal["email", "phone"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BothChangeCustomer:
    """Two people change one customer at once: the e-mail in MediaOS, the phone in QuickBooks."""

    advertiser: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive:
    """Somebody enters a payment, on either side; `parts` says how much goes to which invoice."""

    side: Side
    payment: str
    advertiser: str
    parts: tuple[tuple[str, Decimal], ...]
    reference: str
    method: str

    @property
    def amount(self) -> Decimal:
        """Return what was received."""
        return sum((amount for _, amount in self.parts), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReference:
    """The bookkeeper corrects the reference of a payment that was entered in QuickBooks."""

    payment: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LockInvoice:
    """QuickBooks locks an invoice for a while, and somebody changes its memo in MediaOS then."""

    invoice: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditUntold:
    """Somebody changes an invoice's memo in QuickBooks, and no webhook ever tells of it."""

    invoice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeClass:
    """The bookkeeper puts a class on the first line of an invoice, in QuickBooks."""

    invoice: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidInvoice:
    """The bookkeeper voids an invoice, in QuickBooks."""

    invoice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveCredit:
    """The bookkeeper writes a credit memo and applies it to an invoice, in QuickBooks."""

    invoice: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveRefund:
    """The clerk pays an advertiser money back in MediaOS, for a line that was sold."""

    refund: str
    advertiser: str
    line: SoldLine
    method: str


#: What only QuickBooks knows.
ByHand = TypeClass | VoidInvoice | GiveCredit

#: What the memo says then.
UNTOLD = "agreed by telephone"


class Trouble(StrEnum):
    """What goes wrong, or is changed by an operator."""

    PRODUCT_MAPPED_LATE = "product mapped late"
    SYNC_OFF = "two-way sync off"
    SYNC_ON = "two-way sync on again"
    PREFIX_SWITCHED = "prefix switched"
    UNDECODABLE_EVENT = "undecodable event"
    TIME_OUT_AFTER_COMMIT = "time-out after commit"
    WORKER_KILLED = "worker killed"
    WORKER_STARTED_AGAIN = "worker started again"
    CLOUD_EVENTS = "webhooks as CloudEvents"
    DUPLICATE_WEBHOOK = "duplicate webhook"


Deed = (
    AddAdvertiser
    | Bill
    | ChangeLines
    | ChangeInvoice
    | ChangeCustomer
    | BothChangeCustomer
    | Receive
    | ChangeReference
    | GiveRefund
    | LockInvoice
    | EditUntold
    | ByHand
    | RareDeed
    | Trouble
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One deed: when at the earliest, and by whom.

    A person does one thing after the other, and waits until a record is where they work.
    """

    at: float
    who: str
    deed: Deed
