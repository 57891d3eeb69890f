"""What may be done about tax?  Sold with ticks and rates, and given other codes by a bookkeeper.

`MODELS` are the ways in which a company reckons it, each with what its taxes are mapped to.
"""

from typing import Any

from tests.scenarios.both.deeds import Deed
from tests.scenarios.both.people import a_credit_memo, a_refund, an_invoice, edit, marker_of
from tests.scenarios.both.stories import a_line_of_theirs
from tests.scenarios.both.test_tax_by_line import ticked
from tests.scenarios.both.town import Row, Town

#: Of each way to reckon, the names of tax codes by what MediaOS says.
MODELS: dict[str, dict[str, str]] = {
    "off": {},
    "automated": {"taxed": "California", "8.25%": "California", "9%": "California"},
    "manual": {"taxed": "California", "8.25%": "California", "9%": "California"},
    "per_line": {"taxed": "GST", "5%": "GST", "13%": "HST ON", "untaxed": "Zero-rated"},
}
RATES: dict[str, dict[str, Any]] = {
    "none": {"tax_rate": None, "tax_percent_based": False},
    "8.25": {"tax_rate": "8.25", "tax_percent_based": "1"},
    "5": {"tax_rate": "5", "tax_percent_based": "1"},
    "9": {"tax_rate": "9", "tax_percent_based": "1"},
    "13": {"tax_rate": "13", "tax_percent_based": "1"},
    "amount": {"tax_rate": "3.37", "tax_percent_based": False},
}
#: What is taxed: how it is called in QuickBooks, and in a marker.
KINDS = {"invoices": ("Invoice", "invoice"), "creditMemos": ("CreditMemo", "credit-memo")}
PRICES = ("100", "0.07", "33.33", "19.99", "1234.56")


def there_of(town: Town, kind: str, record: Row) -> Row | None:
    """Return what QuickBooks has of a document of MediaOS, by its marker."""
    name, ours = KINDS[kind]
    mark = marker_of(ours, record["id"])
    return next((one for one in town.in_qbo(name) if mark in one.get("PrivateNote", "")), None)


def recode(town: Town, kind: str, record: Row, place: int) -> None:
    """A bookkeeper gives a line another code."""
    shown = there_of(town, kind, record)
    if shown is None:
        return
    per_line = shown.get("GlobalTaxCalculation")
    known = [one["Id"] for one in town.qbo.book.all("TaxCode")] if per_line else ["TAX", "NON"]
    made = [each for each in shown["Line"] if each["DetailType"] != "SubTotalLineDetail"]
    line = made[place % len(made)]
    if "SalesItemLineDetail" in line:
        code = {"TaxCodeRef": {"value": known[place % len(known)]}}
        line["SalesItemLineDetail"] = line["SalesItemLineDetail"] | code
        town.qbo.person.edit(KINDS[kind][0], shown["Id"], {"Line": made})


def _sold(town: Town, n: int) -> tuple[str, Row]:
    kind = [*KINDS][n % 2]
    alive = [row for row in town.in_mediaos(kind) if row["date_deleted"] is None]
    return kind, alive[n // 2 % len(alive)]


def _rate(n: int) -> dict[str, Any]:
    return RATES[[*RATES][n % len(RATES)]]


def _ticked(n: int) -> list[Row]:
    lines = [(str(1 + n % 3), PRICES[(n + k) % len(PRICES)]) for k in range(1 + n % 3)]
    return ticked(*lines, taxed={k for k in range(3) if n >> k & 1})


async def _sell(town: Town, n: int) -> None:
    customers = [row for row in town.in_mediaos("advertisers") if row["date_deleted"] is None]
    customer = customers[n % len(customers)]["id"]
    makes = (an_invoice, a_credit_memo, a_refund)[n % 3]
    await makes(town, customer, line_items=_ticked(n), **_rate(n // 3))


async def _lines(town: Town, n: int) -> None:
    kind, record = _sold(town, n)
    await edit(town, kind, record["id"], line_items=_ticked(n))


async def _rates(town: Town, n: int) -> None:
    kind, record = _sold(town, n)
    await edit(town, kind, record["id"], **_rate(n))


async def _discount(town: Town, n: int) -> None:
    kind, record = _sold(town, n)
    await edit(town, kind, record["id"], discount_amount=("0.01", "5")[n % 2])


async def _recode(town: Town, n: int) -> None:
    recode(town, *_sold(town, n), n)


async def _sell_in_qbo(town: Town, n: int) -> None:
    customers = town.in_qbo("Customer")
    kind = ("Invoice", "CreditMemo")[n % 2]
    made = {
        "CustomerRef": {"value": customers[n % len(customers)]["Id"]},
        "Line": [a_line_of_theirs(town, PRICES[n % len(PRICES)])],
        "DocNumber": f"T-{kind}-{len(town.in_qbo(kind)) + 1}",
    }
    town.qbo.person.create(kind, made)


TAXES: dict[str, Deed] = {
    "sell": _sell,
    "lines": _lines,
    "rate": _rates,
    "discount": _discount,
    "recode": _recode,
    "qbo sell": _sell_in_qbo,
}
