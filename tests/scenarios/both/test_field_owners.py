"""Whose value stands where both sides changed one field: as a tenant has set it, or its kind has.

Where nobody is to win, the document waits for a person, and all else goes on.
"""

from decimal import Decimal

import pytest

from agents.rules.documents.decide import decide
from schemas.command_facts import Decided
from schemas.facts import RequestTaken
from schemas.requests import ChangeSettings
from schemas.state import ParkReason
from schemas.tenant_facts import SettingsChanged
from schemas.tenant_state import FieldOwner, TenantSettings
from tests.scenarios.both.people import a_customer_with_an_invoice, a_payment, edit, lines_of
from tests.scenarios.both.town import TENANT

pytestmark = pytest.mark.few_rows

HUNDRED = ("1", "100")
MINE, THEIRS = "As printed in May", "Thank you"
MEDIAOS, QUICKBOOKS, PERSON = FieldOwner


async def both_change_the_memo(town, invoice) -> None:
    changes = {"CustomerMemo": {"value": THEIRS}}
    town.qbo.person.edit("Invoice", town.in_qbo("Invoice")[0]["Id"], changes)
    await edit(town, "invoices", invoice, comments=MINE)
    await town.run(60)


def memos(town) -> tuple[str, str]:
    memo = town.in_qbo("Invoice")[0]["CustomerMemo"]["value"]
    return town.in_mediaos("invoices")[0]["comments"], memo


@pytest.mark.parametrize(
    ("owners", "memo"),
    [
        ({}, MINE),
        ({"invoice.memo": MEDIAOS}, MINE),
        ({"invoice.memo": QUICKBOOKS}, THEIRS),
        ({"invoice.email": QUICKBOOKS}, MINE),
    ],
)
async def test_the_memo_of_whom_the_tenant_has_set_stands_on_both_sides(town, owners, memo):
    _, invoice = await a_customer_with_an_invoice(town, HUNDRED, owners=owners)
    await both_change_the_memo(town, invoice)

    assert memos(town) == (memo, memo)
    await town.agrees()


async def test_with_nobody_to_win_it_waits_and_what_one_side_changed_goes(town):
    owners = {"invoice.memo": PERSON}
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED, owners=owners)
    await both_change_the_memo(town, invoice)
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "110")))
    await town.run(60)

    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert park.reason is ParkReason.CONFLICT
    assert "both sides changed memo" in park.detail
    assert memos(town) == (MINE, THEIRS)
    assert town.in_qbo("Invoice")[0]["TotalAmt"] == Decimal(110)
    await town.agrees(parked=1)


async def test_a_line_that_both_changed_is_mediaos_where_that_is_set(town):
    owners = {"invoice.lines": MEDIAOS}
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED, ("1", "50"), owners=owners)
    [shown] = town.in_qbo("Invoice")
    lines = [dict(each) for each in shown["Line"] if each["DetailType"] == "SalesItemLineDetail"]
    lines[0] |= {"Amount": Decimal(70), "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}
    town.qbo.person.edit("Invoice", shown["Id"], {"Line": lines})
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "80"), ("1", "50")))
    await town.run(60)

    assert town.document(customer, f"mediaos/invoice/{invoice}").park is None
    assert town.in_qbo("Invoice")[0]["TotalAmt"] == Decimal(130)
    await town.agrees()


async def test_a_decision_records_the_policy_that_it_was_given(town):
    owners = {"invoice.memo": QUICKBOOKS}
    _, invoice = await a_customer_with_an_invoice(town, HUNDRED, owners=owners)
    await both_change_the_memo(town, invoice)
    await town.settings(owners={"invoice.memo": MEDIAOS})
    await town.run()

    decided = [fact for fact in town.told() if isinstance(fact, Decided)]
    assert decided[-1].given.settings.owners == owners
    assert decided[-1].command.record.memo == THEIRS
    for fact in decided:
        assert decide(fact.given, fact.decision).command == fact.command
    assert memos(town) == (THEIRS, THEIRS)


async def test_a_field_that_no_kind_has_is_refused_by_name_and_nothing_is_changed(town):
    await town.settings(owners={"invoice.due": PERSON})
    wrong = TenantSettings(owners={"invoice.dew": PERSON})
    await town.ask(TENANT, ChangeSettings(id="wrong", tenant=TENANT, settings=wrong, by="ann"))
    await town.run()

    [answer] = [f for f in town.told() if isinstance(f, RequestTaken) and f.request == "wrong"]
    assert (answer.done, answer.by) == (False, "ann")
    assert answer.detail.endswith("the nearest is invoice.due")
    changed = [fact.settings.owners for fact in town.told() if isinstance(fact, SettingsChanged)]
    assert changed == [{"invoice.due": PERSON}]


@pytest.mark.parametrize("owner", [PERSON, MEDIAOS])
async def test_a_day_that_only_quickbooks_changes_again_and_again_is_its_own(town, owner):
    owners = {"payment.received": owner}
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED, owners=owners)
    payment = await a_payment(town, customer, "60", {invoice: "60"})
    await town.run()
    for day in ("2026-02-27", "2026-02-26"):
        town.qbo.person.edit("Payment", town.in_qbo("Payment")[0]["Id"], {"TxnDate": day})
        await town.run(60)

        assert town.in_mediaos("payments")[0]["date_created"][:10] == day
        assert town.document(customer, f"mediaos/payment/{payment}").park is None
    await town.agrees()


async def test_a_day_that_only_mediaos_changes_again_and_again_is_its_own(town):
    owners = {"invoice.issued": PERSON}
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED, owners=owners)
    for day in ("2026-02-27", "2026-02-26"):
        await edit(town, "invoices", invoice, date_created=f"{day} 00:00:00")
        await town.run(60)
        assert town.in_qbo("Invoice")[0]["TxnDate"] == day
    assert town.document(customer, f"mediaos/invoice/{invoice}").park is None
    await town.agrees()
