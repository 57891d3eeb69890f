"""Which properties does QBO know on each entity, and which of them does it only show?

QBO rejects a property it does not know (2010) and silently ignores one it only shows (2.1). The
lists follow section 7 and what python-quickbooks sends (7.2).
"""

from typing import TypeAlias, Union

#: Property names; the value is None for a scalar, a Shape for an object, a list of one for a list.
Shape: TypeAlias = dict[str, Union["Shape", list["Shape"], None]]


def _shape(names: str, **nested: Shape | list[Shape]) -> Shape:
    return {**dict.fromkeys(names.split()), **nested}


_REF = _shape("value name type")
_ADDRESS = _shape(
    "Id Line1 Line2 Line3 Line4 Line5 City Country CountryCode County CountrySubDivisionCode "
    "PostalCode PostalCodeSuffix Lat Long Tag Note"
)
_PHONE = _shape("Id DeviceType CountryCode AreaCode ExchangeCode Extension FreeFormNumber Default")
_EMAIL = _shape("Id Address Default Tag")
_WEB = _shape("Id URI Default Tag")
_LINKED = _shape("TxnId TxnType TxnLineId")
_CUSTOM = _shape("DefinitionId Name Type StringValue BooleanValue DateValue NumberValue")
_META = _shape("CreateTime LastUpdatedTime", CreatedByRef=_REF, LastModifiedByRef=_REF)


def _refs(names: str) -> dict[str, Shape]:
    return dict.fromkeys(names.split(), _REF)


def _entity(names: str, **nested: Shape | list[Shape]) -> Shape:
    everywhere = _shape("Id SyncToken domain sparse status", MetaData=_META, CustomField=[_CUSTOM])
    return everywhere | _shape(names, **nested)


_SALES_DETAIL = _shape(
    "UnitPrice RatePercent Qty ServiceDate TaxInclusiveAmt DiscountRate DiscountAmt",
    **_refs("ItemRef ClassRef TaxCodeRef ItemAccountRef PriceLevelRef TaxClassificationRef"),
)
_DISCOUNT_DETAIL = _shape(
    "PercentBased DiscountPercent ServiceDate",
    **_refs("DiscountAccountRef ClassRef TaxCodeRef DiscountRef"),
)
_LINE = _shape(
    "Id LineNum Description Amount DetailType",
    LinkedTxn=[_LINKED],
    CustomField=[_CUSTOM],
    SalesItemLineDetail=_SALES_DETAIL,
    DiscountLineDetail=_DISCOUNT_DETAIL,
    SubTotalLineDetail=_shape("ServiceDate", ItemRef=_REF),
    DescriptionLineDetail=_shape("ServiceDate", TaxCodeRef=_REF),
    GroupLineDetail=_shape("Quantity ServiceDate", GroupItemRef=_REF),
)
_TAX_LINE = _shape(
    "Id LineNum Amount DetailType",
    TaxLineDetail=_shape(
        "PercentBased TaxPercent NetAmountTaxable OverrideDeltaAmount TaxInclusiveAmount",
        TaxRateRef=_REF,
    ),
)
_TAX = _shape(
    "TotalTax UseAutomatedSalesTax TaxReviewStatus", TxnTaxCodeRef=_REF, TaxLine=[_TAX_LINE]
)

_NAME_PARTS = (
    "Title GivenName MiddleName FamilyName Suffix DisplayName CompanyName PrintOnCheckName "
    "FullyQualifiedName Active Notes "
)
_NAME_CONTACTS = dict.fromkeys(("PrimaryPhone", "AlternatePhone", "Mobile", "Fax"), _PHONE) | {
    "PrimaryEmailAddr": _EMAIL,
    "WebAddr": _WEB,
    "BillAddr": _ADDRESS,
    "ShipAddr": _ADDRESS,
    "CurrencyRef": _REF,
}
_SALE = (
    "DocNumber AutoDocNumber TxnDate DueDate PrivateNote TxnStatus ExchangeRate TotalAmt "
    "HomeTotalAmt Balance HomeBalance Deposit EmailStatus PrintStatus GlobalTaxCalculation "
    "ApplyTaxAfterDiscount AllowIPNPayment AllowOnlinePayment AllowOnlineCreditCardPayment "
    "AllowOnlineACHPayment InvoiceLink TrackingNum ShipDate TxnSource PaymentRefNum PaymentType "
    "EInvoiceStatus ECloudStatusTimeStamp FreeFormAddress PONumber ClientEntityId"
)
_SALE_PARTS = _refs(
    "CustomerRef CurrencyRef SalesTermRef ClassRef DepartmentRef DepositToAccountRef ARAccountRef "
    "ShipMethodRef PaymentMethodRef ProjectRef RecurDataRef SalesRepRef"
) | {
    "CustomerMemo": _shape("value Id id"),
    "BillAddr": _ADDRESS,
    "ShipAddr": _ADDRESS,
    "ShipFromAddr": _ADDRESS,
    "BillEmail": _EMAIL,
    "BillEmailCc": _EMAIL,
    "BillEmailBcc": _EMAIL,
    "DeliveryInfo": _shape("DeliveryType DeliveryTime"),
    "TxnTaxDetail": _TAX,
}
_INVOICE = _entity(_SALE, Line=[_LINE], LinkedTxn=[_LINKED], **_SALE_PARTS)
_PAYMENT_LINE = _shape("Id LineNum Description Amount", LinkedTxn=[_LINKED])

