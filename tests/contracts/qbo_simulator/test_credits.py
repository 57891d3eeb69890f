"""How are credits made, applied and taken back? quickbooks-money.md 1, 2."""

from decimal import Decimal

import pytest

from streams.simulators.quickbooks.refusals import Fault


def link(kind, txn_id, amount):
    return {"Amount": amount, "LinkedTxn": [{"TxnId": txn_id, "TxnType": kind}]}


@pytest.fixture
def entry():
    """Make a journal entry that debits or credits the receivables of the one customer."""

    def make(amount: str, side: str = "Credit", **named):
        other = "Debit" if side == "Credit" else "Credit"
        entity = {"Entity": {"Type": "Customer", "EntityRef": {"value": "1"}}, **named}
        lines = [(side, "2", entity), (other, "1", {})]
        return {
            "Line": [
                {
                    "Amount": amount,
                    "DetailType": "JournalEntryLineDetail",
                    "JournalEntryLineDetail": {
                        "PostingType": posted,
                        "AccountRef": {"value": account},
                        **more,
                    },
                }
                for posted, account, more in lines
            ]
        }

    return make


@pytest.fixture
async def books(api, invoice):
    """Make an invoice of 150, id 1, and a credit memo of 50, id 2."""
    await api.ok("Invoice", invoice("150"))
    return await api.ok("CreditMemo", invoice("50"))


async def test_a_credit_memo_shows_what_is_left_of_it(api, books):
    assert (books["TotalAmt"], books["Balance"], books["RemainingCredit"]) == (50, 50, 50)
    assert "LinkedTxn" not in books
    assert (await api.read("Customer", "1"))["Balance"] == 100


async def test_account_and_method_are_dropped_from_a_credit_memo(api, invoice):
    more = {"DepositToAccountRef": {"value": "99"}, "PaymentMethodRef": {"value": "99"}}

    made = await api.ok("CreditMemo", invoice("5", **more, InvoiceRef={"value": "7"}))

    assert not made.keys() & {"DepositToAccountRef", "PaymentMethodRef", "InvoiceRef"}
    assert "DueDate" not in made


async def test_a_payment_of_nothing_applies_a_credit(api, simulator, books):
    made = simulator.person.apply_credit("2", "1")

    assert (made["TotalAmt"], made["UnappliedAmt"]) == (0, 0)
    invoice, memo = await api.read("Invoice", "1"), await api.read("CreditMemo", "2")
    assert (invoice["Balance"], invoice["LinkedTxn"]) == (
        100,
        [{"TxnId": made["Id"], "TxnType": "Payment"}],
    )
    assert (memo["Balance"], memo["RemainingCredit"], memo["SyncToken"]) == (0, 0, "1")
    assert (await api.read("Customer", "1"))["Balance"] == 100


async def test_cash_and_credit_mix_in_one_payment(api, books):
    lines = [link("Invoice", "1", "150"), link("CreditMemo", "2", "50")]

    made = await api.ok(
        "Payment", {"CustomerRef": {"value": "1"}, "TotalAmt": "100", "Line": lines}
    )

    assert made["UnappliedAmt"] == 0
    assert (await api.read("Invoice", "1"))["Balance"] == 0
    assert (await api.read("Customer", "1"))["Balance"] == 0


@pytest.mark.parametrize(
    ("total", "lines", "code"),
    [
        ("0", [link("Invoice", "1", "10"), link("CreditMemo", "2", "9")], "6000"),
        ("0", [link("Invoice", "1", "10"), link("CreditMemo", "2", "11")], "6000"),
        ("0", [link("Invoice", "1", "51"), link("CreditMemo", "2", "51")], "6000"),
        ("0", [link("CreditMemo", "9", "1")], "2500"),
        ("5", [link("Invoice", "1", "-5")], "2290"),
        ("5", [link("Expense", "1", "5")], "620"),
        ("-1", [], "6000"),
        (None, [], "6000"),
    ],
)
async def test_a_link_that_does_not_fit_is_refused(api, books, total, lines, code):
    body = {"CustomerRef": {"value": "1"}, "TotalAmt": total, "Line": lines}

    assert (await api.refused("Payment", body))[0] == code


async def test_by_switch_a_bad_link_is_dropped_and_the_money_booked(api, simulator, books):
    simulator.change_settings({"bad_links": "dropped"})
    lines = [link("Invoice", "9", "30"), link("Invoice", "1", "20"), link("Expense", "1", "10")]

    made = await api.ok("Payment", {"CustomerRef": {"value": "1"}, "TotalAmt": "50", "Line": lines})

    assert (made["Line"], made["UnappliedAmt"]) == ([link("Invoice", "1", 20)], 30)


