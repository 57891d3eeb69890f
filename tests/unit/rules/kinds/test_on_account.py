"""What of a payment has room on its invoices in QuickBooks, and what is on account there."""

from datetime import date
from decimal import Decimal

import pytest

from agents.rules.kinds.on_account import (
    beyond,
    fitting_links,
    held_back,
    lacking,
    taken_links,
)
from schemas.records import Allocation, Payment


def parts(**amounts: str) -> tuple[Allocation, ...]:
    return tuple(
        Allocation(invoice=name.removeprefix("to_"), amount=Decimal(amount))
        for name, amount in amounts.items()
    )


def payment(*applied: Allocation, on_account: tuple[Allocation, ...] = ()) -> Payment:
    return Payment(
        customer="1",
        amount=Decimal(60),
        received=date(2026, 3, 2),
        applied=applied,
        on_account=on_account,
    )


@pytest.mark.parametrize(
    ("wanted", "shown", "owed", "fits"),
    [
        (parts(to_1="60"), (), {}, parts(to_1="60")),
        (parts(to_1="60"), (), {"1": Decimal(35)}, parts(to_1="35")),
        (parts(to_1="60"), parts(to_1="35"), {"1": Decimal(0)}, parts(to_1="35")),
        (parts(to_1="60"), parts(to_1="35"), {"1": Decimal(25)}, parts(to_1="60")),
        (parts(to_1="30"), parts(to_1="35"), {"1": Decimal(0)}, parts(to_1="30")),
        (parts(to_1="40", to_2="20"), (), {"1": Decimal(0)}, parts(to_2="20")),
        (
            (*parts(to_1="20"), *parts(to_1="40")),
            (),
            {"1": Decimal(35)},
            (*parts(to_1="20"), *parts(to_1="15")),
        ),
    ],
    ids=[
        *("not read", "owes less", "owes no more", "owes again", "asks for less", "owes nothing"),
        "two links of one invoice",
    ],
)
def test_an_invoice_gets_what_it_owes_and_what_it_has_of_this_payment(wanted, shown, owed, fits):
    assert fitting_links(wanted, shown, owed) == fits


def test_a_link_that_quickbooks_dropped_without_a_word_is_not_held_back():
    assert held_back(payment(*parts(to_1="60")), payment(), payment(), {}) is None


def test_what_both_agreed_to_leave_on_account_is_held_back_and_no_more():
    agreed = payment(on_account=parts(to_1="25"))
    asked, shown = payment(*parts(to_1="60")), payment(*parts(to_1="35"))
    due = held_back(asked, shown, agreed, {})
    assert due is not None
    assert (due.applied, due.on_account) == (parts(to_1="35"), parts(to_1="25"))
    assert held_back(asked, payment(*parts(to_1="30")), agreed, {}) is None


def test_only_what_is_known_to_owe_too_little_is_asked_for():
    wanted = payment(*parts(to_1="40", to_2="20"))
    known = {"1": Decimal(39), "2": Decimal(20)}
    assert [each.id for each in beyond(wanted, None, known)] == ["1"]
    assert beyond(wanted, payment(*parts(to_1="1")), known) == ()


def test_what_quickbooks_shows_less_settled_is_named_by_its_invoice():
    asked = payment(*parts(to_1="40", to_2="20"), Allocation(invoice="", amount=Decimal(5)))
    assert [each.id for each in lacking(asked, payment(*parts(to_1="39", to_2="20")))] == ["1"]
    assert lacking(asked, payment(*parts(to_1="40", to_2="20"))) == ()


@pytest.mark.parametrize(
    ("asked", "shown", "taken"),
    [
        (parts(to_1="20"), parts(to_1="20"), parts(to_1="20")),
        ((), parts(to_1="20"), ()),
        (parts(to_1="10"), parts(to_1="20", to_2="5"), parts(to_1="10")),
        (parts(to_1="20"), parts(to_2="20"), parts(to_2="20")),
        (parts(to_1="20"), parts(to_1="5"), parts(to_1="5")),
    ],
    ids=["as asked", "by itself", "more by itself", "another invoice", "less"],
)
def test_what_quickbooks_applies_besides_is_its_own_and_another_invoice_is_none_of_that(
    asked, shown, taken
):
    assert taken_links(asked, shown) == taken
