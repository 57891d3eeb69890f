"""Any play of an invoice that moves, while workers freeze and thaw behind a store that all share.

Who thaws stands where it stood, and its heirs have written on: it comes to the same rows as they,
ends itself for nothing, and makes no second invoice.
"""

from random import Random

import pytest

from agents.view.folding import Folding
from schemas.values import Kind
from streams.journal.fold import Fold
from tests.scenarios.test_any_moves import DEED, DEEDS, Play
from tests.testing.simulated.kept_store import KeptStore

pytestmark = pytest.mark.all_rows  # it chooses for how many there is room

#: That QuickBooks forgets what it was asked within the minute is another story.
WITH_FREEZES = (*(each for each in DEED if each != "forgets"), *["freezes", "thaws"] * 3)


class Freezing(Play):
    """A world whose workers share a store."""

    deeds = WITH_FREEZES

    async def begin(self):
        self.world.kept.store.shared = True
        await super().begin()

    @property
    def alive(self):
        return [each for each in self.world.workers if not each.mortal.dead.is_set()]

    async def deed(self):
        await super().deed()
        if self.chance.random() < 0.5:
            await self.inherited()

    async def starts_anew(self):
        """Start the next one beside those that are frozen, or in place of all."""
        frozen = any(each.mortal.frozen for each in self.alive)
        await self.world.worker(kill=not frozen, shares=frozen)

    async def freezes(self):
        """Freeze at once, or at a call to come."""
        mortal = self.world.workers[-1].mortal
        if self.chance.random() < 0.4:
            mortal.frozen = True
        else:
            moment = self.chance.choice(("freezes_before", "freezes_after"))
            setattr(mortal, moment, mortal.calls + self.chance.randrange(1, 12))

    async def inherited(self):
        if self.world.workers[-1].mortal.frozen:
            await self.starts_anew()

    async def thaws(self):
        await self.inherited()
        for each in self.alive:
            if each.mortal.frozen:
                each.mortal.thaw()

    async def end(self):
        """Have whoever lives thaw, then be in nobody's way, for as long as all needs."""
        if self.world.workers[-1].mortal.ended:
            await self.starts_anew()
        for each in self.alive:
            each.mortal.dies_before = each.mortal.dies_after = None
            each.mortal.thaw()
        await self.world.run(30)
        for deed in (self.comes, self.mapped, self.live, self.resumed):
            await deed()
        await self.world.run(21 * 60)

    def whole(self):
        """Return the rows of who has read the journal from its first record on."""
        fold = Fold(Folding(), partitions=len(self.world.kafka.topics["isthmus-journal"].records))
        for partition, records in enumerate(self.world.kafka.topics["isthmus-journal"].records):
            for each in records:
                fold.apply(partition, each.offset, fold.folding.decode(each.value))
        return dict(fold.rows.under(""))


#: The last one is of a worker that ended itself behind its heirs.
@pytest.mark.parametrize("seed", [*range(7), 34])
async def test_who_thaws_comes_to_the_rows_of_all_others(seed, monkeypatch):
    monkeypatch.setattr(KeptStore, "row_limit", Random(seed).choice((0, 2, 10)))
    play = Freezing(seed)
    await play.begin()
    for _ in range(DEEDS):
        await play.deed()
    await play.end()

    assert play.world.failed == [], play.done
    assert len(play.world.qbo.of(Kind.INVOICE)) <= 1, play.done
    for each in play.alive:
        journal = each.engine.journal
        await journal.caught_up()
        await journal.loaded_under("")
        assert journal.stopped() == {}, play.done
        assert dict(journal.rows("")) == play.whole(), play.done
