"""What became of the sales tax, of a refund, and of what was done by hand in QuickBooks?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agents.lab.demo.by_hand import SOLD
from agents.lab.demo.deeds import GiveCredit, GiveRefund, TypeClass, VoidInvoice
from agents.lab.demo.outcomes import Outcome
from agents.lab.demo.plan import Day
from agents.lab.demo.sold_lines import SALES_TAX
from schemas.money_words import money_words
from schemas.values import ZERO

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookkeeping:
    """Both books at the end of a day; `made` gives MediaOS's id of a record of the plan."""

    day: Day
    made: Callable[[str], str | None]
    mediaos: Mapping[str, Any]
    qbo: Mapping[str, Any]

    def outcomes(self) -> Iterator[Outcome]:
        """Say what became of each."""
        yield self._tax()
        for deed in (act.deed for act in self.day.acts):
            if isinstance(deed, GiveRefund):
                yield self._refund(deed)
            if not isinstance(deed, TypeClass | VoidInvoice | GiveCredit):
                continue
            here, there = self.pair(deed.invoice)
            match deed:
                case TypeClass():
                    yield self._class(here, there)
                case VoidInvoice():
                    yield self._void(here, there)
                case GiveCredit():
                    yield self._credit(here, there, deed.amount)

    def _tax(self) -> Outcome:
        void = {one["Id"] for one in self.qbo.get("Invoice", ()) if not one["TotalAmt"]}
        ours = [one for one in self.mediaos["invoices"].values() if not one["date_deleted"]]
        here = [Decimal(one["tax_total"]) for one in ours if one["external_reference"] not in void]
        there = [in_cents(one["TxnTaxDetail"]["TotalTax"]) for one in self.qbo.get("Invoice", ())]
        one, other = sum(here, ZERO), sum(there, ZERO)
        taxed = sum(map(bool, there))
        return Outcome(
            trouble=f"sales tax of {SALES_TAX} %",
            came_of=f"on {taxed} invoices: {money_words(one)} in MediaOS, "
            f"{money_words(other)} in QuickBooks",
            fine=taxed > 0 and one == other,
        )

    def _class(self, here: Record, there: Record) -> Outcome:
        lines = [line[SOLD] for line in there.get("Line", ()) if SOLD in line]
        stands = bool(lines) and "ClassRef" in lines[0]
        changed = bool(lines) and len(lines) == len(here["line_items"]) and _same(here, there)
        kept = "still stands" if stands else "is gone"
        return Outcome(
            trouble="class typed on a line",
            came_of=f"the class {kept}; MediaOS's new line {'crossed' if changed else 'did not'}",
            fine=stands and changed,
        )

    def _void(self, here: Record, there: Record) -> Outcome:
        gone, stays = bool(here.get("date_deleted")), there.get("TotalAmt") == 0
        return Outcome(
            trouble="invoice voided",
            came_of=f"{there.get('DocNumber')} {'stays void' if stays else 'is not void'}, "
            f"MediaOS {'has deleted it too' if gone else 'still bills it'}",
            fine=stays and gone,
        )

    def _credit(self, here: Record, there: Record, amount: Decimal) -> Outcome:
        one, other = Decimal(here.get("balance", 0)), in_cents(there.get("Balance", 0))
        memos = [each for each in self.mediaos["creditMemos"].values() if not each["date_deleted"]]
        given = [each for each in memos if Decimal(each["total"]) == amount]
        left = sum((Decimal(each["balance"]) for each in given), ZERO)
        return Outcome(
            trouble="credit memo applied",
            came_of=f"{money_words(amount)} off {there.get('DocNumber')}: {money_words(other)} is "
            f"open in QuickBooks, {money_words(one)} in MediaOS, which has the credit memo too",
            fine=bool(there) and one == other and len(given) == 1 and not left,
        )

    def _refund(self, deed: GiveRefund) -> Outcome:
        here = self.mediaos["refunds"].get(self.made(deed.refund) or "", {})
        known = here.get("external_reference")
        there: Record = next((r for r in self.qbo.get("RefundReceipt", ()) if r["Id"] == known), {})
        account = there.get("DepositToAccountRef", {}).get("name", "no account")
        one, other = Decimal(here.get("total", 0)), in_cents(there.get("TotalAmt", 0))
        return Outcome(
            trouble=f"refund by {deed.method.lower()}",
            came_of=f"{money_words(one)} in MediaOS is {there.get('DocNumber')} of "
            f"{money_words(other)} in QuickBooks, out of {account}",
            fine=bool(there) and one == other == deed.line.amount,
        )

    def pair(self, name: str) -> tuple[Record, Record]:
        """Return an invoice on both sides, empty where it is not."""
        here = self.mediaos["invoices"].get(self.made(name) or "", {})
        known = here.get("external_reference")
        there = (one for one in self.qbo.get("Invoice", ()) if one["Id"] == known)
        return here, next(there, {})


def _same(here: Record, there: Record) -> bool:
    return Decimal(here["total"]) == in_cents(there["TotalAmt"])


def in_cents(shown: object) -> Decimal:
    """Return an amount of QuickBooks, which shows a number."""
    return Decimal(str(shown))
