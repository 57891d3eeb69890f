"""What do we read of what QuickBooks shows?  Only these properties, by QuickBooks' own names.

Numbers become Decimals straight from their digits, never by way of a float; everything that is not
named here is ignored, since QuickBooks adds properties at will (quickbooks-online.md 2.2).
"""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from schemas.limits import Line, RecordId

NO_LINES = msgspec.Raw(b"[]")


class Ref(msgspec.Struct, frozen=True):
    """A reference to another record."""

    value: RecordId


class MetaData(msgspec.Struct, frozen=True, rename="pascal"):
    """When the record was made, and touched last; times with Intuit's Pacific offset."""

    create_time: datetime | None = None
    last_updated_time: datetime | None = None


class Entity(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """What every record has; a deleted one has hardly more than its id (2.3, 2.5)."""

    id: RecordId
    sync_token: str = "0"  # noqa: S105 - a version and no secret
    meta_data: MetaData = MetaData()
    status: str | None = msgspec.field(name="status", default=None)

    @property
    def deleted(self) -> bool:
        """Tell whether this is only the trace of a record."""
        return self.status == "Deleted"


class Address(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """A postal address."""

    line1: str = ""
    line2: str = ""
    line3: str = ""
    line4: str = ""
    line5: str = ""
    city: str = ""
    country_sub_division_code: str = ""
    postal_code: str = ""
    country: str = ""


class Email(msgspec.Struct, frozen=True, rename="pascal"):
    """An e-mail address."""

    address: str = ""


class Phone(msgspec.Struct, frozen=True, rename="pascal"):
    """A telephone number."""

    free_form_number: str = ""


class Memo(msgspec.Struct, frozen=True):
    """The message that a customer sees on an invoice."""

    value: str = ""


class Currency(msgspec.Struct, frozen=True):
    """A currency by its code."""

    value: Line = ""


class Customer(Entity, frozen=True, kw_only=True, rename="pascal"):
    """A customer."""

    display_name: str
    primary_email_addr: Email = Email()
    primary_phone: Phone = Phone()
    bill_addr: Address = Address()
    active: bool = True
    currency_ref: Currency = Currency()
    parent_ref: Ref | None = None
    notes: str = ""
    taxable: bool | None = None


class Named(Entity, frozen=True, kw_only=True, rename="pascal"):
    """A name of a list: an item, or what else things are mapped to."""

    name: str
    active: bool = True
    fully_qualified_name: str = ""
    type: str = ""
    account_type: str = ""
    sku: str = ""
    acct_num: str = ""
    income_account_ref: Ref | None = None


class SalesItem(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """What a line sells."""

    item_ref: Ref | None = None
    qty: Decimal | None = None
    unit_price: Decimal | None = None
    tax_code_ref: Ref | None = None
    class_ref: Ref | None = None
    #: What the line comes to with its tax, where amounts were typed so; its price is too.
    tax_inclusive_amt: Decimal | None = None


class Group(msgspec.Struct, frozen=True, rename="pascal"):
    """A bundle: the lines that it stands for."""

    line: "tuple[SalesLine, ...]" = ()


class SalesLine(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """One line of an invoice, of any kind."""

    id: RecordId = ""
    detail_type: str = ""
    amount: Decimal = Decimal(0)
    description: str = ""
    sales_item_line_detail: SalesItem | None = None
    group_line_detail: Group | None = None


class TxnTaxDetail(msgspec.Struct, frozen=True, rename="pascal"):
    """The tax of a whole invoice."""

    total_tax: Decimal = Decimal(0)
    txn_tax_code_ref: Ref | None = None


class Invoice(Entity, frozen=True, kw_only=True, rename="pascal"):
    """An invoice."""

    customer_ref: Ref
    txn_date: date
    doc_number: str = ""
    sales_term_ref: Ref | None = None
    due_date: date | None = None
    line: msgspec.Raw = NO_LINES
    customer_memo: Memo = Memo()
    bill_email: Email = Email()
    txn_tax_detail: TxnTaxDetail = TxnTaxDetail()
    global_tax_calculation: str | None = None
    apply_tax_after_discount: bool | None = None
    total_amt: Decimal = Decimal(0)
    balance: Decimal = Decimal(0)
    deposit: Decimal = Decimal(0)
    currency_ref: Currency = Currency()
    home_total_amt: Decimal | None = None
    exchange_rate: Decimal | None = None
    class_ref: Ref | None = None
    department_ref: Ref | None = None
    private_note: str = ""


class CreditMemo(Entity, frozen=True, kw_only=True, rename="pascal"):
    """A credit memo."""

    customer_ref: Ref
    txn_date: date
    doc_number: str = ""
    line: msgspec.Raw = NO_LINES
    customer_memo: Memo = Memo()
    bill_email: Email = Email()
    txn_tax_detail: TxnTaxDetail = TxnTaxDetail()
    global_tax_calculation: str | None = None
    apply_tax_after_discount: bool | None = None
    total_amt: Decimal = Decimal(0)
    remaining_credit: Decimal = Decimal(0)
    currency_ref: Currency = Currency()
    home_total_amt: Decimal | None = None
    exchange_rate: Decimal | None = None
    class_ref: Ref | None = None
    department_ref: Ref | None = None
    private_note: str = ""


class LinkedTxn(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """What a line of a payment settles."""

    txn_id: RecordId
    txn_type: str


class PaymentLine(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """One line of a payment."""

    amount: Decimal = Decimal(0)
    linked_txn: tuple[LinkedTxn, ...] = ()


class Payment(Entity, frozen=True, kw_only=True, rename="pascal"):
    """A payment."""

    customer_ref: Ref
    total_amt: Decimal
    txn_date: date
    payment_ref_num: str = ""
    payment_method_ref: Ref | None = None
    deposit_to_account_ref: Ref | None = None
    private_note: str = ""
    line: msgspec.Raw = NO_LINES
    unapplied_amt: Decimal = Decimal(0)
    currency_ref: Currency = Currency()
    exchange_rate: Decimal | None = None
    linked_txn: tuple[LinkedTxn, ...] = ()


class RefundReceipt(Entity, frozen=True, kw_only=True, rename="pascal"):
    """A refund receipt; one for somebody who walked in names no customer."""

    customer_ref: Ref | None = None
    txn_date: date
    doc_number: str = ""
    line: msgspec.Raw = NO_LINES
    customer_memo: Memo = Memo()
    payment_method_ref: Ref | None = None
    deposit_to_account_ref: Ref | None = None
    txn_tax_detail: TxnTaxDetail = TxnTaxDetail()
    global_tax_calculation: str | None = None
    apply_tax_after_discount: bool | None = None
    total_amt: Decimal = Decimal(0)
    currency_ref: Currency = Currency()
    home_total_amt: Decimal | None = None
    exchange_rate: Decimal | None = None
    class_ref: Ref | None = None
    department_ref: Ref | None = None
    private_note: str = ""
    linked_txn: tuple[LinkedTxn, ...] = ()


class Deposit(msgspec.Struct, frozen=True, rename="pascal"):
    """A deposit at the bank."""

    txn_date: date


class DepositShown(msgspec.Struct, frozen=True, rename="pascal"):
    """An answer that shows one."""

    deposit: Deposit
