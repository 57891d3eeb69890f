"""When does so much that one side takes away stop, over whatever lanes, and until when?"""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.rules.documents.removal_guard import (
    LEAST,
    MOST,
    REMEMBERED,
    WITHIN,
    confirmed,
    counted,
    evolve_removals,
    may_go,
    most,
    of,
    told,
)
from schemas.engine_requests import CountRemoval
from schemas.requests import ConfirmRemovals
from schemas.tenant_state import Tenant
from schemas.values import Side
from tests.unit.rules.records import AT

MANY = 1000


def asked(n, side=Side.MEDIAOS) -> CountRemoval:
    record = f"{side.other}/invoice/{n}"
    return CountRemoval(id=f"r{n}", tenant="t1", side=side, record=record, amount=Decimal(n))


def after(tenant, n, at=AT, *, side=Side.MEDIAOS, standing=MANY) -> Tenant:
    for fact in counted(tenant, asked(n, side), standing, at)[2]:
        tenant = evolve_removals(tenant, fact)
    return tenant


def opened(tenant, side=Side.MEDIAOS) -> Tenant:
    wish = ConfirmRemovals(id="c", tenant="t1", guard=of(tenant, side).guard, by="Ada")
    for fact in confirmed(tenant, wish)[2]:
        tenant = evolve_removals(tenant, fact)
    return tenant


def closed(how_many=MOST + 1) -> Tenant:
    tenant = Tenant()
    for n in range(how_many):
        tenant = after(tenant, n)
    return tenant


def test_what_went_is_told_in_each_currency_by_itself():
    tenant = Tenant()
    for n, currency in enumerate(["", "EUR", "EUR", *[""] * MOST], start=1):
        wish = replace(asked(n), amount=Decimal(10), currency=currency)
        for fact in counted(tenant, wish, MANY, AT)[2]:
            tenant = evolve_removals(tenant, fact)
    assert "10 went before (80.00 and 20.00 EUR in all)" in told(tenant, Side.MEDIAOS)


@pytest.mark.parametrize(
    ("standing", "may"),
    [(0, LEAST), (14, LEAST), (39, LEAST), (40, 4), (99, 9), (100, 10), (100_000, 10)],
)
def test_ten_may_go_or_a_tenth_but_always_an_invoice_with_its_payments(standing, may):
    assert most(standing) == may


def test_the_eleventh_within_an_hour_closes_the_guard_and_says_what_went():
    ten, eleven = closed(MOST), closed()

    assert of(ten, Side.MEDIAOS).guard == ""
    assert told(ten, Side.MEDIAOS) == ""
    assert of(eleven, Side.MEDIAOS).guard
    assert not may_go(eleven, Side.MEDIAOS, "qbo/invoice/10")
    assert may_go(eleven, Side.MEDIAOS, "qbo/invoice/9")
    assert "10 went before (45.00 in all)" in told(eleven, Side.MEDIAOS)


def test_what_comes_after_it_waits_however_late_and_the_other_side_goes_on():
    tenant = closed()
    done, why, facts = counted(tenant, asked(50), MANY, AT + 3 * WITHIN)

    assert (done, facts) == (False, ())
    assert "isthmus confirm t1" in why
    assert may_go(after(tenant, 1, side=Side.QBO), Side.QBO, "mediaos/invoice/1")


def test_one_that_is_counted_again_counts_once():
    tenant = closed(MOST)
    assert counted(tenant, asked(3), MANY, AT) == (True, "it is counted already", ())


def test_an_hour_later_it_counts_anew():
    tenant = after(closed(MOST), 50, AT + WITHIN)
    assert [each.record for each in of(tenant, Side.MEDIAOS).passed] == ["qbo/invoice/50"]


def test_a_word_for_a_guard_opens_that_one_and_counts_anew():
    tenant = closed()
    guard = of(tenant, Side.MEDIAOS).guard
    tenant = opened(tenant)

    assert of(tenant, Side.MEDIAOS).guard == ""
    assert of(tenant, Side.MEDIAOS).confirmed == (guard,)
    assert may_go(after(tenant, 50), Side.MEDIAOS, "qbo/invoice/50")
    again = ConfirmRemovals(id="c2", tenant="t1", guard=guard, by="Ada")
    assert confirmed(tenant, again)[::2] == (False, ())


def test_an_empty_word_confirms_nothing():
    wish = ConfirmRemovals(id="c2", tenant="t1", guard="none", by="Ada")
    assert confirmed(Tenant(), wish)[::2] == (False, ())


def test_the_last_guards_are_known_and_no_more():
    tenant = Tenant()
    for hour in range(REMEMBERED + 5):
        for n in range(MOST + 1):
            tenant = after(tenant, hour * 100 + n, AT + 2 * hour * WITHIN)
        tenant = opened(tenant)
    assert len(of(tenant, Side.MEDIAOS).confirmed) == REMEMBERED


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 600)), max_size=60),
    st.integers(0, 300),
)
def test_never_do_more_go_within_an_hour_than_may(removals, standing):
    tenant, went, at = Tenant(), {}, AT
    for n, seconds in removals:
        at += timedelta(seconds=seconds)
        may = may_go(tenant, Side.MEDIAOS, asked(n).record)
        tenant = after(tenant, n, at, standing=standing)
        if not may and may_go(tenant, Side.MEDIAOS, asked(n).record):
            went[n] = at
        recent = [when for when in went.values() if at - when < WITHIN]
        assert len(recent) <= most(standing)
