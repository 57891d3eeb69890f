"""Of which type is an account, and where in the books does its type stand?

A caller names the type or a detail of it (AccountSubType); QBO finds the rest.
"""

from streams.simulators.quickbooks.book import Record
from streams.simulators.quickbooks.refusals import Fault, missing

#: The classification of each type.
_CLASSES = {
    **dict.fromkeys(("Bank", "Accounts Receivable", "Other Current Asset"), "Asset"),
    **dict.fromkeys(("Fixed Asset", "Other Asset"), "Asset"),
    **dict.fromkeys(("Accounts Payable", "Credit Card"), "Liability"),
    **dict.fromkeys(("Other Current Liability", "Long Term Liability"), "Liability"),
    "Equity": "Equity",
    **dict.fromkeys(("Income", "Other Income"), "Revenue"),
    **dict.fromkeys(("Cost of Goods Sold", "Expense", "Other Expense"), "Expense"),
}
#: Details of each type, first the one that QBO takes where none is named.
_DETAILS = {
    "Bank": """CashOnHand Checking MoneyMarket RentsHeldInTrust Savings TrustAccounts""",
    "Accounts Receivable": """AccountsReceivable""",
    "Other Current Asset": """
        OtherCurrentAssets AllowanceForBadDebts DevelopmentCosts EmployeeCashAdvances Inventory
        LoansToOfficers LoansToOthers PrepaidExpenses Retainage UndepositedFunds""",
    "Fixed Asset": """
        OtherFixedAssets AccumulatedDepreciation Buildings FurnitureAndFixtures Land
        LeaseholdImprovements MachineryAndEquipment Vehicles""",
    "Other Asset": """OtherLongTermAssets Goodwill Licenses SecurityDeposits""",
    "Accounts Payable": """AccountsPayable""",
    "Credit Card": """CreditCard""",
    "Other Current Liability": """
        OtherCurrentLiabilities DeferredRevenue LineOfCredit LoanPayable PayrollTaxPayable
        SalesTaxPayable TrustAccountsLiabilities UndistributedTips""",
    "Long Term Liability": """OtherLongTermLiabilities NotesPayable""",
    "Equity": """
        OpeningBalanceEquity AccumulatedAdjustment CommonStock OwnersEquity PartnerContributions
        PaidInCapitalOrSurplus PartnerDistributions RetainedEarnings TreasuryStock""",
    "Income": """
        SalesOfProductIncome DiscountsRefundsGiven NonProfitIncome OtherPrimaryIncome
        ServiceFeeIncome UnappliedCashPaymentIncome""",
    "Other Income": """OtherMiscellaneousIncome DividendIncome InterestEarned""",
    "Cost of Goods Sold": """
        SuppliesMaterialsCogs CostOfLaborCos EquipmentRentalCos OtherCostsOfServiceCos
        ShippingFreightDeliveryCos""",
    "Expense": """
        OtherMiscellaneousServiceCost AdvertisingPromotional Auto BadDebts BankCharges
        CharitableContributions DuesSubscriptions Entertainment EntertainmentMeals EquipmentRental
        Insurance InterestPaid LegalProfessionalFees OfficeGeneralAdministrativeExpenses
        OtherBusinessExpenses PayrollExpenses PromotionalMeals RentOrLeaseOfBuildings
        RepairMaintenance ShippingFreightDelivery SuppliesMaterials TaxesPaid Travel TravelMeals
        UnappliedCashBillPaymentExpense Utilities""",
    "Other Expense": """OtherMiscellaneousExpense Depreciation PenaltiesSettlements""",
}
_TYPE_OF = {detail: name for name, details in _DETAILS.items() for detail in details.split()}


def complete_account(draft: Record) -> None:
    """Set type, detail and classification. Faults 2010 and 2020."""
    detail, kind = draft.get("AccountSubType"), draft.get("AccountType")
    if not detail and not kind:
        raise missing("AccountType")
    kind = kind or _TYPE_OF.get(str(detail))
    if kind not in _CLASSES or (detail and _TYPE_OF.get(str(detail)) != kind):
        raise Fault("2010", f"Property Name:AccountType has no {kind} with detail {detail}")
    draft["AccountType"] = kind
    draft["AccountSubType"] = detail or _DETAILS[kind].split()[0]
    draft["Classification"] = _CLASSES[kind]
