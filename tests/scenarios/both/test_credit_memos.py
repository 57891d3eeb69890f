"""A credit memo is on both sides, once, to the cent; what it is applied to is another story."""

from decimal import Decimal
from typing import Any

from tests.scenarios.both.people import (
    FULL_PAGE,
    a_customer,
    lines_of,
    open_shop,
)

FIFTY = ("1", "50")
SETTLED = 130.0


async def a_credit_memo(town, customer: str, *lines: tuple[str, str], **fields: Any) -> str:
    fields = {"line_items": lines_of(*lines, product=fields.pop("product", FULL_PAGE)), **fields}
    made = await town.mediaos.people.create("creditMemos", {"advertiser_id": customer, **fields})
    return str(made["id"])


async def a_customer_with_a_credit(town, *lines: tuple[str, str]) -> tuple[str, str]:
    """Both have crossed; the ids are MediaOS's."""
    await open_shop(town)
    customer = await a_customer(town)
    memo = await a_credit_memo(town, customer, *(lines or (FIFTY,)))
    await town.run()
    return customer, memo


def park_of(town, customer: str, memo: str):
    return town.document(customer, f"mediaos/credit-memo/{memo}").park


async def test_one_of_mediaos_is_made_in_quickbooks_numbered_marked_and_sold_as_an_item(town):
    _, memo = await a_customer_with_a_credit(town, ("14.5", "128.35"), FIFTY)

    [there] = town.in_qbo("CreditMemo")
    assert there["DocNumber"] == f"MediaOS-CM-{memo}"
    assert there["PrivateNote"] == f"MediaOS t1 credit-memo {memo}"
    assert (there["TotalAmt"], there["RemainingCredit"]) == (Decimal("1911.08"),) * 2
    sold = [each["SalesItemLineDetail"] for each in there["Line"] if "LineNum" in each]
    assert [each["TaxCodeRef"]["value"] for each in sold] == ["NON", "NON"]
    [here] = town.in_mediaos("creditMemos")
    assert here["external_number"] == f"MediaOS-CM-{memo}"
    assert here["external_reference"] == there["Id"]
    await town.agrees()
