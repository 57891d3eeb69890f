import json
from datetime import datetime, timedelta

import pytest
from aiokafka import TopicPartition
from msgspec.structs import replace

from agents.cli.journal_cache import KeptFolding
from agents.cli.lookup import find
from agents.process.clock import SystemClock
from agents.rules.documents.lane_book import LaneBook
from schemas.catalog import decode_request, encode
from schemas.coverage import Coverage
from schemas.facts import OnOneSide, RequestTaken
from schemas.lane_facts import LaneWaited, LockedOut
from schemas.requests import ImposeLockout, Push, ReleaseLockout, Retry
from schemas.state import Document, Lane, WaitReason
from schemas.tenant_facts import Suspended, Swept
from schemas.values import Kind, RecordRef, Side
from streams.cluster import Cluster
from streams.kafka.topic_faults import TopicMissingError
from tests.testing.simulated.clock import START
from tests.testing.simulated.kafka import SimulatedKafka
from tests.unit.cli.conftest import PARTITIONS
from tests.unit.cli.journal_words import (
    BY_HAND,
    INVOICE_136,
    LANE,
    LATER,
    UNMAPPED,
    change,
    crossed,
    customer_seen,
    decided,
    held,
    parked,
    seen,
)
from tests.unit.cli.test_suspended import STANDING
from tests.unit.rules.records import linked_invoice

#: So far ahead that a lockout until then is in force whenever the test runs.
FAR = START.replace(year=2999)
PARTITION = SimulatedKafka(PARTITIONS).partition_of(LANE.encode())


def test_parked_work_is_listed_with_why_and_since_when(world):
    world.tell(LANE, seen(), parked())
    world.tell(LANE, seen("137"), parked(BY_HAND, "137"), at=LATER)

    code, found = world.json("parked")
    assert code == 0
    assert [(each["record"], each["reason"], each["waits_for"]) for each in found] == [
        (INVOICE_136, "unmapped-product", ["product:7"]),
        ("mediaos/invoice/137", "manual", ["push"]),
    ]
    assert found[1]["since"] == "2026-03-02T09:07:00Z"
    assert found[0]["detail"] == UNMAPPED.detail

    _, some = world.json("parked", "--reason", "manual")
    assert [each["record"] for each in some] == ["mediaos/invoice/137"]
    assert world.json("parked", "--tenant", "t1") == (0, found)


def test_a_long_id_is_never_cut(world):
    lane = f"t1/mediaos/{'9' * 70}"
    world.tell(lane, seen(), parked())
    out = world.isthmus("parked").out
    assert lane in out
    assert "2026-03-02 09:00:00Z" in out


def test_nothing_parked_is_said(world):
    assert "Nothing is parked" in world.isthmus("parked").out


def test_changes_without_a_home_are_listed(world):
    world.tell(LANE, seen(), OnOneSide(document=INVOICE_136, reason="lines changed in QuickBooks"))
    code, [found] = world.json("unplaced")
    assert (code, found["record"]) == (0, INVOICE_136)
    assert "lines changed in QuickBooks" in world.isthmus("unplaced").out


def test_a_retry_goes_to_the_lane_that_has_the_document(world):
    world.tell(LANE, seen(), parked())
    assert world.isthmus("retry", "invoice", "136").code == 0
    [(_, key, request)] = world.asked
    assert key == LANE
    assert request == Retry(id=request.id, lane=LANE, document=INVOICE_136, by="ada")


def test_a_document_is_found_by_the_id_of_either_side():
    lane = LaneBook(Lane(key=LANE), {INVOICE_136: linked_invoice()})
    other = LaneBook(Lane(key="t1/qbo/58"), {})
    found = find([other, lane], RecordRef(Side.QBO, Kind.INVOICE, "266"))
    assert found is not None
    assert (found.lane.key, found.name) == (LANE, INVOICE_136)


def test_an_invoice_that_is_a_credit_is_found_by_its_own_id():
    name = "mediaos/credit-memo/invoice-136"
    lane = LaneBook(Lane(key=LANE), {name: Document(kind=Kind.CREDIT_MEMO)})
    found = find([lane], RecordRef(Side.MEDIAOS, Kind.INVOICE, "136"))
    assert found is not None
    assert found.name == name


