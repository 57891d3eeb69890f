"""What became of what is seldom, on both sides?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agents.lab.demo.bookkeeping import Bookkeeping, Record, in_cents
from agents.lab.demo.deeds import Receive
from agents.lab.demo.outcomes import Outcome
from agents.lab.demo.rare_deeds import (
    BillBelowZero,
    BillInQuickbooks,
    Bounce,
    DeletePayment,
    Disagree,
    RareDeed,
    WriteOff,
)
from agents.lab.demo.sold_lines import owed
from agents.lab.demo.watch import Watch
from schemas.money_words import money_words
from schemas.state import ParkReason
from schemas.values import ZERO, Kind, Side


@dataclass(frozen=True, slots=True)
class RareOutcomes:
    """Both books at the end of a day, and what its journal says."""

    books: Bookkeeping
    watch: Watch

    def outcomes(self) -> Iterator[Outcome]:
        """Say what became of each."""
        for act in self.books.day.acts:
            if isinstance(act.deed, RareDeed):
                yield self._outcome(act.deed)

    def meant(self) -> tuple[str, ...]:
        """Return the documents that wait at the end of the day, and are meant to."""
        bounced = [act.deed for act in self.books.day.acts if isinstance(act.deed, Bounce)]
        return tuple(
            name
            for deed in bounced
            for name in (
                f"{Side.MEDIAOS}/{Kind.PAYMENT}/{self.books.made(deed.payment)}",
                f"{Side.QBO}/journal-entry/{self.books.made(deed.entry)}",
            )
        )

    def _outcome(self, deed: RareDeed) -> Outcome:
        match deed:
            case BillBelowZero():
                return self._below_zero(deed)
            case WriteOff():
                return self._written_off(deed)
            case Bounce():
                return self._bounced(deed)
            case DeletePayment():
                return self._deleted(deed)
            case Disagree():
                return self._disagreed(deed)
            case BillInQuickbooks():
                return self._born(deed)

    def _below_zero(self, deed: BillBelowZero) -> Outcome:
        here = self.books.mediaos["invoices"].get(self.books.made(deed.invoice) or "", {})
        number = here.get("external_number")
        memo = _found(self.books.qbo, "CreditMemo", DocNumber=number)
        bill = self.books.pair(deed.against)
        used = in_cents(memo.get("RemainingCredit", 1)) == 0 == Decimal(here.get("balance", 1))
        same = -Decimal(here.get("total", 0)) == in_cents(memo.get("TotalAmt", 0)) == deed.amount
        return Outcome(
            trouble="invoice below zero",
            came_of=f"{number} of {money_words(-deed.amount)} is a credit memo of that number in "
            f"QuickBooks, applied to {_number(bill)}: {_open(bill)}",
            fine=used and same and _agree(bill, deed.amount),
        )

    def _written_off(self, deed: WriteOff) -> Outcome:
        bill, credit = self.books.pair(deed.invoice), self.books.made(deed.credit) or ""
        here = self.books.mediaos["creditMemos"].get(credit, {})
        memo = _found(self.books.qbo, "CreditMemo", Id=here.get("external_reference"))
        document = f"{Side.MEDIAOS}/{Kind.INVOICE}/{self.books.made(deed.invoice)}"
        waited = document in self.watch.parked[ParkReason.WRITE_OFF]
        same = Decimal(here.get("total", 0)) == in_cents(memo.get("TotalAmt", 0)) == deed.amount
        stays = in_cents(bill[1].get("TotalAmt", 0)) == owed(deed.lines)
        return Outcome(
            trouble="write-off",
            came_of=f"as a line on {_number(bill)} it {'waited' if waited else 'did not wait'}, "
            f"as a credit memo of {money_words(deed.amount)} it crossed: {_open(bill)}",
            fine=waited and same and stays and _agree(bill, deed.amount),
        )

    def _bounced(self, deed: Bounce) -> Outcome:
        here, there = self._payment(deed.payment)
        bill = self.books.pair(self._paid(deed.payment))
        entry = self.books.made(deed.entry)
        linked = [link for line in there.get("Line", ()) for link in line["LinkedTxn"]]
        stands = linked == [{"TxnId": entry, "TxnType": "JournalEntry"}]
        none_left = here.get("lines") == [] and Decimal(here.get("amount", 1)) == 0
        came = in_cents(there.get("TotalAmt", 0))
        return Outcome(
            trouble="check bounced",
            came_of=f"{_number(bill)} is owed again: {_open(bill)}; the journal entry of "
            f"{money_words(came)} in QuickBooks {'stands' if stands else 'is gone'}",
            fine=stands and none_left and _agree(bill, ZERO),
        )

    def _deleted(self, deed: DeletePayment) -> Outcome:
        here, there = self._payment(deed.payment)
        bill = self.books.pair(self._paid(deed.payment))
        gone, void = bool(here.get("date_deleted")), there.get("TotalAmt") == 0
        return Outcome(
            trouble="payment deleted",
            came_of=f"{'void' if void else 'not void'} in QuickBooks too, "
            f"{_number(bill)} is owed again: {_open(bill)}",
            fine=gone and void and _agree(bill, ZERO),
        )

    def _disagreed(self, deed: Disagree) -> Outcome:
        here, there = bill = self.books.pair(deed.invoice)
        decided = self.watch.facts["ConflictResolved"]
        one, other = Decimal(here.get("total", 0)), in_cents(there.get("TotalAmt", 0))
        return Outcome(
            trouble="two prices at once",
            came_of=f"{_number(bill)} waited for {deed.by}, who kept MediaOS's: "
            f"{money_words(one)} in MediaOS, {money_words(other)} in QuickBooks",
            fine=decided == 1 and one == other == owed(deed.lines),
        )

    def _born(self, deed: BillInQuickbooks) -> Outcome:
        there = _found(self.books.qbo, "Invoice", Id=self.books.made(deed.invoice))
        found = self.books.mediaos["invoices"].values()
        here: Record = next(
            (one for one in found if one["external_number"] == deed.number), {"total": 0}
        )
        holder = self.books.mediaos["advertisers"].get(here.get("advertiser_id"), {})
        one, other = Decimal(here["total"]), in_cents(there.get("TotalAmt", 0))
        return Outcome(
            trouble="billed in QuickBooks",
            came_of=f"{there.get('DocNumber')} of {money_words(other)} for {deed.title} is "
            f"{money_words(one)} in MediaOS, {'with' if holder else 'without'} its customer",
            fine=one == other == deed.line.amount and holder.get("name") == deed.title,
        )

    def _payment(self, name: str) -> tuple[Record, Record]:
        known = self.books.made(name) or ""
        here = self.books.mediaos["payments"].get(known, {})
        return here, _found(self.books.qbo, "Payment", Id=self.watch.link(Kind.PAYMENT, known))

    def _paid(self, name: str) -> str:
        """Return the plan's name of the invoice that a payment paid."""
        received = (act.deed for act in self.books.day.acts if isinstance(act.deed, Receive))
        return next(deed.parts[0][0] for deed in received if deed.payment == name)


def _found(book: Mapping[str, Any], kind: str, **wanted: str | None) -> Record:
    """Return the record of QuickBooks that shows so, empty where there is none."""
    shown = (one for one in book.get(kind, ()) if wanted.items() <= one.items())
    return next(shown, {})


def _agree(bill: tuple[Record, Record], off: Decimal) -> bool:
    """Tell whether an invoice is open on both sides with all but what was taken off."""
    here, there = bill
    if not here or not there:
        return False
    one, other = Decimal(here["balance"]), in_cents(there["Balance"])
    return one == other == in_cents(there["TotalAmt"]) - off


def _number(bill: tuple[Record, Record]) -> str:
    return str(bill[1].get("DocNumber"))


def _open(bill: tuple[Record, Record]) -> str:
    one, other = Decimal(bill[0].get("balance", 0)), in_cents(bill[1].get("Balance", 0))
    if one == other:
        return f"{money_words(one)} is open on both sides"
    return f"{money_words(one)} is open in MediaOS, {money_words(other)} in QuickBooks"
