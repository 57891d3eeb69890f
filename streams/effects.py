"""How does a command reach a side once?  Attempt, answer, and the same words again if need be.

Before every sending an attempt stands in the journal, read back and at most ten seconds old; so a
worker that was frozen, or that another has replaced, sends nothing.  A lost answer is met with
the same request id; after an hour, or when a name is taken, the side is asked first.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from schemas.command_facts import Attempted, Declined, Unanswered
from schemas.commands import Command, Create
from schemas.facts import Fact
from schemas.identity import renewed_request_id
from schemas.kinds import marker_of
from schemas.outcomes import Answer, Done, Fault, No, NotRead, TooLate, Unknown, Verdict
from schemas.records import Record
from schemas.state import InFlight
from schemas.values import Side
from streams.ports import Clock, Reading, Remote

#: An attempt may be this old when its first byte leaves (design.md 7.2).
ATTEMPT_AGE = timedelta(seconds=10)
#: A request id may be repeated without asking for so long (design.md 7).
REPEAT_AGE = timedelta(hours=1)
#: Absence proves nothing sooner than this after the last attempt: QBO may commit late.
SETTLING = timedelta(seconds=120)
#: After so many answers that the side had failed on a command it is asked whether it did it all the
#: same: eight seconds after the first, when a lane gives its place up anyway.
ASK_AFTER = 6
#: A lane that must wait longer than this gives its place up (design.md 5).
PATIENCE_SECONDS = 5.0
#: Waits between attempts: a quarter of a second, doubled, up to five minutes.
FIRST_WAIT, LONGEST_WAIT = 0.25, 300.0
#: Where HTTP's refusals begin and end, and the one that is about how often we call.
FIRST_REFUSAL, FIRST_FAILURE, TOO_MANY = 400, 500, 429
#: Why a call waits that has no place in the budget.
SPENT = "the calls that may be made in a minute are spent"
#: A lane whose access fails for good waits so long, unless its whole tenant is held for it.
SUSPENDED_WAIT = 60.0


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
Append = Callable[[Fact], Awaitable[bool]]


class Effects:
    """Carries out open commands against both sides."""

    def __init__(
        self,
        remotes: Mapping[Side, Remote],
        clock: Clock,
        *,
        judge: Callable[[Fault], Verdict],
        is_ours: Callable[[Create, Record | None], bool],
    ) -> None:
        """Take the two sides, the clock, and the two rules that read a side's answer."""
        self._remotes = remotes
        self._clock = clock
        self._judge = judge
        self._is_ours = is_ours
        #: How often in a row each read failed that a lane waits for, by what it asks.
        self.failed_reads: dict[tuple[str, ...], int] = {}

    def remote(self, side: Side) -> Remote:
        """Return one side."""
        return self._remotes[side]

    async def carry_out(
        self, tenant: str, in_flight: InFlight, append: Append, *, fresh: bool
    ) -> Result:
        """Send the open command until it has an answer, or until the lane must wait.

        `fresh` says that this process appended the last attempt just now and has not used it.
        """
        if in_flight.answered is not None:
            return Ended(in_flight.answered, repeated=True)
        run = _Run(self, tenant, in_flight, append, spent=not fresh)
        while True:
            result = await run.once()
            if result is not None:
                return result

    def now(self) -> datetime:
        """Return the time."""
        return self._clock.now()

    async def pause(self, seconds: float) -> None:
        """Wait in place."""
        await self._clock.sleep(seconds)

    def judge(self, fault: Fault) -> Verdict:
        """Return what a fault means."""
        return self._judge(fault)

    def is_ours(self, command: Create, found: Record | None) -> bool:
        """Tell whether a record that was found is what the command asked for."""
        return self._is_ours(command, found)


