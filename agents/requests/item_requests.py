"""What do we ask QuickBooks about its items, and what comes of the answer?

A mapping to an item that is not there, or is inactive, is refused; where QuickBooks cannot be asked
now the mapping is taken, and the answer says so: an invoice that it refuses later parks by name.
"""

from dataclasses import dataclass

from agents.rules.products.catalog_entries import is_news, item_seen, sharers
from agents.view.lane_context import LaneContext
from schemas.facts import Fact, ItemSeen, ProductMapped
from schemas.outcomes import No, Unknown
from schemas.requests import MapProduct, ReadItems
from schemas.values import Kind
from streams.ports import ItemList, Reading, Remote

#: How long a read may wait for its place in the budget.
PATIENCE_SECONDS = 5.0
#: Items of one journal record, which Kafka takes up to 1 MB.
MOST = 2000

#: Whether it was done, in words, and the facts.
Answered = tuple[bool, str, tuple[Fact, ...]]


@dataclass(frozen=True, slots=True)
class ItemRequests:
    """The items of every tenant's company."""

    remote: Remote
    list: ItemList

    async def answer(self, context: LaneContext, request: MapProduct | ReadItems) -> Answered:
        """Answer a request that is about items."""
        if isinstance(request, MapProduct):
            return await self._mapped(context, request)
        return await self._read(context)

    async def _mapped(self, context: LaneContext, request: MapProduct) -> Answered:
        mapped = ProductMapped(request=request.id, product=request.product, item=request.item)
        if request.item is None:
            return True, f"product {request.product} is mapped no longer", (mapped,)
        known = context.tenant_state.qbo_items.get(request.item)
        told = _told(context, request.product, request.item)
        if known is not None and known.active:
            return True, told, (mapped,)
        seen = await self._one(context, request.item)
        if isinstance(seen, str):
            return True, f"{told}; QuickBooks could not be asked for it ({seen})", (mapped,)
        if seen.revision.deleted:
            return False, f"QuickBooks has no item {request.item}: `isthmus map suggest`", ()
        if not seen.active:
            return False, f"item {request.item} ({seen.name}) is inactive in QuickBooks", (seen,)
        return True, told, (seen, mapped)

    async def _read(self, context: LaneContext) -> Answered:
        shown = await self._all(context)
        if isinstance(shown, str):
            return False, f"QuickBooks' items could not be read: {shown}", ()
        catalogue = context.tenant_state.qbo_items
        seen = [item_seen(each.id, each.record, each.revision) for each in shown]
        news = [item for item in seen if is_news(catalogue.get(item.item), item)]
        for start in range(0, len(news), MOST):
            if not await context.write(*news[start : start + MOST]):
                return False, "another worker has taken over: ask again", ()
        return True, f"{len(seen)} items of QuickBooks were read, {len(news)} are news", ()

    async def _all(self, context: LaneContext) -> tuple[Reading, ...] | str:
        wait = await self.remote.acquire(context.tenant, PATIENCE_SECONDS)
        if wait > 0:
            return f"its budget is spent for {wait:.0f} s"
        shown = await self.list.items(context.tenant)
        return _why(shown) if isinstance(shown, No | Unknown) else shown

    async def _one(self, context: LaneContext, item: str) -> ItemSeen | str:
        wait = await self.remote.acquire(context.tenant, PATIENCE_SECONDS)
        if wait > 0:
            return f"its budget is spent for {wait:.0f} s"
        reading = await self.remote.read(context.tenant, Kind.PRODUCT, item)
        if isinstance(reading, No | Unknown):
            return _why(reading)
        return item_seen(item, reading.record, reading.revision)


def _why(answer: No | Unknown) -> str:
    return str(answer.fault) if isinstance(answer, No) else answer.detail


def _told(context: LaneContext, product: str, item: str) -> str:
    others = sharers(context.tenant_state, product, item)
    too = f", as {', '.join(others)} {'is' if len(others) == 1 else 'are'}" if others else ""
    return f"product {product} is sold as item {item}{too}"
