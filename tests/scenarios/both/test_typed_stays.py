"""Whatever both sides edit, what a person typed in QuickBooks besides ours stays as it is."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scenarios.both.people import (
    a_customer,
    a_payment,
    an_invoice,
    edit,
    lines_of,
    open_shop,
)
from tests.scenarios.both.town import Town, opened

pytestmark = pytest.mark.few_rows

SOLD, TEXT = "SalesItemLineDetail", "DescriptionOnly"
#: What of a sold line is ours.
OURS = {"ItemRef", "Qty", "UnitPrice"}

PRICES = st.sampled_from(["40", "75.50", "128.35"])
BY_MEDIAOS = st.one_of(
    st.tuples(st.just("lines"), st.lists(PRICES, min_size=1, max_size=4)),
    st.tuples(st.just("memo"), st.sampled_from(["April", "May"])),
    st.tuples(st.just("discount"), st.sampled_from(["1.50", "0"])),
    st.tuples(st.just("paid"), st.sampled_from(["5", "10"])),
)
BY_BOOKKEEPER = st.one_of(
    st.tuples(st.just("class"), st.integers(0, 3)),
    st.tuples(st.just("date"), st.integers(0, 3)),
    st.tuples(st.just("text"), st.sampled_from(["PO 4411", "See contract"])),
    st.tuples(st.just("note"), st.sampled_from(["call Amy", "late"])),
    st.tuples(st.just("terms"), st.just("")),
)
STORIES = st.lists(st.one_of(BY_MEDIAOS, BY_BOOKKEEPER), min_size=2, max_size=7)


class Bookkeeper:
    """Types into the one invoice, and knows what was typed."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.print = town.qbo.person.create("Class", {"Name": "Print"})["Id"]
        self.net30 = town.qbo.person.create("Term", {"Name": "Net 31", "DueDays": 31})["Id"]

    def does(self, what: str, how: Any) -> None:
        shown = self.town.in_qbo("Invoice")[0]
        lines = [dict(line) for line in shown["Line"] if line["DetailType"] != "SubTotalLineDetail"]
        sold = [line for line in lines if line["DetailType"] == SOLD]
        if what in {"class", "date"}:
            line = sold[how % len(sold)]
            typed = {"ClassRef": {"value": self.print}} if what == "class" else {}
            typed |= {"ServiceDate": "2026-03-01"} if what == "date" else {}
            line[SOLD] = {**line[SOLD], **typed}
            self._edit(shown, Line=lines)
        elif what == "text":
            text = {"Description": how, "DetailType": TEXT, "DescriptionLineDetail": {}}
            self._edit(shown, Line=[*lines, text])
        elif what == "note":
            marker = shown["PrivateNote"].split("\n")[-1]
            self._edit(shown, PrivateNote=f"{how}\n{marker}")
        else:
            self._edit(shown, SalesTermRef={"value": self.net30})

    def _edit(self, shown: Any, **changes: Any) -> None:
        self.town.qbo.person.edit("Invoice", shown["Id"], changes)


def typed(town: Town) -> dict[str, Any]:
    """Return what stands on the invoice in QuickBooks besides what is ours, lines by their ids."""
    shown = town.in_qbo("Invoice")[0]
    lines = {}
    for line in shown["Line"]:
        if line["DetailType"] == SOLD:
            lines[line["Id"]] = {n: v for n, v in line[SOLD].items() if n not in OURS}
        elif line["DetailType"] == TEXT:
            lines[line["Id"]] = line["Description"]
    header = {name: shown.get(name) for name in ("PrivateNote", "SalesTermRef", "BillAddr")}
    return {**header, "lines": lines}


async def does(town: Town, invoice: str, customer: str, what: str, how: Any) -> None:
    match what:
        case "lines":
            lines = lines_of(*(("1", price) for price in how))
            await edit(town, "invoices", invoice, line_items=lines)
        case "memo":
            await edit(town, "invoices", invoice, comments=how)
        case "discount":
            await edit(town, "invoices", invoice, discount_amount=how)
        case _:
            await a_payment(town, customer, how, {invoice: how})


async def played(story: list[tuple[str, Any]]) -> None:
    async with opened() as town:
        await open_shop(town)
        customer = await a_customer(town)
        invoice = await an_invoice(town, customer, ("1", "100"), ("1", "50"))
        await town.run()
        bookkeeper = Bookkeeper(town)
        by_hand = {"class", "date", "text", "note", "terms"}
        for what, how in story:
            if what in by_hand:
                bookkeeper.does(what, how)
                await town.run()
                continue
            before = typed(town)
            await does(town, invoice, customer, what, how)
            await town.run()
            after = typed(town)
            kept = {i: line for i, line in before["lines"].items() if i in after["lines"]}
            assert {i: after["lines"][i] for i in kept} == kept, (what, how)
            texts = {i for i, line in before["lines"].items() if isinstance(line, str)}
            assert texts <= after["lines"].keys(), "no text goes"
            assert {**before, "lines": {}} == {**after, "lines": {}}
        await agrees_or_parked(town, customer, invoice)


async def agrees_or_parked(town: Town, customer: str, invoice: str) -> None:
    [here], [there] = town.in_mediaos("invoices"), town.in_qbo("Invoice")
    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert Decimal(here["total"]) == there["TotalAmt"] or park is not None


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(STORIES)
def test_after_any_edits_what_a_person_typed_stays(story):
    asyncio.run(played(story))
