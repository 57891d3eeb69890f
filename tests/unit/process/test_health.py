from agents.process.health import Health, Stand


class Hands:
    """A clock that a test moves."""

    def __init__(self):
        self.at = 1000.0

    def __call__(self):
        return self.at


def partition(*, waiting=True, mark=1, held=False):
    return Stand(name="isthmus-intake/3", waiting=waiting, mark=mark, held=held)


def after(seconds, stands, every=5.0):
    """Return the health of a worker that beats, and whose partition stands so all the time."""
    hands = Hands()
    health = Health(hands)
    for step in range(int(seconds / every) + 1):
        hands.at = 1000.0 + step * every
        health.beat()
        health.looked([stands(step)], ())
    return health


def test_a_loop_that_beats_is_alive_and_one_that_is_blocked_is_not():
    hands = Hands()
    health = Health(hands)
    hands.at += 29
    assert health.dead() == ()
    hands.at += 2
    assert health.dead() == ("the event loop is blocked for 31 s",)
    health.beat()
    assert health.dead() == ()


def test_a_partition_with_work_that_does_nothing_is_noticed_within_two_minutes():
    assert after(85, lambda _: partition()).dead() == ()
    assert after(115, lambda _: partition()).dead() == (
        "isthmus-intake/3: has work and has done nothing of it for 115 s",
    )


def test_a_partition_that_gets_on_or_has_no_work_is_well():
    assert after(600, lambda step: partition(mark=step)).dead() == ()
    assert after(600, lambda _: partition(waiting=False)).dead() == ()


def test_a_partition_that_is_locked_out_is_well_and_is_given_its_time_afterwards():
    assert after(1200, lambda _: partition(held=True)).dead() == ()
    released = after(1200, lambda step: partition(held=step < 230))
    assert released.dead() == ()


def test_while_kafka_is_away_it_is_alive_and_not_ready():
    hands = Hands()
    health = Health(hands)
    health.looked([partition()], ())
    for _ in range(100):
        hands.at += 5
        health.beat()
        health.kafka_away()
    assert health.dead() == ()
    assert health.unready() == ("Kafka does not answer",)
    health.looked([partition()], ())
    assert health.unready() == ()


def test_it_is_not_ready_before_it_has_started_nor_while_anything_is_missing():
    health = Health(Hands())
    assert health.unready() == ("the worker has not started yet",)
    health.looked([], ["partitions that are not claimed yet: 3"])
    assert health.unready() == ("partitions that are not claimed yet: 3",)
    health.looked([], [])
    assert health.unready() == ()
