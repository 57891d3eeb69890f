"""Which day does a seed make?  Pure: the same seed and date give the same deeds.

Made so that two people never fight over one invoice's money: each invoice is paid on one side
only, and lines change only where nothing is paid yet or a line is added.  Everything else may
meet.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from agents.lab.demo.deeds import (
    Act,
    AddAdvertiser,
    Bill,
    BothChangeCustomer,
    ChangeCustomer,
    ChangeInvoice,
    ChangeLines,
    ChangeReference,
    Deed,
    EditUntold,
    GiveCredit,
    GiveRefund,
    LockInvoice,
    Receive,
    Trouble,
    TypeClass,
    VoidInvoice,
)
from agents.lab.demo.drawing import Draw
from agents.lab.demo.names import ADVERTISERS, MEMOS, METHODS, TAXED_TOWN, TOWNS
from schemas.values import Side

DAY_SECONDS = 66.0
INVOICES = 200
SALES = ("Ana", "Ben", "Chloe", "Dev")
#: Accounting in MediaOS; payments and corrections in QuickBooks.
CLERK, BOOKKEEPER, CONTROLLER = "Uma", "Rosa", "Theo"
#: Works by hand in QuickBooks, beside the one who enters payments.
ASSISTANT = "Nell"
AUDITOR, REVIEWER, OPERATOR = "Ines", "Kofi", "the operator"

#: Until when an invoice must be written that is paid or corrected in QuickBooks.
EARLY = 0.62
PAID_IN_QBO, PAID_IN_MEDIAOS = 45, 85

#: When an invoice is locked that has crossed by then, and that nobody else changes.
LOCKED = 0.56
#: When an invoice that nobody else changes is edited in QuickBooks without a webhook.
UNTOLD_AT = 0.66

#: When the bookkeeper works by hand on invoices that nobody else changes, and when MediaOS changes
#: the lines of the one that bears a class by then.
CLASS_TYPED, CLASSED_LINES, VOIDED, CREDITED = 0.58, 0.82, 0.72, 0.76
CREDIT = Decimal("25.00")

#: When money is paid back, and how: by what is mapped to an account of QuickBooks.
REFUNDED, REFUND_METHOD = 0.70, "Check"

#: When each trouble comes, as a share of the day.
TROUBLES = (
    (0.15, Trouble.UNDECODABLE_EVENT),
    (0.22, Trouble.PRODUCT_MAPPED_LATE),
    (0.25, Trouble.TIME_OUT_AFTER_COMMIT),
    (0.30, Trouble.SYNC_OFF),
    (0.36, Trouble.SYNC_ON),
    (0.45, Trouble.WORKER_KILLED),
    (0.50, Trouble.CLOUD_EVENTS),
    (0.52, Trouble.WORKER_STARTED_AGAIN),
    (0.64, Trouble.PREFIX_SWITCHED),
    (0.70, Trouble.DUPLICATE_WEBHOOK),
)


@dataclass(frozen=True, slots=True)
class Day:
    """A whole day: deeds in the order of their times."""

    seed: int
    acts: tuple[Act, ...]

    def by_person(self) -> dict[str, tuple[Act, ...]]:
        """Return each person's own deeds, in order."""
        people = dict.fromkeys(act.who for act in self.acts)
        return {who: tuple(act for act in self.acts if act.who == who) for who in people}


def plan(seed: int, today: date) -> Day:
    """Draw the day of a seed."""
    acts = _Planner(Draw(Random(seed)), today).acts()  # noqa: S311 - a day, not a secret
    return Day(seed, tuple(sorted(acts, key=lambda act: act.at)))


