"""Into which account the money of a payment goes: by its type once that is mapped, else by itself.

Refunds have a mapping of their own: a cheque that comes in waits for a bank deposit, and one that
goes out is drawn on the bank.
"""

from schemas.requests import SetMapping
from schemas.state import ParkReason
from schemas.values import MappingKind
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    a_refund,
    account_called,
    an_invoice,
    edit,
    keeps,
    open_shop,
    paid_in_qbo,
)
from tests.scenarios.both.town import TENANT

INTO = MappingKind.PAYMENT_ACCOUNT
UNDEPOSITED, CHECKING, SAVINGS = "Undeposited Funds", "Checking", "Savings"


async def goes(town, payment_type, account):
    wish = SetMapping(id=town._id(), tenant=TENANT, kind=INTO, source=payment_type, target=account)
    await town.ask(TENANT, wish)
    await town.run(1)


def accounts(town):
    return [each["DepositToAccountRef"]["name"] for each in town.in_qbo("Payment")]


async def test_a_mapped_type_goes_into_its_account_and_any_other_into_undeposited_funds(town):
    customer, invoice = await a_customer_with_an_invoice(town, ("1", "300"))
    await goes(town, "Other", account_called(town, CHECKING))
    await a_payment(town, customer, "100", {invoice: "100"}, type="Other")
    await town.run()
    await a_payment(town, customer, "50", {invoice: "50"}, type="Check")
    await town.run()
    assert accounts(town) == [CHECKING, UNDEPOSITED]
    assert town.answers(400) == 0
    await town.agrees()


async def test_the_account_of_refunds_is_none_of_payments(town):
    customer, invoice = await a_customer_with_an_invoice(town, ("1", "300"))
    await keeps(town, "Check", account_called(town, CHECKING))
    await a_payment(town, customer, "100", {invoice: "100"}, type="Check")
    await a_refund(town, customer, ("1", "50"))
    await town.run()
    assert accounts(town) == [UNDEPOSITED]
    assert town.in_qbo("RefundReceipt")[0]["DepositToAccountRef"]["name"] == CHECKING
    await town.agrees()


async def test_an_account_that_a_person_chose_in_quickbooks_stays(town):
    customer, invoice = await a_customer_with_an_invoice(town, ("1", "300"))
    await goes(town, "Check", account_called(town, CHECKING))
    paid = await a_payment(town, customer, "100", {invoice: "100"}, type="Check")
    await town.run()
    [there] = town.in_qbo("Payment")
    savings = {"value": account_called(town, SAVINGS)}
    town.qbo.person.edit("Payment", there["Id"], {"DepositToAccountRef": savings})
    await town.run()
    lines = [{"invoice_id": invoice, "amount": "90"}]
    await edit(town, "payments", paid, notes="by hand", amount="90", lines=lines)
    await town.run()
    assert accounts(town) == [SAVINGS]
    assert town.in_qbo("Payment")[0]["TotalAmt"] == 90
    await town.agrees()


async def test_one_in_a_bank_deposit_is_not_written_whatever_is_mapped_since(town):
    customer, invoice = await a_customer_with_an_invoice(town, ("1", "300"))
    await a_payment(town, customer, "100", {invoice: "100"}, type="Check")
    await town.run()
    [there] = town.in_qbo("Payment")
    town.qbo.person.deposit([there["Id"]])
    await goes(town, "Check", account_called(town, SAVINGS))
    await town.run()
    assert accounts(town) == [UNDEPOSITED]
    await town.agrees()


async def test_the_setting_lets_it_wait_by_name_and_the_mapping_lets_it_go(town):
    await open_shop(town, require=(INTO,))
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer, ("1", "300"))
    paid = await a_payment(town, customer, "100", {invoice: "100"}, type="Check")
    await town.run()
    park = town.document(customer, f"mediaos/payment/{paid}").park
    assert park.reason is ParkReason.UNMAPPED_DEPOSIT_ACCOUNT
    assert "payment type Check of MediaOS is not mapped to any account" in park.detail
    assert "(isthmus map deposit-accounts add)" in park.detail
    assert town.answers(400) == 0
    await town.agrees(parked=1)

    await goes(town, "Check", account_called(town, CHECKING))
    await town.run()
    assert accounts(town) == [CHECKING]
    await town.agrees()


async def test_an_account_that_was_made_inactive_is_left_out_or_waited_for_by_setting(town):
    await open_shop(town)
    checking = account_called(town, CHECKING)
    await goes(town, "Check", checking)
    town.qbo.person.edit("Account", checking, {"Active": False})
    customer = await a_customer(town)
    await a_payment(town, customer, "100", {}, type="Check")
    await town.run(60)
    assert accounts(town) == [UNDEPOSITED]
    await town.agrees()

    await town.settings(require=(INTO,))
    paid = await a_payment(town, customer, "50", {}, type="Check")
    await town.run()
    park = town.document(customer, f"mediaos/payment/{paid}").park
    assert park.reason is ParkReason.ACCOUNT_INACTIVE
    assert f"account {checking}" in park.detail

    town.qbo.person.edit("Account", checking, {"Active": True})
    await town.run()
    assert accounts(town) == [UNDEPOSITED, CHECKING]
    await town.agrees()


async def test_money_that_quickbooks_puts_elsewhere_than_it_was_asked_is_named(town):
    customer, invoice = await a_customer_with_an_invoice(town, ("1", "300"))
    checking, savings = account_called(town, CHECKING), account_called(town, SAVINGS)
    await goes(town, "Check", checking)
    asked, heard = (
        b'"DepositToAccountRef":{"value":"%s"}' % each.encode() for each in (checking, savings)
    )
    town.qbo_proxy.mishear("/payment", asked, heard)
    paid = await a_payment(town, customer, "100", {invoice: "100"}, type="Check")
    await town.run()
    park = town.document(customer, f"mediaos/payment/{paid}").park
    assert park.reason is ParkReason.DIFFERS
    assert f"account {checking} was asked for, and its money is in Savings" in park.detail

    [there] = town.in_qbo("Payment")
    right = {"DepositToAccountRef": {"value": checking}}
    town.qbo.person.edit("Payment", there["Id"], right)
    await town.run()
    assert town.document(customer, f"mediaos/payment/{paid}").park is None
    await town.agrees()


async def test_a_payment_of_quickbooks_is_made_in_mediaos_whatever_its_account(town):
    await a_customer_with_an_invoice(town, ("1", "300"))
    savings = {"value": account_called(town, SAVINGS)}
    paid_in_qbo(town, "100", {}, DepositToAccountRef=savings)
    await town.run()
    assert [each["amount"] for each in town.in_mediaos("payments")] == ["100"]
    await town.agrees()
