"""Which properties does QBO know on each entity, and which of them does it only show?

QBO rejects a property it does not know (2010) and silently ignores one it only shows (2.1). The
lists follow section 7 and what python-quickbooks sends (7.2).
"""

from streams.simulators.quickbooks.credit_shapes import DEPOSIT, JOURNAL_ENTRY
from streams.simulators.quickbooks.neighbours.row import SHOWN
from streams.simulators.quickbooks.neighbours.table import NEIGHBOURS
from streams.simulators.quickbooks.shape import (
    ADDRESS,
    CARD,
    CHECK,
    CUSTOM,
    EMAIL,
    LINKED,
    PHONE,
    RECURRING,
    REF,
    TAX,
    WEB,
    Shape,
    entity,
    refs,
    shape,
)

_SALES_DETAIL = shape(
    "UnitPrice RatePercent Qty ServiceDate TaxInclusiveAmt DiscountRate DiscountAmt",
    **refs("ItemRef ClassRef TaxCodeRef ItemAccountRef PriceLevelRef TaxClassificationRef"),
)
_DISCOUNT_DETAIL = shape(
    "PercentBased DiscountPercent ServiceDate",
    **refs("DiscountAccountRef ClassRef TaxCodeRef DiscountRef"),
)
_PART = shape(
    "Id LineNum Description Amount DetailType",
    LinkedTxn=[LINKED],
    CustomField=[CUSTOM],
    SalesItemLineDetail=_SALES_DETAIL,
    DescriptionLineDetail=shape("ServiceDate", TaxCodeRef=REF),
)
_LINE = _PART | shape(
    "",
    DiscountLineDetail=_DISCOUNT_DETAIL,
    SubTotalLineDetail=shape("ServiceDate UnitPrice Qty", ItemRef=REF),
    GroupLineDetail=shape("Quantity ServiceDate", GroupItemRef=REF, Line=[_PART]),
)

_NAME_PARTS = (
    "Title GivenName MiddleName FamilyName Suffix DisplayName CompanyName PrintOnCheckName "
    "FullyQualifiedName Active Notes "
)
_NAME_CONTACTS = dict.fromkeys(("PrimaryPhone", "AlternatePhone", "Mobile", "Fax"), PHONE) | {
    "PrimaryEmailAddr": EMAIL,
    "WebAddr": WEB,
    "BillAddr": ADDRESS,
    "ShipAddr": ADDRESS,
    "CurrencyRef": REF,
}
_SALE = (
    "DocNumber AutoDocNumber TxnDate DueDate PrivateNote TxnStatus ExchangeRate TotalAmt "
    "HomeTotalAmt Balance HomeBalance Deposit EmailStatus PrintStatus GlobalTaxCalculation "
    "ApplyTaxAfterDiscount AllowIPNPayment AllowOnlinePayment AllowOnlineCreditCardPayment "
    "AllowOnlineACHPayment InvoiceLink TrackingNum ShipDate TxnSource PaymentRefNum PaymentType "
    "EInvoiceStatus ECloudStatusTimeStamp FreeFormAddress PONumber ClientEntityId "
    "callToAction TaxFormNum TaxFormType FOB LessCIS DiscountRate PaymentDetailsMessage "
    "TransactionLocationType Tag AllowOnlinePayPalPayment"
)
_SALE_PARTS = refs(
    "CustomerRef CurrencyRef SalesTermRef ClassRef DepartmentRef DepositToAccountRef ARAccountRef "
    "ShipMethodRef PaymentMethodRef ProjectRef RecurDataRef SalesRepRef RemitToRef"
) | {
    "RecurringInfo": RECURRING,
    "CustomerMemo": shape("value Id id"),
    "BillAddr": ADDRESS,
    "ShipAddr": ADDRESS,
    "ShipFromAddr": ADDRESS,
    "BillEmail": EMAIL,
    "BillEmailCc": EMAIL,
    "BillEmailBcc": EMAIL,
    "DeliveryInfo": shape("DeliveryType DeliveryTime"),
    "TxnTaxDetail": TAX,
}
#: Known by name from a recorded refusal; what stands in them is not.
_UNKNOWN = shape("InvoiceEx invoiceStatusLog ConvenienceFeeDetail TxnApprovalInfo")
_MEANS = shape("", CreditCardPayment=CARD, CheckPayment=CHECK)
_INVOICE = entity(_SALE, Line=[_LINE], LinkedTxn=[LINKED], **_SALE_PARTS) | _UNKNOWN
_PAYMENT_LINE = shape("Id LineNum Description Amount", LinkedTxn=[LINKED])

