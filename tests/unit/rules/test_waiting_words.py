"""What is said of a hold is said in one way, whoever reads it and by whatever clock."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from agents.rules import waiting_words as words
from schemas.removal_state import RemovalPassed, Removals
from schemas.state import Document, Park, ParkReason
from schemas.tenant_state import Pause, Suspension
from schemas.values import Kind, Side

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
PARK = Park(
    reason=ParkReason.UNMAPPED_PRODUCT, detail="product 7 is not mapped", waits_for=("product:7",)
)
CLOSED = Park(reason=ParkReason.REFUSED, detail="QuickBooks refused it: no.")


def clock(at):
    return f"{at:%H:%M}"


def document(**more):
    return Document(kind=Kind.INVOICE, **more)


def suspension(until):
    return Suspension(
        id="s1",
        version=1,
        side=Side.QBO,
        reason="revoked",
        detail="its consent was taken back",
        lane="t1/mediaos/42",
        since=AT,
        until=until,
    )


@pytest.mark.parametrize(
    ("waits", "said"),
    [
        (
            document(park=PARK),
            (
                "product 7 is not mapped; waits for product 7 of MediaOS to be mapped to what "
                "QuickBooks takes"
            ),
        ),
        (document(park=CLOSED), "QuickBooks refused it: no."),
        (document(unplaced="made in QuickBooks before"), "made in QuickBooks before"),
        (document(), ""),
    ],
)
def test_a_document_waits_for_what_its_park_names_or_is_on_one_side(waits, said):
    assert words.document_waits(waits) == said


def test_a_story_says_whether_it_goes_by_itself():
    assert words.parked(PARK).startswith("It waits: product 7 is not mapped. It goes on by itself")
    assert words.parked(CLOSED) == "It waits: QuickBooks refused it: no. A person must act."
    assert words.waits_for("") == "waits for a person"


def test_a_customer_waits_until_a_time_or_for_a_condition():
    assert words.whole(words.customer_waits("QuickBooks does not answer", LATER, clock)) == (
        "All work of this customer waits until 10:00: QuickBooks does not answer."
    )
    assert words.customer_waits("suspended", None, clock) == (
        "all work of this customer waits: suspended"
    )


def test_a_suspension_says_what_ends_it():
    assert words.suspended(suspension(None), clock) == (
        "nothing goes to QuickBooks since 09:00: revoked: its consent was taken back. "
        "Connect it again, as the Master Administrator of the company."
    )
    assert words.suspended(suspension(LATER), clock).endswith(
        "It is tried again by itself at 10:00."
    )


def test_a_pause_says_by_whom_and_what_it_means():
    assert words.paused(Pause(since=AT, by="", reason="month end"), clock) == (
        "paused since 09:00 by somebody: month end. Nothing is written to either side; what comes "
        "is kept, and goes in order afterwards."
    )


def test_removals_that_were_stopped_say_what_went_before_in_each_currency():
    passed = tuple(
        RemovalPassed(record=str(n), at=AT, amount=Decimal(1200), currency=code)
        for n, code in enumerate(("", "EUR"))
    )
    stopped = Removals(passed=passed, guard="mediaos-1", since=AT)
    assert words.removals_stopped(Side.MEDIAOS, stopped, "USD", clock) == (
        "much was removed in MediaOS at once: what is to be removed in QuickBooks too waits for "
        "your word since 09:00; 2 documents of 1,200.00 USD and 1,200.00 EUR in all went "
        "before"
    )
    assert words.removals_stopped(Side.QBO, Removals(passed=passed), "USD", clock) == ""
