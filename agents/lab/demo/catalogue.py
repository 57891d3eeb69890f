"""What is set before the first deed?  Items, what is mapped to them, and the number prefix.

People make the products in both systems; one of them is forgotten when they are mapped.
"""

from pathlib import Path

from agents.lab.demo.counters import Counters
from agents.lab.demo.deeds import SALES_TAX
from agents.lab.demo.names import PRODUCTS, Product
from agents.lab.demo.office import Office
from agents.lab.demo.opening import in_time
from agents.lab.demo.plan import REFUND_METHOD
from agents.lab.demo.watch import Watch


async def catalogue(
    folder: Path, counters: Counters, office: Office, watch: Watch
) -> tuple[str, ...]:
    """Make all products, map all but one, set the prefix; return MediaOS's ids of the products."""
    # With QuickBooks' own numbers each create would cost a question more.
    await counters.qbo("person/set_custom_numbers", on=True)
    await counters.qbo("person/set_sales_tax", model="automated", rate=f"{SALES_TAX}")
    _, book = await counters.books()
    account = next(one["Id"] for one in book["Account"] if one["AccountType"] == "Income")
    mapped = [await _made(counters, product, account) for product in PRODUCTS]
    bank = next(one["Id"] for one in book["Account"] if one["AccountType"] == "Bank")
    await office.open(mapped, (REFUND_METHOD, bank))
    products = tuple(product for product, _ in mapped)
    async with in_time("The workers took the mappings and the prefix", folder):
        await watch.until(
            lambda: watch.mapped >= set(products[:-1]) and watch.facts["SettingsChanged"] > 0
        )
    return products


async def _made(counters: Counters, product: Product, account: str) -> tuple[str, str]:
    """Make one product on both sides; return its id in MediaOS and in QuickBooks."""
    # A colon separates a category from an item there (quickbooks-online.md 7).
    name = product.name.replace(": ", " - ")
    fields = {
        "Name": name,
        "Type": "Service",
        "IncomeAccountRef": {"value": account},
        "UnitPrice": f"{product.price:f}",
    }
    item = await counters.qbo("person/create", kind="Item", fields=fields)
    sold = await counters.mediaos("products", {"name": product.name})
    return sold["id"], item["Id"]
