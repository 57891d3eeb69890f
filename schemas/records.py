"""How does one side show a customer, an invoice, a credit memo, a payment, a refund?

One shape for both sides, in that side's own values: an invoice of QBO names QBO's customer and
items, one of MediaOS MediaOS's advertiser and products.  `marker` is the other side's id as the
record itself carries it (the last line of QBO's PrivateNote, MediaOS's external reference).

`as_shown` is what QBO shows of a record's lines besides ours, in its own words: a person's class,
service date, text lines and links.  It is for the update that changes a line and keeps the rest.

All amounts of a record are in its own currency, on both sides: nothing is converted.  `currency` is
its code, or MediaOS' words for one whose code is not known; without one it is the home currency.
`rate` is in the side's own sense: of QBO what a unit is worth at home, of MediaOS the multiplier
from the home currency, its reciprocal; `home_total` is what QBO shows a whole sale to be worth.
`foreign` stands only in what was read before they did, of what was not in the home currency.
"""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from schemas.products import Product
from schemas.values import ZERO


class Address(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A postal address; empty text where a side has nothing."""

    lines: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


class Customer(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="customer", omit_defaults=True
):
    """An advertiser of MediaOS, a customer of QBO.

    `note` is what a person wrote on it in QBO, above our marker: nobody's but theirs.  `parent` is
    the customer there of which it is a part, as a job is; `made` is when it was made there;
    `exempt`: no tax is reckoned there of what is sold to it.
    """

    name: str
    email: str | None = None
    phone: str | None = None
    billing: Address | None = None
    note: str | None = None
    active: bool = True
    currency: str = ""
    parent: str | None = None
    made: datetime | None = None
    exempt: bool = False
    marker: str | None = None


class Line(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One sold line; `amount` is quantity times unit price, in cents, half up.

    `id` is QBO's of that line, within its invoice.  A line of MediaOS names what is sold, a
    `product`, or in its place a `line_type`: a fee, a discount.  Both are items of QBO, which names
    its item as the `product`.  `taxable` is MediaOS's tick, None where it is not told, `assumed`
    where no line of a sale is ticked that has a tax; `tax` is what it is taxed by: MediaOS's word
    for it, the id of a tax code of QBO.  `class_id` is the class of QBO that it is under, which
    MediaOS does not show.
    """

    id: str = ""
    product: str | None
    line_type: str | None = None
    description: str = ""
    quantity: Decimal = Decimal(1)
    unit_price: Decimal
    amount: Decimal
    taxable: bool | None = None
    assumed: bool = False
    tax: str = ""
    class_id: str = ""


class Invoice(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="invoice", omit_defaults=True
):
    """An invoice.  `number` is the document number in QBO, and MediaOS's copy of it.

    `deposit` is what a person has typed there as paid on the invoice itself: it lowers the balance
    and not the total.  `voided` in QBO it stays, with nothing owed on it.  `issued` of
    MediaOS is the day in UTC of `issued_at`, where it tells a time; `made` is when it was made in
    QBO.

    `tax_code` is the tax of QBO that all of it goes under, in the US; `calculation` what QBO says
    elsewhere of how tax stands to its amounts (TaxExcluded).  `after_discount`: tax falls on what a
    discount leaves.  `printed` of what is to be written: the tax is to be kept as MediaOS has it.
    `class_id` and `location` are those of QBO that all of it is under, which MediaOS does not show.
    `term` is by when it is to be paid, by the id of MediaOS's terms or of QBO's term; the day is
    `due`.
    """

    customer: str
    number: str | None = None
    issued: date
    issued_at: datetime | None = None
    due: date | None = None
    lines: tuple[Line, ...] = ()
    memo: str | None = None
    email: str | None = None
    tax: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    total: Decimal = Decimal(0)
    balance: Decimal = Decimal(0)
    deposit: Decimal = Decimal(0)
    foreign: str | None = None
    currency: str = ""
    rate: Decimal | None = None
    home_total: Decimal | None = None
    voided: bool = False
    made: datetime | None = None
    as_shown: tuple[str, ...] = ()
    tax_code: str = ""
    calculation: str = ""
    after_discount: bool = False
    printed: bool = False
    class_id: str = ""
    location: str = ""
    term: str = ""
    marker: str | None = None


class CreditMemo(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="credit-memo", omit_defaults=True
):
    """Money that a customer is owed: all its amounts are positive, and lower what he owes.

    `remaining` is what of it settles nothing yet; the rest is as of an invoice.
    """

    customer: str
    number: str | None = None
    issued: date
    issued_at: datetime | None = None
    lines: tuple[Line, ...] = ()
    memo: str | None = None
    email: str | None = None
    tax: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    total: Decimal = Decimal(0)
    remaining: Decimal = Decimal(0)
    foreign: str | None = None
    currency: str = ""
    rate: Decimal | None = None
    home_total: Decimal | None = None
    voided: bool = False
    made: datetime | None = None
    as_shown: tuple[str, ...] = ()
    tax_code: str = ""
    calculation: str = ""
    after_discount: bool = False
    printed: bool = False
    class_id: str = ""
    location: str = ""
    marker: str | None = None


class Refund(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="refund", omit_defaults=True):
    """Money that was paid out for what is taken back, by lines; nothing is owed by it or for it.

    `method` is how it was paid out, as of a payment; `account` is the one of QBO where that money
    lay, which MediaOS does not show.  `deposited` is as of a payment, the rest as of an invoice.
    One of QBO may name no `customer`: that is empty then, and it is nobody's.
    """

    customer: str
    number: str | None = None
    issued: date
    issued_at: datetime | None = None
    lines: tuple[Line, ...] = ()
    memo: str | None = None
    method: str | None = None
    account: str | None = None
    tax: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    total: Decimal = Decimal(0)
    deposited: str | None = None
    foreign: str | None = None
    currency: str = ""
    rate: Decimal | None = None
    home_total: Decimal | None = None
    voided: bool = False
    made: datetime | None = None
    as_shown: tuple[str, ...] = ()
    tax_code: str = ""
    calculation: str = ""
    after_discount: bool = False
    printed: bool = False
    class_id: str = ""
    location: str = ""
    marker: str | None = None


#: What is sold, or taken back, by lines.
Sale = Invoice | CreditMemo | Refund


class Allocation(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The part of a payment that settles one invoice."""

    invoice: str
    amount: Decimal


class CreditPart(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The part of a credit memo that settles one invoice."""

    credit: str
    invoice: str
    amount: Decimal


class Payment(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="payment", omit_defaults=True
):
    """Money received; what is not applied to an invoice stays on the customer's account.

    `credits` are what of its invoices QBO has settled by credits that it links: no money came for
    them.  What of that credit memos give are its `parts`: a credit application, which is a record
    of its own (schemas.credit_parts). `returned` is money that its customer owes again there, since
    a journal entry or an expense stands against it, as that of a returned cheque does: it is none
    of the `amount`. `charged` stands only in what was read before it did, and is in the amount.
    `deposited` is QBO's deposit at the bank that it is a part of: nobody changes it then.
    `refunded` is when MediaOS gave it back; `received_at` is as the `issued_at` of an invoice.
    `on_account` is what MediaOS applies to invoices that do not owe it in QBO any more, where a
    credit has settled it: no side shows that, it is what QBO was told of the payment, or was not.
    `method` is how it was paid: MediaOS's type (Check), the id of a payment method of QBO;
    `account` is the one of QBO that it went into, which MediaOS does not show.
    """

    customer: str
    amount: Decimal
    received: date
    received_at: datetime | None = None
    reference: str | None = None
    memo: str | None = None
    applied: tuple[Allocation, ...] = ()
    credits: tuple[Allocation, ...] = ()
    parts: tuple[CreditPart, ...] = ()
    charged: Decimal = Decimal(0)
    returned: Decimal = ZERO
    on_account: tuple[Allocation, ...] = ()
    deposited: str | None = None
    refunded: date | None = None
    foreign: str | None = None
    currency: str = ""
    rate: Decimal | None = None
    voided: bool = False
    as_shown: tuple[str, ...] = ()
    marker: str | None = None
    method: str | None = None
    account: str | None = None


class CreditApplication(
    msgspec.Struct,
    frozen=True,
    gc=False,
    kw_only=True,
    tag="credit-application",
    omit_defaults=True,
):
    """What credit memos settle of invoices.

    In QBO it is the credit in a payment, which may bring money too: `amount` is that, `money` what
    each invoice gets besides the credit, `as_shown` the payment's lines that are not to invoices.
    QBO shows no pairs, only what each memo gives and each invoice gets: its `parts` are read in the
    order of its lines.  Without parts it stands no more.
    """

    customer: str
    applied: date
    applied_at: datetime | None = None
    parts: tuple[CreditPart, ...] = ()
    amount: Decimal = Decimal(0)
    money: tuple[Allocation, ...] = ()
    deposited: str | None = None
    foreign: str | None = None
    currency: str = ""
    rate: Decimal | None = None
    voided: bool = False
    as_shown: tuple[str, ...] = ()
    marker: str | None = None


Record = Customer | Invoice | CreditMemo | Payment | CreditApplication | Refund | Product
