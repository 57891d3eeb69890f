"""What holds a tenant up as a whole?  In sentences for its digest, by the clock where it is."""

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from agents.cli.lockouts import Standstill
from agents.digest.digest import MOST_HOLDS
from agents.digest.words import LONGEST_NAME, moment
from agents.rules.kinds.worth import worth_of
from agents.rules.value_words import number_words, one_line
from agents.rules.wording import lane_called
from schemas.money_words import sums_words
from schemas.tenant_state import Pause, Suspension, Tenant


def holds_told(known: Tenant, locks: Iterable[Standstill], zone: ZoneInfo) -> Iterator[str]:
    """Yield what holds a tenant up; `locks` are those of its own customers."""
    if known.suspended is not None:
        yield _suspended(known.suspended, zone)
    if known.paused is not None:
        yield _paused(known.paused, zone)
    yield from _removals(known, zone)
    for each in locks:
        customer = one_line(each.customer or lane_called(each.lane))[:LONGEST_NAME]
        yield (
            f"The changes of {customer} wait: {each.reason}. They "
            f"go by themselves at {moment(each.until, zone)}; where somebody has one of its "
            "records open in QuickBooks, close it there."
        )


def first_of(holds: Sequence[str]) -> tuple[str, ...]:
    """Return as many as anybody reads: what holds all up comes first, then locked customers."""
    more = len(holds) - MOST_HOLDS
    last = (f"The changes of {number_words(more, 'customer')} more wait so.",) if more > 0 else ()
    return (*holds[:MOST_HOLDS], *last)


def _suspended(off: Suspension, zone: ZoneInfo) -> str:
    helps = (
        "It is tried again by itself."
        if off.until
        else "Connect it again, as the Master Administrator of the company."
    )
    since = moment(off.since, zone)
    return f"Nothing goes to {off.side.called} since {since}: {off.reason}: {off.detail}. {helps}"


def _paused(paused: Pause, zone: ZoneInfo) -> str:
    return (
        f"Paused since {moment(paused.since, zone)} by {paused.by or 'somebody'}: {paused.reason}. "
        "Nothing is written until it is resumed."
    )


def _removals(known: Tenant, zone: ZoneInfo) -> Iterator[str]:
    for side, removals in known.removals.items():
        if removals.guard and removals.since is not None:
            passed = number_words(len(removals.passed), "document")
            amounts = ((each.currency, each.amount) for each in removals.passed)
            yield (
                f"Much was removed in {side.called} at once: what is to be removed in "
                f"{side.other.called} too waits for somebody's word since "
                f"{moment(removals.since, zone)}; {passed} of "
                f"{sums_words(worth_of(amounts, known.company.home))} in all went before. Confirm "
                "that it is meant."
            )