def test_of_two_lanes_the_one_where_it_waits_is_meant():
    rests = LaneBook(Lane(key="t1/mediaos/1"), {INVOICE_136: Document(kind=Kind.INVOICE)})
    parked_there = Document(kind=Kind.INVOICE, park=UNMAPPED)
    waits = LaneBook(Lane(key="t1/mediaos/2"), {INVOICE_136: parked_there})
    found = find([rests, waits], RecordRef(Side.MEDIAOS, Kind.INVOICE, "136"))
    assert found is not None
    assert found.lane is waits


def test_several_invoices_are_pushed_in_order(world):
    world.tell(LANE, seen(), parked(BY_HAND), seen("137"), parked(BY_HAND, "137"))
    done = world.isthmus("push", "invoice", "136", "137")
    assert (done.code, done.out.splitlines()) == (
        0,
        [
            "Done: mediaos/invoice/136: nothing of it waits (invoice 136).",
            "Done: mediaos/invoice/137: nothing of it waits (invoice 137).",
        ],
    )
    assert [(type(r), r.document) for _, _, r in world.asked] == [
        (Push, INVOICE_136),
        (Push, "mediaos/invoice/137"),
    ]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ((), "No invoice 136 of MediaOS has come in"),
        ((seen(), decided(), *crossed()), "Invoice 136 of MediaOS is not parked"),
        ((customer_seen(), held(change())), f"Invoice 136 of MediaOS is held in lane {LANE}"),
    ],
    ids=["unknown", "across", "held"],
)
def test_what_is_not_parked_is_not_pushed_and_where_it_is_is_said(world, facts, words):
    world.tell(LANE, customer_seen(), seen("137"), parked(BY_HAND, "137"), *facts)
    refused = world.isthmus("push", "invoice", "137", "136")
    assert (refused.code, world.asked) == (1, [])
    assert words in refused.told


def test_a_request_that_the_worker_declines_ends_with_code_1(world):
    world.tell(LANE, seen(), parked())
    world.answering = False

    async def decline(topic, key, value, headers=()):
        request = decode_request(value)
        taken = RequestTaken(request=request.id, done=False, detail="it is not parked")
        world.tell(key.decode(), taken)

    world.send = decline
    done = world.isthmus("retry", "invoice", "136")
    assert (done.code, done.out) == (1, "Not done: it is not parked.\n")


def locked_out(lockout="3-x-1", until=FAR):
    return LockedOut(lockout=lockout, lane=LANE, until=until, reason="QuickBooks says locked")


def test_lockouts_are_listed_with_the_time_that_is_left(world):
    world.tell(LANE, locked_out())
    other = "t1/mediaos/43"
    world.tell(other, LaneWaited(why="locked: QuickBooks says locked", until=FAR, lockout="lock-2"))
    world.tell("t1/mediaos/44", LaneWaited(why="budget", until=FAR))

    code, found = world.json("lockouts", "list")
    assert code == 0
    assert [(each["id"], each["partition"], each["lane"]) for each in found] == [
        ("3-x-1", world.partition_of(LANE), LANE),
        ("lock-2", None, other),
    ]
    assert found[0]["seconds_left"] > 0
    assert "QuickBooks says locked" in world.isthmus("lockouts", "list").out


def test_a_lockout_is_released_through_the_lane_that_it_names(world):
    world.tell(LANE, locked_out())
    assert world.isthmus("lockouts", "release", "3-x-1").code == 0
    [(_, key, request)] = world.asked
    assert key == LANE
    assert request == ReleaseLockout(id=request.id, lane=LANE, lockout="3-x-1", by="ada")
    assert "No lockout is in force" in world.isthmus("lockouts", "list").out
    again = world.isthmus("lockouts", "release", "3-x-1")
    assert (again.code, len(world.asked)) == (1, 1)
    assert "No lockout 3-x-1 is in force" in again.told


