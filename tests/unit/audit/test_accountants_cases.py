"""Books as they would stand if the engine had erred where QuickBooks has its own will.

Each story starts from two books that agree, rewrites them silently as a person, QuickBooks itself
or a wrong write would have left them, and says what the check must tell, and for how much money.
The engine has no part in it.
"""

from decimal import Decimal

import pytest

from agents.audit.findings import How, What
from agents.audit.report import Agreement
from schemas.facts import OnOneSide, Parked
from schemas.state import Park, ParkReason
from schemas.values import Kind, RecordRef, Side
from tests.unit.audit.conftest import Day
from tests.unit.audit.story import AT

CUSTOMER = "Amy's Birds"


@pytest.fixture
async def books():
    """One invoice of 100.00, open on both sides; its journal says that the sides agree."""
    day = Day()
    await day.introduce()
    await day.bill("invoice", ("100.00",))
    say_no_balance(day)
    day.journal = await day.told()
    yield day
    await day.mediaos.close()


def say_no_balance(books):
    """A customer's balance would go on saying what was owed before the books are rewritten."""
    for customer in books.qbo.book.all("Customer"):
        books.qbo.tamper.rewrite("Customer", customer["Id"], {"Balance": None})


async def paid(books, amount="100.00"):
    await books.receive("payment", "invoice", amount)
    say_no_balance(books)
    books.journal = await books.told()


async def parked(books, name):
    """Let the engine have seen the books as they are, and park a document."""
    books.journal = await books.told()
    document = str(RecordRef(Side.MEDIAOS, books.kinds[name], books.ids[name][0]))
    park = Park(reason=ParkReason.REFUSED, detail="both figures stand here")
    books.journal.say(Parked(document=document, event="e", park=park, at=AT))


