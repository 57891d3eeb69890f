"""The tax of lines as MediaOS tells it: by their ticks, or where none is ticked by the whole's."""

from decimal import Decimal

import pytest

from schemas import published
from streams.remotes.mediaos.kinds.sale_lines import read_lines


@pytest.mark.parametrize(
    ("ticks", "tax", "taxable", "assumed"),
    [
        ((False, None), 8, [True, True], [True, True]),
        ((True, False), 8, [True, False], [False, False]),
        ((False, False), 0, [False, False], [False, False]),
    ],
    ids=["none is ticked", "one is ticked", "no tax"],
)
def test_lines_of_which_none_is_ticked_are_assumed_to_bear_a_tax(ticks, tax, taxable, assumed):
    lines = read_lines(
        published.Invoice(
            id="1",
            row_version=1,
            advertiser_id="1",
            tax_total=Decimal(tax),
            total=Decimal(200 + tax),
            line_items=tuple(
                published.InvoiceLine(amount=Decimal(100), taxable=tick) for tick in ticks
            ),
        )
    )
    assert [each.taxable for each in lines] == taxable
    assert [each.assumed for each in lines] == assumed
