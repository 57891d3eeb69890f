"""What do the examinations of simulated books start from?

Two simulators whose books agree after a small day of work, each read through its own API.
"""

import httpx
import pytest

from agents.audit.compare import compare
from agents.audit.mediaos import read_mediaos
from agents.audit.qbo import PAGE_SECONDS, read_qbo
from schemas.identity import marker
from schemas.values import Kind
from streams.simulators.mediaos.app import MediaosSimulator
from streams.simulators.mediaos.settings import SimulatorSettings as MediaosSettings
from streams.simulators.quickbooks.app import QboSimulator
from streams.simulators.quickbooks.clock import VirtualClock
from streams.simulators.quickbooks.settings import SimulatorSettings as QboSettings
from tests.unit.audit.story import AT, TENANT, Journal


async def publish(_change):
    """Nobody listens."""


async def no_sleep(seconds):
    if seconds != PAGE_SECONDS:
        raise AssertionError("nothing is throttled here")


class Day:
    """Two books that agree, and the journal of how they came to."""

    def __init__(self):
        clock = VirtualClock(AT)
        self.mediaos = MediaosSimulator(
            tenant=TENANT,
            now=clock,
            settings=MediaosSettings(),
            api_key="key",
            api_password="password",
            admin_token="admin",
            publish=publish,
        )
        self.qbo = QboSimulator(
            now=clock,
            settings=QboSettings(limits=False),
            admin_token="admin",
            client_id="id",
            client_secret="secret",
            verifier_token="verifier",
        )
        self.qbo.person.set_custom_numbers(on=True)
        self.token = self.qbo.grant()["access_token"]
        self.sleep = no_sleep
        self.ids = {}
        self.kinds = {}

    def clients(self):
        return (
            httpx.AsyncClient(
                transport=httpx.ASGITransport(self.mediaos.app),
                base_url="http://mediaos",
                auth=("key", "password"),
            ),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(self.qbo.app), base_url="http://quickbooks"
            ),
        )

    async def bearer(self):
        return self.token

    async def books(self):
        mediaos, qbo = self.clients()
        async with mediaos, qbo:
            return (
                await read_mediaos(mediaos, sleep=self.sleep),
                await read_qbo(qbo, self.qbo.realm, self.bearer, sleep=self.sleep),
            )

    async def work(self):
        """Let people make a customer, two invoices and a payment; write all of it across."""
        await self.introduce()
        for name, amounts in (("first", ("128.35", "100.10")), ("second", ("337.50",))):
            await self.bill(name, amounts, quantity="14.5")
        await self.receive("payment", "first", "50.05")
        self.journal = await self.told()

    async def report(self):
        mediaos, qbo = await self.books()
        return compare(mediaos=mediaos, qbo=qbo, history=self.journal.history())

    async def introduce(self):
        """Make a customer and a product on both sides."""
        fields = {
            "name": "Amy's Birds",
            "email": {"value": "amy@example.com"},
            "phone": "(650) 555-3311",
        }
        made = await self.mediaos.people.create("advertisers", fields)
        product = await self.mediaos.people.create("products", {"name": "Page"})
        item = self.qbo.person.create(
            "Item", {"Name": "Page", "Type": "Service", "IncomeAccountRef": {"value": "1"}}
        )
        across = self.qbo.person.create(
            "Customer",
            {
                "DisplayName": "Amy's Birds",
                "PrimaryEmailAddr": {"Address": "amy@example.com"},
                "PrimaryPhone": {"FreeFormNumber": "(650) 555-3311"},
                "Notes": marker(TENANT, Kind.CUSTOMER, made["id"]),
            },
        )
        self._know("customer", Kind.CUSTOMER, made["id"], across["Id"])
        self.ids["product"] = (product["id"], item["Id"])

    async def bill(self, name, amounts, *, quantity="1"):
        """Make an invoice on both sides, linked by what it carries."""
        product, item = self.ids["product"]
        customer, across_customer = self.ids["customer"]
        made = await self.mediaos.people.create(
            "invoices",
            {
                "advertiser_id": customer,
                "date_created": "2026-03-01 00:00:00",
                "comments": "Spring issue",
                "billing_email": {"value": "amy@example.com"},
                "line_items": [
                    {"amount": amount, "quantity": quantity, "product_id": product}
                    for amount in amounts
                ],
            },
        )
        across = self.qbo.person.create(
            "Invoice",
            {
                "CustomerRef": {"value": across_customer},
                "DocNumber": f"MediaOS-{made['id']}",
                "TxnDate": "2026-03-01",
                "DueDate": made["date_due"][:10],
                "CustomerMemo": {"value": "Spring issue"},
                "BillEmail": {"Address": "amy@example.com"},
                "PrivateNote": marker(TENANT, Kind.INVOICE, made["id"]),
                "Line": [
                    {
                        "Amount": line["total"],
                        "DetailType": "SalesItemLineDetail",
                        "SalesItemLineDetail": {
                            "ItemRef": {"value": item},
                            "Qty": line["quantity"],
                            "UnitPrice": line["amount"],
                        },
                    }
                    for line in made["line_items"]
                ],
            },
        )
        numbers = {"external_number": across["DocNumber"], "external_reference": across["Id"]}
        await self.mediaos.people.edit("invoices", made["id"], numbers)
        self._know(name, Kind.INVOICE, made["id"], across["Id"])

    async def receive(self, name, invoice, amount):
        """Make a payment of one invoice on both sides."""
        mediaos, qbo = self.ids[invoice]
        customer, across_customer = self.ids["customer"]
        made = await self.mediaos.people.create(
            "payments",
            {
                "advertiser_id": customer,
                "amount": amount,
                "reference_number": "CHK-1",
                "lines": [{"invoice_id": mediaos, "amount": amount}],
            },
        )
        part = {"Amount": amount, "LinkedTxn": [{"TxnId": qbo, "TxnType": "Invoice"}]}
        across = self.qbo.person.create(
            "Payment",
            {
                "CustomerRef": {"value": across_customer},
                "TotalAmt": amount,
                "TxnDate": "2026-03-02",
                "PaymentRefNum": "CHK-1",
                "PrivateNote": marker(TENANT, Kind.PAYMENT, made["id"]),
                "Line": [part],
            },
        )
        self._know(name, Kind.PAYMENT, made["id"], across["Id"])

    async def credit(self, name, amounts):
        """Make a credit memo on both sides, linked by what it carries."""
        product, item = self.ids["product"]
        customer, across_customer = self.ids["customer"]
        lines = [{"amount": each, "quantity": "1", "product_id": product} for each in amounts]
        fields = {
            "advertiser_id": customer,
            "date_created": "2026-03-01 00:00:00",
            "comments": "Sorry",
            "line_items": lines,
        }
        made = await self.mediaos.people.create("creditMemos", fields)
        across = self.qbo.person.create(
            "CreditMemo",
            {
                "CustomerRef": {"value": across_customer},
                "DocNumber": f"MediaOS-CM-{made['id']}",
                "TxnDate": "2026-03-01",
                "CustomerMemo": {"value": "Sorry"},
                "PrivateNote": marker(TENANT, Kind.CREDIT_MEMO, made["id"]),
                "Line": [
                    {
                        "Amount": amount,
                        "DetailType": "SalesItemLineDetail",
                        "SalesItemLineDetail": {"ItemRef": {"value": item}},
                    }
                    for amount in amounts
                ],
            },
        )
        numbers = {"external_number": across["DocNumber"], "external_reference": across["Id"]}
        await self.mediaos.people.edit("creditMemos", made["id"], numbers)
        self._know(name, Kind.CREDIT_MEMO, made["id"], across["Id"])

    def _know(self, name, kind, mediaos, qbo):
        self.ids[name], self.kinds[name] = (mediaos, qbo), kind

    def here(self, name, **changes):
        """Rewrite what MediaOS shows of a record; nobody is told."""
        first, *others = self.kinds[name].split("-")
        records = self.mediaos.tampering._book.records[
            "".join([first, *map(str.title, others)]) + "s"
        ]
        records[self.ids[name][0]] |= changes

    def there(self, name, **changes):
        """Rewrite what QuickBooks shows of a record, in its words; nobody is told."""
        kind = self.kinds[name].title().replace("-", "")
        self.qbo.tamper.rewrite(kind, self.ids[name][1], changes)

    def only_there(self, kind, **shown):
        """Put a document into QuickBooks that only people there made."""
        customer = {"value": self.ids["customer"][1]}
        return self.qbo.book.insert(kind, {"CustomerRef": customer, **shown}, quiet=True)

    async def told(self):
        """Return the journal that an engine would have written about the books as they are."""
        mediaos, qbo = await self.books()
        journal = Journal(items=dict([self.ids["product"]]))
        for name, kind in self.kinds.items():
            m, q = self.ids[name]
            journal.crossed(kind, (m, mediaos.of(kind)[m]), (q, qbo.of(kind)[q]))
        return journal


@pytest.fixture
async def day():
    made = Day()
    await made.work()
    yield made
    await made.mediaos.close()
