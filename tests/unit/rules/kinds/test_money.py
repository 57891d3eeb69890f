"""Does a record add up, and do both sides show the same money?"""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.rules.kinds.money import (
    payment_gap,
    payment_parts_gap,
    payment_unsayable,
    payment_variance,
    sale_gap,
    sale_parts_gap,
    sale_unsayable,
    sale_unsayable_here,
    sale_variance,
)
from schemas.money_words import money_words
from schemas.records import Allocation, CreditMemo, Invoice, Line, Payment

DAY = date(2026, 3, 1)
CENTS = st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 100)


def sold(*amounts: str | Decimal) -> tuple[Line, ...]:
    return tuple(
        Line(product="7", unit_price=Decimal(each), amount=Decimal(each)) for each in amounts
    )


def invoice(*amounts: str, total: str, **more: str) -> Invoice:
    fields = {name: Decimal(value) for name, value in more.items()}
    return Invoice(customer="42", issued=DAY, lines=sold(*amounts), total=Decimal(total), **fields)


def payment(amount: str, **applied: str) -> Payment:
    parts = tuple(
        Allocation(invoice=name.removeprefix("to_"), amount=Decimal(part))
        for name, part in applied.items()
    )
    return Payment(customer="42", amount=Decimal(amount), received=DAY, applied=parts)


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (invoice("100.00", total="100.01"), "a difference of 0.01"),
        (invoice("100.00", total="100.00", tax="5.00"), "a difference of -5.00"),
        (invoice("100.00", total="-1.00"), "no negative invoice"),
        (invoice("10.00", total="0", discount="10.01"), "more than its lines"),
        (invoice(total="0"), "no lines"),
        (payment("-1"), "never negative"),
        (payment("50", to_1="40", to_2="20"), "60.00 in all, more than its amount of 50.00"),
        (payment("50", to_1="0"), "not above zero"),
        (replace(payment("50"), refunded=DAY), "refunded in MediaOS on 2026-03-01"),
    ],
)
def test_what_does_not_add_up_is_named_with_its_figures(record, says):
    rule = sale_unsayable if isinstance(record, Invoice) else payment_unsayable

    assert says in rule(record)


def of_qbo(quantity="3", price="1.235", amount="3.71", **more):
    """An invoice of QuickBooks with one line, which comes to its total unless that is given."""
    line = Line(
        product="19",
        quantity=Decimal(quantity),
        unit_price=Decimal(price),
        amount=Decimal(amount),
    )
    fields = {"lines": (line,), "total": line.amount, **more}
    return Invoice(customer="58", issued=DAY, **fields)


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (of_qbo(lines=()), "it sells nothing"),
        (of_qbo(amount="3.70"), "a line of 3.70 is 3 at 1.235, which MediaOS reckons as 3.71"),
        (of_qbo(price="1.2351234", amount="3.71"), "1.2351234, and MediaOS holds 5 decimals"),
        (of_qbo(discount=Decimal(-1)), "a discount is never negative"),
        (of_qbo(tax=Decimal("0.30")), "a difference of -0.30"),
    ],
)
def test_what_mediaos_could_not_be_told_of_quickbooks_is_named_with_its_figures(record, says):
    assert says in sale_unsayable_here(record)


def test_what_adds_up_in_quickbooks_can_be_told_to_mediaos():
    assert sale_unsayable_here(of_qbo()) is None
    taxed = of_qbo(tax=Decimal("0.30"), discount=Decimal(1), total=Decimal("3.01"))
    assert sale_unsayable_here(taxed) is None
    assert sale_unsayable_here(of_qbo("-1", "5", "-5")) is None


@given(st.lists(CENTS, min_size=1, max_size=9), CENTS)
def test_what_adds_up_can_be_said(amounts, tax):
    total = sum(amounts, tax)

    assert (
        sale_unsayable(
            Invoice(customer="42", issued=DAY, lines=sold(*amounts), tax=tax, total=total)
        )
        is None
    )


@pytest.mark.parametrize(
    ("shown", "differs"),
    [("100.00", False), ("100.01", False), ("99.99", False), ("100.02", True), ("0", True)],
)
def test_a_cent_is_a_variance_and_more_is_a_difference(shown, differs):
    asked = invoice("100.00", total="100.00")
    other = replace(asked, total=Decimal(shown))
    said = sale_gap(asked, other)
    named = sale_variance(asked, other)
    assert (named is None) is (shown == "100.00")

    assert (said is not None) is differs
    assert not differs or ("100.00" in said and money_words(Decimal(shown)) in said)


def test_a_refund_of_what_stands_in_quickbooks_is_listed_and_no_difference():
    given_back = replace(payment("50"), refunded=DAY)

    assert "record the refund of 50.00" in payment_variance(given_back, payment("50"))
    assert payment_gap(given_back, payment("50")) is None
    assert payment_variance(given_back, payment("0")) is None
    assert payment_variance(payment("50"), payment("50")) is None


def test_lines_that_come_to_the_same_are_compared_each():
    asked = invoice("60.00", "40.00", total="100.00")
    other = replace(asked, lines=sold("50.00", "50.00"))

    assert sale_gap(asked, other) is None
    assert "60.00" in sale_parts_gap(asked, other)
    assert sale_parts_gap(asked, replace(asked, lines=asked.lines[::-1])) is None


def test_a_payment_differs_by_its_amount_and_by_each_link_that_was_dropped():
    asked = payment("50", to_1="50")

    assert "30.00" in payment_gap(asked, payment("30", to_1="30"))
    assert payment_gap(asked, payment("50")) is None
    assert "50.00 to invoice 1" in payment_parts_gap(asked, payment("50"))
    assert payment_parts_gap(asked, payment("50", to_1="50", to_2="9")) is None
    twice = replace(
        asked, applied=(*payment("20", to_1="20").applied, *payment("30", to_1="30").applied)
    )
    assert payment_parts_gap(twice, asked) is None


def test_what_quickbooks_has_besides_and_comes_to_nothing_is_no_difference():
    asked = invoice("60.00", "40.00", total="100.00")

    assert sale_parts_gap(asked, replace(asked, lines=sold("60.00", "40.00", "0.00"))) is None


def test_a_credit_memo_is_called_one():
    memo = CreditMemo(customer="42", issued=DAY)
    assert sale_unsayable(memo) == (
        "it has no lines, and QuickBooks takes no credit memo without one"
    )
    negative = replace(memo, lines=sold("-1"), total=Decimal(-1))
    assert "takes no negative credit memo" in sale_unsayable(negative)
