"""Does a lane wait to learn of its home, and does it hand over all that it has, in order?"""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from agents.sync.forwarding import Forwarding
from agents.view.lane_context import LaneContext
from schemas.catalog import decode_intake, encode
from schemas.changes import Change, HandedOver
from schemas.held_events import HeldEvents
from schemas.lane_facts import HomeChanged
from schemas.rows import DocumentRow, LaneRow, OwnerRow, PendingCreatesRow
from schemas.state import Creating, Document, Lane, Owner
from schemas.values import Kind, Revision, Side
from tests.testing.lanes import Rows
from tests.unit.rules.records import AT, CUSTOMER, LINE, PAYMENT, QBO_INVOICE, shown

#: A third of what Kafka takes in one record.
PARCEL = 300_000
PARTITION = 0
HOME, KEY = "t1/mediaos/42", "t1/qbo/58"
CREATING = {str(PendingCreatesRow("t1", 2)): Creating(commands=("t1/mediaos/customer/42@1#1/0",))}
LINKED = {str(OwnerRow(KEY)): Owner(lane=HOME)}


class Journal:
    """Rows in memory; `news` are there once the journal is read to its end."""

    def __init__(self, rows, news=None):
        self._rows = Rows(rows, KEY)
        self._news = news or {}
        self.keeps = True

    def state(self, row):
        return self._rows.state(row)

    def rows(self, prefix):
        return iter([each for each in self._rows.rows.items() if each[0].startswith(prefix)])

    async def loaded(self, row_keys):
        """Have them all: they are in memory."""

    async def loaded_under(self, prefix):
        """Have them all: they are in memory."""

    async def caught_up(self):
        self._rows = Rows(self._rows.rows | self._news, KEY)

    async def write(self, _partition, _lane, facts, _requests_prefix=None):
        if self.keeps:
            self._rows = self._rows.fold(*facts)
        return self.keeps


class Intake:
    """What was sent on, as its readers have it."""

    def __init__(self):
        self.sent = []

    async def send(self, topic, key, value, headers=()):
        del headers
        assert topic == "isthmus-intake"
        self.sent.append((key.decode(), decode_intake(value)))

    def changes(self):
        """Return the changes in the order in which the home lane meets them."""
        return [change for _, event in self.sent for change in changes_of(event)]


def changes_of(event):
    return event.changes if isinstance(event, HandedOver) else (event,)


def context(rows, news=None, key=KEY):
    return LaneContext(Journal(rows, news), PARTITION, key)


def change(record_id, number=1, text="", kind=Kind.PAYMENT, record=PAYMENT):
    return Change(
        event=f"t1/qbo/{kind}/{record_id}@{number}{text[:20]}",
        tenant="t1",
        side=Side.QBO,
        kind=kind,
        id=record_id,
        customer="58",
        revision=Revision(False, number),
        at=AT + timedelta(seconds=number),
        record=record if record is None else replace(record, memo=text or record.memo),
    )


def founded(held=()):
    """Return a lane that came to hold three documents, the oldest of them last, and more."""
    documents = {
        "qbo/payment/300": Document(kind=Kind.PAYMENT, qbo=shown(PAYMENT, "300"), order=3),
        "qbo/invoice/266": Document(kind=Kind.INVOICE, qbo=shown(QBO_INVOICE, "266"), order=2),
        "qbo/customer/58": Document(kind=Kind.CUSTOMER, qbo=shown(CUSTOMER, "58"), order=1),
    }
    rows = {str(DocumentRow(KEY, name)): document for name, document in documents.items()}
    return holding(*held, order=3) | rows


def holding(*held, order=0):
    """Return the row of a lane with these held events."""
    return {str(LaneRow(KEY)): Lane(key=KEY, held=HeldEvents.of(*held), order=order)}


