"""In which words does a kind say how its records are kept in step?

A policy is what differs from kind to kind; how records cross, settle, wait and are adopted is the
same for all (agents/rules/documents).
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

from agents.rules.kinds.days import Day
from agents.rules.kinds.merging import Merge, Yield
from agents.rules.kinds.on_account import Fits
from agents.rules.wording import Called
from schemas.commands import Removal
from schemas.decision_input import DecisionInput
from schemas.state import Park
from schemas.tenant_state import TaxBy
from schemas.values import Kind, Side

R = TypeVar("R")

BOTH = frozenset({Side.QBO, Side.MEDIAOS})
TO_QBO = frozenset({Side.QBO})
TO_MEDIAOS = frozenset({Side.MEDIAOS})
#: A void keeps the number and the trail that an accountant looks for; MediaOS deletes softly.
AS_MONEY: Mapping[Side, Removal] = {Side.QBO: Removal.VOID, Side.MEDIAOS: Removal.DELETE}


@dataclass(frozen=True, slots=True)
class Limit:
    """So many characters a side holds of a text; what is over is cut on its way there."""

    characters: int
    to: frozenset[Side] = BOTH


@dataclass(frozen=True, slots=True)
class Field:
    """Where a field may be written after the first crossing, and who wins when both changed it.

    An unowned field that both sides changed is for a person, if the tenant sets no owner.  A
    mirrored one is simply what its owner shows, whatever anyone types on the other side.
    `on_create` goes along whenever the record is created, whatever it holds; any other only when it
    holds something.  What a field `names` must have crossed before the field can.  `same` compares
    two values, `merge` puts what MediaOS changed into what QuickBooks holds, where that is more
    than one thing; with `yields` only what both changed of one part of it (a line) has no winner,
    and it tells both as if they had agreed on what QuickBooks shows of that.  `fits` leaves out
    what QuickBooks has no room for, and `rest` names what of the record tells that.  `taken` leaves
    out of what came back what was not asked for: it is QuickBooks' own change.
    `shown` compares what is to be written with what a side shows, where that is more than `same`.
    What is said `once` goes along when the record is made, and each side changes its own then.
    """

    to: frozenset[Side]
    owner: Side | None
    mirror: bool = False
    on_create: bool = False
    names: bool = False
    limit: Limit | None = None
    same: Callable[[Any, Any], bool] = operator.eq
    merge: Merge | None = None
    yields: Yield | None = None
    fits: Fits | None = None
    rest: str = ""
    taken: Callable[[Any, Any], Any] | None = None
    once: bool = False
    shown: Callable[[Any, Any], bool] | None = None


#: What no side changes of a record, and goes along where it is said at all.
SAID_ONCE = Field(frozenset(), None, once=True)


def _nothing(*_records: Any) -> None:
    return None


def _carries_nothing(*_records: Any) -> dict[str, Any]:
    return {}


def _nowhere(*_records: Any) -> frozenset[str]:
    return frozenset()


class Need(StrEnum):
    """What must be there before a record can cross, besides the mappings of what it names."""

    #: Its customer has crossed.
    CUSTOMER = "customer"
    #: The records that it settles have crossed.
    APPLIED = "applied"


class Unique(StrEnum):
    """What QuickBooks takes once only of a kind."""

    NAME = "name"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPolicy(Generic[R]):
    """One kind's policy.

    `fields` are what is kept in step: everything else of a record (totals, balances, a person's
    private note) is derived or none of our business. `born` are the sides on which a record may be
    made that the other is to have as well; `convert` says a record in the other side's values,
    limits apart; `same` tells whether what was found there is what was asked for, markers apart.
    `numbered`: MediaOS's id gives it its number in QuickBooks, behind `number_sign`; `marked`: it
    carries the other side's id. `unsayable` tells why a record cannot be made on a side, `gap` how
    the money that QuickBooks shows differs from what MediaOS has (in QuickBooks' values),
    `parts_gap` the same of its lines and links, `variance` the cent by which figures that count as
    equal differ, `frozen` why nobody may write what QuickBooks shows, `left_out` what of a record
    of MediaOS does not fit into QuickBooks, `not_made` why a record of QuickBooks is not made in
    MediaOS, `not_sent` why one of MediaOS is only listed until somebody pushes it,
    `not_shown` what of it MediaOS does not show, `hangs_on` what keeps it from being taken
    away, besides what payments apply to it, which come to the given amount (None: whatever does so,
    and from being moved), and `removals` how it
    is taken away on each side once the other one has done so; without one a person does.
    `held_back` is a record as it was asked for without what QuickBooks has no room for, by what
    both agreed on and what was read; `held_told` tells that. `room` tells that a side has less left
    than is to be applied there, beside what it shows; `taken_off` what stays of a record that is a
    part of another one in QuickBooks and is taken away alone, None where nothing does.
    `untaxable` tells why QuickBooks could not be told the tax of a record of MediaOS, `scattered`
    why it could not be put under one class or location where a setting requires that, `carried`
    what of it is said again with whatever is written to what QuickBooks shows.
    `returned` are the fields that MediaOS is to show as QuickBooks reckons them, by the tenant's
    setting; the first record is MediaOS's, in QuickBooks' values.  `unsaid` are those that
    QuickBooks was not told as MediaOS has them, since another setting counted then; `reckoned_by`
    is whose figures count where the two differ by them, and `remembered` what of a command no side
    shows, by the fields with which it was said.
    `by_setting`: what is born in QuickBooks is made in MediaOS as the tenant has set it, and not
    before it went live; `asked_for` tells why one of them is made when somebody pushes it and not
    by itself, `too_long` what of it MediaOS does not hold.
    `blank` is what two that a person links are taken to have agreed on: nothing, so that each field
    is settled by its owner, and what only one side holds crosses; None where nobody may link them.
    `moves_anew`: it is voided in QuickBooks and made anew when it moves to another customer.
    `day` is its date in the books, `mailed` the field of the address to which QuickBooks may mail
    what is made there.
    """

    kind: Kind
    fields: Mapping[str, Field]
    born: frozenset[Side]
    needs: tuple[Need, ...]
    convert: Callable[[R, Side, DecisionInput], R]
    same: Callable[[R, R], bool]
    unique: Unique = Unique.NUMBER
    unsayable: Callable[[R, Side], str | None] = _nothing
    hangs_on: Callable[[R, Decimal | None], str | None] = _nothing
    removals: Mapping[Side, Removal] = field(default_factory=dict)
    gap: Callable[[R, R], str | None] = _nothing
    parts_gap: Callable[[R, R, Called], str | None] = _nothing
    variance: Callable[[R, R], str | None] = _nothing
    frozen: Callable[[R, DecisionInput], str | None] = _nothing
    not_made: Callable[[R, DecisionInput], str | None] = _nothing
    not_sent: Callable[[R, DecisionInput], str | None] = _nothing
    not_shown: Callable[[R, DecisionInput], str | None] = _nothing
    asked_for: Callable[[R], str | None] = _nothing
    too_long: Callable[[R], str | None] = _nothing
    left_out: Callable[[R], str | None] = _nothing
    held_back: Callable[[R, R, R | None, Mapping[str, Decimal]], R | None] = _nothing
    held_told: Callable[[R, R, DecisionInput], Park | None] = _nothing
    room: Callable[[R, R | None, Side, DecisionInput], Park | None] = _nothing
    taken_off: Callable[[R], R | None] = _nothing
    untaxable: Callable[[R, DecisionInput], Park | None] = _nothing
    scattered: Callable[[R, DecisionInput], Park | None] = _nothing
    carried: Callable[[R, R], dict[str, Any]] = _carries_nothing
    returned: Callable[[R, R, DecisionInput], frozenset[str]] = _nowhere
    unsaid: Callable[[R, R, DecisionInput], frozenset[str]] = _nowhere
    reckoned_by: Callable[[R, R, DecisionInput], TaxBy | None] = _nothing
    remembered: Mapping[str, frozenset[str]] = field(default_factory=dict)
    blank: R | None = None
    day: Day | None = None
    mailed: str | None = None
    by_setting: bool = False
    moves_anew: bool = False
    numbered: bool = False
    number_sign: str = ""
    marked: bool = True

    def whole(self, fields: tuple[str, ...]) -> tuple[str, ...]:
        """Return fields with the time behind the day, where that is among them: it is one word."""
        day = self.day
        return (*fields, day.at) if day is not None and day.field in fields else fields

    @property
    def created(self) -> tuple[str, ...]:
        """Return the fields that go along whenever a record is created."""
        always = (name for name, field in self.fields.items() if field.on_create)
        return tuple(dict.fromkeys((*always, *(("marker",) if self.marked else ()))))
