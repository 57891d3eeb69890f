"""What the command line says of what one side took away at once, and how a person lets it go."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from schemas.facts import RemovalCounted, RemovalsConfirmed, Seen
from schemas.requests import ConfirmRemovals
from schemas.state import Park, ParkReason
from schemas.values import Side
from tests.testing.simulated.clock import START
from tests.unit.cli.journal_words import (
    INVOICE_136,
    LANE,
    change,
    crossed,
    decided,
    parked,
    seen,
)

GUARD = "mediaos-20260302T090000"
WAITS = Park(
    reason=ParkReason.REMOVALS, detail="more was taken away", waits_for=(f"confirmed:{GUARD}",)
)


def counted(record: str, guard: str = "", after: int = 0, currency: str = "") -> RemovalCounted:
    return RemovalCounted(
        request=f"r-{record}",
        side=Side.MEDIAOS,
        record=record,
        amount=Decimal("25.00"),
        at=START + timedelta(seconds=after),
        guard=guard,
        currency=currency,
    )


@pytest.fixture
def stopped(world):
    """One went, and invoice 136 is stopped."""
    world.tell("t1", counted("qbo/invoice/265"), counted("qbo/invoice/266", GUARD, after=5))
    gone = Seen(document=INVOICE_136, change=change(None, revision=2))
    world.tell(LANE, seen(), decided(), *crossed(), gone, parked(WAITS))
    return world


def test_what_waits_is_shown_first_with_its_money_and_nothing_is_asked(stopped):
    told = " ".join(stopped.isthmus("confirm", "t1").out.split())

    assert "Taken away in MediaOS, and to be taken away in QuickBooks: 1 document" in told
    assert "1,861.08 in all, since" in told
    assert "1 document went before it stopped, 25.00 in all." in told
    assert "qbo/invoice/266" in told
    assert "--yes lets all of it go" in told
    assert stopped.asked == []

    code, shown = stopped.json("confirm", "t1")
    [side] = shown["stopped"]
    assert (code, side["guard"], len(side["waits"]), shown["answers"]) == (0, GUARD, 1, [])


def test_each_currency_is_told_by_itself(world):
    world.tell(
        "t1",
        counted("qbo/invoice/265"),
        counted("qbo/invoice/267", currency="EUR"),
        counted("qbo/invoice/268", currency="EUR", after=1),
        counted("qbo/invoice/266", GUARD, after=5),
    )
    gone = Seen(document=INVOICE_136, change=change(None, revision=2))
    applied, *linked = crossed()
    in_pounds = replace(applied, record=replace(applied.record, currency="GBP"))
    world.tell(LANE, seen(), decided(), in_pounds, *linked, gone, parked(WAITS))

    told = " ".join(world.isthmus("confirm", "t1").out.split())
    assert "1 document, 1,861.08 GBP in all, since" in told
    assert "3 documents went before it stopped, 25.00 and 50.00 EUR in all." in told
    [side] = world.json("confirm", "t1")[1]["stopped"]
    assert (side["went_amount"], side["went_besides"]) == ("25.00", {"EUR": "50.00"})
    assert [each["currency"] for each in side["waits"]] == ["GBP"]

    [status] = world.json("status")[1]["removals_stopped"]
    assert (status["amount"], status["besides"]) == ("25.00", {"EUR": "50.00"})
    shown = " ".join(world.isthmus("status").out.split())
    assert "3 documents of 25.00 and 50.00 EUR in all went before" in shown


def test_a_person_lets_it_go_under_a_name(stopped):
    code, shown = stopped.json("confirm", "t1", "--yes", "--by", "Ada")

    assert (code, [each["done"] for each in shown["answers"]]) == (0, [True])
    [(topic, key, request)] = stopped.asked
    assert (topic, key) == ("isthmus-requests", "t1")
    assert request == ConfirmRemovals(id=request.id, tenant="t1", guard=GUARD, by="Ada")


def test_where_nothing_waits_nothing_is_confirmed(stopped):
    stopped.tell("t1", RemovalsConfirmed(request="c1", side=Side.MEDIAOS, guard=GUARD))
    refused = stopped.isthmus("confirm", "t1", "--yes")

    assert (refused.code, stopped.asked) == (1, [])
    assert "Nothing of tenant t1 waits to be confirmed" in refused.told


def test_status_names_what_is_stopped_until_it_is_confirmed(stopped):
    assert stopped.json("status")[1]["removals_stopped"] == [
        {
            "tenant": "t1",
            "side": "mediaos",
            "since": "2026-03-02T09:00:05Z",
            "went": 1,
            "amount": "25.00",
            "besides": {},
        }
    ]
    told = " ".join(stopped.isthmus("status").out.split())
    assert (
        "Tenant t1: much was removed in MediaOS at once: what is to be removed in QuickBooks too "
        "waits for your word since 2026-03-02 09:00:05Z; 1 document of 25.00 in all went "
        "before. `isthmus confirm t1` shows what waits, and lets it go." in told
    )

    stopped.tell("t1", RemovalsConfirmed(request="c1", side=Side.MEDIAOS, guard=GUARD))
    assert stopped.json("status")[1]["removals_stopped"] == []
