"""Pushing by list and by filter, and switching two-way sync on again."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from agents.cli import became
from schemas.catalog import decode_request
from schemas.facts import Asked, OnOneSide, Released, RequestTaken, Seen
from schemas.lane_facts import LaneWaited, LockedOut
from schemas.requests import Push
from schemas.state import WaitReason
from schemas.tenant_facts import SettingsChanged, Suspended, TenantPaused
from schemas.tenant_state import Pause, Suspension, TenantSettings
from schemas.values import Kind, Side
from tests.testing.simulated.clock import START
from tests.unit.cli.journal_words import (
    BY_HAND,
    INVOICE_136,
    LANE,
    LATER,
    UNMAPPED,
    change,
    crossed,
    decided,
    parked,
    seen,
)
from tests.unit.rules.records import ADVERTISER, QBO_INVOICE

FAR = START.replace(year=2999)


@pytest.fixture
def held(world):
    world.tell("t1", SettingsChanged(request="r", settings=TenantSettings(manual_push=True)))
    world.tell(LANE, seen(), parked(BY_HAND))
    world.tell(LANE, seen("137"), parked(BY_HAND, "137"), at=LATER)
    return world


def pushed(world):
    return [r.document for _, _, r in world.asked if isinstance(r, Push)]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--all-held"], ["136", "137"]),
        (["--customer", "42"], ["136", "137"]),
        (["--customer", "43"], []),
        (["--since", "2026-03-02T09:05:00"], ["137"]),
        (["customer", "--all-held"], []),
    ],
)
def test_a_filter_pushes_what_fits_in_order(held, options, expected):
    done = held.isthmus("push", *options)
    assert done.code == 0
    assert pushed(held) == [f"mediaos/invoice/{each}" for each in expected]
    assert ("Nothing that fits" in done.out) is (not expected)


def test_a_list_is_pushed_from_a_file(held, tmp_path):
    file = tmp_path / "ids"
    file.write_text("137  # first\n\n136\n")
    assert held.isthmus("push", "invoice", "--from", str(file)).code == 0
    assert pushed(held) == ["mediaos/invoice/137", "mediaos/invoice/136"]


@pytest.mark.parametrize("options", [[], ["136"], ["invoice"], ["invoice", "136", "--all-held"]])
def test_what_to_push_must_be_named_in_one_way(held, options):
    assert held.isthmus("push", *options).code != 0
    assert pushed(held) == []


def test_an_empty_list_is_refused(held, tmp_path):
    file = tmp_path / "ids"
    file.write_text("# nothing\n")
    refused = held.isthmus("push", "invoice", "--from", str(file))
    assert (refused.code, pushed(held)) == (1, [])
    assert "names nothing" in refused.told


def test_an_edit_made_in_quickbooks_is_shown_first(world):
    world.tell("t1", SettingsChanged(request="r", settings=TenantSettings(manual_push=True)))
    theirs = replace(QBO_INVOICE, memo="Theirs")
    edit = change(theirs, side=Side.QBO, record_id="266", revision=3)
    world.tell(LANE, seen(), decided())
    world.tell(LANE, *crossed())
    world.tell(LANE, replace(seen(), document=INVOICE_136, change=edit), parked(BY_HAND))

    done = world.isthmus("push", "invoice", "136")
    assert (done.code, world.asked) == (3, [])
    assert "memo was changed in QuickBooks" in done.out
    assert world.json("push", "--all-held")[0] == 3

    assert world.isthmus("push", "invoice", "136", "--overwrite").code == 0
    assert world.asked[0][2].overwrite


def test_two_way_sync_is_switched_on_again_only_with_a_yes(held):
    refused = held.isthmus("settings", "set", "--no-manual-push")
    assert (refused.code, held.asked) == (1, [])
    assert "Held for a push: 2 invoices" in refused.told

    assert held.isthmus("settings", "set", "--no-manual-push", "--yes").code == 0
    assert not held.asked[0][2].settings.manual_push


def after(world, *facts, lane=LANE):
    """Have a worker do so much behind each push that it takes."""
    send = world.send

    async def sent(topic, key, value, headers=()):
        world.answering = False
        await send(topic, key, value, headers)
        request = decode_request(value)
        asked = Asked(document=request.document, request=request.id, pushed=True)
        world.tell(lane, asked, RequestTaken(request=request.id, done=True, detail="sent"))
        if facts:
            world.tell(lane, *facts)

    world.send = sent


def test_a_pushed_document_that_waits_on_is_told_with_what_it_waits_for(held):
    after(held, parked(UNMAPPED))

    done = held.isthmus("push", "invoice", "136")
    assert done.code == 3
    assert "Waits: mediaos/invoice/136: unmapped-product: product 7 of MediaOS" in done.said

    code, [told] = held.json("push", "invoice", "136")
    assert (code, told["done"], told["became"]["end"]) == (3, True, "waits")


def test_a_pushed_document_that_is_across_is_told_with_its_records(held):
    after(held, Released(document=INVOICE_136, why="pushed"), decided(), *crossed())

    done = held.isthmus("push", "invoice", "136")
    assert (done.code, done.out) == (
        0,
        "Done: mediaos/invoice/136: nothing of it waits (invoice 136, invoice 266).\n",
    )


def test_what_is_still_on_its_way_is_not_told_as_done(held, monkeypatch):
    monkeypatch.setattr(became, "PATIENCE", timedelta(0))
    after(held)
    done = held.isthmus("push", "invoice", "136")
    assert done.code == 3
    assert "Not yet: mediaos/invoice/136: it is on its way" in done.out


def test_what_was_sent_and_not_answered_is_told_so(held, monkeypatch):
    monkeypatch.setattr(became, "PATIENCE", timedelta(0))
    after(held, Released(document=INVOICE_136, why="pushed"), decided())
    told = "Not yet: mediaos/invoice/136: it was sent to QuickBooks, whose answer is awaited;"
    assert told in held.isthmus("push", "invoice", "136").said


STANDING = Suspension(
    id="s1",
    version=1,
    side=Side.QBO,
    reason="invalid_grant",
    detail="reconnect: connect QuickBooks again",
    lane=LANE,
    since=START,
)
PAUSE = Pause(since=START, by="Ada", reason="month end")


@pytest.mark.parametrize(
    ("lane", "fact", "told"),
    [
        ("t1", Suspended(request="s", suspension=STANDING), "its tenant is suspended: reconnect:"),
        ("t1", TenantPaused(request="p", pause=PAUSE), "its tenant is paused by Ada: month end"),
        (
            LANE,
            LaneWaited(why="no answer: timed out", until=FAR, reason=WaitReason.TIME),
            "all work of this customer waits until 2999-03-02 09:00:00Z: no answer: timed out;",
        ),
        (
            LANE,
            LockedOut(lockout="l", lane=LANE, until=FAR, reason="QuickBooks says locked"),
            "locked, so all wait until 2999-03-02 09:00:00Z: QuickBooks says locked;",
        ),
    ],
    ids=["suspended", "paused", "waits", "locked"],
)
def test_what_is_waited_for_is_told_of_what_is_not_decided_yet(held, monkeypatch, lane, fact, told):
    monkeypatch.setattr(became, "PATIENCE", timedelta(0))
    held.tell(lane, fact)
    after(held)

    done = held.isthmus("push", "invoice", "136")

    assert done.code == 3
    # What no waiting here ends is told at once.
    end = "Waits" if lane == "t1" else "Not yet"
    assert f"{end}: mediaos/invoice/136: {told}" in done.said


def test_what_is_only_listed_of_quickbooks_is_pushed_by_its_id(world):
    name, lane = "qbo/customer/58", "t1/qbo/58"
    born = change(ADVERTISER, side=Side.QBO, kind=Kind.CUSTOMER, record_id="58")
    listed = OnOneSide(document=name, reason="it is inactive in QuickBooks")
    world.tell("t1", SettingsChanged(request="r", settings=TenantSettings()))
    world.tell(lane, Seen(document=name, change=born), listed)

    after(world, listed, lane=lane)

    assert world.isthmus("push", "customer", "58").code == 1, "of MediaOS there is none"
    sent = world.isthmus("push", "customer", "58", "--side", "qbo")
    [(_, key, request)] = world.asked
    assert (key, request.lane, request.document, request.side) == (lane, lane, name, Side.QBO)
    assert (sent.code, "Waits: " in sent.out) == (3, True), "it is listed as before"
    assert "it is inactive in QuickBooks" in " ".join(sent.out.split())
    assert world.isthmus("push", "--all-held").code == 0
    assert len(world.asked) == 1, "nothing of it is held"
