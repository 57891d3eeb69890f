"""How does a bookkeeper record in QuickBooks that money came back?

By what takes it off receivables again, with which its payment is linked in the place of an invoice
(quickbooks-money.md 2.2): a journal entry, an expense, a check.
"""

from decimal import Decimal
from typing import Any

from tests.scenarios.both.people import account_called, parts_in_qbo

RECEIVABLES = "Accounts Receivable (A/R)"
JOURNAL = "JournalEntryLineDetail"
COST = "AccountBasedExpenseLineDetail"


def by_an_entry(town, customer: str, amount: str) -> Any:
    """A journal entry that takes money out of the bank, and has the customer owe it again."""

    def line(how: str, account: str, **named: Any) -> Any:
        detail = {"PostingType": how, "AccountRef": {"value": account_called(town, account)}}
        return {"Amount": Decimal(amount), "DetailType": JOURNAL, JOURNAL: detail | named}

    entity = {"Type": "Customer", "EntityRef": {"value": customer}}
    lines = [line("Debit", RECEIVABLES, Entity=entity), line("Credit", "Checking")]
    [currency] = [c["CurrencyRef"] for c in town.in_qbo("Customer") if c["Id"] == customer]
    fields = {"Line": lines, "CurrencyRef": currency}
    made = town.qbo.person.create("JournalEntry", fields)
    return {"TxnId": made["Id"], "TxnType": "JournalEntry"}


def by_an_expense(town, customer: str, amount: str, paid_by: str = "Cash") -> Any:
    """An expense, or a check, of the bank account on receivables, whose payee is the customer."""
    detail = {"AccountRef": {"value": account_called(town, RECEIVABLES)}}
    fields = {
        "AccountRef": {"value": account_called(town, "Checking")},
        "EntityRef": {"value": customer, "type": "Customer"},
        "PaymentType": paid_by,
        "Line": [{"Amount": Decimal(amount), "DetailType": COST, COST: detail}],
    }
    made = town.qbo.person.create("Purchase", fields)
    return {"TxnId": made["Id"], "TxnType": "Check" if paid_by == "Check" else "Expense"}


def by_a_check(town, customer: str, amount: str) -> Any:
    return by_an_expense(town, customer, amount, "Check")


def comes_back(town, payment: Any, way: Any, amount: str, applied: dict[str, str]) -> Any:
    """The bookkeeper links a payment with what gave it back, and with what of it stays applied."""
    gave = way(town, payment["CustomerRef"]["value"], amount)
    lines = [*parts_in_qbo(applied), {"Amount": Decimal(amount), "LinkedTxn": [gave]}]
    return town.qbo.person.edit("Payment", payment["Id"], {"Line": lines})
