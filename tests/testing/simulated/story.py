"""The records that most stories are about: customer 42 of MediaOS, its invoice 136, a payment."""

from datetime import date
from decimal import Decimal

from schemas.records import Allocation, Customer, Invoice, Line, Payment
from schemas.requests import ChangeSettings, SetMapping
from schemas.tenant_state import TenantSettings
from schemas.values import Kind
from tests.testing.simulated.world import World

LINE = Line(
    product="7", unit_price=Decimal("128.35"), quantity=Decimal("14.5"), amount=Decimal("1861.08")
)
LANE = "t1/mediaos/42"


def invoice(number: str = "42", **more: object) -> Invoice:
    """Return an invoice of MediaOS whose total is what its lines come to."""
    fields = {"customer": number, "issued": date(2026, 3, 1), "lines": (LINE,), **more}
    total = sum((line.amount for line in fields["lines"]), Decimal(0))
    return Invoice(**{"total": total, "balance": total, **fields})


def payment(of: str, amount: str = "100.00") -> Payment:
    return Payment(
        customer="42",
        amount=Decimal(amount),
        received=date(2026, 3, 9),
        applied=(Allocation(invoice=of, amount=Decimal(amount)),),
    )


async def given_a_customer_with_an_invoice(world: World) -> None:
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await world.ask(
        "t1",
        ChangeSettings(id="r2", tenant="t1", settings=TenantSettings(number_prefix="MediaOS-")),
    )
    await world.run(1)
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
