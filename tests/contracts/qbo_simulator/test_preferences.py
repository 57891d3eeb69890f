"""What do people's preferences change for the API? quickbooks-money.md 0, 1, 2.1, 7."""

from datetime import date

import pytest

ADMIN = {"authorization": "Bearer admin"}


async def preferences(api, section):
    _, answer = await api.get("preferences")
    return answer["Preferences"][section]


@pytest.mark.parametrize(
    ("custom", "warn", "taken"),
    [(False, True, True), (True, False, True), (True, True, False)],
    ids=["not numbered by callers", "nobody is warned", "warned"],
)
async def test_a_taken_number_has_three_states(api, simulator, invoice, custom, warn, taken):
    simulator.person.set_custom_numbers(custom, warn)
    await api.ok("Invoice", invoice(DocNumber="A-1"))

    status, answer = await api.post("invoice", invoice(DocNumber="A-1"))

    assert (status == 200) is taken
    if not taken:
        assert answer["Fault"]["Error"][0]["code"] == "6140"
    shown = await preferences(api, "SalesFormsPrefs")
    assert shown["CustomTxnNumbers"] is custom
    assert not any("arn" in name for name in shown)


@pytest.mark.parametrize(
    ("password", "switch", "code"),
    [(True, "refused", "6210"), (False, "refused", "6200"), (False, "accepted", None)],
)
async def test_closed_books_refuse_by_their_password(
    api, simulator, invoice, password, switch, code
):
    simulator.change_settings({"closed_unguarded": switch})
    simulator.person.close_books(date(2026, 1, 31), password=password)

    status, answer = await api.post("invoice", invoice(TxnDate="2026-01-31"))

    assert (status == 200) is (code is None)
    if code:
        assert answer["Fault"]["Error"][0]["code"] == code
    assert (await preferences(api, "AccountingInfoPrefs"))["BookCloseDate"] == "2026-01-31"
    simulator.person.close_books(None)
    assert "BookCloseDate" not in await preferences(api, "AccountingInfoPrefs")


@pytest.mark.parametrize(("switch", "taken"), [("closed", False), ("open", True)])
async def test_the_closing_day_itself_is_a_switch(api, simulator, invoice, switch, taken):
    simulator.change_settings({"closing_day": switch})
    simulator.person.close_books(date(2026, 1, 31))

    status, _ = await api.post("invoice", invoice(TxnDate="2026-01-31"))

    assert (status == 200) is taken
    assert (await api.refused("Invoice", invoice(TxnDate="2026-01-30")))[0] == "6210"


async def test_a_move_out_of_a_closed_period_is_refused_and_paying_it_is_not(
    api, simulator, invoice, payment
):
    await api.ok("Invoice", invoice(TxnDate="2026-01-31"))
    simulator.person.close_books(date(2026, 1, 31))
    body = {"Id": "1", "SyncToken": "0", "sparse": True, "TxnDate": "2026-02-01"}

    assert (await api.refused("Invoice", body))[0] == "6210"
    assert (await api.refused("Invoice", body, operation="void"))[0] == "6210"
    assert (await api.refused("Invoice", body, operation="delete"))[0] == "6210"
    assert (await api.ok("Payment", payment("5", to_1="5")))["UnappliedAmt"] == 0


async def test_credits_are_applied_by_themselves_to_the_oldest_invoice(api, simulator, invoice):
    simulator.person.set_auto_apply(credits=True)
    await api.ok("Invoice", invoice("10", TxnDate="2026-02-02"))
    await api.ok("Invoice", invoice("30", TxnDate="2026-02-01"))

    memo = await api.ok("CreditMemo", invoice("35"))

    assert memo["RemainingCredit"] == 0
    balances = [(await api.read("Invoice", number))["Balance"] for number in ("1", "2")]
    assert balances == [5, 0]
    zeros = (await api.query("SELECT * FROM Payment WHERE TotalAmt = 0"))["Payment"]
    assert len(zeros) == 2
    assert (await preferences(api, "SalesFormsPrefs"))["AutoApplyCredit"] is True


async def test_an_old_credit_pays_a_new_invoice(api, simulator, invoice, payment):
    await api.ok("CreditMemo", invoice("25"))
    simulator.person.set_auto_apply(credits=True)

    made = await api.ok("Invoice", invoice("60"))

    assert made["Balance"] == 35
    assert (await api.refused("Payment", payment("60", to_2="60")))[0] == "6000"


