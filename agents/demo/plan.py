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

from agents.demo.deeds import (
    Act,
    AddAdvertiser,
    Bill,
    BothChangeCustomer,
    ChangeCustomer,
    ChangeInvoice,
    ChangeLines,
    ChangeReference,
    Deed,
    Receive,
    SoldLine,
    Trouble,
)
from agents.demo.names import ADVERTISERS, MEMOS, METHODS, PRODUCTS, STREETS, TOWNS
from schemas.values import Side, cents

DAY_SECONDS = 66.0
INVOICES = 200
SALES = ("Ana", "Ben", "Chloe", "Dev")
#: Accounting in MediaOS; payments and corrections in QuickBooks.
CLERK, BOOKKEEPER, CONTROLLER, OPERATOR = "Uma", "Rosa", "Theo", "the operator"

#: Until when an invoice must be written that is paid or corrected in QuickBooks.
EARLY = 0.62
PAID_IN_QBO, PAID_IN_MEDIAOS = 45, 85
PAID_IN_FULL = 0.6

#: When each trouble comes, as a share of the day.
TROUBLES = (
    (0.15, Trouble.UNDECODABLE_EVENT),
    (0.25, Trouble.TIME_OUT_AFTER_COMMIT),
    (0.45, Trouble.WORKER_KILLED),
    (0.50, Trouble.CLOUD_EVENTS),
    (0.52, Trouble.WORKER_STARTED_AGAIN),
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
    acts = _Draw(Random(seed), today).acts()  # noqa: S311 - a day, not a secret
    return Day(seed, tuple(sorted(acts, key=lambda act: act.at)))


@dataclass(slots=True)
class _Draw:
    """One drawing; the order of its questions is part of what a seed means."""

    random: Random
    today: date
    bills: list[Bill] = field(default_factory=list)
    billed_at: dict[str, float] = field(default_factory=dict)

    def acts(self) -> Iterator[Act]:
        yield from self._advertisers()
        yield from self._bills()
        unpaid, clerk, bookkeeper = self._shares()
        yield from self._lines_changed(unpaid[:10])
        yield from self._payments(Side.MEDIAOS, CLERK, clerk)
        yield from self._payments(Side.QBO, BOOKKEEPER, bookkeeper)
        yield from self._corrections()
        yield from (_act(share, OPERATOR, trouble) for share, trouble in TROUBLES)

    def _advertisers(self) -> Iterator[Act]:
        for number, title in enumerate(ADVERTISERS):
            street = f"{self.random.randint(1, 980)} {self.random.choice(STREETS)}"
            deed = AddAdvertiser(
                advertiser=_name("a", number),
                title=title,
                email=f"accounts{number}@example.com",
                phone=self._phone(),
                street=street,
                town=self.random.choice(TOWNS),
            )
            yield _act(0.15 * number / len(ADVERTISERS), _seller(number), deed)

    def _bills(self) -> Iterator[Act]:
        # Everybody is billed once; after that the large ones come back more often.
        holders = list(range(len(ADVERTISERS)))
        weights = [1 / (1 + place % 10) for place in holders]
        again = self.random.choices(holders, weights, k=INVOICES - len(holders))
        for number, holder in enumerate([*holders, *again]):
            at = 0.08 + 0.72 * number / INVOICES
            due = self.today + timedelta(days=self.random.choice((14, 30, 45)))
            deed = Bill(
                invoice=_name("i", number),
                advertiser=_name("a", holder),
                lines=tuple(self._line() for _ in range(self.random.randint(1, 6))),
                memo=self.random.choice((None, *MEMOS)),
                due=due,
            )
            self.bills.append(deed)
            self.billed_at[deed.invoice] = at
            yield _act(at, _seller(holder), deed)

    def _shares(self) -> tuple[list[Bill], list[Bill], list[Bill]]:
        """Split the invoices: unpaid today, paid in MediaOS, paid in QuickBooks."""
        mixed = self.random.sample(self.bills, len(self.bills))
        early = [bill for bill in mixed if self.billed_at[bill.invoice] < EARLY]
        bookkeeper = early[:PAID_IN_QBO]
        rest = [bill for bill in mixed if bill not in bookkeeper]
        return rest[PAID_IN_MEDIAOS:], rest[:PAID_IN_MEDIAOS], bookkeeper

    def _lines_changed(self, bills: list[Bill]) -> Iterator[Act]:
        for bill in bills:
            kept = bill.lines[self.random.randint(0, 1) :]
            deed = ChangeLines(invoice=bill.invoice, lines=(*kept, self._line()))
            at = self._later(bill.invoice, 0.05, 0.9)
            yield _act(at, self._seller_of(bill), deed)

    def _payments(self, side: Side, who: str, bills: list[Bill]) -> Iterator[Act]:
        letter = "p" if side is Side.MEDIAOS else "q"
        for number, together in enumerate(self._split_over(bills)):
            parts = tuple((bill.invoice, self._part_of(bill)) for bill in together)
            deed = Receive(
                side=side,
                payment=_name(letter, number),
                advertiser=together[0].advertiser,
                parts=parts,
                reference=str(self.random.randint(10_000, 99_999)),
                method=self.random.choice(METHODS),
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
        deed = ChangeLines(invoice=bill.invoice, lines=(*bill.lines, self._line()))
        return _act(min(paid_at + 0.05, 0.97), CLERK, deed)

    def _split_over(self, bills: list[Bill]) -> Iterator[list[Bill]]:
        """Group the invoices to pay: mostly one by one, some of one advertiser together."""
        waiting = list(bills)
        while waiting:
            first = waiting.pop(0)
            others = [bill for bill in waiting if bill.advertiser == first.advertiser]
            wanted = self.random.choice((0, 0, 0, 1, 2))
            together = others[:wanted]
            waiting = [bill for bill in waiting if bill not in together]
            yield [first, *together]

    def _part_of(self, bill: Bill) -> Decimal:
        """Draw what is paid of an invoice: all of it, or an odd part."""
        if self.random.random() < PAID_IN_FULL:
            return bill.total
        share = Decimal(self.random.randint(25, 75)) / 100
        return max(cents(bill.total * share), Decimal("0.01"))

    def _corrections(self) -> Iterator[Act]:
        early = [bill for bill in self.bills if self.billed_at[bill.invoice] < EARLY]
        for place, bill in enumerate(self.random.sample(early, 28)):
            side, who = (
                (Side.QBO, CONTROLLER) if place % 2 else (Side.MEDIAOS, self._seller_of(bill))
            )
            deed = self._header_change(side, bill, place)
            yield _act(self._later(bill.invoice, 0.08, 0.97), who, deed)
        for place, number in enumerate(self.random.sample(range(len(ADVERTISERS)), 13)):
            at = 0.3 + 0.05 * place
            yield self._customer_change(place, number, at)

    def _header_change(self, side: Side, bill: Bill, place: int) -> ChangeInvoice:
        match (place // 2) % 3:
            case 0:
                text = f"{self.random.choice(MEMOS)} (ref. {place})"
                return ChangeInvoice(side=side, invoice=bill.invoice, field="memo", text=text)
            case 1:
                due = bill.due + timedelta(days=self.random.randint(1, 20))
                text = due.isoformat()
                return ChangeInvoice(side=side, invoice=bill.invoice, field="due", text=text)
            case _:
                text = f"billing{place}@example.com"
                return ChangeInvoice(side=side, invoice=bill.invoice, field="email", text=text)

    def _customer_change(self, place: int, number: int, at: float) -> Act:
        advertiser, email = _name("a", number), f"desk{place}@example.com"
        if place == 0:
            both = BothChangeCustomer(advertiser=advertiser, email=email, phone=self._phone())
            return _act(0.6, CONTROLLER, both)
        side, who = (Side.QBO, CONTROLLER) if place % 2 else (Side.MEDIAOS, _seller(number))
        if place % 4 < 2:  # noqa: PLR2004 - half of them
            deed = ChangeCustomer(side=side, advertiser=advertiser, field="email", text=email)
        else:
            phone = self._phone()
            deed = ChangeCustomer(side=side, advertiser=advertiser, field="phone", text=phone)
        return _act(at, who, deed)

    def _later(self, invoice: str, least: float, latest: float) -> float:
        at = self.billed_at[invoice] + least + self.random.random() * 0.25
        return min(at, latest)

    def _line(self) -> SoldLine:
        place = self.random.randrange(len(PRODUCTS))
        product = PRODUCTS[place]
        return SoldLine(
            product=place,
            description=product.name.split(": ")[-1].capitalize(),
            quantity=Decimal(self.random.choice(product.quantities)),
            price=_negotiated(product.price, self.random.choice(("1", "0.95", "0.9", "0.875"))),
        )

    def _phone(self) -> str:
        return f"(802) 555-{self.random.randint(0, 9999):04}"

    def _seller_of(self, bill: Bill) -> str:
        return _seller(int(bill.advertiser[1:]))


def _negotiated(price: Decimal, share: str) -> Decimal:
    # Five decimals are what MediaOS holds (mediaos-api.md); QuickBooks holds more.
    return (price * Decimal(share)).quantize(Decimal("0.00001")).normalize()


def _seller(advertiser: int) -> str:
    return SALES[advertiser % len(SALES)]


def _name(letter: str, number: int) -> str:
    return f"{letter}{number:03}"


def _act(share: float, who: str, deed: Deed) -> Act:
    return Act(at=round(share * DAY_SECONDS, 3), who=who, deed=deed)
