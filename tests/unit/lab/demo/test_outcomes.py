"""Is a trouble without its effect told as a fault of the demo?"""

from datetime import UTC, datetime

import pytest

from agents.lab.demo.deeds import Trouble
from agents.lab.demo.names import WALK_IN_NUMBER
from agents.lab.demo.outcomes import outcomes
from agents.lab.demo.watch import Watch
from schemas.changes import Change
from schemas.envelope import JournalRecord
from schemas.facts import Parked, Released, Seen
from schemas.lane_facts import LockedOut, LockoutEnded
from schemas.state import Park, ParkReason
from schemas.values import Kind, Revision, Side

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LANE = "demo/mediaos/1"


@pytest.fixture
def watch():
    watch = Watch("demo", lambda _: None, lambda: 0.0)
    watch.take_step(0, JournalRecord(term="t", lane="", at=NOW, claim="t"))
    return watch


def step(watch, *facts):
    watch.take_step(0, JournalRecord(term="t", lane=LANE, at=NOW, facts=facts))


def outcome(watch, trouble, *numbers):
    book = {"Invoice": [{"DocNumber": number} for number in numbers]}
    [found] = [one for one in outcomes(watch, None, book) if one.trouble == trouble]
    return found


def test_nothing_at_all_is_not_fine(watch):
    assert [one.trouble for one in outcomes(watch, None, {}) if one.fine] == []


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (Trouble.PRODUCT_MAPPED_LATE, ParkReason.UNMAPPED_PRODUCT),
        (Trouble.SYNC_OFF, ParkReason.MANUAL),
    ],
)
def test_what_waited_must_not_wait_at_the_end(watch, trouble, reason):
    change = Change(
        event="e",
        tenant="demo",
        side=Side.MEDIAOS,
        kind=Kind.INVOICE,
        id="7",
        customer="1",
        revision=Revision(deleted=False, number=1),
        at=NOW,
        record=None,
    )
    step(watch, Seen(document="d", change=change))
    step(watch, Parked(document="d", event="e", park=Park(reason=reason, detail=""), at=NOW))
    still = outcome(watch, trouble)
    step(watch, Released(document="d", why="now it may"))
    gone = outcome(watch, trouble)

    assert (still.fine, still.came_of) == (False, "1 documents waited, 1 still do")
    assert (gone.fine, gone.came_of) == (True, "1 documents waited, 0 still do")


def test_a_lockout_must_end(watch):
    step(watch, LockedOut(lockout="l", lane=LANE, until=NOW, reason="locked"))
    assert not outcome(watch, "invoice locked").fine
    step(watch, LockoutEnded(lockout="l", why="its time came"))
    assert outcome(watch, "invoice locked").fine


@pytest.mark.parametrize(
    ("numbers", "fine"),
    [
        (("MediaOS-1", "MOS-2"), True),
        (("MediaOS-1", "MediaOS-2"), False),
        (("MOS-1", "MOS-2"), False),
        (("MediaOS-1", "MOS-2", "1038"), False),
        (("MediaOS-1", "MOS-2", WALK_IN_NUMBER), True),
    ],
)
def test_both_prefixes_and_no_other_stand_in_the_book(watch, numbers, fine):
    assert outcome(watch, Trouble.PREFIX_SWITCHED, *numbers).fine is fine