SHAPES: dict[str, Shape] = {
    "Customer": entity(
        _NAME_PARTS + "Taxable Job BillWithParent Level Balance BalanceWithJobs OpenBalanceDate "
        "ResaleNum PreferredDeliveryMethod TaxExemptionReasonId PrimaryTaxIdentifier "
        "SecondaryTaxIdentifier GSTIN GSTRegistrationType BusinessNumber IsProject ClientEntityId "
        "Organization IntuitId",
        **_NAME_CONTACTS,
        **refs("DefaultTaxCodeRef ParentRef SalesTermRef PaymentMethodRef ARAccountRef"),
        **refs("CustomerTypeRef PriceLevelRef TaxRegimeRef"),
    ),
    "Vendor": entity(
        _NAME_PARTS + "AcctNum Balance BillRate CostRate Vendor1099 TaxIdentifier "
        "TaxReportingBasis BusinessNumber GSTIN GSTRegistrationType HasTPAR Organization",
        OtherContactInfo=shape("Type", Telephone=PHONE),
        **_NAME_CONTACTS,
        **refs("TermRef APAccountRef"),
    ),
    "Employee": entity(
        _NAME_PARTS + "Organization HiredDate ReleasedDate BirthDate Gender SSN EmployeeNumber "
        "EmployeeType BillableTime BillRate CostRate EmailAddress",
        PrimaryAddr=ADDRESS,
        **_NAME_CONTACTS,
    ),
    "Invoice": _INVOICE,
    "SalesReceipt": _INVOICE | _MEANS,
    "CreditMemo": _INVOICE | shape("RemainingCredit", InvoiceRef=REF),
    "RefundReceipt": _INVOICE | _MEANS | shape("RemainingCredit"),
    "Deposit": DEPOSIT,
    "JournalEntry": JOURNAL_ENTRY,
    "TaxAgency": entity(
        "DisplayName TaxTrackedOnSales TaxTrackedOnPurchases TaxRegistrationNumber LastFileDate "
        "TaxAgencyConfig"
    ),
    "Estimate": _INVOICE | shape("ExpirationDate AcceptedBy AcceptedDate"),
    "Payment": entity(
        "TotalAmt TxnDate PaymentRefNum ExchangeRate PrivateNote UnappliedAmt ProcessPayment "
        "TxnStatus TxnSource PaymentType HomeTotalAmt DocNumber",
        Line=[_PAYMENT_LINE],
        LinkedTxn=[LINKED],
        CreditCardPayment=CARD,
        CheckPayment=CHECK,
        **refs("CustomerRef CurrencyRef PaymentMethodRef DepositToAccountRef ARAccountRef"),
        **refs("ProjectRef DepartmentRef ClassRef TaxExemptionRef"),
    ),
    "RecurringTransaction": entity("Type"),
    "ExchangeRate": entity("SourceCurrencyCode TargetCurrencyCode Rate AsOfDate"),
    "Item": entity(
        "Name Sku Description PurchaseDesc Active Type SubItem Level FullyQualifiedName UnitPrice "
        "PurchaseCost TrackQtyOnHand QtyOnHand InvStartDate ReorderPoint Taxable SalesTaxIncluded "
        "PurchaseTaxIncluded AbatementRate ReverseChargeRate ServiceType ItemCategoryType "
        "PrintGroupedItems",
        ItemGroupDetail=shape("", ItemGroupLine=[shape("Qty", ItemRef=REF)]),
        **refs("ParentRef IncomeAccountRef ExpenseAccountRef AssetAccountRef SalesTaxCodeRef"),
        **refs("PurchaseTaxCodeRef TaxClassificationRef ClassRef PrefVendorRef"),
    ),
} | {kind: row.shape for kind, row in NEIGHBOURS.items()}

#: Shown by QBO and ignored when sent (2.1, 7).
_SHOWN = SHOWN | {"Balance"}
_TOTALS = {"TotalAmt", "HomeTotalAmt", "HomeBalance", "LinkedTxn"}
#: Dropped without a word (recorded); an InvoiceRef is kept in India alone (quickbooks-money.md 1).
_NOT_ON_CREDITS = ("DepositToAccountRef", "PaymentMethodRef", "InvoiceRef")
READ_ONLY: dict[str, frozenset[str]] = {
    "Customer": _SHOWN | {"BalanceWithJobs", "FullyQualifiedName", "Level"},
    "Vendor": _SHOWN | {"FullyQualifiedName"},
    "Employee": _SHOWN | {"FullyQualifiedName"},
    "Invoice": _SHOWN | _TOTALS,
    "SalesReceipt": _SHOWN | _TOTALS,
    "Estimate": _SHOWN | _TOTALS,
    "CreditMemo": _SHOWN | _TOTALS | {"RemainingCredit", *_NOT_ON_CREDITS},
    "RefundReceipt": _SHOWN | _TOTALS | {"RemainingCredit"},
    "TaxAgency": SHOWN,
    "Deposit": _SHOWN | _TOTALS,
    "JournalEntry": _SHOWN | _TOTALS,
    "Payment": _SHOWN | {"UnappliedAmt", "HomeTotalAmt", "LinkedTxn"},
    "Item": _SHOWN | {"FullyQualifiedName", "Level"},
} | {kind: row.read_only for kind, row in NEIGHBOURS.items()}

