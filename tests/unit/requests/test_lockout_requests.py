"""What becomes of records on the topic of lockouts."""

import base64
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from msgspec.structs import replace

from agents.intake.known_tenants import everyone
from agents.requests.lockout_requests import LockoutRequests
from schemas.catalog import decode_request, encode
from schemas.requests import ImposeLockout, ReleaseLockout
from schemas.state import Lockout
from streams.ports import Delivery, TopicPartition
from tests.testing.simulated.clock import SimulatedClock
from tests.testing.simulated.kafka import SimulatedKafka

LANE = "t1/mediaos/42"
SERVICE = "isthmus-lockouts: a service"


class Room:
    """The handler, and what it sends."""

    def __init__(self) -> None:
        self.clock, self.kafka = SimulatedClock(), SimulatedKafka(3)
        self.handler = LockoutRequests(self.kafka, self.clock, everyone)
        self.until = self.clock.now() + timedelta(minutes=20)

    async def takes(self, value: bytes | None) -> None:
        tp = TopicPartition("isthmus-lockouts", 1)
        delivery = Delivery(tp=tp, offset=7, key=b"any", value=value, generation=1)
        assert await self.handler.handle(delivery)

    @property
    def asked(self) -> list[object]:
        return [decode_request(value) for value in self.kafka.values("isthmus-requests")]

    @property
    def letters(self) -> list[dict[str, object]]:
        return [orjson.loads(value) for value in self.kafka.values("isthmus-dead-letters")]

    def wish(self, **changed: object) -> bytes:
        fields = {
            "request": "impose",
            "id": "year-end",
            "lane": LANE,
            "until": self.until.isoformat(),
            "reason": "the year is closed",
        }
        return orjson.dumps({**fields, **changed})


@pytest.fixture
def room():
    return Room()


async def test_a_lockout_that_is_asked_for_reaches_the_requests_of_its_lane(room):
    await room.takes(room.wish())
    expected = ImposeLockout(
        id="year-end", lane=LANE, until=room.until, reason="the year is closed", by=SERVICE
    )
    assert room.asked == [expected]
    partition = room.kafka.partition_of(LANE.encode())
    [record] = room.kafka.topics["isthmus-requests"].records[partition]
    assert record.key == LANE.encode()


async def test_a_release_reaches_them_too(room):
    await room.takes(
        orjson.dumps({"request": "release", "id": "r1", "lane": LANE, "lockout": "lock-1"})
    )
    assert room.asked == [ReleaseLockout(id="r1", lane=LANE, lockout="lock-1", by=SERVICE)]


async def test_our_own_view_asks_for_nothing(room):
    standing = Lockout(id="lock-1", lane=LANE, until=room.until, reason="QuickBooks says locked")
    for view in (encode(standing), b"null", None):
        await room.takes(view)
    assert (room.asked, room.letters) == ([], [])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"request": "impale"}, "impale"),
        ({"lane": "t1/42"}, "lane"),
        ({"lane": None}, "lane"),
        ({"until": "tomorrow"}, "until"),
        ({"until": "2026-03-02T09:20:00"}, "until"),
        ({"until": (datetime(2100, 1, 1, tzinfo=UTC)).isoformat()}, "a day ahead"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 201}, "reason"),
        ({"id": "a b"}, "id"),
        ({"request": None, "until": "never"}, "until"),
    ],
    ids=str,
)
async def test_a_wish_that_cannot_be_understood_is_a_dead_letter_that_names_the_field(
    room, change, named
):
    wish = room.wish(**change)
    await room.takes(wish)
    [letter] = room.letters
    assert named in letter["reason"]
    assert base64.b64decode(letter["value"]) == wish
    assert (letter["topic"], letter["partition"], letter["offset"]) == ("isthmus-lockouts", 1, 7)
    assert room.asked == []


@pytest.mark.parametrize("value", [b"{", b"[]", b"\xff", b"7", b"{}"])
async def test_garbage_is_a_dead_letter(room, value):
    await room.takes(value)
    assert len(room.letters) == 1
    assert room.asked == []


async def test_a_record_that_is_read_twice_asks_for_the_same_end(room):
    await room.takes(room.wish())
    await room.clock.advance(60)
    await room.takes(room.wish())
    first, second = room.asked
    assert first == second == replace(first, until=room.until)
