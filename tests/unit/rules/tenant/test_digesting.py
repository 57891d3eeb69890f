"""To whom the digest of a day went is kept, once each, and of a day that is over no more."""

from datetime import date

from agents.rules.tenant.digesting import answer, evolve_digested
from schemas.kept_requests import BeginDigest, KeepDigest
from schemas.tenant_state import Digested, Tenant

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
ANN, BOB, EVE = "a" * 16, "b" * 16, "e" * 16


def after(tenant, day, *to, asked=KeepDigest, **more):
    done, detail, facts = answer(tenant, asked(id="k", tenant="t1", day=day, to=to, **more))
    for fact in facts:
        tenant = evolve_digested(tenant, fact)
    return done, detail, tenant


def test_who_got_it_later_that_day_is_kept_with_the_others():
    _, _, tenant = after(Tenant(), MONDAY, ANN)
    done, _, tenant = after(tenant, MONDAY, BOB, ANN)

    assert done
    assert tenant.digested == Digested(day=MONDAY, to=(ANN, BOB))


def test_the_next_day_begins_anew_and_an_earlier_one_is_not_kept():
    _, _, tenant = after(Tenant(), MONDAY, ANN)
    _, _, tenant = after(tenant, TUESDAY, BOB)
    assert tenant.digested == Digested(day=TUESDAY, to=(BOB,))

    done, detail, same = after(tenant, MONDAY, ANN)
    assert (done, same) == (False, tenant)
    assert "2026-03-03" in detail


def test_of_whom_it_was_begun_and_not_told_is_kept_until_it_is_told():
    _, _, tenant = after(Tenant(), MONDAY, ANN, BOB, EVE, asked=BeginDigest)
    assert tenant.digested == Digested(day=MONDAY, begun=(ANN, BOB, EVE))

    _, _, tenant = after(tenant, MONDAY, ANN, refused=(BOB,))
    assert tenant.digested == Digested(day=MONDAY, to=(ANN,), begun=(EVE,))


def test_what_is_begun_of_another_day_is_of_that_day_alone():
    _, _, tenant = after(Tenant(), MONDAY, ANN, asked=BeginDigest)
    _, _, tenant = after(tenant, TUESDAY, BOB, asked=BeginDigest)
    assert tenant.digested == Digested(day=TUESDAY, begun=(BOB,))

    done, _, same = after(tenant, MONDAY, ANN, asked=BeginDigest)
    assert (done, same) == (False, tenant)
