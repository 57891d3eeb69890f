"""What the command line says of a tenant that is suspended."""

from schemas.requests import TryNow
from schemas.tenant_facts import Suspended, TenantDisconnected
from schemas.tenant_state import Suspension
from schemas.values import Side
from tests.testing.simulated.clock import START
from tests.unit.cli.journal_words import LANE

STANDING = Suspension(
    id="s1",
    version=3,
    side=Side.QBO,
    reason="invalid_grant",
    detail="reconnect: connect QuickBooks again",
    lane=LANE,
    since=START,
)


def test_status_names_a_suspended_tenant_and_what_helps(world):
    world.tell("t1", Suspended(request="r1", suspension=STANDING))

    assert world.json("status")[1]["suspended"] == [
        {
            "tenant": "t1",
            "reason": "invalid_grant",
            "detail": "reconnect: connect QuickBooks again",
            "since": "2026-03-02T09:00:00Z",
            "until": None,
            "connection": 3,
        }
    ]
    told = " ".join(world.isthmus("status").out.split())
    assert "Tenant t1: nothing goes to QuickBooks since 2026-03-02 09:00:00Z: invalid_grant" in told
    assert "Connect it again, as the Master Administrator of the company." in told


def test_a_person_has_a_suspended_tenant_tried_now(world):
    world.tell("t1", Suspended(request="r1", suspension=STANDING))
    code, (answer,) = world.json("retry-now", "t1")
    assert (code, answer["done"]) == (0, True)
    [(topic, key, request)] = world.asked
    assert (topic, key) == ("isthmus-requests", "t1")
    assert request == TryNow(id=request.id, tenant="t1", by="ada")


def test_a_suspended_tenant_is_not_resumed_but_tried(world):
    world.tell("t1", Suspended(request="r1", suspension=STANDING))
    world.tell("t2", TenantDisconnected(request="r2"))
    refused = world.isthmus("resume", "t1")
    assert (refused.code, world.asked) == (1, [])
    told = refused.told
    assert "Tenant t1 is not paused, but suspended (reconnect: connect QuickBooks again)" in told
    assert "`isthmus retry-now t1` tries it now" in told
    refused = world.isthmus("retry-now", "t2")
    assert (refused.code, world.asked) == (1, [])
    assert "Nothing of tenant t2 waits for a time" in refused.told
