"""What does a deed look like in the fields of either system?

MediaOS takes every number as text and a day as a time at midnight (mediaos-api.md 1); QuickBooks
nests a phone, an e-mail and a memo (quickbooks-online.md 7).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from agents.lab.demo.deeds import AddAdvertiser, ChangeCustomer, ChangeInvoice
from agents.lab.demo.names import Product
from agents.lab.demo.sold_lines import SoldLine


def advertiser(deed: AddAdvertiser) -> dict[str, Any]:
    """Return an advertiser as a person types it in MediaOS."""
    city, state, postal_code = deed.town
    return {
        "name": deed.title,
        "email": {"value": deed.email},
        "phone": deed.phone,
        "billing_address": {
            "line1": deed.street,
            "city": city,
            "state": state,
            "postal_code": postal_code,
            "country": "US",
        },
    }


def place(deed: ChangeInvoice | ChangeCustomer) -> tuple[str, str]:
    """Return where in MediaOS the record is, and the plan's name of it."""
    if isinstance(deed, ChangeInvoice):
        return "invoices", deed.invoice
    return "advertisers", deed.advertiser


def in_mediaos(deed: ChangeInvoice | ChangeCustomer) -> dict[str, Any]:
    """Return the change as a person types it in MediaOS."""
    match deed.field:
        case "memo":
            return {"comments": deed.text}
        case "due":
            return {"date_due": f"{deed.text} 00:00:00"}
        case "phone":
            return {"phone": deed.text}
        case "email" if isinstance(deed, ChangeInvoice):
            return {"billing_email": {"value": deed.text}}
        case _:
            return {"email": {"value": deed.text}}


def in_qbo(deed: ChangeInvoice | ChangeCustomer) -> dict[str, Any]:
    """Return the change as a person types it in QuickBooks."""
    match deed.field:
        case "memo":
            return {"CustomerMemo": {"value": deed.text}}
        case "due":
            return {"DueDate": deed.text}
        case "phone":
            return {"PrimaryPhone": {"FreeFormNumber": deed.text}}
        case "email" if isinstance(deed, ChangeInvoice):
            return {"BillEmail": {"Address": deed.text}}
        case _:
            return {"PrimaryEmailAddr": {"Address": deed.text}}


def item_name(product: Product) -> str:
    """Return what a product is called in QuickBooks as an item."""
    # A colon separates a category from an item there (quickbooks-online.md 7).
    return product.name.replace(": ", " - ")


def lines(sold: Iterable[SoldLine], products: Sequence[str]) -> list[dict[str, Any]]:
    """Return the lines of an invoice in MediaOS; `products` are its ids by place."""
    return [
        {
            "product_id": products[line.product],
            "description": line.description,
            "quantity": f"{line.quantity:f}",
            "amount": f"{line.price:f}",
            "taxable": line.taxed,
        }
        for line in sold
    ]