async def test_payments_gain_lines_by_themselves(api, simulator, invoice, payment):
    paid = await api.ok("Payment", payment("50"))
    simulator.person.set_auto_apply(payments=True)

    made = await api.ok("Invoice", invoice("30"))
    second = await api.ok("Invoice", invoice("30"))

    assert (made["Balance"], second["Balance"]) == (0, 10)
    seen = await api.read("Payment", paid["Id"])
    assert (seen["UnappliedAmt"], [line["Amount"] for line in seen["Line"]]) == (0, [30, 20])
    assert (await api.ok("Payment", payment("15")))["UnappliedAmt"] == 5


async def test_a_person_has_everything_applied_at_once(api, simulator, invoice, payment):
    await api.ok("Invoice", invoice("30"))
    await api.ok("CreditMemo", invoice("10"))
    await api.ok("Payment", payment("15"))

    simulator.person.auto_apply("1")

    assert (await api.read("Invoice", "1"))["Balance"] == 5
    assert (await api.read("Customer", "1"))["Balance"] == 5


async def test_online_payment_is_the_companys_unless_the_body_says_no(api, simulator, invoice):
    simulator.person.set_online_payment(True)

    silent = await api.ok("Invoice", invoice())
    no = {"AllowOnlineCreditCardPayment": False, "AllowOnlineACHPayment": False}
    said = await api.ok("Invoice", invoice(**no))
    body = {"Id": said["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "memo"}
    kept = await api.ok("Invoice", body)

    assert (silent["AllowOnlineCreditCardPayment"], silent["AllowOnlineACHPayment"]) == (True, True)
    assert silent["AllowIPNPayment"] is False
    assert {name: kept[name] for name in no} == no
    assert (await preferences(api, "SalesFormsPrefs"))["ETransactionPaymentEnabled"] is True


async def test_a_company_that_mails_mails_what_names_an_address(api, simulator, invoice):
    simulator.person.set_mailing(True)

    silent = await api.ok("Invoice", invoice())
    mailed = await api.ok("Invoice", invoice(BillEmail={"Address": "ap@example.com"}))

    assert (silent["EmailStatus"], mailed["EmailStatus"]) == ("NotSet", "EmailSent")
    assert mailed["DeliveryInfo"]["DeliveryType"] == "Email"


async def test_what_people_decide_the_api_shows_and_ignores(api, simulator):
    sales = {"AutoApplyCredit": True, "CustomTxnNumbers": True}
    body = {
        "SyncToken": "0",
        "SalesFormsPrefs": sales,
        "TaxPrefs": {"UsingSalesTax": True},
        "AccountingInfoPrefs": {"BookCloseDate": "2026-01-31"},
    }

    _, answer = await api.post("preferences", body)

    shown = answer["Preferences"]["SalesFormsPrefs"]
    assert (shown["AutoApplyCredit"], shown["CustomTxnNumbers"]) == (False, True)
    assert answer["Preferences"]["TaxPrefs"]["UsingSalesTax"] is False
    assert "BookCloseDate" not in answer["Preferences"]["AccountingInfoPrefs"]


@pytest.mark.parametrize("rate", ["much", "1e30", "-1", "NaN"])
async def test_a_rate_is_a_percentage(http, rate):
    body = {"model": "automated", "rate": rate}

    answer = await http.post("/admin/person/set_sales_tax", json=body, headers=ADMIN)

    assert answer.status_code == 400


async def test_peoples_deeds_can_be_asked_for_over_http(api, http, invoice, payment):
    await api.ok("Invoice", invoice("30"))
    await api.ok("CreditMemo", invoice("10"))
    await api.ok("Payment", payment("5"))
    deeds = [
        ("apply_credit", {"credit": "2", "invoice": "1"}),
        ("deposit", {"payments": ["3"]}),
        ("auto_apply", {"customer": "1"}),
        ("set_auto_apply", {"credits": True}),
        ("set_online_payment", {"on": True}),
        ("set_mailing", {"on": True}),
        ("set_currencies", {"several": True}),
        ("set_sales_tax", {"model": "automated", "rate": "8"}),
        ("set_custom_numbers", {"on": True, "warn": False}),
        ("close_books", {"until": "2026-01-31", "password": False}),
        ("deactivate", {"kind": "Customer", "id": "1"}),
    ]

    for deed, arguments in deeds:
        answer = await http.post(f"/admin/person/{deed}", json=arguments, headers=ADMIN)
        assert answer.status_code == 200, (deed, answer.text)

    assert (await api.read("Customer", "1"))["Active"] is False
