"""Whatever comes in at whichever door: a result or a clear refusal, soon, and in little memory."""

import contextlib
import gc
import json
import os
import resource
import time
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from schemas.catalog import NotUnderstoodError, decode_intake
from schemas.facts import Fact
from schemas.requests import Request
from streams.journal.rebuild import compare
from streams.journal.store import Store
from tests.fuzz.absurd import NOT_SPOILT, changes, spoils, written
from tests.fuzz.doors import DOORS, JOURNALS, ONWARDS, close, loop
from tests.fuzz.onwards import Installation, stored
from tests.fuzz.samples import samples_of

INPUTS = int(os.environ.get("FUZZ_INPUTS", "10000"))
SEED = int(os.environ.get("FUZZ_SEED", "20261128"))
EACH = -(-INPUTS // len(DOORS))
SLOWEST_SECONDS, LARGEST_MB = 0.5, 50.0
#: Inputs whose journal PostgreSQL keeps, beside SQLite.
KEPT = 400


class Tally:
    """What became of all inputs of this session."""

    def __init__(self):
        self.doors = {}
        self.escaped = []
        #: Seconds, which door, and what came in there.
        self.slowest = (0.0, "", "")
        self.largest = 0.0

    def take(self, name, door, value):
        began, had = time.process_time(), _megabytes()
        try:
            outcome = door(value)
        except Exception as fault:  # noqa: BLE001 - which one it was is what is looked for
            outcome = "escaped"
            self.escaped.append((name, repr(fault)[:300], value[:300]))
        spent = time.process_time() - began
        if spent >= SLOWEST_SECONDS and outcome != "escaped":
            # What is slow by itself is so again; a collection of garbage is not.
            began = time.process_time()
            door(value)
            spent = min(spent, time.process_time() - began)
        self.slowest = max(self.slowest, (spent, name, _shown(value)))
        self.largest = max(self.largest, _megabytes() - had)
        self.doors.setdefault(name, Counter())[outcome] += 1

    def told(self):
        return {
            "inputs": sum(sum(each.values()) for each in self.doors.values()),
            "escaped": len(self.escaped),
            "slowest_s": round(self.slowest[0], 4),
            "largest_mb": round(self.largest, 2),
            "seed": SEED,
            "onwards": ONWARDS.taken + JOURNALS.taken,
            "doors": {name: dict(each) for name, each in self.doors.items()},
        }


def _shown(value):
    return repr(value)[:300]


def _megabytes():
    """Return the most that this process ever had: what one input adds to it is what it took."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.fixture(scope="module")
def tally():
    tally = Tally()
    # What a session of thousands of tests has in memory is no input's to look through.
    gc.collect()
    gc.freeze()
    yield tally
    close()
    if where := os.environ.get("FUZZ_RESULT"):
        Path(where).parent.mkdir(parents=True, exist_ok=True)
        Path(where).write_text(json.dumps(tally.told(), indent=1))


@pytest.mark.parametrize("name", DOORS)
def test_nothing_that_comes_in_escapes_or_holds_anybody_up(name, tally):
    door, samples = DOORS[name]

    @seed(SEED)
    @settings(
        max_examples=EACH,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 10**6), changes, spoils)
    def knock(number, changed, spoil):
        tally.take(name, door, written(samples[number % len(samples)], changed, spoil))

    for sample in samples:
        tally.take(name, door, written(sample, (), NOT_SPOILT))
    knock()
    assert [each for each in tally.escaped if each[0] == name] == []
    assert tally.slowest < (SLOWEST_SECONDS,)
    assert tally.largest < LARGEST_MB
    assert sum(tally.doors[name].values()) >= EACH // 2


@pytest.mark.postgres
@pytest.mark.usefixtures("tally")
def test_what_passes_is_kept_by_postgresql_as_by_sqlite(postgres_database):
    run = loop().run_until_complete
    installation = Installation()
    run(installation.begin())

    @seed(SEED)
    @settings(max_examples=KEPT, database=None, deadline=None, phases=[Phase.generate])
    @given(st.sampled_from(DOORS["isthmus-intake"][1]), changes)
    def take(sample, changed):
        value = written(sample, changed, NOT_SPOILT)
        with contextlib.suppress(NotUnderstoodError):
            decode_intake(value)
            run(installation.take("isthmus-intake", b"t1/mediaos/1001", value))

    take()
    journal, clock = installation.journal, installation.world.clock
    run(installation.end())
    with (
        contextlib.closing(Store("sqlite://")) as sqlite,
        contextlib.closing(Store(postgres_database)) as postgresql,
    ):
        for store in (sqlite, postgresql):
            run(stored(journal, clock, store))
        assert list(compare(sqlite, postgresql)) == []
    assert installation.taken >= KEPT // 20


@pytest.mark.parametrize("union", [Request, Fact], ids=["requests", "facts"])
def test_there_is_a_good_sample_of_whatever_our_types_know(union):
    samples = samples_of(union)
    tags = {each.tag for each in msgspec.inspect.type_info(union).types}
    assert {each["type"] for each in samples} == tags
    for sample in samples:
        msgspec.json.decode(msgspec.json.encode(sample), type=union)
