"""Which transactions and notes does a company make that are neither sales nor payments of them?"""

from streams.simulators.quickbooks.neighbours.row import Neighbour
from streams.simulators.quickbooks.shape import (
    ADDRESS,
    CUSTOM,
    EMAIL,
    LINKED,
    RECURRING,
    REF,
    TAX,
    entity,
    refs,
    shape,
)

_MARKUP = shape("PercentBased Value Percent", PriceLevelRef=REF)
_COSTS = shape(
    "Id LineNum Description Amount DetailType",
    LinkedTxn=[LINKED],
    CustomField=[CUSTOM],
    AccountBasedExpenseLineDetail=shape(
        "BillableStatus TaxInclusiveAmt TaxAmount",
        MarkupInfo=_MARKUP,
        **refs("AccountRef CustomerRef ClassRef TaxCodeRef"),
    ),
    ItemBasedExpenseLineDetail=shape(
        "BillableStatus UnitPrice RatePercent Qty TaxInclusiveAmt",
        MarkupInfo=_MARKUP,
        **refs("ItemRef CustomerRef ClassRef TaxCodeRef PriceLevelRef ItemAccountRef"),
    ),
    TDSLineDetail=shape("TDSSectionTypeId"),
)
_COSTS_FORM = (
    "DocNumber TxnDate PrivateNote TxnStatus ExchangeRate TotalAmt HomeTotalAmt "
    "GlobalTaxCalculation TxnSource TransactionLocationType IncludeInAnnualTPAR "
)
_COSTS_PARTS = refs("CurrencyRef DepartmentRef RecurDataRef") | {
    "TxnTaxDetail": TAX,
    "RecurringInfo": RECURRING,
}
_FORM_SHOWN = frozenset({"HomeTotalAmt", "Balance", "HomeBalance", "CurrencyRef"})
_SUMMED = _FORM_SHOWN | {"TotalAmt"}
_PAID_LINE = shape("Id LineNum Description Amount", LinkedTxn=[LINKED])

FORMS = {
    "Bill": Neighbour(
        shape=entity(
            _COSTS_FORM + "DueDate Balance HomeBalance",
            Line=[_COSTS],
            LinkedTxn=[LINKED],
            VendorAddr=ADDRESS,
            **refs("VendorRef APAccountRef SalesTermRef"),
            **_COSTS_PARTS,
        ),
        required=("VendorRef", "Line"),
        shown=_SUMMED,
        is_transaction=True,
        amount="TotalAmt",
    ),
    "VendorCredit": Neighbour(
        shape=entity(
            _COSTS_FORM + "Balance",
            Line=[_COSTS],
            LinkedTxn=[LINKED],
            VendorAddr=ADDRESS,
            **refs("VendorRef APAccountRef"),
            **_COSTS_PARTS,
        ),
        required=("VendorRef", "Line"),
        shown=_SUMMED,
        is_transaction=True,
        amount="TotalAmt",
    ),
    "Purchase": Neighbour(
        shape=entity(
            _COSTS_FORM + "PaymentType Credit PrintStatus PurchaseEx PaymentRefNum CheckNum",
            Line=[_COSTS],
            LinkedTxn=[LINKED],
            RemitToAddr=ADDRESS,
            **refs("AccountRef EntityRef PaymentMethodRef"),
            **_COSTS_PARTS,
        ),
        required=("AccountRef", "PaymentType", "Line"),
        shown=_SUMMED,
        defaults={"Credit": False},
        is_transaction=True,
        amount="TotalAmt",
    ),
    "PurchaseOrder": Neighbour(
        shape=entity(
            _COSTS_FORM + "POStatus DueDate Memo POEmailStatus EmailStatus ShipTo ShipDate Balance",
            Line=[_COSTS],
            LinkedTxn=[LINKED],
            VendorAddr=ADDRESS,
            ShipAddr=ADDRESS,
            POEmail=EMAIL,
            **refs("VendorRef APAccountRef ClassRef SalesTermRef ShipMethodRef TaxCodeRef"),
            **_COSTS_PARTS,
        ),
        required=("VendorRef", "Line"),
        shown=_SUMMED,
        defaults={"POStatus": "Open"},
        is_transaction=True,
        amount="TotalAmt",
    ),
    "BillPayment": Neighbour(
        shape=entity(
            "DocNumber TxnDate PrivateNote TotalAmt PayType ExchangeRate ProcessBillPayment",
            Line=[_PAID_LINE],
            CheckPayment=shape("PrintStatus", BankAccountRef=REF),
            CreditCardPayment=shape("", CCAccountRef=REF),
            **refs("VendorRef APAccountRef DepartmentRef CurrencyRef"),
        ),
        required=("VendorRef", "PayType", "TotalAmt"),
        shown=frozenset({"CurrencyRef"}),
        is_transaction=True,
        amount="TotalAmt",
    ),
    "Transfer": Neighbour(
        shape=entity(
            "TxnDate PrivateNote Amount TxnSource ExchangeRate TransactionLocationType",
            RecurringInfo=RECURRING,
            **refs("FromAccountRef ToAccountRef CurrencyRef RecurDataRef"),
        ),
        required=("FromAccountRef", "ToAccountRef", "Amount"),
        shown=frozenset({"CurrencyRef"}),
        is_transaction=True,
        amount="Amount",
    ),
    "CreditCardPayment": Neighbour(
        shape=entity(
            "TxnDate PrivateNote Memo Amount PrintStatus CheckNum",
            **refs("BankAccountRef CreditCardAccountRef VendorRef CurrencyRef"),
        ),
        required=("BankAccountRef", "CreditCardAccountRef", "Amount"),
        shown=frozenset({"CurrencyRef"}),
        is_transaction=True,
        amount="Amount",
        wrapped_as="CreditCardPaymentTxn",
    ),
    "TimeActivity": Neighbour(
        shape=entity(
            "NameOf TxnDate BillableStatus Taxable HourlyRate CostRate Hours Minutes Seconds "
            "BreakHours BreakMinutes BreakSeconds StartTime EndTime Description "
            "TransactionLocationType",
            **refs(
                "VendorRef EmployeeRef CustomerRef DepartmentRef ItemRef ClassRef PayrollItemRef"
            ),
        ),
        required=("NameOf",),
        defaults={"BillableStatus": "NotBillable", "Taxable": False},
        is_transaction=True,
        is_captured=False,
    ),
    "Attachable": Neighbour(
        shape=entity(
            "FileName FileAccessUri TempDownloadUri Size ContentType Category Lat Long PlaceName "
            "Note Tag ThumbnailFileAccessUri ThumbnailTempDownloadUri",
            AttachableRef=[
                shape(
                    "LineInfo IncludeOnSend Inactive NoRefOnly",
                    EntityRef=REF,
                    CustomField=[CUSTOM],
                )
            ],
        ),
        shown=frozenset({"FileAccessUri", "TempDownloadUri", "Size", "ThumbnailFileAccessUri"}),
        is_deletable=True,
    ),
}
