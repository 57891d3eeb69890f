"""`isthmus status` says how many calls each tenant has left on both sides, as the workers said."""

from datetime import datetime, timedelta

import pytest
from aiokafka.errors import TopicAuthorizationFailedError
from msgspec.structs import replace

from agents.cli import calls
from agents.process.clock import SystemClock
from schemas.calls import DayCalls, TenantCalls, WorkerCalls, decode_calls
from schemas.catalog import encode
from schemas.tenant_facts import TenantConnected
from schemas.tenant_state import Connected

PLACES = 250


def of_a_worker(*partitions, **more):
    told = WorkerCalls(
        at=SystemClock().now(),
        partitions=partitions,
        of=4,
        places=PLACES,
        tenants={"t1": TenantCalls(used=59, left=PLACES - 59, waiting=0)},
        mediaos={"t1": DayCalls(used=1_020, left=2_500 - 1_020)},
        day_places=2_500,
    )
    return replace(told, **more)


@pytest.fixture
def installation(world):
    company = Connected(version=1, realm="9130", environment="sandbox", installation="here")
    world.tell("t1", TenantConnected(request="r1", connection=company))

    def say(told):
        world.publish("isthmus-calls", str(min(told.partitions)).encode(), encode(told))

    world.say = say
    return world


def test_what_is_left_of_the_minute_and_of_the_day_is_said(installation):
    installation.say(of_a_worker(0, 1))
    installation.say(of_a_worker(2, 3))

    done = installation.isthmus("status")
    assert (
        "Calls left: t1: QuickBooks takes 382 of 500 calls more this minute, MediaOS 2,960 of "
        "5,000 within 24 hours." in done.said
    )
    assert max(map(len, done.out.splitlines())) <= 80
    _, told = installation.json("status")
    assert told["calls"]["t1"]["left"] == 382
    assert told["calls"]["t1"]["mediaos"] == {"used": 2_040, "left": 2_960}
    assert told["calls_unread"] is None


def test_where_no_worker_has_said_it_that_is_said(installation):
    unsaid = "Calls left: t1: how many calls QuickBooks and MediaOS still take, no worker has said"
    assert f"{unsaid} yet." in installation.isthmus("status").said
    installation.publish("isthmus-calls", b"0", b"{")
    installation.say(of_a_worker(0, 1))
    assert f"{unsaid} yet." in installation.isthmus("status").said


def test_beside_a_worker_of_before_mediaos_is_not_known(installation):
    installation.say(of_a_worker(0, 1))
    installation.say(of_a_worker(2, 3, mediaos=None))

    assert "how many MediaOS still takes is not known yet." in installation.isthmus("status").said


def test_who_may_not_read_it_is_told_the_rest(installation):
    installation.unreadable = TopicAuthorizationFailedError("isthmus-calls")

    done = installation.isthmus("status")
    assert done.code == 0
    assert "How many calls are left on both sides is not known: TopicAuth" in done.said
    assert "Nothing is parked." in done.said


def test_of_an_hour_s_words_of_a_worker_only_the_last_are_understood(installation, monkeypatch):
    """All of them took more than the 20 seconds that there are, with a thousand tenants."""
    understood = []

    def counted(value):
        understood.append(value)
        return decode_calls(value)

    monkeypatch.setattr(calls, "decode_calls", counted)
    now = SystemClock().now()
    for seconds in range(360, 0, -1):
        at = now - timedelta(seconds=seconds)
        installation.say(of_a_worker(0, 1, at=at))
        installation.say(of_a_worker(2, 3, at=at))
    installation.publish("isthmus-calls", b"0", b"{")

    _, told = installation.json("status")
    assert told["calls"]["t1"]["left"] == 382
    assert datetime.fromisoformat(told["calls"]["t1"]["at"]) == now - timedelta(seconds=1)
    assert len(understood) <= 2 * calls.LAST


def test_of_more_keys_than_there_are_workers_those_that_spoke_last_are_heard(installation):
    for number in range(calls.MOST_WORKERS + 5):
        installation.publish("isthmus-calls", f"made-up-{number}".encode(), b"{")
    installation.say(of_a_worker(0, 1, 2, 3))

    _, told = installation.json("status")
    assert told["calls"]["t1"]["used"] == 59