async def test_one_credit_over_two_invoices_and_back(api, books, invoice):
    await api.ok("Invoice", invoice("20"))
    lines = [link("Invoice", "1", "30"), link("Invoice", "3", "20"), link("CreditMemo", "2", "50")]
    made = await api.ok("Payment", {"CustomerRef": {"value": "1"}, "TotalAmt": 0, "Line": lines})

    await api.ok("Payment", {"Id": made["Id"], "SyncToken": "0"}, operation="delete")

    assert (await api.read("CreditMemo", "2"))["RemainingCredit"] == 50
    balances = [(await api.read("Invoice", number))["Balance"] for number in ("1", "3")]
    assert balances == [150, 20]


@pytest.mark.parametrize("how", ["void", "delete"])
async def test_an_invoice_that_goes_gives_its_credit_back(api, simulator, books, how):
    made = simulator.person.apply_credit("2", "1")

    getattr(simulator.person, how)("Invoice", "1")

    left = await api.read("Payment", made["Id"])
    assert (left["Line"], left["UnappliedAmt"]) == ([], 0)
    assert (await api.read("CreditMemo", "2"))["RemainingCredit"] == 50
    assert (await api.read("Customer", "1"))["Balance"] == -50


@pytest.mark.parametrize("how", ["void", "delete"])
async def test_a_credit_that_goes_opens_what_it_paid(api, simulator, books, how):
    lines = [link("Invoice", "1", "150"), link("CreditMemo", "2", "50")]
    mixed = {"CustomerRef": {"value": "1"}, "TotalAmt": "100", "Line": lines}
    made = await api.ok("Payment", mixed)

    getattr(simulator.person, how)("CreditMemo", "2")

    left = await api.read("Payment", made["Id"])
    assert (left["Line"], left["UnappliedAmt"]) == ([link("Invoice", "1", 100)], 0)
    assert (await api.read("Invoice", "1"))["Balance"] == 50


async def test_a_journal_entry_stands_where_a_credit_memo_stands(api, invoice, entry):
    await api.ok("Invoice", invoice("60"))
    made = await api.ok("JournalEntry", entry("25"))
    assert (await api.read("Customer", "1"))["Balance"] == 35
    lines = [link("Invoice", "1", "25"), link("JournalEntry", made["Id"], "25")]

    await api.ok("Payment", {"CustomerRef": {"value": "1"}, "TotalAmt": 0, "Line": lines})

    assert (await api.read("Invoice", "1"))["Balance"] == 35
    assert (await api.read("Customer", "1"))["Balance"] == 35
    await api.ok("JournalEntry", {"Id": made["Id"], "SyncToken": "0"}, operation="delete")
    assert (await api.read("Invoice", "1"))["Balance"] == 60


async def test_a_bounced_cheque_pays_the_entry_in_place_of_the_invoice(
    api, simulator, invoice, payment, entry
):
    await api.ok("Invoice", invoice("60"))
    paid = await api.ok("Payment", payment("60", to_1="60"))
    simulator.person.deposit([paid["Id"]])
    returned = simulator.person.create("JournalEntry", entry("60", "Debit"))

    moved = simulator.person.edit(
        "Payment", paid["Id"], {"Line": [link("JournalEntry", returned["Id"], "60")]}
    )

    assert moved["UnappliedAmt"] == 0
    assert (await api.read("Invoice", "1"))["Balance"] == 60
    assert (await api.read("Customer", "1"))["Balance"] == 60


@pytest.fixture
def paid_out(simulator):
    """Make an expense, or a check, on receivables whose payee is the one customer."""

    def make(amount: str, paid_by: str = "Cash"):
        kind = "AccountBasedExpenseLineDetail"
        line = {"Amount": amount, "DetailType": kind, kind: {"AccountRef": {"value": "2"}}}
        payee = {"value": "1", "type": "Customer"}
        body = {"PaymentType": paid_by, "AccountRef": {"value": "1"}, "EntityRef": payee}
        return simulator.person.create("Purchase", {**body, "Line": [line]})["Id"]

    return make