def test_a_lockout_of_one_customer_is_released_by_its_id_too(world):
    world.tell(LANE, LaneWaited(why="locked: care", until=FAR, lockout="lock-2"))
    world.isthmus("lockouts", "release", "lock-2")
    [(_, key, request)] = world.asked
    expected = ReleaseLockout(id=request.id, lane=LANE, lockout="lock-2", by="ada")
    assert (key, request) == (LANE, expected)


def test_locks_again_and_again_on_one_customer_are_said(world):
    now = SystemClock().now()
    for minutes in (90, 60, 30):
        at = now - timedelta(minutes=minutes)
        world.tell(LANE, replace(locked_out(), at=at))
    world.tell("t1/mediaos/43", LaneWaited(why="locked: x", until=FAR, lockout="l2", at=now))

    _, found = world.json("lockouts", "list")
    assert [each["locks_within_a_day"] for each in found] == [3, 1]
    _, whole = world.json("status")
    assert whole["locked_again"] == {LANE: 3}
    assert f"{LANE} was locked 3 times within a day" in world.isthmus("status").out


def test_a_lockout_is_asked_for_in_fractions_of_minutes(world):
    done = world.isthmus("lockouts", "impose", LANE, "--minutes", "0.5", "--reason", "month end")
    assert done.code == 0
    [(_, key, request)] = world.asked
    assert key == LANE
    expected = ImposeLockout(id=request.id, lane=LANE, minutes=0.5, reason="month end", by="ada")
    assert request == expected


def test_a_lockout_of_what_is_no_lane_is_refused(world):
    refused = world.isthmus("lockouts", "impose", "t1/42")
    assert (refused.code, world.asked) == (1, [])
    assert "expected TENANT/SIDE/CUSTOMER" in refused.told


def test_status_counts_what_waits(world):
    world.tell(LANE, seen(), parked(), seen("137"), decided_of("137"), held(change()))
    world.tell("t1/mediaos/43", LaneWaited(why="budget", until=START + timedelta(seconds=9)))
    world.tell("t1/mediaos/44", locked_out())
    world.tell(LANE, term="a-term-that-is-over")

    code, found = world.json("status")

    assert code == 0
    assert (found["lanes"], found["documents"], found["held_events"]) == (2, 2, 1)
    assert found["parked"] == {"unmapped-product": 1}
    assert [each["decision"] for each in found["open_decisions"]] == ["t1/mediaos/invoice/136@1#1"]
    assert [(each["lane"], each["seconds_left"]) for each in found["waiting"]] == [
        ("t1/mediaos/43", 0)
    ]
    assert [each["id"] for each in found["lockouts"]] == ["3-x-1"]
    journal = found["journal"][world.partition_of(LANE)]
    assert journal["records"] == len(world.journal.records[world.partition_of(LANE)])
    assert "1 unmapped-product" in world.isthmus("status").out


def decided_of(record_id):
    return replace(decided(), document=f"mediaos/invoice/{record_id}")


def test_a_record_that_cannot_be_folded_is_told_and_blinds_no_command_for_the_others(
    world, monkeypatch
):
    elsewhere = next(
        lane for n in range(90) if world.partition_of(lane := f"t1/mediaos/{n}") != PARTITION
    )
    evolve = KeptFolding.evolve

    def evolved(self, key, state, fact):
        match fact:
            case LaneWaited():
                raise ValueError("a fault of ours")
            case _:
                return evolve(self, key, state, fact)

    monkeypatch.setattr(KeptFolding, "evolve", evolved)
    world.tell(LANE, seen(), parked())
    at = world.tell(LANE, LaneWaited(reason=WaitReason.SUSPENDED, why="w", until=None))
    world.tell(LANE, seen("138"), parked(BY_HAND, "138"))
    world.tell(elsewhere, seen("137"), parked(BY_HAND, "137"))

    for _ in ("from the beginning", "from what is kept"):
        told = world.isthmus("parked", "--json")
        assert told.code == 0
        assert [each["record"] for each in json.loads(told.out)] == [
            INVOICE_136,
            "mediaos/invoice/137",
        ]
        said = told.told
        assert f"record {at} of partition {PARTITION} ({LANE}) cannot be folded" in said
        assert "run the release that wrote it" in said
        assert "What is shown of this partition is as it was before." in said
        assert "Traceback" not in said


