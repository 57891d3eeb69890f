"""Record the journal of one day with a deed of each sort: `python -m tests.recorded.record`.

To be recorded anew whenever RULES change (`agents.rules.documents.decide`): a decision is only
made again by the rules that made it.
"""

import asyncio
from decimal import Decimal
from pathlib import Path

from schemas.values import Side
from tests.scenarios.both.people import (
    a_customer,
    a_payment,
    an_invoice,
    delete,
    edit,
    line_in_qbo,
    lines_of,
    open_shop,
    paid_in_qbo,
)
from tests.scenarios.both.returns import by_an_entry, comes_back
from tests.scenarios.both.test_conflicts import resolves
from tests.scenarios.both.town import Town, opened
from tests.testing.simulated.replay import journal_of

DAY = Path(__file__).parent / "day.jsonl"
#: The same day as an earlier release wrote it, before mappings were of kinds; never anew.
EARLIER_DAY = Path(__file__).parent / "earlier_day.jsonl"
HUNDRED = ("1", "100")


async def day(town: Town) -> None:
    """Creates and edits of both sides, a payment of each, a push, and one over an edit."""
    await open_shop(town)
    customer = await a_customer(town, phone="555-0199")
    first = await an_invoice(town, customer, ("14.5", "128.35"), ("2", "33.335"))
    await town.run()
    await a_payment(town, customer, "150", {first: "100"}, reference_number="4711")
    await edit(town, "advertisers", customer, phone="555-0100")
    await edit(town, "invoices", first, comments="April")
    await town.run()
    [crossed] = town.in_qbo("Invoice")
    town.qbo.person.edit("Invoice", crossed["Id"], {"DueDate": "2026-12-24"})
    paid_in_qbo(town, "20", {crossed["Id"]: "20"})
    await town.run()
    await town.settings(manual_push=True)
    pushed = await an_invoice(town, customer)
    await edit(town, "invoices", first, comments="May")
    await town.run()
    await town.pushes(customer, f"mediaos/invoice/{pushed}")
    await town.pushes(customer, f"mediaos/invoice/{first}")
    await town.run()
    await town.settings()
    await what_is_seldom(town, customer)


async def what_is_seldom(town: Town, customer: str) -> None:
    """A credit below zero, applied; a check that bounces; two prices of one line; a deletion."""
    invoice = await an_invoice(town, customer, HUNDRED)
    below = await an_invoice(town, customer, ("1", "-30"))
    part = {"credit_memo_id": f"invoice-{below}", "invoice_id": invoice, "amount": "30"}
    applied = {"advertiser_id": customer, "lines": [part]}
    await town.mediaos.people.create("creditApplications", applied)
    check = await a_payment(town, customer, "70", {invoice: "70"}, type="Check")
    mistaken = await a_payment(town, customer, "5", {}, reference_number="4712")
    await town.run()
    paid = next(each for each in town.in_qbo("Payment") if each["TotalAmt"] == Decimal(70))
    comes_back(town, paid, by_an_entry, "70", {})
    await delete(town, "payments", mistaken)
    await town.run()
    there = next(each for each in town.in_qbo("Invoice") if each["TotalAmt"] == Decimal(100))
    first = {"Id": there["Line"][0]["Id"]}
    town.qbo.person.edit("Invoice", there["Id"], {"Line": [first | line_in_qbo("95")]})
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "90")))
    await town.run()
    await resolves(town, customer, "invoice", invoice, Side.MEDIAOS)
    await edit(town, "payments", check, notes="Called them")
    await town.run()


async def recorded() -> list[bytes]:
    """Play the day, and return the journal's records by partition, in order within each."""
    async with opened() as town:
        await day(town)
        return journal_of(town.kafka)


if __name__ == "__main__":
    DAY.write_bytes(b"".join(record + b"\n" for record in asyncio.run(recorded())))
