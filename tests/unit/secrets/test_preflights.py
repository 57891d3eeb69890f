"""One preflight of a tenant runs at a time, on whichever gateway, and what it found is sealed."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from streams.secrets.preflights import SILENT, KeptPreflight, KeptPreflights
from streams.secrets.schema import bring_up

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = Fernet.generate_key().decode()


class Clock:
    at = NOW

    def now(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def gateways(connections_url, clock):
    made = [KeptPreflights(connections_url, [KEY], clock) for _ in range(2)]
    bring_up(made[0]._engine)
    yield made
    for each in made:
        each.close()


def test_whoever_begins_one_has_it_and_another_gateway_sees_how_far_it_is(gateways):
    here, there = gateways

    assert here.begin("t1", "a", "0 of 10")
    assert not there.begin("t1", "b", "0 of 10")
    assert there.begin("t2", "c", "0 of 3")
    assert here.tell("t1", "a", "7 of 10", ended=False)

    assert there.of("t1") == KeptPreflight(run="a", heard_at=NOW, ended=False, told="7 of 10")
    assert there.of("t3") is None


def test_one_that_has_ended_gives_way_to_the_next(gateways):
    here, there = gateways
    here.begin("t1", "a", "")
    assert here.tell("t1", "a", "nothing in the way", ended=True)
    assert not here.tell("t1", "a", "late", ended=False)

    assert there.of("t1").told == "nothing in the way"
    assert there.begin("t1", "b", "0 of 10")
    assert not here.of("t1").ended


def test_one_whose_gateway_has_ended_gives_way_after_a_while_and_says_no_more(gateways, clock):
    here, there = gateways
    here.begin("t1", "a", "")

    clock.at = NOW + SILENT
    assert not there.begin("t1", "b", "")
    clock.at += timedelta(seconds=1)
    assert there.begin("t1", "b", "")

    assert not here.tell("t1", "a", "late", ended=True)
    assert there.of("t1").run == "b"


def test_one_whose_gateway_has_ended_and_whose_clock_was_ahead_gives_way_at_once(gateways, clock):
    here, there = gateways
    clock.at = NOW + timedelta(days=1)
    here.begin("t1", "a", "")

    clock.at = NOW
    assert there.begin("t1", "b", "")
    assert there.of("t1").run == "b"


def test_of_two_gateways_whose_clocks_are_a_little_apart_the_first_keeps_it(gateways, clock):
    here, there = gateways
    clock.at = NOW + SILENT
    here.begin("t1", "a", "")

    clock.at = NOW
    assert not there.begin("t1", "b", "")


def test_who_reads_the_database_sees_nothing_and_what_is_copied_or_lost_opens_for_nobody(
    gateways, connections_url, clock
):
    here, _ = gateways
    here.begin("t1", "a", "Harbour Books owes 100.00")
    with here._engine.begin() as database:
        [row] = database.execute(text("SELECT * FROM preflights"))
        assert b"Harbour" not in bytes(row.told)
        database.execute(text("UPDATE preflights SET tenant = 't2'"))
    assert here.of("t2").told is None

    other = KeptPreflights(connections_url, [Fernet.generate_key().decode()], clock)
    here.begin("t1", "a", "Harbour Books owes 100.00")
    assert other.of("t1") == KeptPreflight(run="a", heard_at=NOW, ended=False, told=None)
    other.close()


def test_under_a_new_key_what_was_found_opens_without_the_old_one(gateways, connections_url, clock):
    here, _ = gateways
    here.begin("t1", "a", "Harbour Books owes 100.00")
    here.tell("t1", "a", "Harbour Books owes 100.00", ended=True)
    here.begin("t2", "b", "7 of 10")
    new = Fernet.generate_key().decode()
    both, only_new = (KeptPreflights(connections_url, keys, clock) for keys in ([new, KEY], [new]))

    clock.at += timedelta(seconds=7)
    assert both.rotate() == (2, ())

    found = only_new.of("t1")
    assert (found.told, found.heard_at, found.ended) == ("Harbour Books owes 100.00", NOW, True)
    assert not only_new.of("t2").ended
    assert here.of("t1").told is None
    assert here.tell("t2", "b", "8 of 10", ended=False), "a gateway that runs one goes on"
    for each in (both, only_new):
        each.close()


def test_what_no_key_opens_stays_for_the_key_that_does(gateways, connections_url, clock):
    here, _ = gateways
    here.begin("t1", "a", "Harbour Books owes 100.00")
    other = KeptPreflights(connections_url, [Fernet.generate_key().decode()], clock)

    assert other.rotate() == (0, ("t1",))
    assert here.of("t1").told == "Harbour Books owes 100.00"
    other.close()


def test_what_a_gateway_with_the_old_key_tells_meanwhile_is_under_the_new_one_as_well(
    gateways, connections_url, clock, monkeypatch
):
    old, _ = gateways
    old.begin("t1", "a", "7 of 10")
    new = Fernet.generate_key().decode()
    both, only_new = (KeptPreflights(connections_url, keys, clock) for keys in ([new, KEY], [new]))
    opened, times = both._opened, []

    def slow(row):
        found = opened(row)
        times.append(row)
        if len(times) == 1:
            old.tell("t1", "a", "Harbour Books owes 100.00", ended=True)
        return found

    monkeypatch.setattr(both, "_opened", slow)

    assert both.rotate() == (1, ())

    assert only_new.of("t1").told == "Harbour Books owes 100.00"
    # Afterwards it goes on as before, and is told by name.
    old.begin("t2", "b", "0 of 3")
    assert only_new.of("t2") == KeptPreflight(run="b", heard_at=NOW, ended=False, told=None)
    assert only_new.rotate() == (1, ("t2",))
    assert both.rotate() == (2, ())
    for each in (both, only_new):
        each.close()


def test_who_tells_without_an_end_is_named_and_keeps_nobody(
    gateways, connections_url, clock, monkeypatch
):
    old, _ = gateways
    old.begin("t1", "a", "")
    both = KeptPreflights(connections_url, [Fernet.generate_key().decode(), KEY], clock)
    opened = both._opened

    def beside(row):
        old.tell("t1", "a", "", ended=False)
        return opened(row)

    monkeypatch.setattr(both, "_opened", beside)

    assert both.rotate() == (0, ("t1",))
    both.close()
