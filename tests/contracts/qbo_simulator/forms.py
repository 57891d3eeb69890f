"""One filled-in form of python-quickbooks for each of its classes that the simulator knows.

Each maker gets a text that makes names differ from one another, and leans on what `stock` lays out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from quickbooks.helpers import qb_date_format
from quickbooks.objects import base, detailline
from quickbooks.objects.account import Account
from quickbooks.objects.attachable import Attachable
from quickbooks.objects.bill import Bill
from quickbooks.objects.billpayment import BillPayment, BillPaymentLine, CheckPayment
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.creditcardpayment_entity import CreditCardPayment
from quickbooks.objects.creditmemo import CreditMemo
from quickbooks.objects.customer import Customer
from quickbooks.objects.department import Department
from quickbooks.objects.deposit import Deposit, DepositLine, DepositLineDetail
from quickbooks.objects.employee import Employee
from quickbooks.objects.estimate import Estimate
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item
from quickbooks.objects.journalentry import (
    JournalEntry,
    JournalEntryLine,
    JournalEntryLineDetail,
)
from quickbooks.objects.payment import Payment
from quickbooks.objects.paymentmethod import PaymentMethod
from quickbooks.objects.purchase import Purchase
from quickbooks.objects.purchaseorder import PurchaseOrder
from quickbooks.objects.refundreceipt import RefundReceipt, RefundReceiptCheckPayment
from quickbooks.objects.salesreceipt import SalesReceipt
from quickbooks.objects.taxagency import TaxAgency
from quickbooks.objects.term import Term
from quickbooks.objects.timeactivity import TimeActivity
from quickbooks.objects.trackingclass import Class
from quickbooks.objects.transfer import Transfer
from quickbooks.objects.vendor import Vendor
from quickbooks.objects.vendorcredit import VendorCredit

CHECKING, SAVINGS, PAYABLE, VISA, INCOME = "35", "36", "33", "42", "1"


def ref(value: str, kind: str = "") -> base.Ref:
    made = base.Ref()
    made.value, made.type = value, kind
    return made


def filled(form: Any, **fields: Any) -> Any:
    for name, value in fields.items():
        setattr(form, name, value)
    return form


def item_line(amount: float = 100) -> Any:
    detail = filled(detailline.SalesItemLineDetail(), ItemRef=ref("1"))
    return filled(detailline.SalesItemLine(), Amount=amount, SalesItemLineDetail=detail)


def cost_line() -> Any:
    detail = filled(detailline.AccountBasedExpenseLineDetail(), AccountRef=ref(INCOME))
    return filled(
        detailline.AccountBasedExpenseLine(), Amount=200, AccountBasedExpenseLineDetail=detail
    )


def ware_line() -> Any:
    detail = filled(
        detailline.ItemBasedExpenseLineDetail(),
        ItemRef=ref("1"),
        CustomerRef=ref("1"),
        UnitPrice=50,
        Qty=2,
        BillableStatus="NotBillable",
    )
    return filled(detailline.ItemBasedExpenseLine(), Amount=100, ItemBasedExpenseLineDetail=detail)


def a_sale(form: Any, note: str) -> Any:
    return filled(
        form,
        CustomerRef=ref("1"),
        Line=[item_line()],
        PrivateNote=note,
        BillEmail=filled(base.EmailAddress(), Address="amy@example.com"),
    )


def an_attachable(note: str) -> Any:
    about = filled(base.AttachableRef(), EntityRef=ref("1", "Customer"))
    return filled(Attachable(), Note=note, AttachableRef=[about])


def a_bill_payment(note: str) -> Any:
    paid = filled(base.LinkedTxn(), TxnId="1", TxnType="Bill", TxnLineId=1)
    return filled(
        BillPayment(),
        VendorRef=ref("1"),
        PayType="Check",
        CheckPayment=filled(CheckPayment(), BankAccountRef=ref(CHECKING)),
        APAccountRef=ref(PAYABLE),
        TotalAmt=20,
        Line=[filled(BillPaymentLine(), Amount=20, LinkedTxn=[paid])],
        PrivateNote=note,
    )


def a_vendor(name: str) -> Any:
    return filled(
        Vendor(),
        DisplayName=name,
        BillAddr=filled(base.Address(), Line1="123 Main", City="Springfield"),
        PrimaryPhone=filled(base.PhoneNumber(), FreeFormNumber="555-555-5555"),
        WebAddr=filled(base.WebAddress(), URI="http://example.com"),
    )


def an_employee(name: str) -> Any:
    return filled(
        Employee(),
        GivenName="Pat",
        FamilyName=name,
        HiredDate=qb_date_format(date(2025, 7, 1)),
        PrimaryAddr=filled(base.Address(), Line1="45 Elm Street", City="Springfield"),
    )


def time_worked(note: str) -> Any:
    return filled(
        TimeActivity(),
        NameOf="Employee",
        EmployeeRef=ref("1"),
        Description=note,
        Hours=1,
        Minutes=5,
    )


def a_deposit(note: str) -> Any:
    detail = filled(DepositLineDetail(), AccountRef=ref(INCOME))
    line = filled(DepositLine(), Amount=20, DepositLineDetail=detail)
    return filled(Deposit(), DepositToAccountRef=ref(CHECKING), Line=[line], PrivateNote=note)


def an_entry(note: str) -> Any:
    lines = [
        filled(
            JournalEntryLine(),
            Amount=20,
            JournalEntryLineDetail=filled(
                JournalEntryLineDetail(), PostingType=side, AccountRef=ref(account)
            ),
        )
        for side, account in (("Debit", CHECKING), ("Credit", INCOME))
    ]
    return filled(JournalEntry(), Line=lines, PrivateNote=note)


def a_refund(note: str) -> Any:
    check = filled(RefundReceiptCheckPayment(), CheckNum="1001", BankName="Bank")
    return filled(
        a_sale(RefundReceipt(), note),
        DepositToAccountRef=ref(CHECKING),
        PaymentType="Check",
        CheckPayment=check,
    )


@dataclass(frozen=True)
class Form:
    """A class, how one of it is made, and the property in which two of them differ."""

    model: Any
    make: Callable[[str], Any]
    differs_in: str = "PrivateNote"


FORMS = (
    Form(Account, lambda n: filled(Account(), Name=n, AccountSubType="CashOnHand"), "Name"),
    Form(Attachable, an_attachable, "Note"),
    Form(Bill, lambda n: filled(Bill(), VendorRef=ref("1"), Line=[cost_line()], PrivateNote=n)),
    Form(BillPayment, a_bill_payment),
    Form(Class, lambda n: filled(Class(), Name=n), "Name"),
    Form(CompanyCurrency, lambda n: filled(CompanyCurrency(), Code="SEK", Name=n), "Name"),
    Form(
        CreditCardPayment,
        lambda n: filled(
            CreditCardPayment(),
            Amount=100,
            BankAccountRef=ref(CHECKING),
            CreditCardAccountRef=ref(VISA),
            PrivateNote=n,
        ),
    ),
    Form(CreditMemo, lambda n: a_sale(CreditMemo(), n)),
    Form(Customer, lambda n: filled(Customer(), DisplayName=n, CompanyName=n), "CompanyName"),
    Form(Department, lambda n: filled(Department(), Name=n), "Name"),
    Form(Deposit, a_deposit),
    Form(Employee, an_employee, "FamilyName"),
    Form(Estimate, lambda n: a_sale(Estimate(), n)),
    Form(Invoice, lambda n: a_sale(Invoice(), n)),
    Form(
        Item,
        lambda n: filled(Item(), Name=n, Type="Service", IncomeAccountRef=ref(INCOME)),
        "Name",
    ),
    Form(JournalEntry, an_entry),
    Form(
        Payment,
        lambda n: filled(
            Payment(),
            CustomerRef=ref("1"),
            TotalAmt=140,
            PaymentMethodRef=ref("1"),
            PrivateNote=n,
        ),
    ),
    Form(PaymentMethod, lambda n: filled(PaymentMethod(), Name=n), "Name"),
    Form(
        Purchase,
        lambda n: filled(
            Purchase(),
            PaymentType="CreditCard",
            AccountRef=ref(VISA),
            Line=[ware_line()],
            PrivateNote=n,
        ),
    ),
    Form(
        PurchaseOrder,
        lambda n: filled(
            PurchaseOrder(),
            VendorRef=ref("1"),
            APAccountRef=ref(PAYABLE),
            Line=[ware_line()],
            PrivateNote=n,
        ),
    ),
    Form(RefundReceipt, a_refund),
    Form(SalesReceipt, lambda n: a_sale(SalesReceipt(), n)),
    Form(TaxAgency, lambda n: filled(TaxAgency(), DisplayName=n), "DisplayName"),
    Form(Term, lambda n: filled(Term(), Name=n, DueDays=10), "Name"),
    Form(TimeActivity, time_worked, "Description"),
    Form(
        Transfer,
        lambda n: filled(
            Transfer(),
            Amount=100,
            FromAccountRef=ref(CHECKING),
            ToAccountRef=ref(SAVINGS),
            PrivateNote=n,
        ),
    ),
    Form(Vendor, a_vendor, "DisplayName"),
    Form(
        VendorCredit,
        lambda n: filled(VendorCredit(), VendorRef=ref("1"), Line=[cost_line()], PrivateNote=n),
    ),
)
