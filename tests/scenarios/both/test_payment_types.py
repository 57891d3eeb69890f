"""How a payment was paid: MediaOS's type is a payment method of QuickBooks, once it is mapped."""

from schemas.requests import ReadTargets, SetMapping
from schemas.state import ParkReason
from schemas.values import MappingKind
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    an_invoice,
    edit,
    open_shop,
    paid_in_qbo,
)
from tests.scenarios.both.town import TENANT

TYPE = MappingKind.PAYMENT_TYPE


def method_called(town, name):
    [found] = [each["Id"] for each in town.in_qbo("PaymentMethod") if each["Name"] == name]
    return found


async def maps(town, payment_type, method):
    wish = SetMapping(
        id=f"{payment_type}-{method}", tenant=TENANT, kind=TYPE, source=payment_type, target=method
    )
    await town.ask(TENANT, wish)
    await town.run(1)


def methods(town):
    return [each.get("PaymentMethodRef", {}).get("value") for each in town.in_qbo("Payment")]


def tenant(town):
    return town.workers[-1].engine.journal.state(f"tenant:{TENANT}")


async def test_a_mapped_type_goes_along_and_an_unmapped_one_is_left_out(town):
    customer, invoice = await a_customer_with_an_invoice(town, ("1", "300"))
    check = method_called(town, "Check")
    await maps(town, "Check", check)
    await a_payment(town, customer, "100", {invoice: "100"}, type="Check")
    await town.run()
    await a_payment(town, customer, "50", {invoice: "50"}, type="Wire")
    await town.run()
    assert methods(town) == [check, None]
    assert town.answers(400) == 0
    await town.agrees()


async def test_the_setting_lets_it_wait_by_name_and_the_mapping_lets_it_go(town):
    await open_shop(town, require=(TYPE,))
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer, ("1", "300"))
    paid = await a_payment(town, customer, "100", {invoice: "100"}, type="Check")
    await town.run()
    park = town.document(customer, f"mediaos/payment/{paid}").park
    assert park.reason is ParkReason.UNMAPPED_PAYMENT_TYPE
    assert "payment type Check of MediaOS is not mapped to any payment method" in park.detail
    assert "(isthmus map payment-types add)" in park.detail
    await town.agrees(parked=1)

    check = method_called(town, "Check")
    await maps(town, "Check", check)
    await town.run()
    assert methods(town) == [check]
    await town.agrees()


async def test_a_type_of_several_words_is_mapped_as_any_other(town):
    """So MediaOS calls what was paid by card elsewhere (mediaos-api.md, payment types)."""
    by_card = "Credit (externally processed)"
    await open_shop(town, require=(TYPE,))
    customer = await a_customer(town)
    await a_payment(town, customer, "100", {}, type=by_card)
    await town.run()
    assert methods(town) == []

    visa = method_called(town, "Visa")
    await maps(town, by_card, visa)
    await town.run()
    assert methods(town) == [visa]
    await town.agrees()


async def test_what_waits_goes_without_one_once_the_setting_asks_for_none(town):
    await open_shop(town, require=(TYPE,))
    customer = await a_customer(town)
    await a_payment(town, customer, "100", {}, type="Cash")
    await town.run()
    assert town.in_qbo("Payment") == []
    await town.settings(require=())
    await town.run()
    assert methods(town) == [None]
    await town.agrees()


async def test_a_method_that_a_person_typed_in_quickbooks_stays(town):
    customer, invoice = await a_customer_with_an_invoice(town, ("1", "300"))
    await maps(town, "Check", method_called(town, "Check"))
    paid = await a_payment(town, customer, "100", {invoice: "100"}, type="Check")
    await town.run()
    visa = method_called(town, "Visa")
    [there] = town.in_qbo("Payment")
    town.qbo.person.edit("Payment", there["Id"], {"PaymentMethodRef": {"value": visa}})
    await town.run()
    await edit(town, "payments", paid, type="Cash", notes="by hand")
    await town.run()
    assert methods(town) == [visa]
    assert town.in_qbo("Payment")[0]["PrivateNote"].startswith("by hand")
    assert town.in_mediaos("payments")[0]["type"] == "Cash"
    await town.agrees()


async def test_a_method_that_was_made_inactive_is_left_out_or_waited_for_by_setting(town):
    await open_shop(town)
    check = method_called(town, "Check")
    await maps(town, "Check", check)
    town.qbo.person.edit("PaymentMethod", check, {"Active": False})
    customer = await a_customer(town)
    await a_payment(town, customer, "100", {}, type="Check")
    await town.run(60)
    assert methods(town) == [None]
    await town.agrees()

    await town.settings(require=(TYPE,))
    paid = await a_payment(town, customer, "50", {}, type="Check")
    await town.run()
    park = town.document(customer, f"mediaos/payment/{paid}").park
    assert park.reason is ParkReason.PAYMENT_METHOD_INACTIVE
    await maps(town, "Check", method_called(town, "Cash"))
    await town.run()
    assert methods(town) == [None, method_called(town, "Cash")]
    await town.agrees()


async def test_what_waits_for_a_method_goes_once_that_is_active_again(town):
    await open_shop(town, require=(TYPE,))
    check = method_called(town, "Check")
    await maps(town, "Check", check)
    town.qbo.person.edit("PaymentMethod", check, {"Active": False})
    await town.run()
    customer = await a_customer(town)
    await a_payment(town, customer, "100", {}, type="Check")
    await town.run()
    assert methods(town) == []

    town.qbo.person.edit("PaymentMethod", check, {"Active": True})
    await town.run()
    assert methods(town) == [check]
    await town.agrees()


async def test_a_payment_of_quickbooks_with_a_method_nobody_mapped_is_made_in_mediaos(town):
    await a_customer_with_an_invoice(town, ("1", "300"))
    paid_in_qbo(town, "100", {}, PaymentMethodRef={"value": method_called(town, "Visa")})
    await town.run()
    assert [each["amount"] for each in town.in_mediaos("payments")] == ["100"]
    await town.agrees()


async def test_the_methods_of_quickbooks_are_read_with_their_sort(town):
    await open_shop(town)
    await town.ask(TENANT, ReadTargets(id="methods", tenant=TENANT, kind=TYPE))
    await town.run(1)
    shown = {each.name: each.sort for each in tenant(town).targets_of(TYPE).values()}
    assert shown["Check"] == "NON_CREDIT_CARD"
    assert shown["Visa"] == "CREDIT_CARD"
