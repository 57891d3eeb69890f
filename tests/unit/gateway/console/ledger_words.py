"""A reading of both ledgers that was kept, in the console's tests: of tenant t1."""

from decimal import Decimal

from schemas.facts import RequestTaken
from schemas.ledgers import Figures, LedgerDifference, LedgerReport, LedgerRow
from schemas.tenant_facts import ReconciliationKept
from schemas.tenant_state import Reconciled
from tests.testing.simulated.clock import START

OWED = Figures(invoices=Decimal("1861.08"), receivable=Decimal("1861.08"))
MORE = Figures(invoices=Decimal("2198.58"), receivable=Decimal("2198.58"))
PARKED = LedgerDifference(
    document="mediaos/invoice/136",
    number="MediaOS-136",
    customer="Harbour Books",
    mediaos=Decimal("337.50"),
    amount=Decimal("337.50"),
    why="parked",
    detail="unmapped-product: product 7 (Print) is mapped to nothing",
    event="parked by Isthmus",
    at=START,
    waits=True,
)
UNKNOWN = LedgerDifference(
    document="qbo/payment/=9",
    number="=9",
    customer="=HYPERLINK(1)",
    qbo=Decimal(12),
    amount=Decimal(12),
    why="for no reason that is known",
)
REPORT = LedgerReport(
    home="USD",
    customers=2,
    totals=(LedgerRow(mediaos=MORE, qbo=OWED),),
    rows=(
        LedgerRow(customer="Harbour Books", records=("mediaos/customer/42",), mediaos=MORE),
        LedgerRow(customer="Quay Press", mediaos=OWED, qbo=OWED),
    ),
    differences=(UNKNOWN, PARKED),
)


def kept(at=START, *, report=REPORT, differs=1, waits=1, by="scheduler", name="k1"):
    found = Reconciled(at=at, differs=differs, waits=waits, amount=Decimal(12))
    return (
        ReconciliationKept(request=name, reconciled=found, report=report),
        RequestTaken(request=name, done=True, detail="it is kept", by=by),
    )
