"""Record the journal of one day with a deed of each sort: `python -m tests.recorded.record`.

To be recorded anew whenever RULES change (`agents.rules.documents.decide`): a decision is only
made again by the rules that made it.
"""

import asyncio
from pathlib import Path

from tests.scenarios.both.people import (
    a_customer,
    a_payment,
    an_invoice,
    edit,
    open_shop,
    paid_in_qbo,
)
from tests.scenarios.both.town import Town, opened
from tests.testing.simulated.replay import journal_of

DAY = Path(__file__).parent / "day.jsonl"
#: The same day as an earlier release wrote it, before mappings were of kinds; never anew.
EARLIER_DAY = Path(__file__).parent / "earlier_day.jsonl"


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


async def recorded() -> list[bytes]:
    """Play the day, and return the journal's records by partition, in order within each."""
    async with opened() as town:
        await day(town)
        return journal_of(town.kafka)


if __name__ == "__main__":
    DAY.write_bytes(b"".join(record + b"\n" for record in asyncio.run(recorded())))
