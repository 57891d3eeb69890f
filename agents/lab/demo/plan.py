"""Which day does a seed make?  Pure: the same seed and date give the same deeds.

Made so that two people never fight over one invoice's money: each invoice is paid on one side
only, and lines change only where nothing is paid yet or a line is added.  Everything else may
meet.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
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
    Receive,
    Trouble,
)
from agents.lab.demo.drawing import Draw
from agents.lab.demo.names import (
    ADVERTISERS,
    BOOKKEEPER,
    CLERK,
    CONTROLLER,
    MEMOS,
    METHODS,
    OPERATOR,
    TAXED_TOWN,
    TOWNS,
)
from agents.lab.demo.quiet import Quiet
from agents.lab.demo.schedule import named, seller, seller_of, timed
from schemas.values import Side

INVOICES = 200

#: Until when an invoice must be written that is paid or corrected in QuickBooks.
EARLY = 0.62
PAID_IN_QBO, PAID_IN_MEDIAOS = 45, 85

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
        yield from Quiet(self.draw, self._quiet(unpaid[10:], corrections)).acts()
        yield from (timed(share, OPERATOR, trouble) for share, trouble in TROUBLES)

    def _advertisers(self) -> Iterator[Act]:
        for number, title in enumerate(ADVERTISERS):
            deed = AddAdvertiser(
                advertiser=named("a", number),
                title=title,
                email=f"accounts{number}@example.com",
                phone=self.draw.phone(),
                street=self.draw.street(),
                town=self.draw.random.choice(TOWNS),
            )
            self.taxed.update({number} if deed.town[0] == TAXED_TOWN else ())
            yield timed(0.15 * number / len(ADVERTISERS), seller(number), deed)

    def _bills(self) -> Iterator[Act]:
        for number, holder in enumerate(self.draw.holders(len(ADVERTISERS), INVOICES)):
            at = 0.08 + 0.72 * number / INVOICES
            until = self.today + timedelta(days=self.draw.random.choice((14, 30, 45)))
            taxed = holder in self.taxed
            deed = Bill(
                invoice=named("i", number),
                advertiser=named("a", holder),
                lines=tuple(
                    self.draw.line(taxed=taxed) for _ in range(self.draw.random.randint(1, 6))
                ),
                memo=self.draw.random.choice((None, *MEMOS)),
                due=until,
            )
            self.bills.append(deed)
            self.billed_at[deed.invoice] = at
            yield timed(at, seller(holder), deed)

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
            yield timed(at, seller_of(bill), deed)

    def _payments(self, side: Side, who: str, bills: list[Bill]) -> Iterator[Act]:
        letter = "p" if side is Side.MEDIAOS else "q"
        for number, together in enumerate(self.draw.together(bills)):
            parts = tuple((bill.invoice, self.draw.part_of(bill)) for bill in together)
            deed = Receive(
                side=side,
                payment=named(letter, number),
                advertiser=together[0].advertiser,
                parts=parts,
                reference=str(self.draw.random.randint(10_000, 99_999)),
                method=self.draw.random.choice(METHODS),
            )
            at = max(self._later(bill.invoice, 0.04, 0.95) for bill in together)
            yield timed(at, who, deed)
            if side is Side.QBO and number % 8 == 0:
                text = f"corrected {deed.reference}"
                change = ChangeReference(payment=deed.payment, text=text)
                yield timed(min(at + 0.05, 0.98), who, change)
            if side is Side.MEDIAOS and number % 12 == 0:
                yield self._line_added(together[0], at)

    def _line_added(self, bill: Bill, paid_at: float) -> Act:
        deed = ChangeLines(
            invoice=bill.invoice, lines=(*bill.lines, self.draw.line(taxed=bill.taxed))
        )
        return timed(min(paid_at + 0.05, 0.97), CLERK, deed)

    def _corrections(self) -> Iterator[Act]:
        early = [bill for bill in self.bills if self.billed_at[bill.invoice] < EARLY]
        for place, bill in enumerate(self.draw.random.sample(early, 28)):
            side, who = (Side.QBO, CONTROLLER) if place % 2 else (Side.MEDIAOS, seller_of(bill))
            deed = self._header_change(side, bill, place)
            yield timed(self._later(bill.invoice, 0.08, 0.97), who, deed)
        for place, number in enumerate(self.draw.random.sample(range(len(ADVERTISERS)), 13)):
            at = 0.3 + 0.05 * place
            yield self._customer_change(place, number, at)

    def _quiet(self, unpaid: list[Bill], corrections: list[Act]) -> list[Bill]:
        """Return the invoices that nobody pays or corrects, the first ones first."""
        changed = {act.deed.invoice for act in corrections if isinstance(act.deed, ChangeInvoice)}
        quiet = [bill for bill in unpaid if bill.invoice not in changed]
        return sorted(quiet, key=lambda bill: self.billed_at[bill.invoice])

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
        advertiser, email = named("a", number), f"context{place}@example.com"
        if place == 0:
            both = BothChangeCustomer(advertiser=advertiser, email=email, phone=self.draw.phone())
            return timed(0.6, CONTROLLER, both)
        side, who = (Side.QBO, CONTROLLER) if place % 2 else (Side.MEDIAOS, seller(number))
        if place % 4 < 2:  # noqa: PLR2004 - half of them
            deed = ChangeCustomer(side=side, advertiser=advertiser, field="email", text=email)
        else:
            phone = self.draw.phone()
            deed = ChangeCustomer(side=side, advertiser=advertiser, field="phone", text=phone)
        return timed(at, who, deed)

    def _later(self, invoice: str, least: float, latest: float) -> float:
        at = self.billed_at[invoice] + least + self.draw.random.random() * 0.25
        return min(at, latest)