@dataclass(slots=True)
class _Planner:
    """One planning."""

    draw: Draw
    today: date
    bills: list[Bill] = field(default_factory=list)
    billed_at: dict[str, float] = field(default_factory=dict)
    taxed: set[int] = field(default_factory=set)

    def acts(self) -> Iterator[Act]:
        yield from self._advertisers()
        yield from self._bills()
        unpaid, clerk, bookkeeper = self._shares()
        yield from self._lines_changed(unpaid[:10])
        yield from self._payments(Side.MEDIAOS, CLERK, clerk)
        yield from self._payments(Side.QBO, BOOKKEEPER, bookkeeper)
        corrections = list(self._corrections())
        yield from corrections
        locked, untold, *quiet = self._quiet(unpaid[10:], corrections)
        yield _act(LOCKED, AUDITOR, LockInvoice(invoice=locked.invoice, text="while it is locked"))
        yield _act(UNTOLD_AT, REVIEWER, EditUntold(invoice=untold.invoice))
        yield from self._by_hand(*quiet[:3])
        yield _act(REFUNDED, CLERK, self._refund(quiet[3]))
        yield from (_act(share, OPERATOR, trouble) for share, trouble in TROUBLES)

    def _advertisers(self) -> Iterator[Act]:
        for number, title in enumerate(ADVERTISERS):
            deed = AddAdvertiser(
                advertiser=_name("a", number),
                title=title,
                email=f"accounts{number}@example.com",
                phone=self.draw.phone(),
                street=self.draw.street(),
                town=self.draw.random.choice(TOWNS),
            )
            self.taxed.update({number} if deed.town[0] == TAXED_TOWN else ())
            yield _act(0.15 * number / len(ADVERTISERS), _seller(number), deed)

    def _bills(self) -> Iterator[Act]:
        for number, holder in enumerate(self.draw.holders(len(ADVERTISERS), INVOICES)):
            at = 0.08 + 0.72 * number / INVOICES
            due = self.today + timedelta(days=self.draw.random.choice((14, 30, 45)))
            taxed = holder in self.taxed
            deed = Bill(
                invoice=_name("i", number),
                advertiser=_name("a", holder),
                lines=tuple(
                    self.draw.line(taxed=taxed) for _ in range(self.draw.random.randint(1, 6))
                ),
                memo=self.draw.random.choice((None, *MEMOS)),
                due=due,
            )
            self.bills.append(deed)
            self.billed_at[deed.invoice] = at
            yield _act(at, _seller(holder), deed)

    def _shares(self) -> tuple[list[Bill], list[Bill], list[Bill]]:
        """Split the invoices: unpaid today, paid in MediaOS, paid in QuickBooks."""
        mixed = self.draw.random.sample(self.bills, len(self.bills))
        early = [bill for bill in mixed if self.billed_at[bill.invoice] < EARLY]
        bookkeeper = early[:PAID_IN_QBO]
        rest = [bill for bill in mixed if bill not in bookkeeper]
        return rest[PAID_IN_MEDIAOS:], rest[:PAID_IN_MEDIAOS], bookkeeper

    def _lines_changed(self, bills: list[Bill]) -> Iterator[Act]:
        for bill in bills:
            kept = bill.lines[self.draw.random.randint(0, 1) :]
            deed = ChangeLines(
                invoice=bill.invoice, lines=(*kept, self.draw.line(taxed=bill.taxed))
            )
            at = self._later(bill.invoice, 0.05, 0.9)
            yield _act(at, self._seller_of(bill), deed)

    def _payments(self, side: Side, who: str, bills: list[Bill]) -> Iterator[Act]:
        letter = "p" if side is Side.MEDIAOS else "q"
        for number, together in enumerate(self.draw.together(bills)):
            parts = tuple((bill.invoice, self.draw.part_of(bill)) for bill in together)
            deed = Receive(
                side=side,
                payment=_name(letter, number),
                advertiser=together[0].advertiser,
                parts=parts,
                reference=str(self.draw.random.randint(10_000, 99_999)),
                method=self.draw.random.choice(METHODS),
            )
            at = max(self._later(bill.invoice, 0.04, 0.95) for bill in together)
            yield _act(at, who, deed)
            if side is Side.QBO and number % 8 == 0:
                text = f"corrected {deed.reference}"
                change = ChangeReference(payment=deed.payment, text=text)
                yield _act(min(at + 0.05, 0.98), who, change)
            if side is Side.MEDIAOS and number % 12 == 0:
                yield self._line_added(together[0], at)

    def _line_added(self, bill: Bill, paid_at: float) -> Act:
        deed = ChangeLines(
            invoice=bill.invoice, lines=(*bill.lines, self.draw.line(taxed=bill.taxed))
        )
        return _act(min(paid_at + 0.05, 0.97), CLERK, deed)

    def _corrections(self) -> Iterator[Act]:
        early = [bill for bill in self.bills if self.billed_at[bill.invoice] < EARLY]
        for place, bill in enumerate(self.draw.random.sample(early, 28)):
            side, who = (
                (Side.QBO, CONTROLLER) if place % 2 else (Side.MEDIAOS, self._seller_of(bill))
            )
            deed = self._header_change(side, bill, place)
            yield _act(self._later(bill.invoice, 0.08, 0.97), who, deed)
        for place, number in enumerate(self.draw.random.sample(range(len(ADVERTISERS)), 13)):
            at = 0.3 + 0.05 * place
            yield self._customer_change(place, number, at)

    def _quiet(self, unpaid: list[Bill], corrections: list[Act]) -> list[Bill]:
        """Return the invoices that nobody pays or corrects, the first ones first."""
        changed = {act.deed.invoice for act in corrections if isinstance(act.deed, ChangeInvoice)}
        quiet = [bill for bill in unpaid if bill.invoice not in changed]
        return sorted(quiet, key=lambda bill: self.billed_at[bill.invoice])

    def _by_hand(self, classed: Bill, voided: Bill, credited: Bill) -> Iterator[Act]:
        """Let the bookkeeper do what only QuickBooks knows."""
        typed = TypeClass(invoice=classed.invoice, name="Northfield office")
        more = ChangeLines(
            invoice=classed.invoice, lines=(*classed.lines, self.draw.line(taxed=classed.taxed))
        )
        credit = GiveCredit(invoice=credited.invoice, amount=min(CREDIT, credited.total))
        yield _act(CLASS_TYPED, ASSISTANT, typed)
        yield _act(CLASSED_LINES, self._seller_of(classed), more)
        yield _act(VOIDED, ASSISTANT, VoidInvoice(invoice=voided.invoice))
        yield _act(CREDITED, ASSISTANT, credit)

    def _refund(self, bill: Bill) -> GiveRefund:
        return GiveRefund(
            refund=_name("r", 0),
            advertiser=bill.advertiser,
            line=self.draw.line(taxed=False),
            method=REFUND_METHOD,
        )

    def _header_change(self, side: Side, bill: Bill, place: int) -> ChangeInvoice:
        match (place // 2) % 3:
            case 0:
                text = f"{self.draw.random.choice(MEMOS)} (ref. {place})"
                return ChangeInvoice(side=side, invoice=bill.invoice, field="memo", text=text)
            case 1:
                due = bill.due + timedelta(days=self.draw.random.randint(1, 20))
                text = due.isoformat()
                return ChangeInvoice(side=side, invoice=bill.invoice, field="due", text=text)
            case _:
                text = f"billing{place}@example.com"
                return ChangeInvoice(side=side, invoice=bill.invoice, field="email", text=text)

    def _customer_change(self, place: int, number: int, at: float) -> Act:
        advertiser, email = _name("a", number), f"context{place}@example.com"
        if place == 0:
            both = BothChangeCustomer(advertiser=advertiser, email=email, phone=self.draw.phone())
            return _act(0.6, CONTROLLER, both)
        side, who = (Side.QBO, CONTROLLER) if place % 2 else (Side.MEDIAOS, _seller(number))
        if place % 4 < 2:  # noqa: PLR2004 - half of them
            deed = ChangeCustomer(side=side, advertiser=advertiser, field="email", text=email)
        else:
            phone = self.draw.phone()
            deed = ChangeCustomer(side=side, advertiser=advertiser, field="phone", text=phone)
        return _act(at, who, deed)

    def _later(self, invoice: str, least: float, latest: float) -> float:
        at = self.billed_at[invoice] + least + self.draw.random.random() * 0.25
        return min(at, latest)

    def _seller_of(self, bill: Bill) -> str:
        return _seller(int(bill.advertiser[1:]))


def _seller(advertiser: int) -> str:
    return SALES[advertiser % len(SALES)]


def _name(letter: str, number: int) -> str:
    return f"{letter}{number:03}"


def _act(share: float, who: str, deed: Deed) -> Act:
    return Act(at=round(share * DAY_SECONDS, 3), who=who, deed=deed)
