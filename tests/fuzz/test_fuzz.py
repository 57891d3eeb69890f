"""Whatever comes in at whichever door: a result or a clear refusal, soon, and in little memory."""

import gc
import json
import os
import resource
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.absurd import changes, spoils, written
from tests.fuzz.doors import DOORS, close

INPUTS = int(os.environ.get("FUZZ_INPUTS", "20000"))
SEED = int(os.environ.get("FUZZ_SEED", "20261128"))
EACH = -(-INPUTS // len(DOORS))
SLOWEST_SECONDS, LARGEST_MB = 0.5, 50.0


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
    gc.unfreeze()
    close()
    if where := os.environ.get("FUZZ_RESULT"):
        Path(where).parent.mkdir(parents=True, exist_ok=True)
        Path(where).write_text(json.dumps(tally.told(), indent=1))


@pytest.mark.parametrize("name", DOORS)
def test_nothing_that_comes_in_escapes_or_holds_anybody_up(name, tally):
    door, samples = DOORS[name]

    @seed(SEED)
    @settings(
        max_examples=-(-EACH // len(samples)),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(changes, spoils)
    def knock(changed, spoil):
        for sample in samples:
            tally.take(name, door, written(sample, changed, spoil))

    knock()
    assert [each for each in tally.escaped if each[0] == name] == []
    assert tally.slowest < (SLOWEST_SECONDS,)
    assert tally.largest < LARGEST_MB
    assert sum(tally.doors[name].values()) >= EACH // 2
