"""How is a command sent, and sent again?  Attempt, answer, and the same words if need be."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from schemas.command_facts import Attempted, Declined, Unanswered
from schemas.commands import Create
from schemas.facts import Fact
from schemas.outcomes import Answer, Done, Fault, No, NotRead, TooLate, Unknown, Verdict
from schemas.state import InFlight
from streams.effects.look import IsOurs, recognised
from streams.effects.progress import SETTLING, Progress
from streams.effects.results import SPENT, Denied, Ended, MustWait, Result, TermOver
from streams.ports import Clock, Remote

#: An attempt may be this old when its first byte leaves (design.md 7.2).
ATTEMPT_AGE = timedelta(seconds=10)
#: A lane that must wait longer than this gives its place up (design.md 5).
PATIENCE_SECONDS = 5.0
#: Where HTTP's refusals begin and end, and the one that is about how often we call.
FIRST_REFUSAL, FIRST_FAILURE, TOO_MANY = 400, 500, 429
#: A lane whose access fails for good waits so long, unless its whole tenant is held for it.
SUSPENDED_WAIT = 60.0

Append = Callable[[Fact], Awaitable[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """The side, the clock, and the two rules that read a side's answer."""

    remote: Remote
    clock: Clock
    judge: Callable[[Fault], Verdict]
    is_ours: IsOurs


class Attempts:
    """The attempts of one command in one stay of its lane."""

    def __init__(
        self, means: Means, tenant: str, in_flight: InFlight, append: Append, *, spent: bool
    ) -> None:
        self._remote = means.remote
        self._clock = means.clock
        self._judge = means.judge
        self._is_ours = means.is_ours
        self._tenant = tenant
        self._append = append
        self._known = Progress(in_flight, spent=spent)

    async def once(self) -> Result | None:
        """Make one attempt; None when another is to follow at once."""
        kept_back = await self._place() or await self._asked_first()
        if kept_back is not None:
            return kept_back
        if not await self._attempt():
            return TermOver()
        self._known.spent = True
        not_after = self._known.at + ATTEMPT_AGE
        answer = await self._remote.carry_out(self._tenant, self._known.worded(), not_after)
        if isinstance(answer, Unknown):
            self._known.sent_at = self._known.at
        return await self._answered(answer)

    async def _answered(self, answer: Answer) -> Result | None:
        match answer:
            case Done():
                return Ended(answer, repeated=self._known.unknown)
            case No():
                return await self._refused(answer.fault)
            case Unknown():
                return await self._lost(answer)
            case NotRead():
                return await self._kept_waiting(answer.fault, unsent=True)
            case TooLate():
                return None

    async def _place(self) -> MustWait | None:
        """Take a place in the side's budget."""
        seconds = await self._remote.acquire(self._tenant, PATIENCE_SECONDS)
        return MustWait(seconds, SPENT, unsent=not self._known.spent) if seconds > 0 else None

    async def _asked_first(self) -> Result | None:
        if self._known.is_failing():
            return await self._given_up()
        if self._known.create is None or not self._known.is_doubtful(self._clock.now()):
            return None
        return await self._look(self._known.create)

    async def _given_up(self) -> Result:
        """End a command that the side fails on each time, once it can no longer arrive.

        Of a create it is proved here that it is not there, of others by who reads their record.
        """
        create = self._known.create
        found = self._not_settled() if create is None else await self._look(create)
        return found or Denied(self._known.failed(), Verdict.FAILED)

    async def _attempt(self) -> bool:
        """Have an attempt in the journal that is young and not used."""
        if not self._known.spent and self._clock.now() - self._known.at < ATTEMPT_AGE / 2:
            return True
        self._known.number += 1
        self._known.at = self._clock.now()
        return await self._append(
            Attempted(
                command=self._known.command.id,
                document=self._known.document,
                number=self._known.number,
                at=self._known.at,
            )
        )

    async def _lost(self, answer: Unknown) -> Result | None:
        self._known.unknown = True
        if answer.failed:
            self._known.failures, self._known.failure = self._known.failures + 1, answer.detail
        fact = Unanswered(
            command=self._known.command.id,
            document=self._known.document,
            number=self._known.number,
            detail=answer.detail,
            failed=answer.failed,
        )
        if not await self._append(fact):
            return TermOver()
        if answer.fault is not None:
            return await self._kept_waiting(answer.fault, unsent=False)
        settles = SETTLING.total_seconds() if self._known.is_failing() else 0.0
        return await self._again(max(self._known.wait(), settles), f"no answer: {answer.detail}")

    async def _kept_waiting(self, fault: Fault, *, unsent: bool) -> Result | None:
        """Wait as a fault asks that is about the call, and not about the record.

        `unsent` where the attempt has changed nothing: the answer to the next one is no old one.
        """
        if self._judge(fault) in {Verdict.SUSPEND, Verdict.RENEW}:
            return MustWait(SUSPENDED_WAIT, f"suspended: {fault}", fault, unsent=unsent)
        seconds = fault.retry_after_seconds or self._known.wait()
        return await self._again(seconds, str(fault), fault, unsent=unsent)

    async def _refused(self, fault: Fault) -> Result | None:
        verdict = self._judge(fault)
        if _is_about_the_record(fault, verdict) and not await self._note_declined(fault):
            return TermOver()
        if verdict in {Verdict.RETRY, Verdict.SUSPEND, Verdict.RENEW}:
            return await self._kept_waiting(fault, unsent=True)
        if verdict is Verdict.TAKEN and self._known.create is not None:
            found = await self._look(self._known.create)
            if found is not None:
                return found
        return Denied(fault, verdict)

    async def _note_declined(self, fault: Fault) -> bool:
        """End the request id that was refused, unless one before it may have been carried out."""
        if self._known.unknown:
            return True
        self._known.declined += 1
        return await self._append(
            Declined(
                command=self._known.command.id,
                document=self._known.document,
                number=self._known.number,
                fault=fault,
            )
        )

    async def _again(
        self, seconds: float, why: str, fault: Fault | None = None, *, unsent: bool = False
    ) -> Result | None:
        if seconds > PATIENCE_SECONDS:
            return MustWait(seconds, why, fault, unsent=unsent)
        await self._clock.sleep(seconds)
        return None

    async def _look(self, create: Create) -> Result | None:
        """Ask the side whether our create is there; None when it is proved absent."""
        kept_back = await self._place()
        if kept_back is not None:
            return kept_back
        answer = await self._remote.look(self._tenant, create)
        if isinstance(answer, No | Unknown):
            fault = answer.fault if isinstance(answer, No) else None
            text = str(fault) if isinstance(answer, No) else answer.detail
            return MustWait(self._known.wait() + PATIENCE_SECONDS, f"cannot look: {text}", fault)
        found = recognised(create, answer, self._is_ours)
        return found or self._not_settled()

    def _not_settled(self) -> MustWait | None:
        return self._known.not_settled(self._clock.now())


def _is_about_the_record(fault: Fault, verdict: Verdict) -> bool:
    """Tell whether a side itself refused the words for now: not the line, nor for its limits."""
    refused = FIRST_REFUSAL <= fault.status < FIRST_FAILURE and fault.status != TOO_MANY
    return refused and bool(fault.code) and verdict in {Verdict.RETRY, Verdict.LOCKED}