def test_status_of_a_new_installation(world):
    out = world.isthmus("status").said
    assert (
        "0 lanes (0 of them forwarding only), 0 documents, 0 held events, 0 open decisions." in out
    )
    assert "Nothing is parked." in out


def test_while_the_journal_is_rewritten_status_and_whoever_reads_it_say_what_ends_that(world):
    assert world.json("status")[1]["rewriting"] is None
    world.rewriting = "The journal is being rewritten: run `isthmus erase t1 42` again."

    assert world.rewriting in world.isthmus("status").told
    assert world.rewriting in world.isthmus("parked").told
    assert world.json("status")[1]["rewriting"] == world.rewriting


def test_status_says_how_much_waits_and_when_it_clears(world):
    _, found = world.json("status")
    assert found["backlog"] == {"events": 0, "clears_at": None}
    assert "Backlog" not in world.isthmus("status").out

    world.tell(LANE, seen(), held(change()))
    world.queued = {TopicPartition("mediaos-changes", 3): 1999}
    now = SystemClock().now()
    _, found = world.json("status")
    clears = datetime.fromisoformat(found["backlog"]["clears_at"])
    assert found["backlog"]["events"] == 2000
    assert timedelta(minutes=7) <= clears - now < timedelta(minutes=8)
    assert "Backlog: 2,000 events, which clears at 20" in world.isthmus("status").out


def test_status_tells_no_time_of_clearing_while_a_tenant_is_suspended(world):
    world.tell("t1", Suspended(request="r1", suspension=STANDING))
    world.tell(LANE, seen(), held(change()))
    world.queued = {TopicPartition("isthmus-intake", 3): 1999}

    assert world.json("status")[1]["backlog"] == {"events": 2000, "clears_at": None}
    told = " ".join(world.isthmus("status").out.split())
    assert "Backlog: 2,000 events, which clears at a time that is not known" in told


def test_what_waits_behind_a_lockout_clears_after_it(world):
    partition = world.partition_of(LANE)
    world.tell(LANE, locked_out())
    world.queued = {TopicPartition("isthmus-intake", partition): 2000}
    _, found = world.json("status")
    clears = datetime.fromisoformat(found["backlog"]["clears_at"])
    assert clears == FAR + timedelta(minutes=7)


def test_status_says_up_to_when_all_changes_of_a_side_are_taken_in(world):
    world.tell("t1", Swept(side=Side.QBO, until=START))

    _, found = world.json("status")

    assert found["covered"] == {"t1": {"mediaos": None, "qbo": "2026-03-02T09:00:00Z"}}
    assert "MediaOS not known yet, QuickBooks up to 2026-03-02 09:00:00Z" in (
        world.isthmus("status").said
    )


def test_status_says_of_a_side_what_is_newer_in_the_view_than_in_the_journal(world):
    world.tell("t1", Swept(side=Side.QBO, until=START), Swept(side=Side.MEDIAOS, until=START))
    live = Coverage(tenant="t1", side=Side.QBO, until=START + timedelta(hours=9))
    older = Coverage(tenant="t1", side=Side.MEDIAOS, until=START - timedelta(hours=9))
    for told in (live, older):
        world.publish("isthmus-coverage", told.key.encode(), encode(told))
    world.publish("isthmus-coverage", b"t1/qbo", b"junk")

    _, found = world.json("status")

    assert found["covered"] == {
        "t1": {"mediaos": "2026-03-02T09:00:00Z", "qbo": "2026-03-02T18:00:00Z"}
    }
    assert found["view_unread"] is None
    assert "journal says" not in world.isthmus("status").out


def test_status_says_that_it_is_the_journals_word_where_the_view_cannot_be_read(world):
    world.tell("t1", Swept(side=Side.QBO, until=START))
    world.unreadable = TopicMissingError(Cluster(brokers="k1:9092"), "isthmus-coverage")

    _, found = world.json("status")

    assert found["covered"]["t1"]["qbo"] == "2026-03-02T09:00:00Z"
    assert "no topic isthmus-coverage" in found["view_unread"]
    out = world.isthmus("status").said
    assert "up to a day ago: TopicMissingError: Kafka has no topic isthmus-coverage" in out
