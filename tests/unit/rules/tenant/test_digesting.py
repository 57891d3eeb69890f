"""To whom the digest of a day went is kept, once each, and of a day that is over no more."""

from datetime import date

from agents.rules.tenant.digesting import evolve_digested, kept
from schemas.requests import KeepDigest
from schemas.tenant_state import Digested, Tenant

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
ANN, BOB = "a" * 16, "b" * 16


def after(tenant, day, *to):
    done, detail, facts = kept(tenant, KeepDigest(id="k", tenant="t1", day=day, to=to))
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
