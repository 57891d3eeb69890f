"""Is each figure of a reading in its table as it was read, however many digits it has?"""

import csv
import io
from decimal import Decimal

import pytest

from agents.rules.ledger_table import as_csv
from schemas.ledgers import Figures, LedgerDifference, LedgerReport, LedgerRow

HUGE = Decimal("123456789012345678901234567890.12")


@pytest.mark.parametrize(
    ("here", "there", "told"),
    [
        (HUGE, HUGE, (str(HUGE), str(HUGE), "0.00")),
        (Decimal(0), HUGE, ("0.00", str(HUGE), str(HUGE))),
        (Decimal("1E+30"), Decimal("0.01"), (f"1{'0' * 30}.00", "0.01", f"-{'9' * 30}.99")),
        (Decimal("1.5"), Decimal("1.505"), ("1.50", "1.505", "0.005")),
    ],
    ids=range(4),
)
def test_a_figure_is_told_to_its_last_digit(here, there, told):
    row = LedgerRow(mediaos=Figures(invoices=here), qbo=Figures(invoices=there))
    document = LedgerDifference(document="d", why="w", mediaos=here, qbo=there)
    report = LedgerReport(home="USD", totals=(row,), differences=(document,))

    [total, *_, last] = csv.DictReader(io.StringIO(as_csv(report)))

    assert (total["mediaos"], total["quickbooks"], total["difference"]) == told
    assert (last["mediaos"], last["quickbooks"]) == told[:2]
