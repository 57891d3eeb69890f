"""What the command line says of a tenant that observes, and how it goes live."""

from schemas.facts import TenantConnected
from schemas.requests import GoLive
from schemas.state import Connected, Park, ParkReason
from tests.cli.journal_words import LANE, parked, seen

FIRST = Connected(version=1, realm="9130", environment="production")
WOULD = "would create this invoice in QuickBooks as MediaOS-136"
INTENDED = Park(reason=ParkReason.OBSERVE, detail=WOULD, waits_for=("go-live",))


def given_an_observing_tenant(world):
    world.tell("t1", TenantConnected(request="r1", connection=FIRST))
    world.tell(LANE, seen(), parked(INTENDED), seen("137"), parked(record_id="137"))


def test_what_a_tenant_would_write_is_listed_and_nothing_else(world):
    given_an_observing_tenant(world)
    intended = [{"record": "mediaos/invoice/136", "lane": LANE, "would": WOULD}]
    expected = {"tenant": "t1", "observes": True, "intended": intended}
    assert world.json("observe") == (0, expected)

    out = " ".join(world.isthmus("observe").out.split())
    assert "Tenant t1 only observes (`isthmus go-live t1` ends that); 1 intended write." in out
    assert world.json("status")[1]["observing"] == ["t1"]
    assert world.json("settings", "get")[1]["settings"]["observe"] is True


def test_a_tenant_that_never_observed_says_so(world):
    world.tell(LANE, seen(), parked())
    assert world.json("observe")[1] == {"tenant": "t1", "observes": False, "intended": []}
    assert "Tenant t1 is live; 0 intended writes." in world.isthmus("observe").out


def test_going_live_is_asked_of_the_tenants_own_lane(world):
    given_an_observing_tenant(world)
    code, (answer,) = world.json("go-live", "t1", "--by", "Ada")
    assert (code, answer["done"]) == (0, True)
    [(topic, key, request)] = world.asked
    assert (topic, key) == ("isthmus-commands", "t1")
    assert request == GoLive(id=request.id, tenant="t1", by="Ada")
