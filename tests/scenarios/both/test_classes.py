"""Under which class and location of QuickBooks a sale goes: by what it sells, once that is mapped.

Only where the company keeps such, and when it is made: what a bookkeeper chooses stays.
"""

from decimal import Decimal

import pytest

from schemas.facts import Parked
from schemas.state import ParkReason
from schemas.values import MappingKind
from tests.scenarios.both.people import (
    FULL_PAGE,
    HALF_PAGE,
    a_credit_memo,
    a_customer,
    a_refund,
    account_called,
    an_invoice,
    edit,
    keeps,
    lines_of,
    open_shop,
    put_under,
)

CLASS, LOCATION = MappingKind.CLASS, MappingKind.LOCATION
SOLD = "SalesItemLineDetail"


def made(town, kind, name):
    return str(town.qbo.person.create(kind, {"Name": name})["Id"])


async def puts(town, kind, source, target):
    await put_under(town, kind, source, target)
    await town.run(1)


async def a_shop(town, *, classes="line", locations=False, **settings):
    """Two classes and two locations, for the full page and the half page; a customer."""
    town.qbo.person.set_classes(classes)
    town.qbo.person.set_locations(locations)
    await open_shop(town, **settings)
    print_, web = made(town, "Class", "Print"), made(town, "Class", "Web")
    north, south = made(town, "Department", "North"), made(town, "Department", "South")
    for source, class_id, location in ((FULL_PAGE, print_, north), (HALF_PAGE, web, south)):
        await puts(town, CLASS, source, class_id)
        await puts(town, LOCATION, source, location)
    return await a_customer(town), print_, web, north, south


def of_lines(form):
    details = (line[SOLD] for line in form["Line"] if SOLD in line)
    return [each.get("ClassRef", {}).get("value") for each in details]


def of_all(form, name):
    return form.get(name, {}).get("value")


def under(form, kind):
    return of_lines(form)[0] if kind is CLASS else of_all(form, "DepartmentRef")


def both_pages():
    return [*lines_of(("1", "300")), *lines_of(("1", "50"), product=HALF_PAGE)]


@pytest.mark.parametrize("untracked", ["kept", "ignored", "refused"])
@pytest.mark.parametrize("classes", ["off", "sale", "line"])
@pytest.mark.parametrize("locations", [False, True])
async def test_it_is_said_where_the_company_keeps_it_and_nowhere_else(
    town, untracked, classes, locations
):
    town.qbo.change_settings({"untracked": untracked})
    customer, print_, _, north, _ = await a_shop(town, classes=classes, locations=locations)
    await keeps(town, "Check", account_called(town, "Checking"))
    await an_invoice(town, customer, ("1", "300"))
    await a_credit_memo(town, customer, ("1", "100"))
    await a_refund(town, customer, ("1", "50"))
    await town.run()

    for kind in ("Invoice", "CreditMemo", "RefundReceipt"):
        [form] = town.in_qbo(kind)
        assert of_lines(form) == [print_ if classes == "line" else None], kind
        assert of_all(form, "ClassRef") == (print_ if classes == "sale" else None), kind
        assert of_all(form, "DepartmentRef") == (north if locations else None), kind
    assert town.answers(400) == 0
    await town.agrees()


async def test_each_line_goes_under_the_class_of_what_it_sells(town):
    customer, print_, web, *_ = await a_shop(town)
    fee = await town.mediaos.people.create(
        "invoiceLineItemTypes", {"name": "Late fee", "kind": "fee"}
    )
    await town.maps(str(fee["id"]), town.in_qbo("Item")[0]["Id"], kind=MappingKind.LINE_TYPE)
    await puts(town, CLASS, f"line-type-{fee['id']}", web)
    late = {"invoice_line_item_type_id": str(fee["id"]), "amount": "5", "quantity": "1"}
    await an_invoice(town, customer, line_items=[*both_pages(), late])
    await town.run()
    [form] = town.in_qbo("Invoice")
    assert of_lines(form) == [print_, web, web]
    await town.agrees()


async def test_what_sells_another_product_now_goes_under_its_class_unless_a_person_chose_one(town):
    customer, print_, web, *_ = await a_shop(town)
    other = made(town, "Class", "By hand")
    lines = lines_of(("1", "300"), ("1", "200"))
    invoice = await an_invoice(town, customer, line_items=lines)
    await town.run()
    [form] = town.in_qbo("Invoice")
    assert of_lines(form) == [print_, print_]
    typed = [dict(line) for line in form["Line"]]
    typed[1] = {**typed[1], SOLD: {**typed[1][SOLD], "ClassRef": {"value": other}}}
    town.qbo.person.edit("Invoice", form["Id"], {"Line": typed})
    await town.run()

    await edit(
        town,
        "invoices",
        invoice,
        line_items=[{**line, "product_id": HALF_PAGE} for line in lines],
    )
    await town.run()
    [form] = town.in_qbo("Invoice")
    assert of_lines(form) == [web, other]
    await town.agrees()


async def test_what_is_mapped_otherwise_since_changes_no_line_that_is_across(town):
    customer, print_, web, *_ = await a_shop(town)
    invoice = await an_invoice(town, customer, ("1", "300"))
    await town.run()
    await puts(town, CLASS, FULL_PAGE, web)
    lines = lines_of(("2", "300"), ("1", "50"))
    await edit(town, "invoices", invoice, line_items=lines)
    await town.run()
    [form] = town.in_qbo("Invoice")
    assert of_lines(form) == [print_, web], "the line that is new goes by what is mapped now"
    await town.agrees()


