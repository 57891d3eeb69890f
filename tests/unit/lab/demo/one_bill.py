"""One advertiser, and one invoice of it, as the plan has them and as the engine takes them over."""

from datetime import UTC, date, datetime
from decimal import Decimal

from agents.lab.demo.deeds import AddAdvertiser, Bill
from agents.lab.demo.sold_lines import SoldLine
from schemas.envelope import JournalRecord
from schemas.facts import Linked

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADD = AddAdvertiser(
    advertiser="a000",
    title="Bay Street Bakery",
    email="old@example.com",
    phone="(802) 555-0001",
    street="1 Mill Lane",
    town=("Easton", "MD", "21601"),
)
LINE = SoldLine(product=0, description="Booth", quantity=Decimal("14.5"), price=Decimal("128.35"))
BILL = Bill(invoice="i000", advertiser="a000", lines=(LINE,), memo="Spring", due=date(2026, 4, 1))


def crossed(watch, qbo, kind, mediaos_id, fields):
    """Do what the engine would: make the record in QuickBooks and say so in the journal."""
    made = qbo.person.create(kind.capitalize(), fields)
    home = "demo/mediaos/1"
    fact = Linked(kind=kind, document="d", mediaos=mediaos_id, qbo=made["Id"], home=home)
    watch.take_step(0, JournalRecord(term="t", lane=home, at=NOW, claim="t"))
    watch.take_step(0, JournalRecord(term="t", lane=home, at=NOW, facts=(fact,)))
    return made
