"""Credits that somebody applies in an odd way: both sides owe the same, or it waits by name."""

from decimal import Decimal

import pytest

from tests.scenarios.both.people import a_customer_with_an_invoice, paid_in_qbo
from tests.scenarios.both.test_credit_applications import SIXTY, both_agree
from tests.scenarios.both.test_money import invoice_in_qbo, with_a_credit

pytestmark = pytest.mark.few_rows


async def test_a_payment_that_links_a_credit_with_nothing_is_listed_as_nothing(town):
    await a_customer_with_an_invoice(town, SIXTY)
    memo = with_a_credit(town, "25")
    await town.run()
    links = (("Invoice", invoice_in_qbo(town)["Id"]), ("CreditMemo", memo["Id"]))
    lines = [
        {"Amount": Decimal(0), "LinkedTxn": [{"TxnId": each, "TxnType": kind}]}
        for kind, each in links
    ]
    paid_in_qbo(town, "0", {}, Line=lines)
    await town.run()

    await both_agree(town, "60", "25", unplaced=1)
