"""Whatever a bookkeeper does with credits, deposits and entries, the check tells it, and no more.

The simulated QuickBooks reckons what follows; MediaOS knows nothing of it.  So both books differ by
exactly these deeds: none is a finding, each is told with its amount, and what customers owe in
QuickBooks is what QuickBooks itself says.
"""

from decimal import Decimal
from random import Random

import pytest

from agents.audit.findings import How, What
from agents.audit.report import Agreement
from tests.unit.audit.conftest import Day

INVOICES = ("first", "second", "third")


@pytest.fixture
async def day():
    """Three invoices, one of them partly paid; the engine has nothing to do."""
    made = Day()
    await made.introduce()
    for name, amount in zip(INVOICES, ("128.35", "61.08", "337.50"), strict=True):
        await made.bill(name, (amount,))
    await made.receive("payment", "first", "50.05")
    made.journal = await made.told()
    yield made
    await made.mediaos.close()


class Bookkeeper:
    """Works in QuickBooks alone; each deed returns what it takes off what is owed, None if idle."""

    def __init__(self, day, random):
        self.day, self.random = day, random
        self.customer = {"value": day.ids["customer"][1]}

    def credit_memo(self):
        return self._memo(self._amount())["TotalAmt"]

    def credit_applied(self):
        invoice = self._invoice()
        if not invoice["Balance"]:
            return None
        memo = self._memo(self._amount())
        self.day.qbo.person.apply_credit(memo["Id"], invoice["Id"])
        return memo["TotalAmt"]

    def credit_in_the_payment(self):
        payment, invoice = self._payment(), self._invoice("first")
        if not self._pays(payment) or not invoice["Balance"]:
            return None
        amount = min(self._amount(), invoice["Balance"])
        memo = self._memo(amount)
        self._rewrite(
            payment,
            (payment["Line"][0]["Amount"] + amount, invoice["Id"], "Invoice"),
            (amount, memo["Id"], "CreditMemo"),
        )
        return amount

    def deposit_on_the_invoice(self):
        invoice = self._invoice()
        if invoice.get("Deposit") or not invoice["Balance"]:
            return None
        amount = min(self._amount(), invoice["Balance"])
        self.day.qbo.person.edit("Invoice", invoice["Id"], {"Deposit": amount})
        return amount

    def entry_that_takes_off(self):
        amount = self._amount()
        self._entry(amount, "Credit", "Debit")
        return amount

    def cheque_that_bounced(self):
        payment = self._payment()
        if len(payment["Line"]) != 1 or not self._pays(payment):
            return None
        entry = self._entry(payment["TotalAmt"], "Debit", "Credit")
        self._rewrite(payment, (payment["TotalAmt"], entry["Id"], "JournalEntry"))
        return -payment["TotalAmt"]

    def _amount(self):
        return Decimal(self.random.randint(1, 4000)) / 100

    def _invoice(self, name=None):
        name = name or self.random.choice(INVOICES)
        return self.day.qbo.book.get("Invoice", self.day.ids[name][1])

    def _payment(self):
        return self.day.qbo.book.get("Payment", self.day.ids["payment"][1])

    def _pays(self, payment):
        links = [link for line in payment["Line"] for link in line["LinkedTxn"]]
        return [link["TxnType"] for link in links] == ["Invoice"]

    def _memo(self, amount):
        item = {"ItemRef": {"value": self.day.ids["product"][1]}, "TaxCodeRef": {"value": "NON"}}
        kind = "SalesItemLineDetail"
        line = {"Amount": amount, "DetailType": kind, kind: item}
        fields = {"CustomerRef": self.customer, "Line": [line]}
        return self.day.qbo.person.create("CreditMemo", fields)

    def _entry(self, amount, on_receivables, on_funds):
        accounts = {one["Name"]: one["Id"] for one in self.day.qbo.book.all("Account")}
        named = {"Entity": {"Type": "Customer", "EntityRef": self.customer}}

        def line(how, account, **more):
            detail = {"PostingType": how, "AccountRef": {"value": accounts[account]}, **more}
            kind = "JournalEntryLineDetail"
            return {"Amount": amount, "DetailType": kind, kind: detail}

        lines = [
            line(on_receivables, "Accounts Receivable (A/R)", **named),
            line(on_funds, "Undeposited Funds"),
        ]
        return self.day.qbo.person.create("JournalEntry", {"Line": lines})

    def _rewrite(self, payment, *parts):
        lines = [
            {"Amount": amount, "LinkedTxn": [{"TxnId": txn_id, "TxnType": kind}]}
            for amount, txn_id, kind in parts
        ]
        self.day.qbo.person.edit("Payment", payment["Id"], {"Line": lines})


DEEDS = (
    Bookkeeper.credit_memo,
    Bookkeeper.credit_applied,
    Bookkeeper.credit_in_the_payment,
    Bookkeeper.deposit_on_the_invoice,
    Bookkeeper.entry_that_takes_off,
    Bookkeeper.cheque_that_bounced,
)


def owed_there(day):
    return day.qbo.book.get("Customer", day.ids["customer"][1])["Balance"]


@pytest.mark.parametrize("seed", range(24))
async def test_every_deed_is_told_with_its_amount_and_nothing_is_found(day, seed):
    random = Random(seed)
    bookkeeper = Bookkeeper(day, random)
    before = owed_there(day)
    deeds = random.choices(DEEDS, k=random.randint(1, 6))
    done = [amount for deed in deeds if (amount := deed(bookkeeper)) is not None]
    day.journal = await day.told()
    report = await day.report()
    assert report.findings == ()
    assert {one.how for one in report.waiting} <= {How.NEIGHBOUR}
    assert sorted(one.amount for one in report.waiting) == sorted(map(abs, done))
    assert report.agreement is (Agreement.EXCEPT if done else Agreement.AGREE)
    (row,) = report.rows
    assert (row.mediaos.receivable, row.qbo.receivable) == (before, owed_there(day))
    assert row.mediaos.receivable - row.qbo.receivable == sum(done)


async def test_a_cent_beside_a_bookkeepers_deeds_is_a_finding(day):
    bookkeeper = Bookkeeper(day, Random(1))
    for deed in DEEDS:
        deed(bookkeeper)
    day.qbo.tamper.shift_amount("Invoice", day.ids["third"][1])
    day.journal = await day.told()
    report = await day.report()
    assert {(each.what, each.field, each.amount) for each in report.findings} == {
        (What.AMOUNT, name, Decimal("0.01")) for name in ("total", "balance")
    }


async def test_a_void_in_quickbooks_is_found_with_what_it_takes_off(day):
    day.qbo.person.void("Invoice", day.ids["second"][1])
    day.journal = await day.told()
    report = await day.report()
    assert {(each.what, each.amount) for each in report.findings} == {(What.VOID, Decimal("61.08"))}


async def test_a_customer_that_was_merged_away_is_named_and_its_documents_agree(day):
    survivor = day.qbo.person.create("Customer", {"DisplayName": "Amy's Birds and Cats"})
    day.qbo.person.merge(survivor["Id"], day.ids["customer"][1])
    report = await day.report()
    assert [(row.customer, row.differs) for row in report.rows] == [("Amy's Birds", False)]
    (one,) = report.findings
    assert (one.what, one.where) == (
        What.MISSING_IN_QBO,
        f"mediaos/customer/{day.ids['customer'][0]}",
    )
