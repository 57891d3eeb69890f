"""What is in the sample company, which Intuit gives to who develops against QuickBooks?

A little of everything, so that a client's own tests find something to read. The ids of some items
and accounts are those of Intuit's, which such tests have written into them.
"""

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.person import Person
from streams.simulators.quickbooks.tax_service import create_code

_SERVICES = (
    *("Services", "Hours", "Concrete", "Design", "Rock Fountain", "Gardening", "Installation"),
    *("Lighting", "Maintenance & Repair", "Pest Control", "Pump", "Refunds & Allowances"),
)
_WARES = ("Rock Fountain", "Pump")
_CUSTOMERS = ("Amy's Bird Sanctuary", "Bill's Windsurf Shop", "Cool Cars", "Dukes Basketball Camp")
_VENDORS = ("Books by Bessie", "Brosnahan Insurance Agency", "Hall Properties")
_EMPLOYEES = (("Emily", "Platt"), ("John", "Johnson"))
_INVENTORY: Record = {
    "Type": "Inventory",
    "TrackQtyOnHand": True,
    "QtyOnHand": 10,
    "InvStartDate": "2015-01-01",
    "IncomeAccountRef": {"value": "79"},
    "ExpenseAccountRef": {"value": "80"},
    "AssetAccountRef": {"value": "81"},
}
_ONE: Record = {"value": "1"}
_SERVICE: Record = {"Type": "Service", "IncomeAccountRef": _ONE}
_CHECKING, _VISA = {"value": "35"}, {"value": "42"}


def lay_out(book: Book, person: Person) -> None:
    """Fill a new company's books; sales tax stays off. Raises Fault where the names are taken."""
    for name in _SERVICES:
        person.create("Item", {"Name": name, **(_INVENTORY if name in _WARES else _SERVICE)})
    for name in _CUSTOMERS:
        person.create("Customer", {"DisplayName": name, "CompanyName": name})
    for name in _VENDORS:
        person.create("Vendor", {"DisplayName": name, "CompanyName": name})
    for given, family in _EMPLOYEES:
        person.create("Employee", {"GivenName": given, "FamilyName": family})
    for kind, name in (("Class", "Landscaping"), ("Department", "Main street")):
        person.create(kind, {"Name": name})
    agency = person.create("TaxAgency", {"DisplayName": "Board of Equalization"})
    rate = {"TaxRateName": "California", "RateValue": 8, "TaxAgencyId": agency["Id"]}
    create_code(book, {"TaxCode": "California", "TaxRateDetails": [rate]})
    for kind, fields in _forms():
        person.create(kind, fields)


def _forms() -> list[tuple[str, Record]]:
    sale: Record = {"CustomerRef": _ONE, "Line": [_sold("100.00")]}
    cost: Record = {"VendorRef": _ONE, "Line": [_spent("200.00")]}
    moved: Record = {"Amount": "10.00"}
    return [
        *[("Invoice", sale)] * 3,
        ("Estimate", sale),
        ("SalesReceipt", sale),
        ("CreditMemo", sale),
        ("RefundReceipt", sale | {"DepositToAccountRef": _CHECKING}),
        *[("Payment", {"CustomerRef": _ONE, "TotalAmt": "20.00", "PaymentMethodRef": _ONE})] * 5,
        ("Bill", cost),
        ("PurchaseOrder", cost),
        ("VendorCredit", cost),
        ("Purchase", {"PaymentType": "Cash", "AccountRef": _CHECKING, "Line": cost["Line"]}),
        ("Transfer", {**moved, "FromAccountRef": _CHECKING, "ToAccountRef": {"value": "36"}}),
        (
            "CreditCardPayment",
            {**moved, "BankAccountRef": _CHECKING, "CreditCardAccountRef": _VISA},
        ),
        ("TimeActivity", {"NameOf": "Employee", "EmployeeRef": _ONE, "Hours": 1}),
        ("Attachable", {"Note": "Ask for the key."}),
    ]


def _sold(amount: str) -> Record:
    detail = {"ItemRef": _ONE}
    return {"Amount": amount, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}


def _spent(amount: str) -> Record:
    name = "AccountBasedExpenseLineDetail"
    return {"Amount": amount, "DetailType": name, name: {"AccountRef": _ONE}}