def invoice_line(amount, **detail):
    item = {"ItemRef": {"value": "1"}, "Qty": 1, "UnitPrice": Decimal(amount), **detail}
    return {
        "Id": "1",
        "Amount": Decimal(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": item,
    }


def link(books, amount, kind="Invoice", record=None):
    record = record or books.ids["invoice"][1]
    return {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": record, "TxnType": kind}]}


def credit_memo(books, total, left):
    """As quickbooks-money.md 1 shows one."""
    return books.only_there(
        "CreditMemo",
        DocNumber="R681",
        TxnDate="2026-03-02",
        Line=[invoice_line(total)],
        TotalAmt=Decimal(total),
        Balance=Decimal(left),
        RemainingCredit=Decimal(left),
    )["Id"]


def journal_entry(books, amount, posting):
    """Two lines, of which one stands on receivables in the customer's name."""
    accounts = {one["Name"]: one["Id"] for one in books.qbo.book.all("Account")}
    other = "Credit" if posting == "Debit" else "Debit"
    named = {"Type": "Customer", "EntityRef": {"value": books.ids["customer"][1]}}

    def line(how, account, **more):
        detail = {"PostingType": how, "AccountRef": {"value": accounts[account]}, **more}
        kind = "JournalEntryLineDetail"
        return {"Amount": Decimal(amount), "DetailType": kind, kind: detail}

    lines = [
        line(posting, "Accounts Receivable (A/R)", Entity=named),
        line(other, "Undeposited Funds", Entity=named),
    ]
    return books.qbo.book.insert("JournalEntry", {"DocNumber": "7", "Line": lines}, quiet=True)[
        "Id"
    ]


def told(report):
    return {(each.what, each.field, each.amount) for each in report.findings}


def waits(report):
    return {(each.how, each.amount) for each in report.waiting}


async def test_tax_that_quickbooks_adds_by_its_own_codes_is_a_difference(books):
    """Cases 1, 3 and 9a: a line without a code, or with TAX typed on it, is taxed."""
    books.there("invoice", TxnTaxDetail={"TotalTax": Decimal("8.25")}, TotalAmt=Decimal("108.25"))
    books.there("invoice", Balance=Decimal("108.25"))
    report = await books.report()
    assert told(report) == {
        (What.AMOUNT, "tax", Decimal("8.25")),
        (What.AMOUNT, "total", Decimal("8.25")),
        (What.AMOUNT, "balance", Decimal("8.25")),
    }
    assert {each.customer for each in report.findings} == {CUSTOMER}
    (row,) = report.rows
    assert (row.mediaos.receivable, row.qbo.receivable) == (Decimal(100), Decimal("108.25"))


@pytest.mark.parametrize(("tax", "apart"), [("0", "8.00"), ("8.25", "0.25"), ("7.98", "0.02")])
async def test_tax_that_quickbooks_ignores_or_computes_otherwise(books, tax, apart):
    """Cases 2 and 3."""
    total = 100 + Decimal(tax)
    books.here("invoice", tax_total="8", total="108", balance="108")
    books.there("invoice", TxnTaxDetail={"TotalTax": Decimal(tax)}, TotalAmt=total, Balance=total)
    assert told(await books.report()) == {
        (What.AMOUNT, name, Decimal(apart)) for name in ("tax", "total", "balance")
    }


@pytest.mark.parametrize("tax", ["7.99", "8.01"])
async def test_a_cent_of_tax_is_a_variance_that_is_told_and_no_finding(books, tax):
    """Case 3, within what the engine lets be: neither silent nor a difference to mend."""
    total = 100 + Decimal(tax)
    books.here("invoice", tax_total="8", total="108", balance="108")
    books.there("invoice", TxnTaxDetail={"TotalTax": Decimal(tax)}, TotalAmt=total, Balance=total)
    report = await books.report()
    assert (report.findings, waits(report)) == ((), {(How.VARIANCE, Decimal("0.01"))})
    assert report.verdict.startswith("The ledgers agree except 1 that waits (0.01 USD)")
    books.there("invoice", Balance=total + Decimal("0.01"))
    assert told(await books.report()) == {(What.AMOUNT, "balance", Decimal("0.01"))}


async def test_a_published_total_that_its_lines_do_not_come_to(books):
    """Case 4: QuickBooks adds up by itself."""
    books.here("invoice", total="100.01", balance="100.01")
    assert (What.AMOUNT, "total", Decimal("0.01")) in told(await books.report())


async def test_tax_that_the_published_total_does_not_hold(books):
    """Case 4."""
    books.here("invoice", tax_total="5")
    books.there("invoice", TxnTaxDetail={"TotalTax": Decimal(5)}, TotalAmt=Decimal(105))
    assert (What.AMOUNT, "total", Decimal(5)) in told(await books.report())


async def test_a_credit_whose_link_was_dropped_is_open_in_quickbooks_alone(books):
    """Case 5: the payment says 100.00 on both sides again, and the credit is owed to them."""
    await paid(books)
    credit_memo(books, "20.00", "20.00")
    report = await books.report()
    assert report.agreement is Agreement.EXCEPT
    (one,) = report.waiting
    assert (one.how, one.amount, one.customer) == (How.NEIGHBOUR, Decimal(20), CUSTOMER)
    assert one.detail == "nothing of it is used"
    (row,) = report.rows
    assert (row.mediaos.receivable, row.qbo.receivable) == (Decimal(0), Decimal(-20))
    assert (row.qbo.credits, row.qbo.unapplied) == (Decimal(20), Decimal(20))


async def test_money_that_is_partly_a_credit_in_quickbooks_differs(books):
    """Case 5, before the write: 80.00 of money there, 100.00 here."""
    await paid(books)
    memo = credit_memo(books, "20.00", "0")
    lines = [link(books, "100.00"), link(books, "20.00", "CreditMemo", memo)]
    books.there("payment", TotalAmt=Decimal(80), Line=lines, UnappliedAmt=Decimal(0))
    report = await books.report()
    assert told(report) == {(What.AMOUNT, "amount", Decimal(20))}
    assert waits(report) == {(How.NEIGHBOUR, Decimal(20))}
    await parked(books, "payment")
    report = await books.report()
    assert waits(report) == {(How.PARKED, Decimal(20)), (How.NEIGHBOUR, Decimal(20))}
    assert report.findings == ()


async def test_a_credit_applied_by_a_payment_of_nothing_is_told_as_the_credit(books):
    """Case 6: it explains the balance to the cent, and nothing beyond it."""
    memo = credit_memo(books, "61.08", "0")
    lines = [link(books, "61.08"), link(books, "61.08", "CreditMemo", memo)]
    books.only_there(
        "Payment", TotalAmt=Decimal(0), TxnDate="2026-03-02", Line=lines, UnappliedAmt=Decimal(0)
    )
    books.there("invoice", Balance=Decimal("38.92"))
    report = await books.report()
    assert (report.findings, waits(report)) == ((), {(How.NEIGHBOUR, Decimal("61.08"))})
    books.there("invoice", Balance=Decimal("38.91"))
    assert told(await books.report()) == {(What.AMOUNT, "balance", Decimal("0.01"))}


async def test_a_payment_of_nothing_that_gives_no_credit_is_missing(books):
    """Case 6, after its link to the credit was dropped."""
    books.only_there(
        "Payment", TotalAmt=Decimal(0), TxnDate="2026-03-02", Line=[link(books, "61.08")]
    )
    found = {each.what for each in (await books.report()).findings}
    assert What.MISSING_IN_MEDIAOS in found


@pytest.mark.parametrize("line", ["0", "100.00"], ids=["emptied lines", "kept lines"])
async def test_an_invoice_that_was_voided_in_quickbooks_and_stands_in_mediaos(books, line):
    """Cases 7 and 9f: known by its total and its note, whatever the lines say."""
    note = books.qbo.book.get("Invoice", books.ids["invoice"][1])["PrivateNote"]
    books.there("invoice", TotalAmt=Decimal(0), Balance=Decimal(0), Line=[invoice_line(line)])
    books.there("invoice", PrivateNote=f"Voided - {note}")
    report = await books.report()
    assert told(report) == {(What.VOID, "total", Decimal(100))}
    await parked(books, "invoice")
    report = await books.report()
    assert (report.findings, waits(report)) == ((), {(How.PARKED, Decimal(100))})


async def test_a_voided_invoice_that_was_filled_again_stands_against_its_note(books):
    """Case 7: MediaOS's lines were written over the void."""
    books.here("invoice", total="110", balance="110")
    books.there("invoice", TotalAmt=Decimal(110), Balance=Decimal(110), PrivateNote="Voided")
    assert told(await books.report()) == {(What.VOID, "total", Decimal(110))}


async def test_a_voided_payment_that_stands_in_mediaos(books):
    await paid(books)
    books.there("payment", TotalAmt=Decimal(0), UnappliedAmt=Decimal(0), Line=[])
    books.there("payment", PrivateNote="Voided")
    books.there("invoice", Balance=Decimal(100))
    assert (What.VOID, "total", Decimal(100)) in told(await books.report())


async def test_an_invoice_that_both_sides_ended_is_no_difference(books):
    await books.mediaos.people.delete("invoices", books.ids["invoice"][0])
    mediaos, _ = await books.books()
    (name,) = mediaos.invoices
    books.journal.saw(Side.MEDIAOS, Kind.INVOICE, name, mediaos.invoices[name])
    books.there("invoice", TotalAmt=Decimal(0), Balance=Decimal(0), PrivateNote="Voided")
    assert (await books.report()).findings == ()


async def test_a_deposit_that_was_typed_on_an_invoice_explains_its_balance(books):
    """Case 8."""
    books.there("invoice", Deposit=Decimal(20), Balance=Decimal(80))
    report = await books.report()
    assert (report.findings, waits(report)) == ((), {(How.NEIGHBOUR, Decimal(20))})
    (row,) = report.rows
    assert (row.qbo.payments, row.qbo.receivable) == (Decimal(20), Decimal(80))
    books.there("invoice", Balance=Decimal("79.99"))
    assert told(await books.report()) == {(What.AMOUNT, "balance", Decimal("0.01"))}


async def test_a_bounced_cheque_is_told_as_the_entry_that_it_was_given_back_to(books):
    """Case 9b, as the bookkeeper left it: paid in MediaOS, owed again in QuickBooks."""
    await paid(books, "50.00")
    entry = journal_entry(books, "50.00", "Debit")
    books.there("payment", Line=[link(books, "50.00", "JournalEntry", entry)])
    books.there("payment", UnappliedAmt=Decimal(0))
    books.there("invoice", Balance=Decimal(100))
    report = await books.report()
    assert (report.findings, waits(report)) == ((), {(How.NEIGHBOUR, Decimal(50))})
    (row,) = report.rows
    assert (row.mediaos.receivable, row.qbo.receivable) == (Decimal(50), Decimal(100))


async def test_a_bounced_cheque_whose_entry_was_dropped_is_owed_in_quickbooks_alone(books):
    """Case 9b, after a write of ours: 5.00 applied, and the entry is open."""
    await paid(books, "50.00")
    entry = journal_entry(books, "50.00", "Debit")
    books.here("payment", lines=[{"invoice_id": books.ids["invoice"][0], "amount": "5"}])
    books.here("invoice", balance="95")
    books.there("payment", Line=[link(books, "5.00")], UnappliedAmt=Decimal(45))
    books.there("invoice", Balance=Decimal(95))
    report = await books.report()
    (one,) = report.waiting
    assert (one.document, one.amount) == (f"qbo/journal-entry/{entry}", Decimal(50))
    assert one.detail == "nothing of it is used"
    (row,) = report.rows
    assert (row.mediaos.receivable, row.qbo.receivable) == (Decimal(50), Decimal(100))


@pytest.mark.parametrize("kind", ["CreditMemo", "JournalEntry"])
async def test_money_and_credit_in_one_payment_of_quickbooks_are_told_apart(books, kind):
    """Cases 9c and 23: 50.00 of money and 20.00 of credit, of which MediaOS shows nothing."""
    made = credit_memo(books, "20.00", "0") if kind == "CreditMemo" else None
    made = made or journal_entry(books, "20.00", "Credit")
    lines = [link(books, "70.00"), link(books, "20.00", kind, made)]
    payment = books.only_there(
        "Payment", TotalAmt=Decimal(50), TxnDate="2026-03-02", Line=lines, UnappliedAmt=Decimal(0)
    )
    books.there("invoice", Balance=Decimal(30))
    report = await books.report()
    assert told(report) == {(What.MISSING_IN_MEDIAOS, "", Decimal(50))}
    assert waits(report) == {(How.NEIGHBOUR, Decimal(20))}
    _, qbo = await books.books()
    books.journal.saw(Side.QBO, Kind.PAYMENT, payment["Id"], qbo.payments[payment["Id"]])
    books.journal.say(OnOneSide(document=f"qbo/payment/{payment['Id']}", reason="of a credit"))
    report = await books.report()
    assert (report.findings, report.agreement) == ((), Agreement.EXCEPT)
    assert waits(report) == {(How.UNPLACED, Decimal(50)), (How.NEIGHBOUR, Decimal(20))}
    assert report.waits == {"USD": Decimal(70)}
    (row,) = report.rows
    assert (row.qbo.payments, row.qbo.credits, row.qbo.credited) == (50, 20, 20)
    assert (row.mediaos.receivable, row.qbo.receivable) == (100, 30)


async def test_credit_that_was_booked_as_money_in_mediaos_differs(books):
    """Case 9c: money is the payment's amount, and not what it applies."""
    await paid(books, "70.00")
    memo = credit_memo(books, "20.00", "0")
    lines = [link(books, "70.00"), link(books, "20.00", "CreditMemo", memo)]
    books.there("payment", TotalAmt=Decimal(50), Line=lines, UnappliedAmt=Decimal(0))
    assert (What.AMOUNT, "amount", Decimal(20)) in told(await books.report())


async def test_a_credit_that_quickbooks_applied_by_itself_explains_what_the_payment_lacks(books):
    """Case 9d: of 100.00 received, 75.00 is applied and 25.00 on account."""
    await paid(books)
    memo = credit_memo(books, "25.00", "0")
    books.there("payment", Line=[link(books, "75.00")], UnappliedAmt=Decimal(25))
    lines = [link(books, "25.00"), link(books, "25.00", "CreditMemo", memo)]
    books.only_there(
        "Payment", TotalAmt=Decimal(0), TxnDate="2026-03-02", Line=lines, UnappliedAmt=Decimal(0)
    )
    report = await books.report()
    assert (report.findings, waits(report)) == ((), {(How.NEIGHBOUR, Decimal(25))})
    (row,) = report.rows
    assert (row.mediaos.receivable, row.qbo.receivable) == (Decimal(0), Decimal(-25))
    books.there("payment", Line=[link(books, "74.99")], UnappliedAmt=Decimal("25.01"))
    differs = told(await books.report())
    assert (What.APPLICATION, f"invoice {books.ids['invoice'][1]}", Decimal("25.01")) in differs


async def test_an_older_body_that_quickbooks_replayed_is_a_difference(books):
    """Case 11: 120.00 was written under the id of 100.00, and answered with 100.00."""
    books.here("invoice", total="120", balance="120")
    books.here("invoice", line_items=[{"quantity": "1", "amount": "120", "total": "120"}])
    assert (What.AMOUNT, "total", Decimal(20)) in told(await books.report())
    books.journal = await books.told()
    document = f"mediaos/invoice/{books.ids['invoice'][0]}"
    books.journal.say(OnOneSide(document=document, reason="changed in QuickBooks only: lines"))
    report = await books.report()
    assert waits(report) == {(How.UNPLACED, Decimal(20))}
    assert report.verdict.startswith("The ledgers agree except 1 that waits (20.00 USD)")


async def test_a_cheque_over_an_invoice_of_ours_and_one_of_quickbooks(books):
    """Case 22: the payment waits whole, the other invoice beside it."""
    other = books.only_there(
        "Invoice",
        TxnDate="2026-03-02",
        DocNumber="X-1",
        Line=[invoice_line("30.00")],
        TotalAmt=Decimal(30),
        Balance=Decimal(0),
    )["Id"]
    lines = [link(books, "50.00"), link(books, "30.00", record=other)]
    payment = books.only_there("Payment", TotalAmt=Decimal(80), TxnDate="2026-03-02", Line=lines)
    books.there("invoice", Balance=Decimal(50))
    _, qbo = await books.books()
    for kind, name in ((Kind.INVOICE, other), (Kind.PAYMENT, payment["Id"])):
        books.journal.saw(Side.QBO, kind, name, qbo.of(kind)[name])
        books.journal.say(OnOneSide(document=f"qbo/{kind}/{name}", reason="of QuickBooks"))
    report = await books.report()
    assert report.findings == ()
    assert waits(report) == {(How.UNPLACED, Decimal(30)), (How.UNPLACED, Decimal(80))}
    assert report.waits == {"USD": Decimal(110)}


async def test_another_currency_is_another_money(books):
    """Case 24: 50 EUR are not 50 USD, and stand in no total of USD."""
    await paid(books, "50.00")
    for name in ("invoice", "payment"):
        books.there(name, CurrencyRef={"value": "EUR"}, ExchangeRate=Decimal("1.1"))
    report = await books.report()
    assert told(report) == {
        (What.CURRENCY, "currency", Decimal(100)),
        (What.CURRENCY, "currency", Decimal(50)),
    }
    assert {each.currency for each in report.findings} == {"EUR"}
    assert [(row.currency, row.mediaos.invoices, row.qbo.invoices) for row in report.totals] == [
        ("", Decimal(100), Decimal(0)),
        ("EUR", Decimal(0), Decimal(100)),
    ]


async def test_a_document_in_another_currency_on_both_sides_agrees_in_it(books):
    """Case 25: MediaOS names a currency in words."""
    books.here("invoice", currency={"id": "2", "name": "Euro"}, exchange_rate="0.909090909091")
    books.there("invoice", CurrencyRef={"value": "EUR"}, ExchangeRate=Decimal("1.1"))
    report = await books.report()
    assert report.agreement is Agreement.AGREE
    assert [row.currency for row in report.totals] == ["", "EUR"]
    assert report.totals[0].mediaos.invoices == 0


async def test_a_rate_that_is_not_turned_over_is_another_worth_at_home(books):
    books.here("invoice", currency={"id": "2", "name": "Euro"}, exchange_rate="0.8")
    books.there("invoice", CurrencyRef={"value": "EUR"}, ExchangeRate=Decimal("0.8"))
    report = await books.report()
    assert told(report) == {(What.CURRENCY, "worth at home", Decimal(45))}
    assert report.agreement is Agreement.DIFFER


async def test_a_document_under_another_customer_is_a_wrong_link(books):
    stranger = books.qbo.person.create("Customer", {"DisplayName": "Harbour Books"})
    books.there("invoice", CustomerRef={"value": stranger["Id"]})
    report = await books.report()
    assert told(report) == {(What.LINK, "customer", Decimal(100))}
    assert [row.customer for row in report.rows if row.differs] == [CUSTOMER, "Harbour Books"]


async def test_documents_that_followed_a_merged_customer_agree(books):
    survivor = books.qbo.person.create("Customer", {"DisplayName": "Amy's Birds and Cats"})
    books.there("customer", Active=False, DisplayName=f"{CUSTOMER} (deleted)")
    books.there("invoice", CustomerRef={"value": survivor["Id"]})
    say_no_balance(books)
    report = await books.report()
    assert (report.findings, report.agreement) == ((), Agreement.AGREE)
    assert [(row.customer, row.differs) for row in report.rows] == [(CUSTOMER, False)]


@pytest.mark.parametrize(("balance", "does"), [("112.50", "adds to"), ("87.50", "takes off")])
async def test_what_quickbooks_says_is_owed_beyond_all_that_is_read_is_told(books, balance, does):
    """An expense on receivables, say: no kind of document that the check reads."""
    books.there("customer", Balance=Decimal(balance))
    report = await books.report()
    assert report.findings == ()
    (one,) = report.waiting
    assert (one.amount, one.customer) == (Decimal("12.50"), CUSTOMER)
    assert one.reason == f"other entry {does} what is owed"
    (row,) = report.rows
    assert row.qbo.receivable == Decimal(balance)