async def test_what_a_person_chose_stays_when_the_invoice_changes_in_mediaos(town):
    customer, _, web, _, south = await a_shop(town, classes="sale", locations=True)
    invoice = await an_invoice(town, customer, ("1", "300"))
    await town.run()
    [form] = town.in_qbo("Invoice")
    chosen = {"ClassRef": {"value": web}, "DepartmentRef": {"value": south}}
    town.qbo.person.edit("Invoice", form["Id"], chosen)
    await town.run()
    await edit(town, "invoices", invoice, line_items=lines_of(("2", "300")), comments="Two pages")
    await town.run()
    [form] = town.in_qbo("Invoice")
    assert (of_all(form, "ClassRef"), of_all(form, "DepartmentRef")) == (web, south)
    assert form["TotalAmt"] == Decimal(600)
    await town.agrees()


async def test_lines_under_several_leave_the_one_of_the_whole_sale_out(town):
    customer, *_ = await a_shop(town, classes="sale", locations=True)
    await an_invoice(town, customer, line_items=both_pages())
    await town.run()
    [form] = town.in_qbo("Invoice")
    assert (of_all(form, "ClassRef"), of_all(form, "DepartmentRef")) == (None, None)
    await town.agrees()


async def test_lines_under_several_wait_where_one_is_required(town):
    customer, *_ = await a_shop(town, locations=True, require=(LOCATION,))
    invoice = await an_invoice(town, customer, line_items=both_pages())
    await town.run()
    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert park.reason is ParkReason.UNSAYABLE
    assert "what it sells is mapped to locations" in park.detail
    assert town.in_qbo("Invoice") == []
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "300")))
    await town.run()
    assert len(town.in_qbo("Invoice")) == 1
    await town.agrees()


@pytest.mark.parametrize(
    ("kind", "reason", "listed"),
    [
        (CLASS, ParkReason.UNMAPPED_CLASS, "Class"),
        (LOCATION, ParkReason.UNMAPPED_LOCATION, "Department"),
    ],
)
async def test_a_required_one_that_is_not_mapped_is_waited_for_by_name(town, kind, reason, listed):
    customer, *_ = await a_shop(town, locations=True, require=(kind,))
    target = made(town, listed, "Late")
    await puts(town, kind, FULL_PAGE, None)
    invoice = await an_invoice(town, customer, ("1", "300"))
    await town.run()
    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert park.reason is reason
    assert park.waits_for == (f"{kind}:{FULL_PAGE}",)
    assert f"(Full page) of MediaOS is not mapped to any {kind} of QuickBooks" in park.detail
    assert town.answers(400) == 0
    await town.agrees(parked=1)

    await puts(town, kind, FULL_PAGE, target)
    await town.run()
    [form] = town.in_qbo("Invoice")
    assert under(form, kind) == target
    await town.agrees()


async def test_what_waits_for_a_class_goes_once_the_company_keeps_none(town):
    customer, *_ = await a_shop(town, require=(CLASS,))
    await puts(town, CLASS, FULL_PAGE, None)
    await an_invoice(town, customer, ("1", "300"))
    await town.run()
    assert town.in_qbo("Invoice") == []
    town.qbo.person.set_classes("off")
    await town.run(1200)
    [form] = town.in_qbo("Invoice")
    assert of_lines(form) == [None]
    await town.agrees()


async def test_a_class_that_the_plan_does_not_have_any_more_is_told_and_left_out_by_itself(town):
    customer, *_ = await a_shop(town)
    town.qbo.webhooks.misbehave("drop")
    town.qbo.person.set_classes("off")
    town.qbo.change_settings({"untracked": "refused"})
    invoice = await an_invoice(town, customer, ("1", "300"))
    await town.run()
    [park] = [fact.park for fact in town.told() if isinstance(fact, Parked)]
    assert park.reason is ParkReason.REFUSED
    assert "the company's subscription of QuickBooks does not have this" in park.detail
    assert "it goes by itself" in park.detail

    assert town.document(customer, f"mediaos/invoice/{invoice}").park is None
    [form] = town.in_qbo("Invoice")
    assert of_lines(form) == [None]
    await town.agrees()


@pytest.mark.parametrize(
    ("kind", "reason", "listed"),
    [
        (CLASS, ParkReason.CLASS_INACTIVE, "Class"),
        (LOCATION, ParkReason.LOCATION_INACTIVE, "Department"),
    ],
)
async def test_an_inactive_one_is_left_out_or_waited_for_by_setting(town, kind, reason, listed):
    customer, print_, _, north, _ = await a_shop(town, locations=True)
    target = print_ if kind is CLASS else north
    town.qbo.person.edit(listed, target, {"Active": False})
    await an_invoice(town, customer, ("1", "300"))
    await town.run(60)
    [form] = town.in_qbo("Invoice")
    assert under(form, kind) is None
    await town.agrees()

    await town.settings(require=(kind,))
    invoice = await an_invoice(town, customer, ("1", "100"))
    await town.run()
    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert park.reason is reason
    town.qbo.person.edit(listed, target, {"Active": True})
    await town.run()
    form = town.in_qbo("Invoice")[-1]
    assert under(form, kind) == target
    await town.agrees()
