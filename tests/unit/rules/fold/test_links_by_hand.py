"""Whose is a customer that persons link, unlink and link again, whoever is read first?"""

from datetime import timedelta
from itertools import permutations

from agents.rules.fold.rows import evolve, routes
from schemas.facts import Linked, Unlinked
from schemas.rows import OwnerRow, RecordOwnerRow
from schemas.state import Owner
from schemas.values import Kind
from tests.testing.simulated.clock import START

THERE, RECORD = str(OwnerRow("t1/qbo/500")), str(RecordOwnerRow("t1", "qbo/customer/500"))
MINUTE = timedelta(minutes=1)


def linked(customer, minute):
    at = START + minute * MINUTE if minute is not None else None
    home, name = f"t1/mediaos/{customer}", f"mediaos/customer/{customer}"
    return Linked(kind=Kind.CUSTOMER, document=name, mediaos=customer, qbo="500", home=home, at=at)


def unlinked(customer, minute):
    return Unlinked(
        kind=Kind.CUSTOMER,
        document=f"mediaos/customer/{customer}",
        mediaos=customer,
        qbo="500",
        generation=1,
        at=START + minute * MINUTE,
    )


def folded(*partitions):
    rows = {}
    for number, (lane, facts) in enumerate(partitions):
        for key, told in routes(number, lane, facts, rows.get):
            rows[key] = evolve(key, rows.get(key), told)
    return rows


def test_the_last_word_counts_in_whatever_order_partitions_are_read():
    first = ("t1/mediaos/42", (linked("42", None), unlinked("42", 1)))
    second = ("t1/mediaos/43", (linked("43", 2),))
    for order in permutations((first, second)):
        rows = folded(*order)
        assert rows[THERE] == Owner(lane="t1/mediaos/43", since=START + 2 * MINUTE)
        assert rows[RECORD].lane == "t1/mediaos/43"
        assert rows[str(RecordOwnerRow("t1", "mediaos/customer/42"))] is None


def test_unlinked_it_speaks_for_itself_and_its_advertiser_can_be_linked_anew():
    rows = folded(("t1/mediaos/42", (linked("42", None), unlinked("42", 1))))
    assert rows[THERE].lane == "t1/qbo/500"
    assert (rows[RECORD].lane, rows[RECORD].document) == ("t1/qbo/500", "")
    again = folded(("t1/mediaos/42", (linked("42", 1), unlinked("42", 2), linked("42", 3))))
    assert again[THERE].lane == "t1/mediaos/42"
    assert again[RECORD].document == "mediaos/customer/42"
