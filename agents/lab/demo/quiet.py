"""What is done to invoices that nobody else touches?  Each deed has one of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agents.lab.demo.deeds import (
    Act,
    Bill,
    ChangeLines,
    EditUntold,
    GiveCredit,
    GiveRefund,
    LockInvoice,
    Receive,
    TypeClass,
    VoidInvoice,
)
from agents.lab.demo.drawing import Draw
from agents.lab.demo.names import (
    ACCOUNTANT,
    ASSISTANT,
    AUDITOR,
    CASHIER,
    CLERK,
    COLLECTOR,
    REVIEWER,
    WALK_IN,
    WALK_IN_NUMBER,
)
from agents.lab.demo.rare_deeds import (
    BillBelowZero,
    BillInQuickbooks,
    Bounce,
    DeletePayment,
    Disagree,
    WriteOff,
)
from agents.lab.demo.schedule import named, seller_of, timed
from agents.lab.demo.sold_lines import SoldLine
from schemas.values import Side, cents

#: When an invoice is locked that has crossed by then.
LOCKED = 0.56
#: When an invoice is edited in QuickBooks without a webhook.
UNTOLD_AT = 0.66

#: When the bookkeeper works by hand, and when MediaOS changes the lines of the invoice that bears a
#: class by then.
CLASS_TYPED, CLASSED_LINES, VOIDED, CREDITED = 0.58, 0.82, 0.72, 0.76
CREDIT = Decimal("25.00")

#: When money is paid back, and how: by what is mapped to an account of QuickBooks.
REFUNDED, REFUND_METHOD = 0.70, "Check"

#: When what is seldom begins; who waits for a record to cross goes on when it has.
PAID, BELOW_ZERO, DISAGREED, WALKED_IN = 0.40, 0.44, 0.48, 0.54
BOUNCED, DELETED, WRITTEN_OFF = 0.60, 0.62, 0.64
MISSED, BAD_DEBT = Decimal("80.00"), Decimal("50.00")
#: The price that the seller gives, and the one that QuickBooks is told, of what it was.
GIVEN, TYPED = Decimal("0.90"), Decimal("0.95")


@dataclass(frozen=True, slots=True)
class Quiet:
    """One planning; `bills` are those that nobody pays or corrects, the first ones first."""

    draw: Draw
    bills: Sequence[Bill]

    def acts(self) -> Iterator[Act]:
        """Yield what is done to them."""
        locked, untold, classed, voided, credited, refunded, *others = self.bills
        yield timed(LOCKED, AUDITOR, LockInvoice(invoice=locked.invoice, text="while it is locked"))
        yield timed(UNTOLD_AT, REVIEWER, EditUntold(invoice=untold.invoice))
        yield from self._by_hand(classed, voided, credited)
        yield timed(REFUNDED, CLERK, self._refund(refunded))
        untaxed = [bill for bill in others if not bill.taxed]
        yield from self._returned(*untaxed[:2])
        yield from self._given_up(*untaxed[2:4])
        yield timed(DISAGREED, ACCOUNTANT, _disagree(untaxed[4]))
        yield timed(WALKED_IN, ASSISTANT, _walk_in())

    def _by_hand(self, classed: Bill, voided: Bill, credited: Bill) -> Iterator[Act]:
        """Let the bookkeeper do what only QuickBooks knows."""
        typed = TypeClass(invoice=classed.invoice, name="Northfield office")
        more = ChangeLines(
            invoice=classed.invoice,
            lines=(*classed.lines, self.draw.line(taxed=classed.taxed)),
            after=typed.name,
        )
        credit = GiveCredit(invoice=credited.invoice, amount=min(CREDIT, credited.total))
        yield timed(CLASS_TYPED, ASSISTANT, typed)
        yield timed(CLASSED_LINES, seller_of(classed), more)
        yield timed(VOIDED, ASSISTANT, VoidInvoice(invoice=voided.invoice))
        yield timed(CREDITED, ASSISTANT, credit)

    def _refund(self, bill: Bill) -> GiveRefund:
        return GiveRefund(
            refund=named("r", 0),
            advertiser=bill.advertiser,
            line=self.draw.line(taxed=False),
            method=REFUND_METHOD,
        )

    def _returned(self, bounced: Bill, mistaken: Bill) -> Iterator[Act]:
        """Let one payment come back from the bank, and another one be none."""
        for number, bill in enumerate((bounced, mistaken)):
            yield timed(PAID, COLLECTOR, self._check(bill, named("c", number)))
        yield timed(BOUNCED, CASHIER, Bounce(payment=named("c", 0), entry=named("j", 0)))
        yield timed(DELETED, COLLECTOR, DeletePayment(payment=named("c", 1)))

    def _check(self, bill: Bill, payment: str) -> Receive:
        return Receive(
            side=Side.MEDIAOS,
            payment=payment,
            advertiser=bill.advertiser,
            parts=((bill.invoice, bill.total),),
            reference=str(self.draw.random.randint(10_000, 99_999)),
            method="Check",
        )

    def _given_up(self, credited: Bill, doubtful: Bill) -> Iterator[Act]:
        """Let part of two invoices be owed no more."""
        amount = min(MISSED, credited.total)
        below = BillBelowZero(
            invoice=named("n", 0),
            advertiser=credited.advertiser,
            line=_line(3, "Insertion that did not run", -amount),
            against=credited.invoice,
        )
        written_off = WriteOff(
            invoice=doubtful.invoice,
            advertiser=doubtful.advertiser,
            lines=doubtful.lines,
            amount=min(BAD_DEBT, doubtful.total),
            credit=named("w", 0),
        )
        yield timed(BELOW_ZERO, COLLECTOR, below)
        yield timed(WRITTEN_OFF, COLLECTOR, written_off)


def _disagree(bill: Bill) -> Disagree:
    first, *others = bill.lines
    given = _line(first.product, first.description, cents(first.amount * GIVEN))
    return Disagree(
        invoice=bill.invoice,
        lines=(given, *others),
        price=cents(first.amount * TYPED),
        by=ACCOUNTANT,
    )


def _walk_in() -> BillInQuickbooks:
    return BillInQuickbooks(
        invoice=named("k", 0),
        title=WALK_IN,
        number=WALK_IN_NUMBER,
        line=_line(7, "Sponsored issue", Decimal("449.95")),
    )


def _line(product: int, description: str, price: Decimal) -> SoldLine:
    return SoldLine(product=product, description=description, quantity=Decimal(1), price=price)
