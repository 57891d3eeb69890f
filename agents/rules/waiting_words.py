"""Why does something wait, and what ends that?  Said once, for screens, pages, mails and stories.

`moment` writes a time as whoever reads it has it.  What begins small may stand within a sentence;
`whole` makes one of it.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from agents.rules.kinds.worth import worth_of
from agents.rules.value_words import number_words
from agents.rules.wording import Called, awaited_words, by_id
from schemas.money_words import sums_words
from schemas.removal_state import Removals
from schemas.state import Document, Park
from schemas.tenant_state import Pause, Suspension
from schemas.values import Side

Moment = Callable[[datetime], str]

#: What ends a suspension that no trying ends.
CONNECT_AGAIN = "connect it again, as the Master Administrator of the company"
#: What a pause means, of whatever comes meanwhile.
NOTHING_IS_WRITTEN = (
    "nothing is written to either side; what comes is kept, and goes in order afterwards"
)
#: What somebody may do whose customer is locked.
CLOSE_IT = "where somebody has one of its records open in QuickBooks, close it there"


def whole(said: str) -> str:
    """Return a sentence: with a capital, and a stop where none stands."""
    return with_stop(capital(said))


def capital(said: str) -> str:
    """Return what was said with a capital at its beginning; all else stays."""
    return f"{said[:1].upper()}{said[1:]}"


def with_stop(said: str) -> str:
    """Return what was said with a stop at its end, where none stands."""
    return said if said.endswith((".", "!", "?")) else f"{said}."


def document_waits(document: Document, called: Called = by_id) -> str:
    """Return why a document waits, and for what; of what is only on one side, why."""
    if document.park is None:
        return document.unplaced or ""
    awaits = awaited_words(document.park.waits_for, called)
    return f"{document.park.detail}; waits for {awaits}" if awaits else document.park.detail


def waits_for(awaited: str) -> str:
    """Return what ends a wait, by what is awaited in words: a person, where that is nothing."""
    return f"waits for {awaited or 'a person'}"


def parked(park: Park, called: Called = by_id) -> str:
    """Return in sentences why a document was parked, and what has it go on."""
    waits = awaited_words(park.waits_for, called)
    until = f"It goes on by itself: it waits for {waits}." if waits else "A person must act."
    return f"It waits: {with_stop(park.detail)} {until}"


def customer_waits(why: str, until: datetime | None, moment: Moment) -> str:
    """Return that all work of a customer waits, and why."""
    told = f" until {moment(until)}" if until else ""
    return f"all work of this customer waits{told}: {why}"


def locked(reason: str, until: datetime, moment: Moment) -> str:
    """Return that a lock is waited out, which holds up who shares its part of the work."""
    return f"locked, so all wait until {moment(until)}: {reason}"


def customer_locked(customer: str, reason: str, until: datetime, moment: Moment) -> str:
    """Return what a lock means for the one customer whom it is about, and what helps."""
    return (
        f"the changes of {customer} wait: {reason}. They go by themselves at {moment(until)}; "
        f"{CLOSE_IT}"
    )


def suspended(off: Suspension, moment: Moment) -> str:
    """Return why nothing of a tenant goes, and what ends that."""
    if off.until is None:
        helps = whole(CONNECT_AGAIN)
    else:
        helps = f"It is tried again by itself at {moment(off.until)}."
    told = f"nothing goes to {off.side.called} since {moment(off.since)}"
    return f"{told}: {off.reason}: {with_stop(off.detail)} {helps}"


def unusable(why: str) -> str:
    """Return that nothing can go by a tenant's connection though it has one, and what ends that."""
    return f"the connection to QuickBooks cannot be used: {with_stop(why)} {whole(CONNECT_AGAIN)}"


def paused(pause: Pause, moment: Moment) -> str:
    """Return since when a tenant is paused, by whom, why, and what that means."""
    by = pause.by or "somebody"
    return (
        f"paused since {moment(pause.since)} by {by}: {with_stop(pause.reason)} "
        f"{whole(NOTHING_IS_WRITTEN)}"
    )


def much_removed(side: Side) -> str:
    """Return what stopped removals."""
    return f"much was removed in {side.called} at once"


def removal_waits(side: Side) -> str:
    """Return what waits for a person since a side took away much."""
    return f"what is to be removed in {side.other.called} too waits for your word"


def went_before(removals: Removals, home: str) -> str:
    """Return what went before removals were stopped."""
    amounts: list[tuple[str, Decimal]] = [(e.currency, e.amount) for e in removals.passed]
    passed = number_words(len(removals.passed), "document")
    return f"{passed} of {sums_words(worth_of(amounts, home))} in all went before"


def removals_stopped(side: Side, removals: Removals, home: str, moment: Moment) -> str:
    """Return what waits since a side took away much at once; blank where nothing is stopped."""
    if not removals.guard or removals.since is None:
        return ""
    waits = f"{much_removed(side)}: {removal_waits(side)} since {moment(removals.since)}"
    return f"{waits}; {went_before(removals, home)}"
