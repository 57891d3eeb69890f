"""How do people call what the rules know by a key, an id or a field's name?

Whoever reads why a record waits keeps books: no text for them holds a condition as a park carries
it, a side's short name, or a field as a record calls it.
"""

from collections.abc import Callable, Iterable
from typing import assert_never

from schemas.asked_conditions import ASKED, OVERWRITE, PUSHED, Asked, Confirmed
from schemas.conditions import Condition, condition_of
from schemas.kinds import called
from schemas.lane_conditions import (
    CustomerActive,
    CustomerCrossed,
    CustomerLinked,
    CustomerTaxed,
    News,
    OwesAgain,
    RecordLinked,
    StandsRight,
)
from schemas.mapping_conditions import MappingUsable, NoWriteOff, TargetClear
from schemas.rows import record_of
from schemas.state import Document
from schemas.tenant_conditions import (
    AccountingUnlocked,
    BooksOpen,
    BooksRead,
    ClosedOtherwise,
    Counted,
    CurrencyKept,
    NumberFree,
    SyncOn,
    TaxReckoned,
    TenantLive,
    TrackedOtherwise,
    ZoneKnown,
)
from schemas.values import Kind, RecordRef, Side

#: Returns how people call a record: by a number or a name where it has one.
Called = Callable[[RecordRef], str]

#: Fields whose own name is no word of the trade.
_FIELDS = {
    "active": "whether it is active",
    "after_discount": "whether tax falls on what the discount leaves",
    "applied": "what it settles",
    "applied_at": "when it was applied",
    "parts": "what is applied",
    "billing": "billing address",
    "class_id": "class",
    "due": "due date",
    "email": "e-mail",
    "home_total": "total in the home currency",
    "issued": "invoice date",
    "issued_at": "time of the invoice",
    "number": "invoice number",
    "on_account": "what is on account",
    "received": "date of receipt",
    "received_at": "time of receipt",
    "reference": "reference number",
    "term": "terms of payment",
}

#: Conditions that name nothing.
_FIXED: dict[type[Condition], str] = {
    CustomerLinked: "its customer to cross",
    ZoneKnown: "the company's time zone to be known",
    SyncOn: "a push, or two-way sync",
    TenantLive: "the tenant to go live",
    Counted: "the other removals of this hour to be counted",
    Confirmed: "somebody to confirm what was taken away at once",
}

#: Of what is asked of a document, whoever asks: a person, or the engine itself.
_ASKED = {
    ASKED: "its turn to be judged again",
    PUSHED: "its turn to be sent, since it was pushed",
    OVERWRITE: "what MediaOS has to go over the edit in QuickBooks",
}


def by_id(record: RecordRef) -> str:
    """Return a record by its id on its side: `invoice 20001 of MediaOS`."""
    return called(record)


def by_document(record: RecordRef, document: Document | None) -> str:
    """Return a record by the number or the name that its document shows, QuickBooks' first."""
    shown = [document.shown(side) for side in (Side.QBO, Side.MEDIAOS)] if document else []
    return called(record, *(each.record for each in shown if each is not None))


def lane_called(lane: str) -> str:
    """Return the customer of a lane by its key: `customer 42 of MediaOS`."""
    _, _, customer = lane.partition("/")
    side, _, record_id = customer.partition("/")
    return by_id(RecordRef(Side(side), Kind.CUSTOMER, record_id)) if record_id else lane


def fields_called(names: Iterable[str]) -> str:
    """Return fields in words, in order; what is said of one in brackets stays: `lines (line 1)`."""
    parts = (name.partition(" (") for name in names)
    return ", ".join(
        f"{_FIELDS.get(name, name.replace('_', ' '))}{blank}{rest}" for name, blank, rest in parts
    )


def awaited_words(texts: Iterable[str], called: Called = by_id) -> str:
    """Return in words what a park waits for; nothing where a person must act."""
    found = ((text, condition_of(text)) for text in texts)
    return ", ".join(text if each is None else _words(each, called) for text, each in found)


