"""How is a deed done?  In the words of the system in which somebody sits.

Whoever works in QuickBooks finds there only what has crossed, so they wait for it, as they would.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from agents.lab.demo.by_hand import done_by_hand
from agents.lab.demo.counters import Counters
from agents.lab.demo.deeds import (
    UNTOLD,
    AddAdvertiser,
    Bill,
    BothChangeCustomer,
    ByHand,
    ChangeCustomer,
    ChangeInvoice,
    ChangeLines,
    ChangeReference,
    EditUntold,
    GiveRefund,
    LockInvoice,
    Receive,
    TypeClass,
)
from agents.lab.demo.sold_lines import SALES_TAX
from agents.lab.demo.watch import Watch
from agents.lab.demo.wording import advertiser, in_mediaos, in_qbo, lines, place
from schemas.values import Kind, Side

PersonsDeed = (
    AddAdvertiser
    | Bill
    | ChangeLines
    | ChangeInvoice
    | ChangeCustomer
    | BothChangeCustomer
    | Receive
    | ChangeReference
    | GiveRefund
    | LockInvoice
    | EditUntold
    | ByHand
)

#: An invoice is unlocked as soon as the engine has run into it; at the latest then.  The minute
#: that a 429 costs must not outlast it, else the engine never meets the lock.
LOCKED_SECONDS = 300.0


class Known:
    """Ids by the plan's names, for whoever waits until a record is made."""

    def __init__(self) -> None:
        self._made: dict[str, asyncio.Future[str]] = {}

    def put(self, name: str, record_id: str) -> None:
        """Say under which id a record was made."""
        self._future(name).set_result(record_id)

    async def get(self, name: str) -> str:
        """Return the id of a record, once it is made."""
        return await asyncio.shield(self._future(name))

    def made(self, name: str) -> str | None:
        """Return the id of a record, None as long as it is not made."""
        future = self._made.get(name)
        return future.result() if future is not None and future.done() else None

    def _future(self, name: str) -> asyncio.Future[str]:
        return self._made.setdefault(name, asyncio.get_running_loop().create_future())


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who works on this day; `products` are MediaOS's ids in the order of the list."""

    counters: Counters
    watch: Watch
    products: tuple[str, ...]
    known: Known = field(default_factory=Known)

    async def do(self, deed: PersonsDeed) -> None:
        """Do one deed, once the records it needs are there; DemoFault when it is refused."""
        match deed:
            case AddAdvertiser():
                await self.make("advertisers", deed.advertiser, advertiser(deed))
            case Bill():
                await self.make("invoices", deed.invoice, await self._bill(deed))
            case ChangeLines():
                await self._change_lines(deed)
            case ChangeInvoice() | ChangeCustomer():
                await self._change(deed)
            case BothChangeCustomer():
                await self._both(deed)
            case Receive() | GiveRefund():
                await self._pay(deed)
            case ChangeReference():
                payment = await self.known.get(deed.payment)
                await self.correct("Payment", payment, PaymentRefNum=deed.text)
            case _:
                await self._against_quickbooks(deed)

    async def make(self, kind: str, name: str, fields: dict[str, Any]) -> None:
        """Make a record in MediaOS, under a name of the plan."""
        made = await self.counters.mediaos(kind, fields)
        self.known.put(name, made["id"])

    async def edit(self, kind: str, name: str, fields: dict[str, Any]) -> None:
        """Change a record in MediaOS, once it is made."""
        await self.counters.mediaos_edit(kind, await self.known.get(name), fields)

    async def correct(self, kind: str, record_id: str, **changes: object) -> None:
        """Change a record in QuickBooks."""
        await self.counters.qbo("person/edit", kind=kind, id=record_id, changes=changes)

    async def crossed(self, kind: Kind, name: str) -> str:
        """Return the id in QuickBooks of what is made in MediaOS, once it is there."""
        return await self.watch.linked(kind, await self.known.get(name))

    async def _bill(self, deed: Bill) -> dict[str, Any]:
        return {
            "advertiser_id": await self.known.get(deed.advertiser),
            "line_items": lines(deed.lines, self.products),
            "comments": deed.memo,
            "tax_rate": f"{SALES_TAX}",
            "tax_percent_based": "1",
            "date_due": f"{deed.due} 00:00:00",
        }

    async def _change_lines(self, deed: ChangeLines) -> None:
        if deed.after is not None:
            await self.known.get(deed.after)
        fields = {"line_items": lines(deed.lines, self.products)}
        await self.edit("invoices", deed.invoice, fields)

    async def _change(self, deed: ChangeInvoice | ChangeCustomer) -> None:
        if deed.side is Side.MEDIAOS:
            kind, name = place(deed)
            await self.edit(kind, name, in_mediaos(deed))
        elif isinstance(deed, ChangeInvoice):
            invoice = await self.crossed(Kind.INVOICE, deed.invoice)
            await self.correct("Invoice", invoice, **in_qbo(deed))
        else:
            customer = await self.crossed(Kind.CUSTOMER, deed.advertiser)
            await self.correct("Customer", customer, **in_qbo(deed))

    async def _both(self, deed: BothChangeCustomer) -> None:
        customer = await self.crossed(Kind.CUSTOMER, deed.advertiser)
        phone = {"FreeFormNumber": deed.phone}
        await asyncio.gather(
            self.edit("advertisers", deed.advertiser, {"email": {"value": deed.email}}),
            self.correct("Customer", customer, PrimaryPhone=phone),
        )

    async def _lock(self, deed: LockInvoice) -> None:
        invoice = await self.crossed(Kind.INVOICE, deed.invoice)
        await self.counters.qbo("faults/lock", kind="Invoice", id=invoice, seconds=LOCKED_SECONDS)
        await self.edit("invoices", deed.invoice, {"comments": deed.text})
        await self.watch.until(lambda: self.watch.facts["LockedOut"] > 0)
        await self.counters.qbo("faults/unlock", kind="Invoice", id=invoice)

    async def _against_quickbooks(self, deed: LockInvoice | EditUntold | ByHand) -> None:
        match deed:
            case LockInvoice():
                await self._lock(deed)
            case EditUntold():
                await self._edit_untold(deed)
            case _:
                invoice = await self.crossed(Kind.INVOICE, deed.invoice)
                await done_by_hand(self.counters, deed, invoice)
                if isinstance(deed, TypeClass):
                    self.known.put(deed.name, invoice)

    async def _edit_untold(self, deed: EditUntold) -> None:
        invoice = await self.crossed(Kind.INVOICE, deed.invoice)
        await self.counters.qbo("webhooks/misbehave", how="drop")
        await self.correct("Invoice", invoice, CustomerMemo={"value": UNTOLD})
        await self.watch.until(lambda: UNTOLD in self.watch.memos)

    async def _pay(self, deed: Receive | GiveRefund) -> None:
        if isinstance(deed, GiveRefund):
            await self.make("refunds", deed.refund, await self._refund(deed))
        elif deed.side is Side.MEDIAOS:
            await self.make("payments", deed.payment, await self._payment(deed))
        else:
            await self._received_in_qbo(deed)

    async def _payment(self, deed: Receive) -> dict[str, Any]:
        parts = [
            {"invoice_id": await self.known.get(invoice), "amount": f"{amount:f}"}
            for invoice, amount in deed.parts
        ]
        return {
            "advertiser_id": await self.known.get(deed.advertiser),
            "amount": f"{deed.amount:f}",
            "type": deed.method,
            "reference_number": deed.reference,
            "lines": parts,
        }

    async def _refund(self, deed: GiveRefund) -> dict[str, Any]:
        return {
            "advertiser_id": await self.known.get(deed.advertiser),
            "line_items": lines((deed.line,), self.products),
            "type": deed.method,
        }

    async def _received_in_qbo(self, deed: Receive) -> None:
        applied = [
            {
                "Amount": f"{amount:f}",
                "LinkedTxn": [
                    {"TxnId": await self.crossed(Kind.INVOICE, invoice), "TxnType": "Invoice"}
                ],
            }
            for invoice, amount in deed.parts
        ]
        fields = {
            "CustomerRef": {"value": await self.crossed(Kind.CUSTOMER, deed.advertiser)},
            "TotalAmt": f"{deed.amount:f}",
            "PaymentRefNum": deed.reference,
            "Line": applied,
        }
        made = await self.counters.qbo("person/create", kind="Payment", fields=fields)
        self.known.put(deed.payment, made["Id"])