@pytest.mark.parametrize(
    ("rows", "news", "waits"),
    [
        ({}, {}, False),
        (CREATING, {}, True),
        ({}, CREATING, True),
        (CREATING | LINKED, {}, False),
        (CREATING, LINKED, False),
        (CREATING | founded(), {}, False),
        ({str(PendingCreatesRow("t2", 2)): Creating(commands=("c1",))}, {}, False),
    ],
    ids=[
        "nothing-is-created",
        "a-customer-is",
        "another-worker-creates-one",
        "home-is-known",
        "home-is-told",
        "it-has-documents",
        "another-tenants",
    ],
)
async def test_a_lane_of_quickbooks_waits_while_a_customer_of_its_tenant_is_created(
    rows, news, waits
):
    assert await Forwarding(Intake()).must_wait(context(rows, news)) is waits


@pytest.mark.parametrize("key", [HOME, "t1"])
async def test_a_lane_of_mediaos_and_the_tenants_own_never_wait_for_a_home(key):
    assert not await Forwarding(Intake()).must_wait(context(CREATING, key=key))


async def test_what_is_handed_over_comes_in_order_and_the_lane_keeps_its_home_alone():
    intake, held = Intake(), [change("301"), change("301", 2), change("300", 9)]
    here = context(founded(held))
    assert await Forwarding(intake).hand_over(here, HOME)

    assert {key for key, _ in intake.sent} == {HOME}
    told = [(each.kind, each.id, each.revision.number) for each in intake.changes()]
    assert told[:3] == [
        (Kind.CUSTOMER, "58", 1),
        (Kind.INVOICE, "266", 1),
        (Kind.PAYMENT, "300", 1),
    ]
    assert told[3:] == [(each.kind, each.id, each.revision.number) for each in held]
    assert here.lane == Lane(key=KEY, home=HOME)
    assert await here.documents() == []


async def test_a_large_lane_is_handed_over_in_parcels_with_ids_of_their_own():
    intake = Intake()
    held = [change("301", n, "m" * (PARCEL // 40)) for n in range(1, 101)]
    await Forwarding(intake).hand_over(context(founded(held)), HOME)

    events = [event for _, event in intake.sent]
    assert len(events) > 2
    assert len({event.event for event in events}) == len(events)
    assert intake.changes()[3:] == held
    assert max(len(encode(event)) for event in events) < PARCEL + 1_000


async def test_one_change_that_is_larger_than_a_parcel_goes_alone():
    lines = (replace(LINE, description="d" * 4_000),) * (PARCEL // 4_000 + 1)
    invoice = replace(QBO_INVOICE, lines=lines)
    intake, large = Intake(), change("266", kind=Kind.INVOICE, record=invoice)
    await Forwarding(intake).hand_over(context(holding(large)), HOME)

    assert intake.changes() == [large]


async def test_a_change_passed_on_comes_behind_all_that_its_lane_still_had_and_then_alone():
    intake, here = Intake(), context(founded([change("301")]))
    later = (change("301", 2), change("301", 3))
    assert await Forwarding(intake).pass_on(here, HOME, later[:1])
    assert intake.changes()[-2:] == [change("301"), later[0]]

    intake.sent.clear()
    assert await Forwarding(intake).pass_on(here, HOME, later[1:])
    assert intake.sent == [(HOME, later[1])], "as it came, and nothing is handed over twice"


async def test_held_events_alone_are_handed_over_before_a_change_is_passed_on():
    intake = Intake()
    here = context(holding(change("301")))
    await Forwarding(intake).pass_on(here, HOME, (change("301", 2),))

    assert intake.changes() == [change("301"), change("301", 2)]


async def test_nothing_is_passed_on_once_the_term_is_over():
    intake, here = Intake(), context(founded())
    here.journal.keeps = False

    assert not await Forwarding(intake).pass_on(here, HOME, (change("301"),))
    assert change("301") not in intake.changes()


async def test_a_hand_over_that_is_done_again_has_the_same_ids():
    first, again = Intake(), Intake()
    for intake in (first, again):
        await Forwarding(intake).hand_over(context(founded([change("301")])), HOME)

    assert first.sent == again.sent
    assert HomeChanged(home=HOME, event=f"{KEY}>{HOME}").event in first.sent[0][1].event
