"""An account, a class, a location or a term was made inactive in QuickBooks, and nobody told of it.

QuickBooks refuses what names it with words that do not say which one it is; the lists tell.
"""

from dataclasses import dataclass

import pytest

from schemas.state import ParkReason
from schemas.values import MappingKind
from tests.scenarios.both.people import (
    FULL_PAGE,
    a_customer,
    a_payment,
    account_called,
    an_invoice,
    open_shop,
    put_under,
)
from tests.scenarios.both.test_terms import term_called


@dataclass(frozen=True)
class Named:
    """What is mapped: its list in QuickBooks, and the form that names it, by which property."""

    listed: str
    form: str
    by: str
    inactive: ParkReason


ACCOUNT, CLASS, LOCATION, TERM = (
    MappingKind.PAYMENT_ACCOUNT,
    MappingKind.CLASS,
    MappingKind.LOCATION,
    MappingKind.TERM,
)
KINDS = {
    ACCOUNT: Named("Account", "Payment", "DepositToAccountRef", ParkReason.ACCOUNT_INACTIVE),
    CLASS: Named("Class", "Invoice", "ClassRef", ParkReason.CLASS_INACTIVE),
    LOCATION: Named("Department", "Invoice", "DepartmentRef", ParkReason.LOCATION_INACTIVE),
    TERM: Named("Term", "Invoice", "SalesTermRef", ParkReason.TERM_INACTIVE),
}


async def a_shop(town, kind, **settings):
    """One thing is mapped to one of the list; a customer, and what names it."""
    town.qbo.person.set_classes("sale")
    town.qbo.person.set_locations(True)
    await open_shop(town, **settings)
    terms = await town.mediaos.people.create("terms", {"name": "30 days"})
    if kind in {CLASS, LOCATION}:
        target = str(town.qbo.person.create(KINDS[kind].listed, {"Name": "Print"})["Id"])
        source = FULL_PAGE
    elif kind is TERM:
        source, target = str(terms["id"]), term_called(town, "Net 30")
    else:
        source, target = "Check", account_called(town, "Checking")
    await put_under(town, kind, source, target)
    await town.run(1)
    customer = await a_customer(town)
    await town.run()

    async def names_it():
        if kind is ACCOUNT:
            return "payment", await a_payment(town, customer, "100", {}, type="Check")
        return "invoice", await an_invoice(town, customer, ("1", "300"), terms_id=terms["id"])

    return customer, target, names_it


def said(town, kind):
    return [each.get(KINDS[kind].by, {}).get("value") for each in town.in_qbo(KINDS[kind].form)]


@pytest.mark.parametrize("code", ["610", "2500"])
@pytest.mark.parametrize("kind", KINDS)
async def test_it_is_left_out_once_quickbooks_refuses_it(town, kind, code):
    town.qbo.change_settings({"inactive_reference": code})
    _, target, names_it = await a_shop(town, kind)
    town.qbo.webhooks.misbehave("drop")
    town.qbo.person.edit(KINDS[kind].listed, target, {"Active": False})
    await names_it()
    await town.run(60)
    assert town.answers(400) in {1, 2}, "until its list was read"
    [shown] = said(town, kind)
    assert shown != target
    await town.agrees()


@pytest.mark.parametrize("code", ["610", "2500"])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_required_one_is_waited_for_by_name_and_it_goes_once_that_is_active(
    town, kind, code
):
    town.qbo.change_settings({"inactive_reference": code})
    customer, target, names_it = await a_shop(town, kind, require=(kind,))
    town.qbo.webhooks.misbehave("drop")
    town.qbo.person.edit(KINDS[kind].listed, target, {"Active": False})
    form, record_id = await names_it()
    await town.run()
    park = town.document(customer, f"mediaos/{form}/{record_id}").park
    assert park.reason is KINDS[kind].inactive
    assert f"{target}, which" in park.detail
    assert "is inactive in QuickBooks: make it active there, or map the" in park.detail
    assert said(town, kind) == []

    town.qbo.person.edit(KINDS[kind].listed, target, {"Active": True})
    await town.run()
    assert said(town, kind) == [target]
    await town.agrees()
