"""Is a change of settings made where they are still those that somebody looked at?"""

import pytest

from agents.rules.tenant.setting_change import answer, changed_meanwhile, mark_of
from schemas.catalog import decode_request, encode
from schemas.requests import ChangeSettings
from schemas.tenant_facts import SettingsChanged
from schemas.tenant_state import FieldOwner, TenantSettings

SEEN, OTHER = TenantSettings(), TenantSettings(time_zone="America/New_York")
WANTED = TenantSettings(number_prefix="M-")


def asked(was, settings=WANTED):
    return ChangeSettings(id="r1", tenant="t1", settings=settings, was=was)


@pytest.mark.parametrize("was", ["", mark_of(SEEN)])
def test_what_nobody_looked_at_or_stands_as_it_was_seen_is_changed(was):
    fact = SettingsChanged(request="r1", settings=WANTED)

    assert answer(SEEN, asked(was)) == (True, "settings changed", (fact,))


def test_what_somebody_else_has_set_meanwhile_stays():
    done, told, facts = answer(OTHER, asked(mark_of(SEEN)))

    assert (done, facts) == (False, ())
    assert "somebody else has changed the settings meanwhile" in told


def test_an_owner_that_nobody_may_be_is_refused_first():
    wrong = TenantSettings(owners={"invoice.no-such": FieldOwner.PERSON})

    assert answer(OTHER, asked(mark_of(SEEN), wrong))[0] is False


def test_a_mark_is_one_that_a_request_may_say_and_another_of_each_other():
    request = asked(mark_of(SEEN))

    assert decode_request(encode(request)) == request
    assert mark_of(SEEN) != mark_of(OTHER)
    assert not changed_meanwhile(mark_of(OTHER), TenantSettings(time_zone="America/New_York"))
