"""How does QuickBooks write what is examined?  What is not named here is not looked at."""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from schemas.values import ZERO


class Pascal(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """A thing as QuickBooks writes it."""


class Ref(msgspec.Struct, frozen=True):
    """What a reference leads to; a memo is written so too."""

    value: str = ""


class Mail(Pascal, frozen=True):
    """An e-mail address."""

    address: str = ""


class Phone(Pascal, frozen=True):
    """A telephone number."""

    free_form_number: str = ""


class Sold(Pascal, frozen=True):
    """What is sold in a line."""

    item_ref: Ref = Ref()
    qty: Decimal | None = None
    unit_price: Decimal | None = None


class Posted(Pascal, frozen=True):
    """How a line of a journal entry is posted, and in whose name."""

    posting_type: str = ""
    account_ref: Ref = Ref()
    entity: "Named | None" = None


class Named(Pascal, frozen=True):
    """Whom a line of a journal entry names: a customer, a vendor, an employee."""

    type: str = ""
    entity_ref: Ref = Ref()


class Linked(Pascal, frozen=True):
    """A transaction that a line belongs to."""

    txn_id: str
    txn_type: str


class Group(Pascal, frozen=True):
    """What a bundle stands for."""

    line: "tuple[Line, ...]" = ()


class Line(Pascal, frozen=True):
    """A line of any transaction."""

    amount: Decimal = ZERO
    description: str = ""
    detail_type: str = ""
    sales_item_line_detail: Sold = Sold()
    group_line_detail: Group = Group()
    journal_entry_line_detail: Posted = Posted()
    linked_txn: tuple[Linked, ...] = ()


class Tax(Pascal, frozen=True):
    """What tax comes to."""

    total_tax: Decimal = ZERO


class Customer(Pascal, frozen=True):
    """A customer."""

    id: str
    sync_token: str
    display_name: str
    active: bool = True
    primary_email_addr: Mail = Mail()
    primary_phone: Phone = Phone()
    notes: str = ""
    balance: Decimal | None = None
    currency_ref: Ref = Ref()


class MetaData(Pascal, frozen=True):
    """When it was made."""

    create_time: datetime | None = None


class Transaction(Pascal, frozen=True, kw_only=True):
    """What every transaction says."""

    id: str
    sync_token: str
    meta_data: MetaData = MetaData()
    currency_ref: Ref = Ref()
    exchange_rate: Decimal | None = None
    private_note: str = ""
    line: tuple[Line, ...] = ()


class Invoice(Transaction, frozen=True, kw_only=True):
    """An invoice."""

    customer_ref: Ref
    txn_date: date
    due_date: date | None = None
    doc_number: str = ""
    customer_memo: Ref = Ref()
    bill_email: Mail = Mail()
    txn_tax_detail: Tax = Tax()
    total_amt: Decimal = ZERO
    balance: Decimal = ZERO
    deposit: Decimal = ZERO


class Payment(Transaction, frozen=True, kw_only=True):
    """A payment; a credit memo is applied to an invoice by one of nothing."""

    customer_ref: Ref
    txn_date: date
    total_amt: Decimal
    unapplied_amt: Decimal | None = None
    payment_ref_num: str = ""


class CreditMemo(Transaction, frozen=True, kw_only=True):
    """A credit memo; what is left of it is told under two names, which say the same."""

    customer_ref: Ref
    txn_date: date
    doc_number: str = ""
    customer_memo: Ref = Ref()
    bill_email: Mail = Mail()
    txn_tax_detail: Tax = Tax()
    total_amt: Decimal = ZERO
    balance: Decimal | None = None
    remaining_credit: Decimal | None = None


class RefundReceipt(Transaction, frozen=True, kw_only=True):
    """A refund receipt: money that was paid out of an account; nobody owes it."""

    customer_ref: Ref = Ref()
    txn_date: date
    doc_number: str = ""
    customer_memo: Ref = Ref()
    txn_tax_detail: Tax = Tax()
    deposit_to_account_ref: Ref = Ref()
    total_amt: Decimal = ZERO


class JournalEntry(Transaction, frozen=True, kw_only=True):
    """A journal entry: of its lines those count that stand on receivables, in a customer's name."""

    txn_date: date | None = None
    doc_number: str = ""


class Account(Pascal, frozen=True):
    """An account."""

    id: str


class CurrencyPrefs(Pascal, frozen=True):
    """Which currency is the company's own."""

    home_currency: Ref = Ref()


class Preferences(Pascal, frozen=True):
    """What the company prefers."""

    currency_prefs: CurrencyPrefs = CurrencyPrefs()

    @property
    def home(self) -> str:
        """Return the home currency's code."""
        return self.currency_prefs.home_currency.value


class CompanyInfo(Pascal, frozen=True):
    """What the company says of itself."""

    default_time_zone: str = ""


class Described(Pascal, frozen=True):
    """The answer of a company that is asked for its particulars."""

    company_info: CompanyInfo = CompanyInfo()


class Found(Pascal, frozen=True):
    """What a query found, of the kind that it asked for, and how many there are where it says."""

    total: int | None = msgspec.field(name="totalCount", default=None)

    customer: tuple[Customer, ...] = ()
    invoice: tuple[Invoice, ...] = ()
    payment: tuple[Payment, ...] = ()
    credit_memo: tuple[CreditMemo, ...] = ()
    refund_receipt: tuple[RefundReceipt, ...] = ()
    journal_entry: tuple[JournalEntry, ...] = ()
    account: tuple[Account, ...] = ()


class Page(Pascal, frozen=True):
    """One page of a query's answer."""

    query_response: Found


class Preferred(Pascal, frozen=True):
    """The answer of a company that is asked for its preferences."""

    preferences: Preferences = Preferences()


def answered_as(kind: str) -> str:
    """Return under which field of `Found` a kind is answered: `CreditMemo` as `credit_memo`."""
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in kind)[1:]
