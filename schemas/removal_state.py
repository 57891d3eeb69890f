"""What has one side taken away of a tenant's records, and what may go that the other has still?"""

from decimal import Decimal

import msgspec

from schemas.moments import Moment


class RemovalPassed(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A removal that may be made: of the record that stands, counted at that time.

    `currency` is the one of `amount`, blank for the home one.
    """

    record: str
    at: Moment
    amount: Decimal
    currency: str = ""


class Removals(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What one side has taken away: `passed` within the last hour, `guard` is what stopped more.

    That since then; `confirmed` are the guards that a person has opened, the last ones.
    """

    passed: tuple[RemovalPassed, ...] = ()
    guard: str = ""
    since: Moment | None = None
    confirmed: tuple[str, ...] = ()
