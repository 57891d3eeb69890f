"""What is set before the first deed?  Items, what is mapped to them, and the number prefix.

People make the products in both systems; one of them is forgotten when they are mapped.
"""

from pathlib import Path
from typing import NamedTuple

from agents.lab.demo.counters import Counters
from agents.lab.demo.names import PRODUCTS, Product
from agents.lab.demo.office import Office
from agents.lab.demo.opening import in_time
from agents.lab.demo.quiet import REFUND_METHOD
from agents.lab.demo.sold_lines import SALES_TAX
from agents.lab.demo.watch import Watch
from agents.lab.demo.wording import item_name


class Catalogue(NamedTuple):
    """MediaOS's ids: of the products in the order of the list, of the type that writes off."""

    products: tuple[str, ...]
    bad_debt: str


async def catalogue(folder: Path, counters: Counters, office: Office, watch: Watch) -> Catalogue:
    """Make all products, map all but one, set the prefix; return their ids in MediaOS."""
    # With QuickBooks' own numbers each create would cost a question more.
    await counters.qbo("person/set_custom_numbers", on=True)
    await counters.qbo("person/set_sales_tax", model="automated", rate=f"{SALES_TAX}")
    _, book = await counters.books()
    account = next(one["Id"] for one in book["Account"] if one["AccountType"] == "Income")
    mapped = [await _made(counters, product, account) for product in PRODUCTS]
    bank = next(one["Id"] for one in book["Account"] if one["AccountType"] == "Bank")
    lost = await _bad_debt(counters)
    await office.open(mapped, (REFUND_METHOD, bank), lost)
    products = tuple(product for product, _ in mapped)
    async with in_time("The workers took the mappings and the prefix", folder):
        await watch.until(
            lambda: watch.mapped >= set(products[:-1]) and watch.facts["SettingsChanged"] > 0
        )
    return Catalogue(products, lost[0])


async def _made(counters: Counters, product: Product, account: str) -> tuple[str, str]:
    """Make one product on both sides; return its id in MediaOS and in QuickBooks."""
    item = await _item(counters, item_name(product), account, UnitPrice=f"{product.price:f}")
    sold = await counters.mediaos("products", {"name": product.name})
    return sold["id"], item


async def _bad_debt(counters: Counters) -> tuple[str, str]:
    """Make what invoices are written off by on both sides, with an account of expenses there."""
    fields = {"Name": "Bad debts", "AccountType": "Expense", "AccountSubType": "BadDebts"}
    account = await counters.qbo("person/create", kind="Account", fields=fields)
    item = await _item(counters, "Bad debt", account["Id"])
    away = await counters.mediaos("invoiceLineItemTypes", {"name": "Bad debt", "kind": "discount"})
    return away["id"], item


async def _item(counters: Counters, name: str, account: str, **more: str) -> str:
    fields = {"Name": name, "Type": "Service", "IncomeAccountRef": {"value": account}, **more}
    made = await counters.qbo("person/create", kind="Item", fields=fields)
    return str(made["Id"])