SHAPES: dict[str, Shape] = {
    "Customer": _entity(
        _NAME_PARTS + "Taxable Job BillWithParent Level Balance BalanceWithJobs OpenBalanceDate "
        "ResaleNum PreferredDeliveryMethod TaxExemptionReasonId PrimaryTaxIdentifier "
        "SecondaryTaxIdentifier GSTIN GSTRegistrationType BusinessNumber IsProject ClientEntityId "
        "Organization IntuitId",
        **_NAME_CONTACTS,
        **_refs("DefaultTaxCodeRef ParentRef SalesTermRef PaymentMethodRef ARAccountRef"),
        **_refs("CustomerTypeRef PriceLevelRef TaxRegimeRef"),
    ),
    "Vendor": _entity(
        _NAME_PARTS + "AcctNum Balance BillRate CostRate Vendor1099 TaxIdentifier "
        "TaxReportingBasis BusinessNumber GSTIN GSTRegistrationType HasTPAR Organization",
        OtherContactInfo=_shape("Type", Telephone=_PHONE),
        **_NAME_CONTACTS,
        **_refs("TermRef APAccountRef"),
    ),
    "Employee": _entity(_NAME_PARTS + "Organization HiredDate", **_NAME_CONTACTS),
    "Invoice": _INVOICE,
    "SalesReceipt": _INVOICE,
    "Payment": _entity(
        "TotalAmt TxnDate PaymentRefNum ExchangeRate PrivateNote UnappliedAmt ProcessPayment "
        "TxnStatus TxnSource PaymentType HomeTotalAmt DocNumber",
        Line=[_PAYMENT_LINE],
        LinkedTxn=[_LINKED],
        CreditCardPayment={},
        **_refs("CustomerRef CurrencyRef PaymentMethodRef DepositToAccountRef ARAccountRef"),
        **_refs("ProjectRef DepartmentRef ClassRef TaxExemptionRef"),
    ),
    "Item": _entity(
        "Name Sku Description PurchaseDesc Active Type SubItem Level FullyQualifiedName UnitPrice "
        "PurchaseCost TrackQtyOnHand QtyOnHand InvStartDate ReorderPoint Taxable SalesTaxIncluded "
        "PurchaseTaxIncluded AbatementRate ReverseChargeRate ServiceType ItemCategoryType",
        **_refs("ParentRef IncomeAccountRef ExpenseAccountRef AssetAccountRef SalesTaxCodeRef"),
        **_refs("PurchaseTaxCodeRef TaxClassificationRef ClassRef PrefVendorRef"),
    ),
}

#: Shown by QBO and ignored when sent (2.1, 7).
_SHOWN = frozenset({"domain", "sparse", "status", "MetaData", "Id", "SyncToken", "Balance"})
READ_ONLY: dict[str, frozenset[str]] = {
    "Customer": _SHOWN | {"BalanceWithJobs", "FullyQualifiedName", "Level"},
    "Vendor": _SHOWN | {"FullyQualifiedName"},
    "Employee": _SHOWN | {"FullyQualifiedName"},
    "Invoice": _SHOWN | {"TotalAmt", "HomeTotalAmt", "HomeBalance", "LinkedTxn"},
    "SalesReceipt": _SHOWN | {"TotalAmt", "HomeTotalAmt", "HomeBalance", "LinkedTxn"},
    "Payment": _SHOWN | {"UnappliedAmt", "HomeTotalAmt", "LinkedTxn"},
    "Item": _SHOWN | {"FullyQualifiedName", "Level"},
}

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
}

#: Numbers, which may come as strings (7.2).
NUMBERS = frozenset(
    {
        *("Amount", "TotalAmt", "UnitPrice", "Qty", "TotalTax", "DiscountPercent", "LineNum"),
        *("RatePercent", "TaxInclusiveAmt", "DiscountRate", "DiscountAmt", "ExchangeRate"),
        *("Deposit", "NetAmountTaxable", "TaxPercent", "PurchaseCost", "QtyOnHand"),
    }
)
DATES = frozenset({"TxnDate", "DueDate", "ShipDate", "ServiceDate", "InvStartDate"})
#: Without one of these a body is incomplete (7, 3.3).
REQUIRED: dict[str, tuple[str, ...]] = {
    "Invoice": ("CustomerRef", "Line"),
    "SalesReceipt": ("Line",),
    "Payment": ("CustomerRef", "TotalAmt"),
    "Item": ("Name",),
}
