"""Which product of MediaOS is sold as which item of QuickBooks?  Tell, forget, list, suggest.

A product is listed once MediaOS showed it or an invoice waits for it; a mapping may come first.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Annotated

import typer

from agents.cli import map_files
from agents.cli.console import show_json
from agents.cli.formatting import say, show_table
from agents.cli.journal_state import State, reading
from agents.cli.lookup import choose_tenant
from agents.cli.options import Json, TenantName
from agents.cli.print_results import show_answers
from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, asking, new_id
from agents.rules.products.catalog_entries import sharers, unsaleable
from agents.rules.products.suggest import Suggestion, suggestions
from schemas.facts import RequestTaken
from schemas.requests import MapProduct, ReadItems
from schemas.state import Lane, Tenant

app = typer.Typer(help="Products of MediaOS as items of QuickBooks.", no_args_is_help=True)
app.command(name="export")(map_files.export)
app.command(name="import")(map_files.import_)

NOTHING = (
    "No product has been seen or mapped yet: one is listed once MediaOS publishes it or an "
    "invoice names it; map one by `isthmus map add PRODUCT ITEM`."
)
NO_LIKENESS = (
    "No suggestion: every product is mapped, or no item of QuickBooks has a similar name "
    "(`isthmus map list` shows what is unmapped)."
)

Product = Annotated[str, typer.Argument(help="The product's id in MediaOS.")]
Item = Annotated[str, typer.Argument(help="The item's id in QuickBooks.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """One product: its item, what else is sold as that, and how many documents wait for it."""

    tenant: str
    product: str
    name: str | None
    item: str | None
    item_name: str | None
    shared_with: tuple[str, ...]
    state: str
    waiting: int


@app.command()
def add(product: Product, item: Item, tenant: TenantName = None, as_json: Json = False) -> None:
    """Sell a product as an item that QuickBooks has; what waited for it goes on by itself."""
    _change(product, item, tenant, as_json=as_json)


@app.command()
def remove(product: Product, tenant: TenantName = None, as_json: Json = False) -> None:
    """Take a mapping away; invoices that are across already stay as they are."""
    _change(product, None, tenant, as_json=as_json)


@app.command(name="list")
def list_(tenant: TenantName = None, as_json: Json = False) -> None:
    """List products and their items, those that cannot cross first."""

    async def work(state: State) -> list[Mapping]:
        names = [choose_tenant((), tenant)] if tenant else state.tenants()
        return [
            mapping
            for name in names
            for mapping in mappings(name, state.tenant(name), state.lanes(name))
        ]

    found = sorted(reading(work), key=lambda each: each.state == "mapped")
    if as_json:
        show_json([asdict(each) for each in found])
    elif not found:
        say(NOTHING)
    else:
        columns = ("tenant", "product", "name", "item", "item's name", "state", "waiting")
        show_table(columns, (_cells(each) for each in found), ids=("tenant", "product", "item"))


@app.command()
def suggest(tenant: TenantName = None, as_json: Json = False) -> None:
    """Read QuickBooks' items, and suggest by name what unmapped products may be sold as."""

    async def work(state: State, ask: Ask) -> list[Suggestion]:
        name = choose_tenant(state.tenants(), tenant)
        await read_items(name, ask)
        return suggestions(state.tenant(name))

    found = asking(work)
    if as_json:
        show_json([asdict(each) for each in found])
    elif not found:
        say(NO_LIKENESS)
    else:
        columns = ("product", "name", "item", "item's name", "likeness", "because")
        rows = (
            (each.product, each.name, each.item, each.item_name, f"{each.score} %", each.reason)
            for each in found
        )
        show_table(columns, rows, ids=("product", "item"))
        say("Take one by `isthmus map add PRODUCT ITEM`, or all of them after a look by")
        say("`isthmus map export --suggested FILE` and `isthmus map import FILE`.")


async def read_items(tenant: str, ask: Ask) -> None:
    """Have a worker read QuickBooks' items; Refusal says why it could not."""
    answer = await ask(ReadItems(id=new_id(), tenant=tenant))
    if not answer.done:
        raise Refusal(f"{answer.detail[:1].upper()}{answer.detail[1:]}.")


def mappings(name: str, tenant: Tenant, lanes: Iterable[Lane]) -> list[Mapping]:
    """Return a tenant's products by id, those that cannot cross first."""
    waiting = Counter(
        condition.partition(":")[2]
        for lane in lanes
        for document in lane.documents.values()
        if document.park is not None
        for condition in document.park.waits_for
        if condition.startswith("product:")
    )
    known = {*tenant.mediaos_products, *tenant.items, *waiting}
    found = [_mapping(name, tenant, product, waiting[product]) for product in known]
    return sorted(found, key=lambda e: (e.state == "mapped", len(e.product), e.product))


def refuse_void(tenant: Tenant, product: str, item: str | None) -> None:
    """Refuse a change without a name, and the removal of what is not there."""
    if not product.strip() or (item is not None and not item.strip()):
        raise Refusal("PRODUCT and ITEM are ids, expected text: see `isthmus map list`.")
    if item is None and product not in tenant.items:
        raise Refusal(f"Product {product} is not mapped: `isthmus map list` shows those that are.")


def _mapping(name: str, tenant: Tenant, product: str, waiting: int) -> Mapping:
    offered, item = tenant.mediaos_products.get(product), tenant.items.get(product)
    sold = tenant.qbo_items.get(item) if item is not None else None
    return Mapping(
        tenant=name,
        product=product,
        name=offered.name if offered else None,
        item=item,
        item_name=sold.name if sold else None,
        shared_with=sharers(tenant, product, item) if item is not None else (),
        state=_state(tenant, product, waiting),
        waiting=waiting,
    )


def _state(tenant: Tenant, product: str, waiting: int) -> str:
    offered, item = tenant.mediaos_products.get(product), tenant.items.get(product)
    if item is not None:
        return "item inactive" if unsaleable(tenant, item) else "mapped"
    retired = offered is not None and not offered.active and not waiting
    return "not sold any more" if retired else "unmapped"


def _change(product: str, item: str | None, tenant: str | None, *, as_json: bool) -> None:
    async def work(state: State, ask: Ask) -> RequestTaken:
        name = choose_tenant(state.tenants(), tenant)
        refuse_void(state.tenant(name), product, item)
        return await ask(MapProduct(id=new_id(), tenant=name, product=product, item=item))

    show_answers([asking(work)], as_json=as_json)


def _cells(mapping: Mapping) -> tuple[str, ...]:
    shared = f" (also {', '.join(mapping.shared_with)})" if mapping.shared_with else ""
    return (
        mapping.tenant,
        mapping.product,
        mapping.name or "(not shown yet)",
        mapping.item or "-",
        mapping.item_name or "-",
        f"{mapping.state}{shared}",
        str(mapping.waiting),
    )
