"""Of which parts are QBO's records made?

The parts that more than one kind of record has, and the words in which a kind lists its properties.
"""

from typing import TypeAlias, Union

#: Property names; the value is None for a scalar, a Shape for an object, a list of one for a list.
Shape: TypeAlias = dict[str, Union["Shape", list["Shape"], None]]


def shape(names: str, **nested: Shape | list[Shape]) -> Shape:
    """Return a shape of scalars by their names, and of what is nested."""
    return {**dict.fromkeys(names.split()), **nested}


REF = shape("value name type")
ADDRESS = shape(
    "Id Line1 Line2 Line3 Line4 Line5 City Country CountryCode County CountrySubDivisionCode "
    "PostalCode PostalCodeSuffix Lat Long Tag Note"
)
PHONE = shape("Id DeviceType CountryCode AreaCode ExchangeCode Extension FreeFormNumber Default")
EMAIL = shape("Id Address Default Tag")
WEB = shape("Id URI Default Tag")
LINKED = shape("TxnId TxnType TxnLineId")
CUSTOM = shape("DefinitionId Name Type StringValue BooleanValue DateValue NumberValue")
META = shape("CreateTime LastUpdatedTime", CreatedByRef=REF, LastModifiedByRef=REF)


def refs(names: str) -> dict[str, Shape]:
    """Return the shapes of references by their names."""
    return dict.fromkeys(names.split(), REF)


def entity(names: str, **nested: Shape | list[Shape]) -> Shape:
    """Return the shape of a record: what every record has, and its own."""
    everywhere = shape("Id SyncToken domain sparse status", MetaData=META, CustomField=[CUSTOM])
    return everywhere | shape(names, **nested)


_TAX_LINE = shape(
    "Id LineNum Amount DetailType",
    TaxLineDetail=shape(
        "PercentBased TaxPercent NetAmountTaxable OverrideDeltaAmount TaxInclusiveAmount",
        TaxRateRef=REF,
    ),
)
TAX = shape(
    "TotalTax UseAutomatedSalesTax TaxReviewStatus ShippingTaxIncludedInTotalTax",
    TxnTaxCodeRef=REF,
    TaxLine=[_TAX_LINE],
)
#: When a template makes its next form.
RECURRING = shape(
    "Name Type RecurType Active",
    ScheduleInfo=shape(
        "StartDate EndDate NextDate PreviousDate DaysBefore MaxOccurrences RemindDays IntervalType "
        "NumInterval DayOfMonth DayOfWeek MonthOfYear WeekOfMonth"
    ),
)
#: How money came: by a card, or by a cheque.
CARD = shape(
    "",
    CreditChargeInfo=shape(
        "Type Number NameOnAcct CcExpiryMonth CcExpiryYear BillAddrStreet PostalCode Amount "
        "ProcessPayment CommercialCardCode CCTxnMode CCTxnType"
    ),
    CreditChargeResponse=shape("CCTransId AuthCode TxnAuthorizationTime Status"),
)
CHECK = shape("CheckNum Status NameOnAcct AcctNum BankName")
