"""What does the digest of a tenant say?  Whether it is in step, what waits and what that is worth.

The same words as the console's: the reasons, what helps, the one sentence at its head.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from agents.rules.documents.waiting_sort import Sort
from agents.rules.kinds.worth import Worth, worth_of
from agents.rules.reason_words import SORTS, ReasonWords, words_of_reason
from schemas.tenant_state import Reconciled

#: Of each reason so many are named, the longest waiting first: all are counted.
MOST_NAMED = 25
#: Of what nobody has to do anything about.
MOST_OF_THE_REST = 5
#: Of what holds the tenant up, so many sentences.
MOST_HOLDS = 25
NEEDING = frozenset({Sort.CONFLICT, Sort.PARKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One document that waits; `amount` None without money, `currency` its code."""

    sort: Sort
    reason: str
    customer: str
    called: str
    amount: Decimal | None
    currency: str
    why: str
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SideTold:
    """Up to when everything that changed on a side is known; None where that is not known yet."""

    called: str
    until: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterGroup:
    """Records that could be used by nobody, for one reason: who told them, and since when.

    `teller` is blank where it was Isthmus itself.
    """

    teller: str
    reason: str
    number: int
    oldest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All that wait for one reason: so many, of that worth, the first of them by name."""

    reason: str
    words: ReasonWords
    number: int
    worth: Worth
    named: tuple[Row, ...]

    @property
    def more(self) -> int:
        """Return how many are not named."""
        return self.number - len(self.named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """All that waits in one way, by reason, the most first."""

    sort: Sort
    title: str
    number: int
    worth: Worth
    groups: tuple[Group, ...]


@dataclass(frozen=True, kw_only=True)
class Digest:
    """All that is told of a tenant at one moment; `home` is its company's own currency.

    `headline` is how it stands, and whether that is well; `holds` are sentences of what holds it up
    as a whole; `unread` says what could not be looked at, so that it is not missed; `letters` are
    the dead letters, by reason, the most first, and `beside` what is good to know and no matter.
    """

    tenant: str
    at: datetime
    zone: ZoneInfo
    headline: str
    is_well: bool
    sides: tuple[SideTold, ...]
    holds: tuple[str, ...]
    rows: tuple[Row, ...]
    home: str
    reconciled: Reconciled | None
    link: str
    unread: tuple[str, ...] = ()
    letters: tuple[LetterGroup, ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """Return the day that it is of, where the tenant is."""
        return self.at.astimezone(self.zone).date()

    @property
    def nothing_waits(self) -> bool:
        """Tell whether no document waits, and nothing holds the tenant up or makes no sense."""
        return not self.rows and not self.holds and not self.letters

    @property
    def says_nothing_new(self) -> bool:
        """Tell whether nobody has to read it: nothing waits, all is known, the ledgers agreed."""
        differed = self.reconciled is not None and self.reconciled.differs > 0
        return self.nothing_waits and self.is_well and not differed and not self.unread

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Return all that waits, by the way it waits."""
        return tuple(self._sections())

    def _sections(self) -> Iterator[Section]:
        for sort, title in SORTS.items():
            rows = [each for each in self.rows if each.sort == sort]
            if rows:
                yield Section(
                    sort=sort,
                    title=title,
                    number=len(rows),
                    worth=self.worth(rows),
                    groups=tuple(self._groups(rows)),
                )

    def _groups(self, rows: Sequence[Row]) -> Iterator[Group]:
        by_reason: dict[str, list[Row]] = {}
        for row in rows:
            by_reason.setdefault(row.reason, []).append(row)
        for reason, own in sorted(by_reason.items(), key=lambda each: -len(each[1])):
            most = MOST_NAMED if own[0].sort in NEEDING else MOST_OF_THE_REST
            yield Group(
                reason=reason,
                words=words_of_reason(reason),
                number=len(own),
                worth=self.worth(own),
                named=tuple(sorted(own, key=_age)[:most]),
            )

    def worth(self, rows: Sequence[Row]) -> Worth:
        """Return what rows come to, by currency; nothing where none has an amount."""
        amounts = [(each.currency, each.amount) for each in rows if each.amount is not None]
        return worth_of(amounts, self.home) if amounts else ()


def _age(row: Row) -> tuple[str, str, str]:
    return (row.since.isoformat() if row.since else "", row.customer, row.called)
