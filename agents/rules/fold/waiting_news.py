"""What does a record that is shown wake: what waits for news of it, and for room on an invoice?"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from schemas.changes import Change
from schemas.command_facts import CommandApplied
from schemas.conditions import condition_of
from schemas.facts import Seen
from schemas.lane_conditions import TELLING, News, OwesAgain
from schemas.records import CreditApplication, Invoice, Payment
from schemas.values import Kind, RecordRef, Revision, Side
from schemas.waiting import WaitingPart

#: The revision of a record of QuickBooks that nobody has changed.
AS_MADE = Revision(deleted=False, number=0)


def may_wake(fact: Seen | CommandApplied) -> bool:
    """Tell whether a fact may wake what waits for news of a record, or to be owed again."""
    shown = fact.change if isinstance(fact, Seen) else fact
    return shown.kind in TELLING or _may_owe(fact)


def _may_owe(fact: Seen | CommandApplied) -> bool:
    """Tell whether a fact may say that an invoice owes something again in QuickBooks.

    A payment that was taken off, or moved, names no invoice that owes more, and QuickBooks need not
    report that invoice (quickbooks-online.md 2.5).  What is as it was made was taken off nothing.
    """
    shown = fact.change if isinstance(fact, Seen) else fact
    kinds = TELLING if isinstance(fact, Seen) else {Kind.INVOICE}
    moved = shown.kind is Kind.INVOICE or shown.revision != AS_MADE
    return shown.side is Side.QBO and shown.kind in kinds and moved


def woken(parts: Mapping[str, WaitingPart], fact: Seen | CommandApplied) -> Iterator[str]:
    """Yield the parts of which a fact wakes anything.

    What it says is worked out once: there are many parts, and most facts wake nothing.
    """
    news = news_of(fact)
    owes = owing((text for part in parts.values() for text in part.conditions), fact)
    for key, part in parts.items():
        if not (part.by_fact.keys().isdisjoint(news) and part.conditions.keys().isdisjoint(owes)):
            yield key


def news_of(fact: Seen | CommandApplied) -> dict[str, None]:
    """Return the conditions that a fact meets as news, in an order of its own."""
    if isinstance(fact, Seen):
        record = fact.change.name
    else:
        record = RecordRef(fact.side, fact.kind, fact.id)
    return {str(News(record)): None, str(News()): None}


def owing(texts: Iterable[str], fact: Seen | CommandApplied) -> dict[str, None]:
    """Return those conditions of invoices that owe something again, or may by what is shown.

    In the order in which they came.
    """
    if not _may_owe(fact):
        return {}
    may_owe = _by_what_is_shown(fact.change if isinstance(fact, Seen) else fact)
    conditions = ((text, condition_of(text)) for text in dict.fromkeys(texts))
    return {
        text: None
        for text, each in conditions
        if isinstance(each, OwesAgain) and may_owe(each.invoice)
    }


def _by_what_is_shown(shown: Change | CommandApplied) -> Callable[[str], bool]:
    match shown.record:
        case Invoice(balance=balance):
            return lambda invoice: balance > 0 and invoice == shown.id
        case Payment() | CreditApplication() as settling:
            settled = _settled_by(settling)
            return lambda invoice: invoice not in settled
        case _:
            return lambda _: True


def _settled_by(settling: Payment | CreditApplication) -> set[str]:
    if isinstance(settling, CreditApplication):
        return {part.invoice for part in settling.parts}
    return {part.invoice for part in (*settling.applied, *settling.credits)}
