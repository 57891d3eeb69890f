"""How does a document cross QuickBooks' wire in a currency, and at which rate?

A rate is how much of the home currency one unit is worth; one that is left out would be 1
(quickbooks-money.md 6).
"""

from typing import Any

from schemas.records import CreditApplication, Payment, Sale
from streams.remotes.quickbooks.wire_fields import Body, named, ref


def worth(model: type[Any], record: Sale | Payment | CreditApplication) -> dict[str, Body]:
    """Return how a document says its currency and its rate, where the company keeps several."""
    currency = named(model, CurrencyRef=ref(record.currency)) if record.currency else {}
    rate = named(model, ExchangeRate=record.rate) if record.rate else {}
    return {"currency": currency, "rate": rate}
