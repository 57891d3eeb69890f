"""Which lists does a company keep beside its customers, vendors, employees and items?"""

from streams.simulators.quickbooks.neighbours.row import Neighbour
from streams.simulators.quickbooks.shape import REF, entity, refs

_QUALIFIED = frozenset({"FullyQualifiedName", "Level"})

LISTS = {
    "Account": Neighbour(
        shape=entity(
            "Name SubAccount FullyQualifiedName Active Classification AccountType AccountSubType "
            "Description AcctNum AcctNumExtn BankNum OpeningBalance OpeningBalanceDate "
            "CurrentBalance CurrentBalanceWithSubAccounts OnlineBankingEnabled FIName TaxAccount "
            "TxnLocationType Level AccountAlias",
            **refs("ParentRef CurrencyRef TaxCodeRef"),
        ),
        required=("Name",),
        shown=_QUALIFIED | {"CurrentBalance", "CurrentBalanceWithSubAccounts", "Classification"},
        is_list=True,
        below="SubAccount",
    ),
    "PaymentMethod": Neighbour(
        shape=entity("Name Active Type"),
        required=("Name",),
        defaults={"Type": "NON_CREDIT_CARD"},
        is_list=True,
    ),
    "Term": Neighbour(
        shape=entity(
            "Name Active Type DiscountPercent DueDays DiscountDays DayOfMonthDue "
            "DueNextMonthDays DiscountDayOfMonth"
        ),
        required=("Name",),
        shown=frozenset({"Type"}),
        is_list=True,
    ),
    "Class": Neighbour(
        shape=entity("Name SubClass FullyQualifiedName Active Level", ParentRef=REF),
        required=("Name",),
        shown=_QUALIFIED,
        is_list=True,
        below="SubClass",
    ),
    "Department": Neighbour(
        shape=entity("Name SubDepartment FullyQualifiedName Active Level", ParentRef=REF),
        required=("Name",),
        shown=_QUALIFIED,
        is_list=True,
        below="SubDepartment",
    ),
    "CompanyCurrency": Neighbour(
        shape=entity("Name Code Active"),
        required=("Code",),
        is_list=True,
        is_captured=False,
    ),
    "CustomerType": Neighbour(
        shape=entity("Name Active"),
        required=("Name",),
        is_list=True,
        is_captured=False,
    ),
}
