"""What is set before the first deed?  Items, their mappings, and the number prefix.

People make the products in both systems; the mappings and the setting are requests to the engine,
as the command line sends them.
"""

from aiokafka import AIOKafkaProducer

from agents.demo.counters import Counters
from agents.demo.names import PRODUCTS, Product
from agents.demo.opening import in_time
from agents.demo.stage import Stage
from agents.demo.watch import Watch
from schemas.catalog import encode
from schemas.identity import tenant_lane
from schemas.requests import ChangeSettings, MapProduct, Request
from schemas.state import Settings
from streams.topics import COMMANDS

PREFIX = "MediaOS-"


async def catalogue(stage: Stage, counters: Counters, watch: Watch) -> tuple[str, ...]:
    """Make and map all products and set the prefix; return MediaOS's ids of the products."""
    _, book = await counters.books()
    account = next(one["Id"] for one in book["Account"] if one["AccountType"] == "Income")
    mapped = [await _made(counters, product, account) for product in PRODUCTS]
    await _ask(stage, mapped)
    products = tuple(product for product, _ in mapped)
    async with in_time("The workers took the mappings and the prefix", stage.folder):
        await watch.until(
            lambda: watch.mapped >= set(products) and watch.facts["SettingsChanged"] > 0
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


async def _ask(stage: Stage, mapped: list[tuple[str, str]]) -> None:
    tenant = stage.tenant
    asked: list[Request] = [
        MapProduct(id=f"demo-map-{product}", tenant=tenant, product=product, item=item)
        for product, item in mapped
    ]
    settings = Settings(number_prefix=PREFIX)
    asked.append(ChangeSettings(id="demo-prefix", tenant=tenant, settings=settings))
    async with AIOKafkaProducer(bootstrap_servers=stage.brokers, acks="all") as producer:
        for request in asked:
            key = tenant_lane(tenant).encode()
            await producer.send_and_wait(COMMANDS.name, value=encode(request), key=key)
