"""What does the journal keep of a digest that goes out?  That it is about to, and who has it.

Each is noted as soon as it is known: who has it is not to get it twice because another was waited
for, and the process was ended meanwhile.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, new_id
from agents.digest.digest import Digest
from agents.digest.sending import noted
from schemas.kept_requests import BeginDigest, KeepDigest


@dataclass(slots=True)
class Notes:
    """Has a worker note it; `not_noted` is why that is not done, blank while it is."""

    told: Digest
    ask: Ask
    not_noted: str = ""
    #: Those of whom no worker has noted yet that they have it.
    _left: list[str] = field(default_factory=list)

    async def begin(self, to: Sequence[str]) -> None:
        """Note who is about to get it: who is to know of it, should we not live to tell."""
        tenant, day, names = self.told.tenant, self.told.day, self._digests(to)
        try:
            await self.ask(BeginDigest(id=new_id(), tenant=tenant, day=day, to=names))
        except Refusal:
            # They are to hear of it all the same: where no worker is, the more so.
            return

    async def taken(self, to: Sequence[str]) -> None:
        """Note who has it now; once nobody answered, others are not kept waiting for it."""
        self._left += to
        if not self.not_noted:
            await self._note(())

    async def end(self, refused: Collection[str]) -> None:
        """Note what is left to note, and who did not get it."""
        if self._left or refused:
            await self._note(refused)

    async def _note(self, refused: Collection[str]) -> None:
        kept = KeepDigest(
            id=new_id(),
            tenant=self.told.tenant,
            day=self.told.day,
            to=self._digests(self._left),
            refused=self._digests(refused),
        )
        try:
            answer = await self.ask(kept)
        except Refusal as nobody:
            why = str(nobody)
        else:
            why = "" if answer.done else f"{answer.detail}."
        if not why:
            self._left.clear()
        self.not_noted = why if self._left else ""

    def _digests(self, to: Collection[str]) -> tuple[str, ...]:
        return tuple(noted(self.told.tenant, each) for each in to)
