"""What do a tenant's people do?  A seeded stream of work in both systems, in any order.

Payments never take more than an invoice came to when it was made, and lines only grow, so that
nothing is refused whatever crosses first.
"""

import asyncio
from dataclasses import dataclass
from decimal import Decimal

from schemas.requests import ChangeSettings, GoLive, SetMapping
from schemas.tenant_state import TenantSettings
from schemas.values import Kind

CENT = Decimal("0.01")
PREFIX = "MediaOS-"


@dataclass(slots=True)
class Bill:
    """An invoice of MediaOS: what may still be paid, and its lines as they were typed."""

    id: str
    customer: str
    left: Decimal
    lines: list[dict[str, str]]


class Town:
    """Everybody who works for one tenant."""

    def __init__(self, tenant, rng):
        self.tenant = tenant
        self.rng = rng
        self.products = []
        self.customers = []
        self.bills = []

    async def open(self, ask, products):
        """Make the products and items, map them, and set the prefix; return when it is known."""
        name = self.tenant.name
        settings = ChangeSettings(
            id=f"{name}-s", tenant=name, settings=TenantSettings(number_prefix=PREFIX)
        )
        await ask(name, settings)
        await ask(name, GoLive(id=f"{name}-live", tenant=name, by="the test"))
        for number in range(products):
            await self.product(ask, f"Product {number}")

    async def product(self, ask, title):
        """Make a product on both sides, and map it."""
        fields = {"Name": title, "Type": "Service", "IncomeAccountRef": {"value": "1"}}
        item = await self.tenant.qbo("person/create", kind="Item", fields=fields)
        made = await self.tenant.counters.mediaos("products", {"name": title})
        self.products.append(made["id"])
        name = self.tenant.name
        request = SetMapping(
            id=f"{name}-{made['id']}", tenant=name, source=made["id"], target=item["Id"]
        )
        await ask(name, request)

    async def customer(self):
        """Add an advertiser in MediaOS; return its id."""
        title = f"Harbour Books {len(self.customers) + 1}"
        fields = {"name": title, "email": {"value": f"desk{len(self.customers)}@harbour.example"}}
        made = await self.tenant.counters.mediaos("advertisers", fields)
        self.customers.append(made["id"])
        return made["id"]

    async def invoice(self, customer=None):
        """Bill a customer (anybody) in MediaOS."""
        customer = customer or self.rng.choice(self.customers)
        lines = [self._line() for _ in range(self.rng.randint(1, 4))]
        fields = {"advertiser_id": customer, "line_items": lines, "comments": self._words()}
        made = await self.tenant.counters.mediaos("invoices", fields)
        bill = Bill(made["id"], customer, Decimal(made["total"]), lines)
        self.bills.append(bill)
        return bill

    async def payment(self):
        """Receive a payment in MediaOS for one or two invoices of a customer."""
        bill = self._payable()
        if bill is None:
            return
        others = [b for b in self.bills if b.customer == bill.customer and b.left and b is not bill]
        parts = [(bill, self._part(bill)), *((b, self._part(b)) for b in others[:1])]
        fields = {
            "advertiser_id": bill.customer,
            "amount": f"{sum(amount for _, amount in parts):f}",
            "lines": [{"invoice_id": b.id, "amount": f"{amount:f}"} for b, amount in parts],
        }
        await self.tenant.counters.mediaos("payments", fields)

    async def payment_in_qbo(self):
        """Receive a payment in QuickBooks, for an invoice that has crossed."""
        bill = self._payable(self.tenant.linked(Kind.INVOICE))
        if bill is None:
            return
        customer = self.tenant.linked(Kind.CUSTOMER)[bill.customer]
        amount, invoice = f"{self._part(bill):f}", self.tenant.linked(Kind.INVOICE)[bill.id]
        fields = {
            "CustomerRef": {"value": customer},
            "TotalAmt": amount,
            "Line": [{"Amount": amount, "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}],
        }
        await self.tenant.qbo("person/create", kind="Payment", fields=fields)

    async def edit(self, bill=None):
        """Change a memo, a due date, an address or lines of an invoice in MediaOS."""
        bill = bill or self.rng.choice(self.bills)
        more = [{**line, "quantity": "20.25"} for line in bill.lines]
        changes = (
            {"comments": self._words()},
            {"date_due": f"{self._day()} 00:00:00"},
            {"billing_email": {"value": f"ap{self.rng.randrange(999)}@pay.example"}},
            {"line_items": more},
        )
        await self.tenant.counters.mediaos_edit("invoices", bill.id, self.rng.choice(changes))

    async def edit_customer(self):
        """Change a telephone or an address of a customer in MediaOS."""
        changes = (
            {"phone": f"555-{self.rng.randrange(10000):04}"},
            {"email": {"value": f"m{self.rng.randrange(999)}@harbour.example"}},
        )
        customer = self.rng.choice(self.customers)
        await self.tenant.counters.mediaos_edit("advertisers", customer, self.rng.choice(changes))

    async def edit_in_qbo(self):
        """Change a memo or a due date of an invoice in QuickBooks."""
        changes = (
            {"CustomerMemo": {"value": self._words()}},
            {"DueDate": self._day()},
            {"BillEmail": {"Address": f"q{self.rng.randrange(999)}@pay.example"}},
        )
        await self._correct(Kind.INVOICE, "Invoice", self.rng.choice(changes))

    async def edit_customer_in_qbo(self):
        """Change a telephone or an address of a customer in QuickBooks."""
        changes = (
            {"PrimaryPhone": {"FreeFormNumber": f"777-{self.rng.randrange(10000):04}"}},
            {"PrimaryEmailAddr": {"Address": f"q{self.rng.randrange(999)}@harbour.example"}},
        )
        await self._correct(Kind.CUSTOMER, "Customer", self.rng.choice(changes))

    async def trouble(self):
        """Let a reply be lost after its commit, or notices come twice or in another order."""
        match self.rng.randrange(4):
            case 0:
                # Of a payment, nothing but its request id keeps a second one from being made.
                fault = {"when": "after", "hold_seconds": 0.2, "kind": "Payment"}
                await self.tenant.qbo("faults/time_out_next", **fault)
            case 1:
                armed = {"fault": "time_out_after_commit"}
                await self.tenant.counters.mediaos("faults", armed)
            case 2:
                await self.tenant.qbo("webhooks/misbehave", how="duplicate")
            case _:
                await self.tenant.qbo("webhooks/misbehave", how="reorder")

    async def live(self, *, customers, invoices, payments, edits, troubles=0, seconds):
        """Do so much, shuffled, in about so many seconds; a third of the customers come first."""
        for _ in range(max(1, customers // 3)):
            await self.customer()
        await self.invoice()
        deeds = [self.customer] * (customers - len(self.customers))
        deeds += [self.invoice] * (invoices - 1) + [self.trouble] * troubles
        deeds += [self.payment] * (payments // 2) + [self.payment_in_qbo] * (payments // 2)
        several = (self.edit, self.edit_customer, self.edit_in_qbo, self.edit_customer_in_qbo)
        deeds += [self.rng.choice(several) for _ in range(edits)]
        self.rng.shuffle(deeds)
        for deed in deeds:
            await asyncio.sleep(self.rng.uniform(0, 2 * seconds / len(deeds)))
            await deed()

    async def _correct(self, kind, name, changes):
        linked = sorted(self.tenant.linked(kind).values())
        if linked:
            record = self.rng.choice(linked)
            await self.tenant.qbo("person/edit", kind=name, id=record, changes=changes)

    def _payable(self, among=None):
        bills = [bill for bill in self.bills if bill.left and (among is None or bill.id in among)]
        return self.rng.choice(bills) if bills else None

    def _part(self, bill):
        share = Decimal(self.rng.choice(("1", "0.5", "0.33")))
        amount = max((bill.left * share).quantize(CENT), CENT)
        bill.left -= amount
        return amount

    def _line(self):
        return {
            "product_id": self.rng.choice(self.products),
            "description": self._words(),
            "quantity": self.rng.choice(("1", "3", "14.5", "0.75")),
            "amount": self.rng.choice(("128.35", "33.33", "0.05", "1999.99", "17.1")),
        }

    def _words(self):
        places = ("back cover", "half page", "booth 7", "newsletter", "spring issue")
        return f"{self.rng.choice(places)} {self.rng.randrange(1000)}"

    def _day(self):
        return f"2027-{self.rng.randint(1, 12):02}-{self.rng.randint(1, 28):02}"
