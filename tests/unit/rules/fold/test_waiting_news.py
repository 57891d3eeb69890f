"""What does a fact look at where thousands wait?"""

import pytest

from agents.rules.fold import waiting_news
from agents.rules.fold.waiting_facts import evolve_waiting, wakes
from schemas.command_facts import CommandApplied
from schemas.facts import Parked
from schemas.lane_conditions import OwesAgain
from schemas.state import Park, ParkReason
from schemas.values import Kind, Revision, Side
from tests.testing.simulated.clock import START
from tests.unit.rules.records import QBO_INVOICE

MANY = 500


def all_waiting(text):
    waiting = None
    for number in range(MANY):
        name = f"mediaos/payment/{number}"
        park = Park(reason=next(iter(ParkReason)), detail="", waits_for=(text,))
        parked = Parked(document=name, event="e", park=park, at=START, order=number + 1)
        waiting = evolve_waiting(waiting, parked)
    return waiting


def applied(invoice):
    return CommandApplied(
        command="c",
        document="mediaos/invoice/136",
        side=Side.QBO,
        kind=Kind.INVOICE,
        id=invoice,
        revision=Revision(deleted=False, number=1),
        record=QBO_INVOICE,
        at=START,
    )


@pytest.mark.parametrize(("text", "woken"), [("item:9", 0), (str(OwesAgain("7")), MANY)])
def test_a_condition_is_read_once_however_many_wait_for_it(monkeypatch, text, woken):
    waiting, read = all_waiting(text), []

    def condition_of(asked):
        read.append(asked)
        return plain(asked)

    plain = waiting_news.condition_of
    monkeypatch.setattr(waiting_news, "condition_of", condition_of)

    assert wakes(waiting, applied("7")) == bool(woken)
    assert read == [text]
    monkeypatch.undo()
    after = evolve_waiting(waiting, applied("7"))
    assert sum(len(part.woken) for part in after.parts.values()) == woken


def test_another_invoice_that_owes_wakes_nobody():
    waiting = all_waiting(str(OwesAgain("7")))

    assert not wakes(waiting, applied("8"))
