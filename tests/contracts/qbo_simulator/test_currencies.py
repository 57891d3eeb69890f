"""What of several currencies in one company? quickbooks-money.md 6."""

from decimal import Decimal

import pytest

from streams.simulators.quickbooks.refusals import Fault

EURO = {"CurrencyRef": {"value": "EUR"}}
FIRM = {"DisplayName": "Lumière", **EURO}


@pytest.fixture
async def several(api, simulator):
    """Turn several currencies on, and make customer 2, who is kept in euros."""
    simulator.person.set_currencies(several=True)
    await api.ok("Customer", FIRM)


def in_euros(body, rate="1.25"):
    return {**body, **EURO, "CustomerRef": {"value": "2"}, "ExchangeRate": rate}


async def test_a_company_of_one_currency_takes_no_other(api, invoice):
    assert (await api.refused("Customer", FIRM))[0] == "6000"
    assert (await api.refused("Invoice", {**invoice(), **EURO}))[0] == "6000"

    dollars = {"CurrencyRef": {"value": "USD"}}
    shown = await api.ok("Invoice", {**invoice(), **dollars})
    assert shown["CurrencyRef"] == {"value": "USD", "name": "United States Dollar"}
    assert not {"ExchangeRate", "HomeTotalAmt"} & shown.keys()


async def test_people_alone_turn_it_on_and_nobody_turns_it_off(api, simulator):
    async def shown():
        _, answer = await api.get("preferences")
        return answer["Preferences"]

    async def sets(on):
        before = await shown()
        body = {"Id": before["Id"], "SyncToken": before["SyncToken"], "sparse": True}
        await api.post("preferences", {**body, "CurrencyPrefs": {"MultiCurrencyEnabled": on}})
        return (await shown())["CurrencyPrefs"]["MultiCurrencyEnabled"]

    assert await sets(True) is False
    simulator.person.set_currencies(several=True)
    assert await sets(False) is True
    with pytest.raises(Fault, match="cannot be turned off"):
        simulator.person.set_currencies(several=False)
    assert (await shown())["CurrencyPrefs"]["HomeCurrency"] == {"value": "USD"}


async def test_a_customer_keeps_its_currency_for_good(api, several):
    body = {"Id": "2", "SyncToken": "0", "sparse": True, "CurrencyRef": {"value": "GBP"}}

    shown = await api.ok("Customer", body)

    assert shown["CurrencyRef"] == {"value": "EUR", "name": "Euro"}
    assert (await api.read("Customer", "1"))["CurrencyRef"]["value"] == "USD"


async def test_a_currency_mistyped_is_added_and_nonsense_refused(api, several):
    typo = {"DisplayName": "Typo", "CurrencyRef": {"value": "EUT"}}
    assert (await api.ok("Customer", typo))["CurrencyRef"]["value"] == "EUT"
    listed = (await api.query("SELECT * FROM CompanyCurrency"))["CompanyCurrency"]
    assert {"CAD", "EUR", "GBP", "EUT"} == {one["Code"] for one in listed}

    nonsense = {"DisplayName": "Nonsense", "CurrencyRef": {"value": "Euro"}}
    assert (await api.refused("Customer", nonsense))[0] == "2220"


async def test_a_sale_shows_what_it_is_worth_at_home(api, several, invoice, payment):
    shown = await api.ok("Invoice", in_euros(invoice("99.99")))
    worth = {name: shown[name] for name in ("TotalAmt", "HomeTotalAmt", "Balance", "HomeBalance")}
    assert [str(each) for each in worth.values()] == ["99.99", "124.99", "99.99", "124.99"]

    paid = await api.ok("Payment", in_euros(payment("40", to_1="40"), "1.3"))
    assert (paid["ExchangeRate"], "HomeTotalAmt" in paid) == (Decimal("1.3"), False)
    shown = await api.read("Invoice", "1")
    assert (str(shown["Balance"]), str(shown["HomeBalance"])) == ("59.99", "74.99")
    assert (await api.read("Customer", "2"))["Balance"] == Decimal("59.99")

    voided = await api.ok("Invoice", shown, operation="void")
    assert (voided["HomeTotalAmt"], voided["HomeBalance"]) == (0, 0)


async def test_a_rate_left_out_is_one(api, several, invoice, payment):
    body = in_euros(invoice())
    del body["ExchangeRate"]
    shown = await api.ok("Invoice", body)
    assert (shown["ExchangeRate"], shown["HomeTotalAmt"]) == (1, 100)

    # A full update that leaves it out loses it.
    right = await api.ok("Invoice", {**shown, "ExchangeRate": "1.25"})
    del right["ExchangeRate"]
    assert (await api.ok("Invoice", right))["ExchangeRate"] == 1


@pytest.mark.parametrize("kind", ["Invoice", "CreditMemo", "Payment"])
async def test_a_document_is_in_its_customers_currency(api, several, invoice, payment, kind):
    body = payment("10") if kind == "Payment" else invoice("10")
    pounds = {**body, "CustomerRef": {"value": "2"}, "CurrencyRef": {"value": "GBP"}}
    assert (await api.refused(kind, pounds))[0] == "6000"
    assert (await api.refused(kind, {**body, **EURO}))[0] == "6000"
    assert (await api.ok(kind, in_euros(body)))["CurrencyRef"]["value"] == "EUR"


async def test_an_invoice_does_not_move_to_a_customer_of_another_currency(api, several, invoice):
    shown = await api.ok("Invoice", in_euros(invoice()))
    moved = {**shown, "CustomerRef": {"value": "1"}, "sparse": True}
    assert (await api.refused("Invoice", moved))[0] == "6000"


@pytest.mark.parametrize(("switch", "taken"), [("refused", False), ("customers", True)])
async def test_a_document_must_say_its_currency_by_switch(
    api, simulator, several, invoice, switch, taken
):
    simulator.change_settings({"missing_currency": switch})
    body = in_euros(invoice())
    del body["CurrencyRef"]

    status, answer = await api.post("invoice", body)

    assert (status == 200) is taken
    if taken:
        assert answer["Invoice"]["CurrencyRef"]["value"] == "EUR"
    else:
        assert answer["Fault"]["Error"][0]["code"] == "2020"


async def test_customers_of_two_currencies_are_not_merged(simulator, several):
    with pytest.raises(Fault, match="different currencies"):
        simulator.person.merge(keep="1", lose="2")
