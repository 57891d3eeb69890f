"""Which product of MediaOS is sold as which item of QuickBooks?  Tell, forget, list.

A product is listed once MediaOS showed it or an invoice waits for it; a mapping may come first.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Annotated

import typer

from agents.cli.answers import show_answers
from agents.cli.asking import Ask, asking, new_id
from agents.cli.finding import choose_tenant
from agents.cli.options import Json, TenantName
from agents.cli.reading import State, reading
from agents.cli.refusal import Refusal
from agents.cli.screen import show_json
from agents.cli.showing import say, show_table
from schemas.facts import RequestTaken
from schemas.requests import MapProduct
from schemas.state import Lane, Tenant

app = typer.Typer(help="Products of MediaOS as items of QuickBooks.", no_args_is_help=True)

NOTHING = (
    "No product has been seen or mapped yet: one is listed once MediaOS publishes it or an "
    "invoice names it; map one by `isthmus map add PRODUCT ITEM`."
)

Product = Annotated[str, typer.Argument(help="The product's id in MediaOS.")]
Item = Annotated[str, typer.Argument(help="The item's id in QuickBooks.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """One product: its item, and how many documents wait for one."""

    tenant: str
    product: str
    name: str | None
    item: str | None
    waiting: int


@app.command()
def add(product: Product, item: Item, tenant: TenantName = None, as_json: Json = False) -> None:
    """Sell a product as an item; what waited for it goes on by itself."""
    _change(product, item, tenant, as_json=as_json)


@app.command()
def remove(product: Product, tenant: TenantName = None, as_json: Json = False) -> None:
    """Take a mapping away; invoices that are across already stay as they are."""
    _change(product, None, tenant, as_json=as_json)


@app.command(name="list")
def list_(tenant: TenantName = None, as_json: Json = False) -> None:
    """List products and their items, those without one first."""

    async def work(state: State) -> list[Mapping]:
        names = [choose_tenant((), tenant)] if tenant else state.tenants()
        return [
            mapping
            for name in names
            for mapping in mappings(name, state.tenant(name), state.lanes(name))
        ]

    found = sorted(reading(work), key=lambda each: each.item is not None)
    if as_json:
        show_json([asdict(each) for each in found])
    elif not found:
        say(NOTHING)
    else:
        columns = ("tenant", "product", "name", "item", "waiting")
        show_table(columns, (_cells(each) for each in found), ids=("tenant", "product", "item"))


def mappings(name: str, tenant: Tenant, lanes: Iterable[Lane]) -> list[Mapping]:
    """Return a tenant's products by id, those without an item first."""
    waiting = Counter(
        condition.partition(":")[2]
        for lane in lanes
        for document in lane.documents.values()
        if document.park is not None
        for condition in document.park.waits_for
        if condition.startswith("product:")
    )
    known = {*tenant.products, *tenant.items, *waiting}
    return [
        Mapping(
            tenant=name,
            product=product,
            name=tenant.products.get(product),
            item=tenant.items.get(product),
            waiting=waiting[product],
        )
        for product in sorted(known, key=lambda each: (each in tenant.items, len(each), each))
    ]


def refuse_void(tenant: Tenant, product: str, item: str | None) -> None:
    """Refuse a change without a name, and the removal of what is not there."""
    if not product.strip() or (item is not None and not item.strip()):
        raise Refusal("PRODUCT and ITEM are ids, expected text: see `isthmus map list`.")
    if item is None and product not in tenant.items:
        raise Refusal(f"Product {product} is not mapped: `isthmus map list` shows those that are.")


def _change(product: str, item: str | None, tenant: str | None, *, as_json: bool) -> None:
    async def work(state: State, ask: Ask) -> RequestTaken:
        name = choose_tenant(state.tenants(), tenant)
        refuse_void(state.tenant(name), product, item)
        return await ask(MapProduct(id=new_id(), tenant=name, product=product, item=item))

    show_answers([asking(work)], as_json=as_json)


def _cells(mapping: Mapping) -> tuple[str, ...]:
    return (
        mapping.tenant,
        mapping.product,
        mapping.name or "(not shown yet)",
        mapping.item or "-",
        str(mapping.waiting),
    )
