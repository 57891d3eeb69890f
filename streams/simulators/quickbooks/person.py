"""What does somebody do who works in QuickBooks itself, not through the API?

A person holds no SyncToken, is not stopped by our locks or closed books, and makes the same
webhooks as the API does.
"""

# ruff: noqa: A002 - "id" is what a record's id is called on both sides of the wire

from datetime import date
from typing import Annotated, Any, Literal

from streams.simulators.quickbooks.amounts import exact
from streams.simulators.quickbooks.applied import open_amount
from streams.simulators.quickbooks.auto_apply import apply_credits, apply_payments
from streams.simulators.quickbooks.balancing import balancing_memo
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.currencies import set_several
from streams.simulators.quickbooks.merges import merge_customers
from streams.simulators.quickbooks.parts import account_named
from streams.simulators.quickbooks.settings import Tried
from streams.simulators.quickbooks.tax_codes import TaxModel, set_sales_tax
from streams.simulators.quickbooks.writes import Writer


class Person:
    """A bookkeeper at work in one realm."""

    def __init__(self, book: Book, writer: Writer) -> None:
        self._book = book
        self._writer = writer

    def create(self, kind: str, fields: dict[str, Any]) -> Record:
        """Create a record of any kind; amounts as Decimal, int or text. Raises Fault."""
        return self._writer.create(kind, fields, by_person=True)

    def edit(self, kind: str, id: str, changes: dict[str, Any]) -> Record:
        """Change the named properties; `Line` replaces all lines. Raises Fault."""
        body = {**changes, **self._present(kind, id), "sparse": True}
        return self._writer.update(kind, body, by_person=True)

    def delete(self, kind: str, id: str) -> Record:
        """Delete a transaction. Raises Fault."""
        return self._writer.delete(kind, self._present(kind, id), by_person=True)

    def void(self, kind: str, id: str) -> Record:
        """Void a transaction; a credit memo and a refund too. Raises Fault."""
        return self._writer.void(kind, self._present(kind, id), by_person=True)

    def deposit(self, payments: list[str], account: str = "Checking", fee: str = "0") -> Record:
        """Put payments, by id, from Undeposited Funds into the bank, less a fee. Raises Fault."""
        lines: list[Record] = []
        for payment_id in payments:
            link = {"TxnId": payment_id, "TxnType": "Payment", "TxnLineId": "0"}
            amount = self._book.get("Payment", payment_id)["TotalAmt"]
            lines.append({"Amount": amount, "LinkedTxn": [link]})
        if exact(fee):
            charged = {"AccountRef": account_named(self._book, "Bank Charges")}
            lines.append({"Amount": -exact(fee), "DepositLineDetail": charged})
        into = account_named(self._book, account)
        return self._writer.create("Deposit", {"DepositToAccountRef": into, "Line": lines})

    def apply_credit(
        self, credit: str, invoice: str, amount: str | None = None, kind: str = "CreditMemo"
    ) -> Record:
        """Apply a credit memo, or a journal entry, to an invoice by a payment of nothing.

        Without an amount as much as both have open. Raises Fault.
        """
        customer = self._book.get("Invoice", invoice)["CustomerRef"]
        targets = [("Invoice", invoice), (kind, credit)]
        most = min(open_amount(self._book, one, customer["value"]) for one in targets)
        lines = [
            {"Amount": amount or most, "LinkedTxn": [{"TxnId": txn_id, "TxnType": name}]}
            for name, txn_id in targets
        ]
        body = {"CustomerRef": customer, "TotalAmt": 0, "Line": lines}
        return self._writer.create("Payment", body)

    def set_custom_numbers(self, on: bool, warn: bool = True) -> Record:  # noqa: FBT001, FBT002
        """Choose who numbers sales, callers or QBO's own sequence (2.9), and who is warned.

        `warn` refuses a number that is taken, where callers number; no API shows it.
        """
        self._book.unseen.warns_of_twins = warn
        return self._prefer("SalesFormsPrefs", CustomTxnNumbers=on)

    def auto_apply(self, customer: str) -> None:
        """Apply a customer's credits and unapplied payments to the oldest open invoices."""
        apply_credits(self._book, customer, self._writer.create)
        apply_payments(self._book, customer, self._edit_by_id)

    def merge(self, keep: str, lose: str) -> Record:
        """Make one customer of two; return the survivor. Raises Fault."""
        return merge_customers(self._book, keep, lose)

    def deactivate(self, kind: str, id: str) -> Record:
        """Make a name inactive; a customer who owes is balanced by a credit memo. Raises Fault."""
        if kind == "Customer" and self._book.get(kind, id)["Balance"] > 0:
            self._writer.create("CreditMemo", balancing_memo(self._book, id))
        return self.edit(kind, id, {"Active": False})

    def set_auto_apply(
        self, *, credits: bool | None = None, payments: bool | None = None
    ) -> Record:
        """Choose what QBO applies by itself when a document is made; None leaves it."""
        wanted = {"AutoApplyCredit": credits, "AutoApplyPayments": payments}
        changes = {name: value for name, value in wanted.items() if value is not None}
        return self._prefer("SalesFormsPrefs", **changes)

    def set_online_payment(self, on: bool) -> Record:  # noqa: FBT001
        """Let new invoices be paid by card and bank transfer, unless they say otherwise."""
        self._book.unseen.online_payment = on
        return self._prefer("SalesFormsPrefs", ETransactionPaymentEnabled=on)

    def set_mailing(self, on: bool) -> Record:  # noqa: FBT001
        """Let QBO mail every new invoice and credit memo that names an address."""
        self._book.unseen.mails_sales = on
        status = "Enabled" if on else "NotApplicable"
        return self._prefer("SalesFormsPrefs", ETransactionEnabledStatus=status)

    def set_sales_tax(self, model: TaxModel, rate: str | None = None) -> Record:
        """Let the company reckon sales tax: not at all, automated, by hand, or line by line.

        The rate in percent is a US company's one, and that of GST where each line has its code.
        """
        return set_sales_tax(self._book, model, rate)

    def set_classes(self, tracking: Literal["off", "sale", "line"]) -> Record:
        """Put sales under classes: none, each whole, or each line by itself."""
        return self._prefer(
            "AccountingInfoPrefs",
            ClassTrackingPerTxn=tracking == "sale",
            ClassTrackingPerTxnLine=tracking == "line",
        )

    def set_locations(self, on: bool) -> Record:  # noqa: FBT001
        """Put sales under locations, or not."""
        return self._prefer("AccountingInfoPrefs", TrackDepartments=on)

    def set_currencies(self, several: bool) -> Record:  # noqa: FBT001
        """Let the company keep several currencies; nobody can take that back. Raises Fault."""
        return set_several(self._book, several=several)

    def set_time_zone(
        self, zone: Annotated[str | None, Tried("America/Los_Angeles", "America/New_York", None)]
    ) -> Record:
        """Choose where the company keeps its days; None: it shows no zone at all."""
        old = self._book.all("CompanyInfo")[0]
        shown = {name: one for name, one in old.items() if name != "DefaultTimeZone"}
        draft = shown if zone is None else {**shown, "DefaultTimeZone": zone}
        return self._book.replace("CompanyInfo", old, draft, quiet=True)

    def close_books(self, until: date | None, password: bool = True) -> Record:  # noqa: FBT001, FBT002
        """Close the books up to and with a day, or open them again (3.3).

        Without a password the API is refused by 6200 and not 6210, or not at all by switch.
        """
        self._book.unseen.closing_password = password
        return self._prefer("AccountingInfoPrefs", BookCloseDate=until and until.isoformat())

    def _edit_by_id(self, kind: str, changes: Record) -> Record:
        return self.edit(kind, changes["Id"], changes)

    def _present(self, kind: str, record_id: str) -> Record:
        record = self._book.get(kind, record_id)
        return {"Id": record_id, "SyncToken": record["SyncToken"]}

    def _prefer(self, section: str, **changes: object) -> Record:
        old = self._book.all("Preferences")[0]
        # What is not set is not shown (quickbooks-money.md 7).
        shown = {name: one for name, one in (old[section] | changes).items() if one is not None}
        return self._book.replace("Preferences", old, {**old, section: shown})
