"""How is what waits called, for who keeps the books?  A heading a reason, and what mends it."""

from typing import NamedTuple

from agents.rules.documents.waiting_sort import Sort
from schemas.state import ParkReason


class ReasonWords(NamedTuple):
    """What is the matter, and what helps; both for somebody who has not seen the inside of this."""

    title: str
    remedy: str


_RETRY = "Correct it in the system that is named, then retry it."
_ACTIVE = "Make it active again in QuickBooks, or map to another one."
_MAP = "Map it; what waits for it goes by itself."

REASONS: dict[ParkReason, ReasonWords] = {
    ParkReason.ITEM_INACTIVE: ReasonWords(
        "Product inactive in QuickBooks", "Make the item active again, or map to another one."
    ),
    ParkReason.UNMAPPED_LINE_TYPE: ReasonWords("Fee or discount not mapped", _MAP),
    ParkReason.WRITE_OFF: ReasonWords(
        "Write-off on an earlier invoice", "Enter a credit memo in MediaOS in its place."
    ),
    ParkReason.UNMAPPED_ACCOUNT: ReasonWords("Bank account not mapped", _MAP),
    ParkReason.UNMAPPED_DEPOSIT_ACCOUNT: ReasonWords("Deposit account not mapped", _MAP),
    ParkReason.ACCOUNT_INACTIVE: ReasonWords("Bank account inactive", _ACTIVE),
    ParkReason.CUSTOMER_UNKNOWN: ReasonWords(
        "Customer is not there yet", "It goes by itself once its customer is on both sides."
    ),
    ParkReason.CUSTOMER_INACTIVE: ReasonWords(
        "Customer inactive in QuickBooks", "Make the customer active again there."
    ),
    ParkReason.INVOICE_UNKNOWN: ReasonWords(
        "Its invoice is not there yet", "It goes by itself once its invoice is on both sides."
    ),
    ParkReason.NUMBER_TOO_LONG: ReasonWords(
        "Number too long for QuickBooks", "Shorten the number or the prefix, then retry it."
    ),
    ParkReason.NUMBER_TAKEN: ReasonWords(
        "Number is taken in QuickBooks", "Renumber one of the two, then retry it."
    ),
    ParkReason.NAME_TAKEN: ReasonWords(
        "Name is taken in QuickBooks", "Link it to the one that is there, or rename one of the two."
    ),
    ParkReason.REFUSED: ReasonWords("Refused", _RETRY),
    ParkReason.CONFLICT: ReasonWords("Changed on both sides", "Say whose value stands."),
    ParkReason.DIFFERS: ReasonWords("Figures differ", "Make both sides the same, then retry it."),
    ParkReason.VOIDED: ReasonWords(
        "Voided on one side", "Say what is meant: void the other too, or retry it."
    ),
    ParkReason.UNSAYABLE: ReasonWords(
        "Cannot be entered on the other side", "Change it as the reason says, then retry it."
    ),
    ParkReason.ON_ACCOUNT: ReasonWords(
        "Money on account", "Apply it to an invoice, or leave it on account."
    ),
    ParkReason.CREDIT_USED: ReasonWords(
        "Credit was used elsewhere", "Take it off there, or apply less, then retry it."
    ),
    ParkReason.DELETED: ReasonWords(
        "Deleted on one side", "Delete the other too, or retry it to have it made anew."
    ),
    ParkReason.DAY_UNKNOWN: ReasonWords(
        "Day not known", "It goes by itself once the company's time zone is known."
    ),
    ParkReason.BOOKS_CLOSED: ReasonWords(
        "Books are closed", "Open the period, or date it after it; it goes by itself."
    ),
    ParkReason.REMOVALS: ReasonWords(
        "Much was removed at once", "Confirm that it is meant; then it goes by itself."
    ),
    ParkReason.CUSTOMER_CHANGED: ReasonWords(
        "Moved to another customer", "It goes by itself once its documents have moved too."
    ),
    ParkReason.REVISION_CLASH: ReasonWords(
        "Two versions under one number", "Have MediaOS save it once more, then retry it."
    ),
    ParkReason.MANUAL: ReasonWords("Waits for a push", "Two-way sync is off: push it."),
    ParkReason.NOT_LINKED: ReasonWords(
        "There on both sides before", "Link it to the one that is there."
    ),
    ParkReason.OBSERVE: ReasonWords("Waits for going live", "It goes once the tenant goes live."),
    ParkReason.TOO_LARGE: ReasonWords("Too large", "Split it into smaller ones."),
    ParkReason.BUG: ReasonWords("A fault of Isthmus", "Tell whoever runs Isthmus, then retry it."),
}
ONE_SIDED = ReasonWords("Only on one side", "Nothing waits for it. Push it if it is to cross.")

SORTS: dict[Sort, str] = {
    Sort.CONFLICT: "Changed on both sides",
    Sort.PARKED: "Cannot cross yet",
    Sort.CHOSEN: "Held back by your settings",
    Sort.ONE_SIDED: "Only on one side",
    Sort.DISMISSED: "Dismissed for now",
}


def words_of_reason(reason: str) -> ReasonWords:
    """Return the words of a reason; of one that an older or newer release names, its own."""
    if reason == Sort.ONE_SIDED:
        return ONE_SIDED
    known = REASONS.get(ParkReason(reason)) if reason in frozenset(ParkReason) else None
    return known or _by_its_name(reason)


def _by_its_name(reason: str) -> ReasonWords:
    """Return the words of whatever is not mapped, or is inactive: by its kind."""
    words = reason.replace("-", " ")
    if reason.startswith("unmapped-"):
        return ReasonWords(f"{words.removeprefix('unmapped ').capitalize()} not mapped", _MAP)
    return ReasonWords(words.capitalize(), _ACTIVE if reason.endswith("-inactive") else _RETRY)
