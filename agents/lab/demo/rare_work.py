"""How is a deed done that is seldom?  By the people who do all others, and an accountant's word."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agents.lab.demo.by_hand import SOLD
from agents.lab.demo.counters import Counters
from agents.lab.demo.names import PRODUCTS
from agents.lab.demo.office import Office
from agents.lab.demo.people import People
from agents.lab.demo.rare_deeds import (
    BillBelowZero,
    BillInQuickbooks,
    Bounce,
    DeletePayment,
    Disagree,
    RareDeed,
    WriteOff,
)
from agents.lab.demo.wording import item_name, lines
from schemas.state import ParkReason
from schemas.values import Kind, Side

JOURNAL = "JournalEntryLineDetail"


@dataclass(frozen=True, slots=True)
class RareWork:
    """Does what is seldom; `bad_debt` is the line item type by which MediaOS writes off."""

    people: People
    office: Office
    bad_debt: str

    async def do(self, deed: RareDeed) -> None:
        """Do one deed, once the records it needs are there; DemoFault when it is refused."""
        match deed:
            case BillBelowZero():
                await self._below_zero(deed)
            case WriteOff():
                await self._write_off(deed)
            case Bounce():
                await self._bounce(deed)
            case DeletePayment():
                await self.people.crossed(Kind.PAYMENT, deed.payment)
                payment = await self.people.known.get(deed.payment)
                await self._counters.mediaos_delete("payments", payment)
            case Disagree():
                await self._disagree(deed)
            case BillInQuickbooks():
                await self._bill_in_quickbooks(deed)

    @property
    def _counters(self) -> Counters:
        return self.people.counters

    async def _below_zero(self, deed: BillBelowZero) -> None:
        holder, against = await self._ids(deed.advertiser, deed.against)
        sold = lines((deed.line,), self.people.products)
        fields = {"advertiser_id": holder, "line_items": sold}
        await self.people.make("invoices", deed.invoice, fields)
        below = await self.people.known.get(deed.invoice)
        await self._apply(holder, f"invoice-{below}", against, deed.amount)

    async def _write_off(self, deed: WriteOff) -> None:
        holder, invoice = await self._ids(deed.advertiser, deed.invoice)
        sold = lines(deed.lines, self.people.products)
        await self.people.crossed(Kind.INVOICE, deed.invoice)
        off = {"line_items": [*sold, self._lost(-deed.amount)]}
        await self.people.edit("invoices", deed.invoice, off)
        await self._waits(invoice, ParkReason.WRITE_OFF)
        await self.people.edit("invoices", deed.invoice, {"line_items": sold})
        memo = {"advertiser_id": holder, "line_items": [self._lost(deed.amount)]}
        await self.people.make("creditMemos", deed.credit, memo)
        credit = await self.people.known.get(deed.credit)
        await self._apply(holder, credit, invoice, deed.amount)

    async def _bounce(self, deed: Bounce) -> None:
        name = await self.people.crossed(Kind.PAYMENT, deed.payment)
        payment = await self._counters.in_qbo("Payment", name)
        fields = {"Line": await self._given_back(payment)}
        entry = await self._counters.qbo("person/create", kind="JournalEntry", fields=fields)
        self.people.known.put(deed.entry, entry["Id"])
        linked = [{"TxnId": entry["Id"], "TxnType": "JournalEntry"}]
        in_its_place = [{"Amount": payment["TotalAmt"], "LinkedTxn": linked}]
        await self.people.correct("Payment", name, Line=in_its_place)

    async def _given_back(self, payment: dict[str, Any]) -> list[dict[str, Any]]:
        """Return what takes money out of the bank and has its customer owe it again."""
        _, book = await self._counters.books()
        accounts = {one["AccountType"]: one["Id"] for one in reversed(book["Account"])}
        owes = {"Type": "Customer", "EntityRef": {"value": payment["CustomerRef"]["value"]}}

        def line(how: str, account: str, **named: object) -> dict[str, Any]:
            detail = {"PostingType": how, "AccountRef": {"value": accounts[account]}, **named}
            return {"Amount": payment["TotalAmt"], "DetailType": JOURNAL, JOURNAL: detail}

        return [line("Debit", "Accounts Receivable", Entity=owes), line("Credit", "Bank")]

    async def _disagree(self, deed: Disagree) -> None:
        name = await self.people.crossed(Kind.INVOICE, deed.invoice)
        shown = (await self._counters.in_qbo("Invoice", name))["Line"]
        first, *others = [line for line in shown if SOLD in line]
        detail = {key: first[SOLD][key] for key in first[SOLD] if key not in {"Qty", "UnitPrice"}}
        typed = {**first, "Amount": f"{deed.price:f}", SOLD: detail}
        # QuickBooks first: what it then shows is never written over, so that both always meet.
        await self.people.correct("Invoice", name, Line=[typed, *others])
        sold = {"line_items": lines(deed.lines, self.people.products)}
        await self.people.edit("invoices", deed.invoice, sold)
        document = await self._waits(await self.people.known.get(deed.invoice), ParkReason.CONFLICT)
        lane = self.people.watch.lane_of(document)
        await self.office.decide(lane, document, keep=Side.MEDIAOS, by=deed.by)

    async def _bill_in_quickbooks(self, deed: BillInQuickbooks) -> None:
        fields: dict[str, Any] = {"DisplayName": deed.title}
        customer = await self._counters.qbo("person/create", kind="Customer", fields=fields)
        name = item_name(PRODUCTS[deed.line.product])
        _, book = await self._counters.books()
        item = next(one["Id"] for one in book["Item"] if one["Name"] == name)
        detail = {"ItemRef": {"value": item}, "TaxCodeRef": {"value": "NON"}}
        sold = {"Amount": f"{deed.line.amount:f}", "DetailType": SOLD, SOLD: detail}
        fields = {
            "CustomerRef": {"value": customer["Id"]},
            "DocNumber": deed.number,
            "Line": [{**sold, "Description": deed.line.description}],
        }
        made = await self._counters.qbo("person/create", kind="Invoice", fields=fields)
        self.people.known.put(deed.invoice, made["Id"])

    async def _waits(self, invoice: str, reason: ParkReason) -> str:
        """Return the name of an invoice's document, once it waits for a reason, and still does."""
        watch, document = self.people.watch, f"{Side.MEDIAOS}/{Kind.INVOICE}/{invoice}"
        await watch.until(lambda: watch.waits(document, reason))
        return document

    async def _apply(self, holder: str, credit: str, invoice: str, amount: Decimal) -> None:
        part = {"credit_memo_id": credit, "invoice_id": invoice, "amount": f"{amount:f}"}
        fields = {"advertiser_id": holder, "lines": [part]}
        await self._counters.mediaos("creditApplications", fields)

    async def _ids(self, holder: str, invoice: str) -> tuple[str, str]:
        return await self.people.known.get(holder), await self.people.known.get(invoice)

    def _lost(self, amount: Decimal) -> dict[str, Any]:
        return {
            "invoice_line_item_type_id": self.bad_debt,
            "description": "Bad debt",
            "amount": f"{amount:f}",
        }
