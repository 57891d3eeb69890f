"""How does QBO balance a customer who owes and is made inactive?"""

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.refusals import Fault
from streams.simulators.quickbooks.tax_codes import tax_model

#: The words of its note are from memory.
_NOTE = "Created by QB Online to adjust balance for deletion"


def balancing_memo(book: Book, customer_id: str) -> Record:
    """Return a credit memo over what the customer owes (quickbooks-money.md 8). Fault 6220."""
    item = next((one for one in book.all("Item") if one["Type"] == "Service"), None)
    if item is None:
        raise Fault("6220", "Delete entity has balance : there is no service to credit it by.")
    detail: Record = {"ItemRef": {"value": item["Id"]}}
    memo: Record = {"CustomerRef": {"value": customer_id}, "PrivateNote": _NOTE}
    if tax_model(book) == "per_line":
        memo["GlobalTaxCalculation"] = "NotApplicable"
    else:
        detail["TaxCodeRef"] = {"value": "NON"}
    owed = book.get("Customer", customer_id)["Balance"]
    line = {"Amount": owed, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    return memo | {"Line": [line]}
