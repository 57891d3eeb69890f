"""What the command line says of a tenant that observes, and how it goes live."""

from decimal import Decimal

import pytest

from agents.cli import preflight
from agents.rules.tenant.opening import Owed, opening
from agents.rules.tenant.preflight_findings import Finding
from schemas.requests import GoLive
from schemas.state import Park, ParkReason
from schemas.tenant_facts import SettingsChanged, TenantConnected, WentLive
from schemas.tenant_state import Connected, Live, TenantSettings
from tests.unit.cli.journal_words import LANE, change, held, parked, seen

FIRST = Connected(version=1, realm="9130", environment="production")
WOULD = "would create this invoice in QuickBooks as MediaOS-136"
INTENDED = Park(reason=ParkReason.OBSERVE, detail=WOULD, waits_for=("go-live",))


def given_an_observing_tenant(world):
    world.tell("t1", TenantConnected(request="r1", connection=FIRST))
    world.tell(LANE, seen(), parked(INTENDED), seen("137"), parked(record_id="137"))


def test_what_a_tenant_would_write_is_listed_and_nothing_else(world):
    given_an_observing_tenant(world)
    called = {"customer": "", "called": "invoice 136 of MediaOS", "currency": ""}
    ids = {"record": "mediaos/invoice/136", "lane": LANE}
    intended = [{**ids, **called, "amount": "1861.08", "would": WOULD}]
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


BLOCKS = Finding(
    name="invoices-not-empty",
    what="MediaOS has invoices already: 3",
    why="each would be created",
    remedy="empty the list",
    blocking=True,
)


@pytest.fixture
def findings(monkeypatch):
    """Both sides are away in these tests: what their examination finds is put in here."""
    found = []

    async def examined(name, _tenant, known, _register=None):
        assert name == "t1"
        ids = {each.id for each in known}
        assert ids == {"136", "137"}, "what the journal has is no reason against going live"
        return tuple(found)

    monkeypatch.setattr(preflight, "examined", examined)
    return found


@pytest.fixture(autouse=True)
def owed(monkeypatch):
    """So are both books: what is owed differently is put in here."""
    found = []

    async def opened(name, _lanes, _hear, _register=None):
        assert name == "t1"
        return opening(found, {})

    monkeypatch.setattr(preflight, "opened", opened)
    return found


def test_what_is_held_in_its_lane_is_known_as_well(world, findings):
    world.tell("t1", TenantConnected(request="r1", connection=FIRST))
    world.tell(LANE, seen(), parked(INTENDED), held(change(record_id="137")))

    assert world.json("preflight", "t1") == (0, []), "the fixture looks at what is known"


def test_a_preflight_says_what_it_found_and_fails_while_something_blocks(world, findings):
    given_an_observing_tenant(world)
    assert "Nothing stands in the way." in world.isthmus("preflight", "t1").out
    assert world.json("preflight", "t1") == (0, [])

    findings.append(BLOCKS)
    code, (told,) = world.json("preflight", "t1")
    assert (code, told["name"], told["blocking"]) == (1, "invoices-not-empty", True)
    assert "1 finding, 1 of them blocking." in world.isthmus("preflight", "t1").out


def test_a_tenant_does_not_go_live_while_a_finding_blocks(world, findings):
    given_an_observing_tenant(world)
    findings.append(BLOCKS)
    refused = world.isthmus("go-live", "t1")
    assert refused.code == 1
    assert "invoices-not-empty (MediaOS has invoices already: 3" in refused.told
    assert "--by NAME" in world.isthmus("go-live", "t1", "--overrule", "invoices-not-empty").told
    wrong = world.isthmus("go-live", "t1", "--overrule", "tax", "--by", "Ada").told
    assert "tax does not block; these do: invoices-not-empty" in " ".join(wrong.split())
    assert world.asked == []


def test_what_a_person_overrules_goes_with_the_name_into_the_journal(world, findings):
    given_an_observing_tenant(world)
    findings.append(BLOCKS)
    done = world.isthmus("go-live", "t1", "--overrule", "invoices-not-empty", "--by", "Ada")
    assert done.code == 0
    [(_, _, request)] = world.asked
    assert (request.by, request.overruled) == ("Ada", ("invoices-not-empty",))


@pytest.mark.usefixtures("findings")
def test_going_live_is_asked_of_the_tenants_own_lane(world):
    given_an_observing_tenant(world)
    code, (answer,) = world.json("go-live", "t1", "--by", "Ada")
    assert (code, answer["done"]) == (0, True)
    [(topic, key, request)] = world.asked
    assert (topic, key) == ("isthmus-requests", "t1")
    assert request == GoLive(id=request.id, tenant="t1", by="Ada", standing=request.standing)
    assert len(request.standing) == 32


APART = Owed(customer="Harbour Books", mediaos=Decimal(100), qbo=Decimal(80))
WHY = "an invoice of 20.00 was written off in QuickBooks in May"


@pytest.mark.usefixtures("findings")
def test_what_is_owed_differently_is_explained_by_somebody_before_it_goes_live(world, owed):
    given_an_observing_tenant(world)
    owed.append(APART)
    code, (told,) = world.json("preflight", "t1")
    assert (code, told["name"]) == (1, "opening-receivables")

    refused = " ".join(world.isthmus("go-live", "t1").err.split())
    assert "Harbour Books 100.00 in MediaOS, 80.00 in QuickBooks" in refused
    assert "--explained WHY" in refused
    assert "--by NAME" in world.isthmus("go-live", "t1", "--explained", WHY).told
    named = ("go-live", "t1", "--overrule", "opening-receivables", "--by", "Ada")
    assert "say why by --explained" in world.isthmus(*named).told
    assert world.asked == []

    done = world.isthmus("go-live", "t1", "--explained", WHY, "--by", "Ada")
    assert done.code == 0, done.err
    [(_, _, request)] = world.asked
    overruled = ("opening-receivables",)
    assert request == GoLive(
        id=request.id,
        tenant="t1",
        overruled=overruled,
        explained=WHY,
        by="Ada",
        standing=request.standing,
    )


@pytest.mark.usefixtures("findings")
def test_nothing_is_explained_where_both_say_the_same_is_owed(world, owed):
    given_an_observing_tenant(world)
    owed.append(Owed(customer="Harbour Books", mediaos=Decimal(100), qbo=Decimal(100)))
    wrong = world.isthmus("go-live", "t1", "--explained", WHY, "--by", "Ada")
    assert (wrong.code, world.asked) == (1, [])
    assert "opening-receivables does not block" in wrong.told


def test_a_live_tenant_is_set_to_observe_again_and_the_rest_stays(world):
    world.tell("t1", TenantConnected(request="r1", connection=FIRST))
    world.tell("t1", WentLive(request="r2", live=Live(realm="9130", by="ada")))
    world.tell("t1", SettingsChanged(request="r3", settings=TenantSettings(number_prefix="A-")))

    code, told = world.json("settings", "set", "--observe", "--by", "Ada")

    assert (code, told["before"]["observe"], told["after"]["observe"]) == (0, False, True)
    [(_, _, request)] = world.asked
    assert request.settings == TenantSettings(number_prefix="A-", observe=True)
    assert request.by == "Ada"
