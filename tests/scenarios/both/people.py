"""What do the people of the town do?  Customers, products, invoices and payments of either side.

Amounts are text, as MediaOS takes them.
"""

from decimal import Decimal
from typing import Any

from schemas.requests import SetMapping
from schemas.values import MappingKind
from tests.scenarios.both.town import TENANT, Row, Town

#: A product of 14.5 times 128.35 comes to 1861.075: to 1861.08, half up.
BADLY = ("14.5", "128.35")
#: The products that every shop has.
FULL_PAGE, HALF_PAGE = "101", "102"


async def open_shop(town: Town, **settings: Any) -> None:
    """Two products, sold as two items; callers number invoices; the guide's prefix."""
    town.qbo.person.set_custom_numbers(True)
    for name in ("Full page", "Half page"):
        product = await town.mediaos.people.create("products", {"name": name})
        item = an_item(town, name)
        await town.maps(product["id"], item)
    await town.settings(**settings)
    await town.run(1)


def an_item(town: Town, name: str) -> str:
    fields = {"Name": name, "IncomeAccountRef": {"value": "1"}}
    return str(town.qbo.person.create("Item", fields)["Id"])


async def a_customer(town: Town, name: str = "Harbour Books", **fields: Any) -> str:
    made = await town.mediaos.people.create("advertisers", {"name": name, **fields})
    return str(made["id"])


async def an_invoice(
    town: Town, customer: str, *lines: tuple[str, str], product: str = FULL_PAGE, **fields: Any
) -> str:
    """Lines are quantity and price of one."""
    fields = {"line_items": lines_of(*lines, product=product), **fields}
    made = await town.mediaos.people.create("invoices", {"advertiser_id": customer, **fields})
    return str(made["id"])


async def a_credit_memo(town: Town, customer: str, *lines: tuple[str, str], **fields: Any) -> str:
    sold = lines_of(*lines, product=fields.pop("product", FULL_PAGE))
    fields = {"line_items": sold, **fields}
    made = await town.mediaos.people.create("creditMemos", {"advertiser_id": customer, **fields})
    return str(made["id"])


async def a_refund(town: Town, customer: str, *lines: tuple[str, str], **fields: Any) -> str:
    sold = lines_of(*lines, product=fields.pop("product", FULL_PAGE))
    fields = {"line_items": sold, "type": "Check", **fields}
    made = await town.mediaos.people.create("refunds", {"advertiser_id": customer, **fields})
    return str(made["id"])


async def keeps(town: Town, payment_type: str, account: str | None) -> None:
    """Say where the money of a payment type lies, by the account's id in QuickBooks."""
    kind = MappingKind.REFUND_ACCOUNT
    wish = SetMapping(
        id=town._id(), tenant=town.tenant, kind=kind, source=payment_type, target=account
    )
    await town.ask(town.tenant, wish)


async def put_under(town: Town, kind: MappingKind, sold: str, target: str | None) -> None:
    """Say under which class or location something is sold, by its id in QuickBooks."""
    wish = SetMapping(id=town._id(), tenant=town.tenant, kind=kind, source=sold, target=target)
    await town.ask(town.tenant, wish)


def account_called(town: Town, name: str) -> str:
    [found] = [each["Id"] for each in town.in_qbo("Account") if each["Name"] == name]
    return str(found)


def lines_of(*lines: tuple[str, str], product: str = FULL_PAGE) -> list[Row]:
    return [
        {"quantity": quantity, "amount": price, "product_id": product, "description": f"No. {n}"}
        for n, (quantity, price) in enumerate(lines or (BADLY,), start=1)
    ]


async def a_payment(
    town: Town, customer: str, amount: str, applied: dict[str, str], **fields: Any
) -> str:
    lines = [{"invoice_id": invoice, "amount": part} for invoice, part in applied.items()]
    made = await town.mediaos.people.create(
        "payments", {"advertiser_id": customer, "amount": amount, "lines": lines, **fields}
    )
    return str(made["id"])


async def edit(town: Town, kind: str, record_id: str, **changes: Any) -> None:
    await town.mediaos.people.edit(kind, record_id, changes)  # type: ignore[arg-type]


async def a_customer_with_an_invoice(
    town: Town, *lines: tuple[str, str], **settings: Any
) -> tuple[str, str]:
    """Both have crossed; the ids are MediaOS's."""
    await open_shop(town, **settings)
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer, *lines)
    await town.run()
    return customer, invoice


def paid_in_qbo(town: Town, amount: str, applied: dict[str, str], **fields: Any) -> Row:
    """A payment of the first customer of QuickBooks; `applied` by its invoices."""
    (customer, *_) = town.in_qbo("Customer")
    paid = {
        "CustomerRef": {"value": customer["Id"]},
        "TotalAmt": Decimal(amount),
        "Line": parts_in_qbo(applied),
        **fields,
    }
    return town.qbo.person.create("Payment", paid)


def sold_in_qbo(town: Town, customer: str, amount: str, **fields: Any) -> Row:
    """An invoice that somebody makes in QuickBooks itself, for a customer of QuickBooks."""
    sold = {"CustomerRef": {"value": customer}, "Line": [line_in_qbo(amount)], **fields}
    return town.qbo.person.create("Invoice", sold)


def line_in_qbo(amount: str) -> Row:
    return {
        "Amount": Decimal(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }


def parts_in_qbo(applied: dict[str, str]) -> list[Row]:
    return [
        {"Amount": Decimal(part), "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}
        for invoice, part in applied.items()
    ]


async def delete(town: Town, kind: str, record_id: str) -> None:
    await town.mediaos.people.delete(kind, record_id)  # type: ignore[arg-type]


def marker_of(kind: str, mediaos_id: str) -> str:
    return f"MediaOS {TENANT} {kind} {mediaos_id}"
