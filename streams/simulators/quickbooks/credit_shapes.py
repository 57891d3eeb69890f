"""Which properties do credits, refunds, bank deposits and journal entries have?"""

from streams.simulators.quickbooks.shape import CUSTOM, LINKED, REF, TAX, Shape, entity, refs, shape

_DEPOSIT_LINE = shape(
    "Id LineNum Description Amount DetailType",
    LinkedTxn=[LINKED],
    CustomField=[CUSTOM],
    DepositLineDetail=shape(
        "CheckNum TxnType TaxApplicableOn",
        Entity=REF,
        **refs("AccountRef PaymentMethodRef ClassRef TaxCodeRef"),
    ),
)
_ENTRY_LINE = shape(
    "Id LineNum Description Amount DetailType",
    LinkedTxn=[LINKED],
    CustomField=[CUSTOM],
    JournalEntryLineDetail=shape(
        "PostingType TaxApplicableOn TaxAmount BillableStatus",
        Entity=shape("Type", EntityRef=REF),
        **refs("AccountRef ClassRef DepartmentRef TaxCodeRef JournalCodeRef"),
    ),
)
_MONEY = "TxnDate DocNumber PrivateNote ExchangeRate TotalAmt HomeTotalAmt TxnStatus TxnSource "

DEPOSIT: Shape = entity(
    _MONEY + "GlobalTaxCalculation",
    Line=[_DEPOSIT_LINE],
    CashBack=shape("Amount Memo", AccountRef=REF),
    TxnTaxDetail=TAX,
    **refs("DepositToAccountRef CurrencyRef DepartmentRef RecurDataRef"),
)
JOURNAL_ENTRY: Shape = entity(
    _MONEY + "Adjustment HomeCurrencyAdjustment GlobalTaxCalculation",
    Line=[_ENTRY_LINE],
    TxnTaxDetail=TAX,
    **refs("CurrencyRef RecurDataRef JournalCodeRef"),
)
