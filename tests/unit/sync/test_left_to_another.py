"""What does a lane say of a document that it had listed, and that another lane has now?"""

from types import SimpleNamespace

from agents.cli.fact_text import tell
from agents.sync.taking import Taking
from schemas.changes import Change
from schemas.facts import Released
from schemas.state import Document
from schemas.values import Kind, Side
from schemas.waiting import Waiting
from tests.testing.plain_words import raw_words
from tests.unit.rules.records import AT, QBO_INVOICE, shown

LISTED = Document(kind=Kind.INVOICE, qbo=shown(QBO_INVOICE, "266"), unplaced="it is only listed")


class Lane:
    """A lane that has listed an invoice which another lane has; what it wrote."""

    def __init__(self):
        self.written = []

    waiting = Waiting()

    async def elsewhere(self, _record):
        return "t1/mediaos/42"

    async def at_hand(self, look):
        return look()

    def document(self, _name):
        return LISTED

    async def write(self, *facts):
        self.written += facts
        return True


async def test_it_names_the_customer_whose_lane_has_it_and_no_key_of_ours():
    async def redirect(_lane, _change):
        pass

    lane = Lane()
    taking = Taking(
        documents=SimpleNamespace(effects=None), forwarding=SimpleNamespace(redirect=redirect)
    )
    half = LISTED.qbo
    change = Change(
        event="e",
        tenant="t1",
        side=Side.QBO,
        kind=Kind.INVOICE,
        id=half.id,
        at=AT,
        customer=half.record.customer,
        revision=half.revision,
        record=half.record,
    )
    await taking.take(lane, change)

    [said] = lane.written
    assert isinstance(said, Released)
    assert raw_words(tell(said)) == []
    assert "customer 42 of MediaOS speaks for it" in tell(said)