@pytest.mark.parametrize(("paid_by", "kind"), [("Cash", "Expense"), ("Check", "Check")])
async def test_a_person_links_a_payment_with_the_expense_that_gave_it_back(
    api, simulator, invoice, payment, paid_out, paid_by, kind
):
    await api.ok("Invoice", invoice("60"))
    paid = await api.ok("Payment", payment("60", to_1="60"))
    spent = paid_out("60", paid_by)
    assert (await api.read("Customer", "1"))["Balance"] == 60

    body = {"Id": paid["Id"], "SyncToken": "0", "sparse": True, "TotalAmt": 60}
    assert (await api.refused("Payment", {**body, "Line": [link(kind, spent, "60")]}))[0] == "620"
    moved = simulator.person.edit("Payment", paid["Id"], {"Line": [link(kind, spent, "60")]})

    assert moved["UnappliedAmt"] == 0
    assert (await api.read("Invoice", "1"))["Balance"] == 60
    assert (await api.read("Customer", "1"))["Balance"] == 60
    noted = {**body, "SyncToken": moved["SyncToken"], "PrivateNote": "Called"}
    assert (await api.ok("Payment", noted))["Line"][0]["LinkedTxn"] == moved["Line"][0]["LinkedTxn"]
    simulator.person.delete("Purchase", spent)
    assert (await api.read("Payment", paid["Id"]))["UnappliedAmt"] == 60
    assert (await api.read("Customer", "1"))["Balance"] == 0


async def test_a_parents_payment_settles_below_it_at_the_desk_alone(api, simulator, invoice):
    below = {"DisplayName": "Below", "Job": True, "ParentRef": {"value": "1"}}
    job = simulator.person.create("Customer", below)["Id"]
    sold = await api.ok("Invoice", invoice("60", CustomerRef={"value": job}))
    body = {
        "CustomerRef": {"value": "1"},
        "TotalAmt": "60",
        "Line": [link("Invoice", sold["Id"], "60")],
    }

    assert (await api.refused("Payment", body))[0] == "6000"
    assert simulator.person.create("Payment", body)["UnappliedAmt"] == 0
    assert (await api.read("Invoice", sold["Id"]))["Balance"] == 0
    assert (await api.read("Customer", job))["Balance"] == 0
    own = await api.ok("Invoice", invoice("60"))
    other = {**body, "CustomerRef": {"value": job}, "Line": [link("Invoice", own["Id"], "60")]}
    with pytest.raises(Fault, match="another customer"):
        simulator.person.create("Payment", other)


async def test_a_journal_entry_balances_and_names_its_customer(api, entry):
    body = entry("5")
    uneven = {"Line": [body["Line"][0], {**body["Line"][1], "Amount": "4.99"}]}

    assert (await api.refused("JournalEntry", uneven))[0] == "2300"
    code, detail = await api.refused("JournalEntry", entry("5", Entity=None))
    assert code == "6000"
    assert detail.endswith("you must choose a customer in the Name field.")
    unknown = {"Type": "Customer", "EntityRef": {"value": "9"}}
    assert (await api.refused("JournalEntry", entry("5", Entity=unknown)))[0] == "2500"


async def test_a_refund_needs_its_account_and_touches_no_receivable(api, invoice):
    code, detail = await api.refused("RefundReceipt", invoice("30"))

    assert (code, "DepositToAccountRef" in detail) == ("2020", True)
    made = await api.ok("RefundReceipt", invoice("30", DepositToAccountRef={"value": "35"}))
    assert (made["TotalAmt"], made["Balance"]) == (Decimal(30), 0)
    assert (await api.read("Customer", "1"))["Balance"] == 0


async def test_a_refund_is_paid_out_of_an_account_where_money_lies(api, invoice):
    code, _ = await api.refused("RefundReceipt", invoice("30", DepositToAccountRef={"value": "79"}))
    assert code == "6430"


async def test_a_date_with_a_time_is_kept_as_it_is_written(api, invoice):
    made = await api.ok("CreditMemo", invoice("5", TxnDate="2014-02-18T00:59:41.885Z"))

    assert made["TxnDate"] == "2014-02-18"


async def test_a_smaller_credit_memo_takes_back_what_it_cannot_carry(api, simulator, books, line):
    made = simulator.person.apply_credit("2", "1")

    simulator.person.edit("CreditMemo", "2", {"Line": [line("20")]})

    assert (await api.read("CreditMemo", "2"))["RemainingCredit"] == 0
    assert (await api.read("Invoice", "1"))["Balance"] == 130
    left = await api.read("Payment", made["Id"])
    assert [one["Amount"] for one in left["Line"]] == [20, 20]
