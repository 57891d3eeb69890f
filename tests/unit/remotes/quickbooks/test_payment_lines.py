"""Money and credit of one payment, taken apart and put together again."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import Allocation
from schemas.values import Kind
from streams.remotes.quickbooks.kinds.payment_lines import lines_of
from streams.remotes.quickbooks.wire_replies import shown


def line(kind: str, txn_id: str, amount: int) -> dict:
    return {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": txn_id, "TxnType": kind}]}


def payment(total: int, *lines: dict, unapplied: int = 0):
    entity = {
        "Id": "9",
        "TotalAmt": Decimal(total),
        "UnappliedAmt": Decimal(unapplied),
        "TxnDate": "2026-03-02",
        "CustomerRef": {"value": "5"},
        "Line": [*lines],
    }
    return shown(Kind.PAYMENT, entity).record


def parts(*pairs: tuple[str, int]) -> tuple[Allocation, ...]:
    return tuple(Allocation(invoice=invoice, amount=Decimal(amount)) for invoice, amount in pairs)


def test_a_credit_settles_the_first_invoices_and_money_the_rest():
    found = payment(
        50, line("Invoice", "1", 30), line("Invoice", "2", 40), line("CreditMemo", "7", 20)
    )

    assert found.applied == parts(("1", 10), ("2", 40))
    assert found.credits == parts(("1", 20))
    assert found.returned == 0


def test_a_payment_of_nothing_is_all_credit():
    found = payment(0, line("Invoice", "1", 20), line("CreditMemo", "7", 20))

    assert (found.applied, found.credits) == ((), parts(("1", 20)))


@pytest.mark.parametrize(
    ("total", "unapplied", "returned", "applied"),
    [(50, 0, 30, (("1", 20),)), (0, 0, 0, (("1", 0),)), (30, 40, 0, ())],
    ids=["charge", "nothing", "credit"],
)
def test_a_journal_entry_is_a_charge_or_a_credit_by_what_the_payment_comes_to(
    total, unapplied, returned, applied
):
    lines = [line("Invoice", "1", 20), line("JournalEntry", "8", 30)]
    if total == 0:
        lines = [line("Invoice", "1", 30), line("JournalEntry", "8", 30)]
    found = payment(total, *lines, unapplied=unapplied)

    assert (found.amount, found.returned) == (total - returned, returned)
    assert [part for part in found.applied if part.amount] == list(
        parts(*[each for each in applied if each[1]])
    )


@pytest.mark.parametrize("kind", ["JournalEntry", "Expense", "Check"])
def test_a_returned_cheque_keeps_its_money_off_the_invoice(kind):
    found = payment(50, line(kind, "8", 50))

    assert (found.applied, found.credits, found.returned) == ((), (), Decimal(50))
    assert found.amount == 0


def test_a_part_that_an_expense_gave_back_leaves_the_rest():
    found = payment(50, line("Invoice", "1", 20), line("Expense", "8", 30))

    assert (found.applied, found.returned, found.amount) == (parts(("1", 20)), 30, 20)


def test_what_a_credit_card_gave_is_no_money():
    found = payment(30, line("Invoice", "1", 50), line("CreditCardCredit", "8", 20))

    assert (found.applied, found.credits) == (parts(("1", 30)), parts(("1", 20)))


ENCODE = msgspec.json.Encoder(decimal_format="number", order="sorted").encode
AMOUNTS = st.integers(1, 1_000)


@given(
    st.dictionaries(st.sampled_from("1234"), AMOUNTS, max_size=4),
    st.dictionaries(st.sampled_from("78"), AMOUNTS, max_size=2),
)
def test_what_is_taken_apart_is_put_together_the_same(invoices, memos):
    total = max(sum(invoices.values()) - sum(memos.values()), 0)
    lines = [line("Invoice", *each) for each in invoices.items()]
    lines += [line("CreditMemo", *each) for each in memos.items()]
    found = payment(total, *lines)

    def told(said: list[dict]) -> list[bytes]:
        return sorted(ENCODE(each) for each in said)

    assert told(lines_of(found)) == told(lines)