class _Run:
    """The attempts of one command in one stay of its lane."""

    def __init__(
        self, effects: Effects, tenant: str, in_flight: InFlight, append: Append, *, spent: bool
    ) -> None:
        self._effects = effects
        self._tenant = tenant
        self._command = in_flight.command
        self._create = in_flight.command if isinstance(in_flight.command, Create) else None
        self._document = in_flight.document
        self._append = append
        self._spent = spent
        self._number = in_flight.attempts
        self._at = in_flight.last_attempt
        self._first = in_flight.first_attempt
        may_be_sent = spent and not in_flight.unsent
        self._unknown = in_flight.unknown or may_be_sent
        self._asks_first = in_flight.doubtful
        self._sent_at = in_flight.last_attempt if may_be_sent else in_flight.earlier
        self._failures, self._failure = in_flight.failures, in_flight.failure
        self._declined = in_flight.declined
        self._remote = effects.remote(in_flight.command.side)

    async def once(self) -> Result | None:
        """Make one attempt; None when another is to follow at once."""
        kept_back = await self._place() or await self._asked_first()
        if kept_back is not None:
            return kept_back
        if not await self._attempt():
            return TermOver()
        self._spent = True
        not_after = self._at + ATTEMPT_AGE
        answer = await self._remote.carry_out(self._tenant, self._worded(), not_after)
        if isinstance(answer, Unknown):
            self._sent_at = self._at
        return await self._answered(answer)

    def _worded(self) -> Command:
        renewed = renewed_request_id(self._command.request_id, self._declined)
        return replace(self._command, request_id=renewed)

    async def _answered(self, answer: Answer) -> Result | None:
        match answer:
            case Done():
                return Ended(answer, repeated=self._unknown)
            case No():
                return await self._refused(answer.fault)
            case Unknown():
                return await self._lost(answer)
            case NotRead():
                return await self._kept_waiting(answer.fault)
            case TooLate():
                return None

    async def _place(self) -> MustWait | None:
        """Take a place in the side's budget."""
        seconds = await self._remote.acquire(self._tenant, PATIENCE_SECONDS)
        return MustWait(seconds, SPENT, unsent=not self._spent) if seconds > 0 else None

    async def _asked_first(self) -> Result | None:
        if self._is_failing():
            return await self._given_up()
        if self._create is None or not self._doubtful():
            return None
        return await self._look(self._create)

    async def _given_up(self) -> Result:
        """End a command that the side fails on each time, once it can no longer arrive.

        Of a create it is proved here that it is not there, of others by who reads their record.
        """
        found = self._not_settled() if self._create is None else await self._look(self._create)
        return found or Denied(self._failed(), Verdict.FAILED)

    async def _attempt(self) -> bool:
        """Have an attempt in the journal that is young and not used."""
        if not self._spent and self._effects.now() - self._at < ATTEMPT_AGE / 2:
            return True
        self._number += 1
        self._at = self._effects.now()
        return await self._append(
            Attempted(
                command=self._command.id,
                document=self._document,
                number=self._number,
                at=self._at,
            )
        )

    async def _lost(self, answer: Unknown) -> Result | None:
        self._unknown = True
        if answer.failed:
            self._failures, self._failure = self._failures + 1, answer.detail
        fact = Unanswered(
            command=self._command.id,
            document=self._document,
            number=self._number,
            detail=answer.detail,
            failed=answer.failed,
        )
        if not await self._append(fact):
            return TermOver()
        if answer.fault is not None:
            return await self._kept_waiting(answer.fault)
        settles = SETTLING.total_seconds() if self._is_failing() else 0.0
        return await self._again(max(self._wait(), settles), f"no answer: {answer.detail}")

    async def _kept_waiting(self, fault: Fault) -> Result | None:
        """Wait as a fault asks that is about the call, and not about the record."""
        if self._effects.judge(fault) in {Verdict.SUSPEND, Verdict.RENEW}:
            return MustWait(SUSPENDED_WAIT, f"suspended: {fault}", fault)
        return await self._again(fault.retry_after_seconds or self._wait(), str(fault), fault)

    async def _refused(self, fault: Fault) -> Result | None:
        verdict = self._effects.judge(fault)
        if _is_about_the_record(fault, verdict) and not await self._note_declined(fault):
            return TermOver()
        if verdict in {Verdict.RETRY, Verdict.SUSPEND, Verdict.RENEW}:
            return await self._kept_waiting(fault)
        if verdict is Verdict.TAKEN and self._create is not None:
            found = await self._look(self._create)
            if found is not None:
                return found
        return Denied(fault, verdict)

    async def _note_declined(self, fault: Fault) -> bool:
        """End the request id that was refused, unless one before it may have been carried out."""
        if self._unknown:
            return True
        self._declined += 1
        return await self._append(
            Declined(
                command=self._command.id, document=self._document, number=self._number, fault=fault
            )
        )

    async def _again(self, seconds: float, why: str, fault: Fault | None = None) -> Result | None:
        if seconds > PATIENCE_SECONDS:
            return MustWait(seconds, why, fault)
        await self._effects.pause(seconds)
        return None

    def _wait(self) -> float:
        tries = max(self._number, self._failures)
        return float(min(FIRST_WAIT * 2 ** min(tries - 1, 20), LONGEST_WAIT))

    def _is_failing(self) -> bool:
        return self._unknown and self._failures >= ASK_AFTER

    def _failed(self) -> Fault:
        return Fault(side=self._command.side, status=0, detail=self._failure)

    def _doubtful(self) -> bool:
        """Tell whether the request id must not be sent unasked."""
        age = self._effects.now() - self._first
        too_old = self._unknown and age > REPEAT_AGE
        return self._create is not None and (self._asks_first or too_old)

    async def _look(self, create: Create) -> Result | None:
        """Ask the side whether our create is there; None when it is proved absent."""
        kept_back = await self._place()
        if kept_back is not None:
            return kept_back
        answer = await self._remote.look(self._tenant, create)
        if isinstance(answer, No | Unknown):
            fault = answer.fault if isinstance(answer, No) else None
            text = str(fault) if isinstance(answer, No) else answer.detail
            return MustWait(self._wait() + PATIENCE_SECONDS, f"cannot look: {text}", fault)
        ours = [r for r in answer if self._effects.is_ours(create, r.record)]
        if ours:
            return _adopted(ours[0])
        marker = marker_of(create.record)
        marked = [
            r
            for r in answer
            if marker is not None
            and marker_of(r.record) == marker
            and not (create.after_void and getattr(r.record, "voided", False))
        ]
        if marked:
            return self._claimed(marked[0])
        return self._not_settled()

    def _claimed(self, found: Reading) -> Denied:
        """A record with our marker is there, and it is not what we asked for: a person looks."""
        told = f"it has {found.id} with our marker, and its customer or its total differs"
        return Denied(Fault(side=self._command.side, status=0, detail=told), Verdict.PARK, found)

    def _not_settled(self) -> MustWait | None:
        """Absence proves nothing while an attempt may still arrive."""
        if self._sent_at is None or not (self._doubtful() or self._is_failing()):
            return None
        left = SETTLING - (self._effects.now() - self._sent_at)
        if left <= timedelta(0):
            return None
        return MustWait(left.total_seconds(), "the last attempt may still arrive")


def _is_about_the_record(fault: Fault, verdict: Verdict) -> bool:
    """Tell whether a side itself refused the words for now: not the line, nor for its limits."""
    refused = FIRST_REFUSAL <= fault.status < FIRST_FAILURE and fault.status != TOO_MANY
    return refused and bool(fault.code) and verdict in {Verdict.RETRY, Verdict.LOCKED}


def _adopted(found: Reading) -> Ended:
    done = Done(id=found.id, revision=found.revision, record=found.record, at=found.at)
    return Ended(done, adopted=True)
