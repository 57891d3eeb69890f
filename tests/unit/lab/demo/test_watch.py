"""Does the watch count what came true, and nothing else?"""

import asyncio
from datetime import UTC, datetime

import pytest

from agents.lab.demo.watch import Watch
from schemas.catalog import NotUnderstoodError, encode
from schemas.command_facts import CommandApplied, Refused, Unanswered
from schemas.envelope import JournalRecord
from schemas.facts import Linked, Parked
from schemas.outcomes import Fault, Verdict
from schemas.state import Park, ParkReason
from schemas.tenant_facts import Mapped
from schemas.values import Kind, Revision, Side

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LANE = "demo/mediaos/1"
LINK = Linked(kind=Kind.INVOICE, document="d", mediaos="136", qbo="9", home=LANE)
LOST = Unanswered(command="c", number=1, detail="reset")


@pytest.fixture
def told():
    return []


@pytest.fixture
def watch(told):
    return Watch("demo", told.append, lambda: 5.0)


def step(watch, *facts, term="t1", lane=LANE, claim=None, partition=3):
    record = JournalRecord(term=term, lane=lane, at=NOW, claim=claim, facts=facts)
    watch.take_step(partition, record)


async def test_a_link_is_waited_for(watch):
    step(watch, claim="t1")
    waiting = asyncio.create_task(watch.linked(Kind.INVOICE, "136"))
    await asyncio.sleep(0)
    step(watch, LINK)
    await watch.read_some()
    assert await waiting == "9"
    assert watch.crossed(Kind.INVOICE) == 1
    assert watch.crossed(Kind.PAYMENT) == 0


def test_what_is_none_of_ours_is_gone_past_and_what_comes_behind_it_counts(watch):
    step(watch, claim="t1")
    for value in (b"{}", b"\xff", b"", b'{"term": "nobody", "lane": 5}'):
        watch.take(3, value)
    watch.take(3, encode(JournalRecord(term="t1", lane=LANE, at=NOW, facts=(LINK,))))
    assert watch.crossed(Kind.INVOICE) == 1
    with pytest.raises(NotUnderstoodError):
        watch.take(3, b'{"term": "t1", "lane": 5}')


def test_a_record_of_a_term_that_is_over_never_happened(watch):
    step(watch, claim="t1")
    step(watch, claim="t2", term="t2")
    step(watch, LINK, term="t1")
    assert watch.crossed(Kind.INVOICE) == 0


def test_another_tenants_facts_do_not_count(watch):
    step(watch, claim="t1")
    step(watch, LINK, lane="other/mediaos/1")
    assert watch.crossed(Kind.INVOICE) == 0


def test_claims_are_kept_with_their_times(watch):
    step(watch, claim="t1", partition=3)
    step(watch, claim="t2", partition=4)
    assert watch.claims == [(3, 5.0), (4, 5.0)]


def test_a_lost_answer_is_told_and_known_in_the_end(watch, told):
    step(watch, claim="t1")
    step(watch, LOST)
    assert (watch.unanswered, watch.answered_later) == ({"c"}, set())
    assert told == ["no answer came to c: reset"]
    done = CommandApplied(
        command="c",
        side=Side.QBO,
        kind=Kind.INVOICE,
        id="9",
        revision=Revision(deleted=False, number=0),
        record=None,
        at=NOW,
    )
    step(watch, done)
    assert watch.answered_later == {"c"}


def test_a_mapping_is_noted(watch):
    step(watch, claim="t1")
    step(watch, Mapped(request="r", source="7", target="2"), lane="demo")
    assert watch.mapped == {"7"}


def test_only_the_same_notice_word_for_word_came_twice(watch):
    watch.take_notice(b"k", b"one")
    watch.take_notice(b"k", b"two")
    watch.take_notice(b"k", b"one")
    assert watch.notices_twice == 1


def test_a_link_is_known_once_it_is_there(watch):
    step(watch, claim="t1")
    before = watch.link(Kind.INVOICE, "136")
    step(watch, LINK)
    assert (before, watch.link(Kind.INVOICE, "136")) == (None, "9")


def test_the_lane_in_which_a_document_waits_is_found(watch):
    step(watch, claim="t1")
    park = Park(reason=ParkReason.CONFLICT, detail="")
    step(watch, Parked(document="d", event="e", park=park, at=NOW))
    assert watch.lane_of("d") == LANE
    with pytest.raises(KeyError):
        watch.lane_of("another")


def test_what_came_of_a_command_is_known_by_a_refusal_too(watch):
    step(watch, claim="t1")
    fault = Fault(side=Side.QBO, status=400, code="5010", message="stale")
    step(watch, LOST)
    step(watch, Refused(command="c", fault=fault, verdict=Verdict.STALE))
    assert watch.answered_later == {"c"}
