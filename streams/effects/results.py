"""What becomes of a command in one stay of its lane?"""

from dataclasses import dataclass

from schemas.outcomes import Done, Fault, Verdict
from streams.ports import Reading

#: Why a call waits that has no place in the budget.
SPENT = "the calls that may be made in a minute are spent"


@dataclass(frozen=True, slots=True)
class Ended:
    """The side did it; `adopted` when it was found there and not answered.

    `repeated` when an earlier attempt may have done it, so that the answer may be an old one: a
    side replays it whatever has become of the record since.
    """

    answer: Done
    adopted: bool = False
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Denied:
    """The side refused, and the same words will not help; `found` is what stands in the way."""

    fault: Fault
    verdict: Verdict
    found: Reading | None = None


@dataclass(frozen=True, slots=True)
class MustWait:
    """Nothing can go for longer than a lane may wait in its place; `fault` is what a side said.

    `unsent` when the last attempt has certainly not been used.
    """

    seconds: float
    why: str
    fault: Fault | None = None
    unsent: bool = False


@dataclass(frozen=True, slots=True)
class TermOver:
    """The journal refused our record: another worker speaks for this partition."""


Result = Ended | Denied | MustWait | TermOver
