import io
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest

from agents.cli import link
from schemas.facts import LinkAsked, Linked, LinkTargetShown, Parked, Seen, Settled
from schemas.outcomes import Unknown
from schemas.records import Customer
from schemas.requests import Link, Unlink
from schemas.state import Park, ParkReason, Snapshot
from schemas.values import Kind, Revision
from streams.ports import Reading
from tests.testing.simulated.clock import START
from tests.unit.cli.journal_words import LANE, change

NAME = "mediaos/customer/42"
THERE = Customer(name="Harbour books", phone="555-0100", note="Pays late.")


@pytest.fixture
def waiting(world):
    """The customer came, and its name was taken."""
    here = Customer(name="Harbour Books", email="ann@harbour.com")
    park = Park(reason=ParkReason.NAME_TAKEN, detail="the name is taken")
    change_ = change(here, kind=Kind.CUSTOMER, record_id="42")
    world.tell(
        LANE,
        Seen(document=NAME, change=change_),
        Parked(document=NAME, event="e", park=park, at=START),
    )
    return world


@pytest.fixture
def quickbooks(monkeypatch):
    """What a reading of the customer answers."""
    shown = SimpleNamespace(
        answer=Reading(
            kind=Kind.CUSTOMER,
            id="500",
            revision=Revision(deleted=False, number=3),
            customer="500",
            record=THERE,
            at=START,
            began=START,
        )
    )

    class Client:
        async def acquire(self, _tenant, _patience):
            return 0.0

        async def read(self, tenant, kind, record_id):
            assert (tenant, kind, record_id) == ("t1", Kind.CUSTOMER, "500")
            return shown.answer

    @asynccontextmanager
    async def lent():
        yield SimpleNamespace(quickbooks=Client())

    monkeypatch.setattr(link, "lent_sides", lent)
    return shown


@pytest.fixture
def hesitating(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))


def test_both_are_shown_and_nothing_is_asked_for_unless_a_person_agrees(
    waiting, quickbooks, hesitating
):
    done = waiting.isthmus("link", "customer", "42", "500")

    assert done.code == 1
    for shown in ("Harbour Books", "Harbour books", "ann@harbour.com", "555-0100", "Pays late."):
        assert shown in done.out
    assert "Are they one?" in done.told
    assert waiting.asked == []


def test_the_request_goes_to_the_lane_of_the_customer(waiting, quickbooks):
    done = waiting.isthmus("link", "customer", "42", "500", "--yes", "--by", "Ada")

    assert done.code == 0
    [(_, key, request)] = waiting.asked
    assert key == LANE
    assert request == Link(id=request.id, lane=LANE, document=NAME, target="500", by="Ada")
    assert "isthmus explain customer 42" in done.out


def test_json_is_one_document_with_both_and_the_answer(waiting, quickbooks):
    code, told = waiting.json("link", "customer", "42", "500", "--yes")

    assert code == 0
    assert (told["mediaos"]["name"], told["qbo"]["name"]) == ("Harbour Books", "Harbour books")
    assert told["answer"]["done"] is True


def test_one_that_quickbooks_does_not_have_is_refused(waiting, quickbooks):
    quickbooks.answer = replace(quickbooks.answer, record=None)
    done = waiting.isthmus("link", "customer", "42", "500", "--yes")

    assert done.code == 1
    assert "QuickBooks has no customer 500" in done.told
    assert waiting.asked == []


def test_a_quickbooks_that_cannot_be_read_is_said(waiting, quickbooks):
    quickbooks.answer = Unknown(detail="timed out")
    done = waiting.isthmus("link", "customer", "42", "500", "--yes")

    assert (done.code, waiting.asked) == (1, [])
    assert "timed out" in done.told


def test_one_that_has_not_come_in_is_refused(world, quickbooks):
    world.tell("t1", *())
    done = world.isthmus("link", "customer", "43", "500", "--yes")

    assert done.code == 1
    assert world.asked == []


def test_unlinking_asks_as_well(waiting, hesitating):
    assert "linked with nothing" in waiting.isthmus("unlink", "customer", "42").told
    linked = Linked(kind=Kind.CUSTOMER, document=NAME, mediaos="42", qbo="500", home=LANE)
    shown = Snapshot(id="500", revision=Revision(deleted=False, number=3), record=THERE, at=START)
    waiting.tell(
        LANE,
        LinkAsked(document=NAME, request="r", target="500"),
        LinkTargetShown(document=NAME, shown=shown),
        linked,
        Settled(document=NAME, fields=("name",), mediaos=THERE, qbo=THERE),
    )

    done = waiting.isthmus("unlink", "customer", "42")
    assert (done.code, waiting.asked) == (1, [])
    assert "Take customer 42 and 500 of QuickBooks for two?" in done.told
    assert waiting.isthmus("unlink", "customer", "42", "--yes").code == 0
    [(_, key, request)] = waiting.asked
    assert request == Unlink(id=request.id, lane=LANE, document=NAME, by="ada")
    assert key == LANE