def _words(condition: Condition, called: Called) -> str:
    match condition:
        case RecordLinked() | StandsRight() | CustomerCrossed():
            return _of_another(condition, called)
        case BooksOpen() | BooksRead() | ClosedOtherwise():
            return _of_books(condition)
        case CustomerActive(customer=customer) | CustomerTaxed(customer=customer):
            named = called(RecordRef(Side.QBO, Kind.CUSTOMER, customer))
            return f"{named} to be {'active' if isinstance(condition, CustomerActive) else 'taxed'}"
        case OwesAgain(invoice=invoice):
            return f"{called(RecordRef(Side.QBO, Kind.INVOICE, invoice))} to owe it again"
        case MappingUsable() | TargetClear() | NoWriteOff():
            return _of_mappings(condition)
        case _:
            return _of_the_rest(condition, called)


def _of_another(condition: RecordLinked | StandsRight | CustomerCrossed, called: Called) -> str:
    match condition:
        case CustomerCrossed(customer=customer):
            return f"{called(RecordRef(Side.MEDIAOS, Kind.CUSTOMER, customer))} to cross"
        case RecordLinked(record=record):
            return f"{called(record)} to cross"
        case StandsRight(document=name):
            return f"{called(record_of(name))} to be the same on both sides"


def _of_mappings(condition: MappingUsable | TargetClear | NoWriteOff) -> str:
    match condition:
        case MappingUsable(kind=kind, source=source):
            named = f"{kind} {source}" if source else kind
            return f"{named} of MediaOS to be mapped to what QuickBooks takes"
        case TargetClear(kind=kind, target=target):
            return f"one {kind} of MediaOS, and no other, to be mapped to {target} of QuickBooks"
        case NoWriteOff(line_type=line_type):
            return f"line item type {line_type} of MediaOS to be no write-off"


def _of_books(condition: BooksOpen | BooksRead | ClosedOtherwise) -> str:
    match condition:
        case BooksOpen(day=day):
            return f"the books to be open on {day}"
        case BooksRead():
            return "QuickBooks to show until when its books are closed"
        case ClosedOtherwise(closed=None):
            return "QuickBooks to show that its books are closed"
        case ClosedOtherwise(closed=closed):
            return f"the books to be closed until another day than {closed}"


def _of_company(condition: AccountingUnlocked | CurrencyKept | TaxReckoned) -> str:
    match condition:
        case TaxReckoned(by=by):
            return f"figures that agree, or the tax of {by.called} to count no more"
        case AccountingUnlocked(day=day):
            return f"MediaOS' accounting to be open on {day}"
        case CurrencyKept(code=""):
            return "QuickBooks to show which currencies it keeps"
        case CurrencyKept(code="*"):
            return "it to be heard that QuickBooks keeps several currencies"
        case CurrencyKept(code=code):
            return f"QuickBooks to keep {code}"


def _of_the_rest(
    condition: CustomerLinked
    | NumberFree
    | ZoneKnown
    | AccountingUnlocked
    | CurrencyKept
    | TaxReckoned
    | TrackedOtherwise
    | SyncOn
    | TenantLive
    | News
    | Counted
    | Confirmed
    | Asked,
    called: Called,
) -> str:
    match condition:
        case NumberFree(number=number):
            return f"another number than {number}"
        case News(record=record):
            any_of_them = "an invoice or a payment of its customer"
            return f"news of {called(record) if record is not None else any_of_them}"
        case Asked():
            return _ASKED[condition]
        case TrackedOtherwise():
            return "QuickBooks' settings of classes and locations to show what it refused"
        case AccountingUnlocked() | CurrencyKept() | TaxReckoned():
            return _of_company(condition)
        case CustomerLinked() | ZoneKnown() | SyncOn() | TenantLive() | Counted() | Confirmed():
            return _FIXED[type(condition)]
        case _:
            assert_never(condition)