#: Longest text of a property (2.9, 7); those of a line under "Line.".
LENGTHS: dict[str, int] = {
    "DocNumber": 21,
    "PaymentRefNum": 21,
    "PrivateNote": 4000,
    "Line.Description": 4000,
    "CustomerMemo.value": 1000,
    "PONumber": 15,
    "Notes": 1024,
    "Name": 100,
    "Sku": 100,
    "Title": 16,
    "Suffix": 16,
    "GivenName": 100,
    "MiddleName": 100,
    "FamilyName": 100,
    "DisplayName": 500,
    "ResaleNum": 16,
    "PrimaryPhone.FreeFormNumber": 30,
    "PrimaryEmailAddr.Address": 100,
    "BillEmail.Address": 100,
    "BillEmailCc.Address": 200,
    "BillEmailBcc.Address": 200,
}

#: Numbers, which may come as strings (7.2).
NUMBERS = frozenset(
    {
        *("Amount", "TotalAmt", "UnitPrice", "Qty", "TotalTax", "DiscountPercent", "LineNum"),
        *("RatePercent", "TaxInclusiveAmt", "DiscountRate", "DiscountAmt", "ExchangeRate"),
        *("Deposit", "NetAmountTaxable", "TaxPercent", "PurchaseCost", "QtyOnHand", "ReorderPoint"),
        *("Balance", "BalanceWithJobs", "HomeBalance", "HomeTotalAmt", "UnappliedAmt", "Level"),
        *("CurrentBalance", "CurrentBalanceWithSubAccounts", "OpeningBalance", "Size", "Rate"),
        *("BillRate", "CostRate", "HourlyRate", "Hours", "Minutes", "Seconds", "Percent", "Value"),
        *("BreakHours", "BreakMinutes", "BreakSeconds", "DueDays", "DiscountDays", "DayOfMonthDue"),
        *("DueNextMonthDays", "DiscountDayOfMonth", "Quantity", "TaxAmount", "NumberValue"),
        *("TaxInclusiveAmount", "OverrideDeltaAmount"),
        *("MaxOccurrences", "NumInterval", "DayOfMonth", "WeekOfMonth", "DaysBefore", "RemindDays"),
    }
)
#: True or false, which may come as strings too.
FLAGS = frozenset(
    {
        *("sparse", "Active", "Taxable", "Job", "BillWithParent", "IsProject", "Vendor1099"),
        *("SubItem", "SubAccount", "SubClass", "SubDepartment", "TrackQtyOnHand", "PercentBased"),
        *("ApplyTaxAfterDiscount", "AutoDocNumber", "ProcessPayment", "Credit", "BillableTime"),
        *("AllowIPNPayment", "AllowOnlinePayment", "AllowOnlineCreditCardPayment", "Organization"),
        *("AllowOnlineACHPayment", "IncludeOnSend", "Inactive", "NoRefOnly", "SalesTaxIncluded"),
        *("PurchaseTaxIncluded", "UseAutomatedSalesTax", "BooleanValue", "TaxTrackedOnSales"),
        *("TaxTrackedOnPurchases", "ShippingTaxIncludedInTotalTax", "Adjustment"),
    }
)
DATES = frozenset(
    {
        *("TxnDate", "DueDate", "ShipDate", "ServiceDate", "InvStartDate", "ExpirationDate"),
        *("AcceptedDate", "HiredDate", "ReleasedDate", "BirthDate", "AsOfDate", "DateValue"),
        *("OpenBalanceDate", "OpeningBalanceDate", "StartDate", "EndDate", "NextDate"),
        "PreviousDate",
    }
)
#: Without one of these a body is incomplete (7, 3.3).
REQUIRED: dict[str, tuple[str, ...]] = {
    "Invoice": ("CustomerRef", "Line"),
    "SalesReceipt": ("Line",),
    "Payment": ("CustomerRef",),
    "CreditMemo": ("CustomerRef", "Line"),
    "RefundReceipt": ("Line", "DepositToAccountRef"),
    "Deposit": ("Line", "DepositToAccountRef"),
    "JournalEntry": ("Line",),
    "TaxAgency": ("DisplayName",),
    "Item": ("Name",),
    "Estimate": ("CustomerRef", "Line"),
} | {kind: row.required for kind, row in NEIGHBOURS.items()}
