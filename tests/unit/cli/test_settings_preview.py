"""Does `settings preview` say what a change would do, and change nothing?"""

from msgspec.structs import replace

from schemas.company import Company
from schemas.facts import Seen
from schemas.state import Park, ParkReason
from schemas.tenant_facts import CompanySeen, SettingsChanged, TenantConnected
from schemas.tenant_state import Connected, TenantSettings
from tests.unit.cli.journal_words import LANE, change, crossed, decided, parked, seen
from tests.unit.rules.records import INVOICE


def test_what_would_be_touched_is_shown_and_nothing_is_asked(world):
    world.tell(LANE, seen(), parked())

    done = world.isthmus("settings", "preview", "--prefix", "MediaOS-")

    assert (done.code, world.asked) == (0, [])
    assert 'number_prefix: "" -> "MediaOS-"' in done.out
    assert "Touched: 1 document not across yet (unmapped-product 1)." in done.out
    assert "MediaOS-136" in done.out
    assert "Not renumbered, since linked: 0 invoices." in done.out


def test_a_colliding_number_is_named_and_ends_with_one(world):
    world.tell(
        "t1", SettingsChanged(request="r", settings=TenantSettings(number_prefix="MediaOS-"))
    )
    world.tell(LANE, seen(), decided(), *crossed())
    world.tell(LANE, seen("6"), parked(record_id="6"))

    code, found = world.json("settings", "preview", "--prefix", "MediaOS-13")

    assert code == 1
    assert found["linked_invoices"] == 1
    assert found["touched_by_reason"] == {"unmapped-product": 1}
    assert [each["number"] for each in found["colliding"]] == ["MediaOS-136"]
    assert (
        "Would collide: 1 number"
        in world.isthmus("settings", "preview", "--prefix", "MediaOS-13").out
    )


def test_a_journal_without_documents_says_so(world):
    world.tell("t1", SettingsChanged(request="r", settings=TenantSettings()))
    done = world.isthmus("settings", "preview", "--prefix", "MediaOS-")
    assert done.code == 0
    assert "No document that is not across yet would be touched." in done.out


def test_a_bad_prefix_is_refused_as_by_set(world):
    world.tell("t1", SettingsChanged(request="r", settings=TenantSettings()))
    refused = world.isthmus("settings", "preview", "--prefix", "P" * 21)
    assert refused.code == 1
    assert "expected at most 20" in refused.told
    assert "Name what to change" in world.isthmus("settings", "preview").told


def test_what_another_tax_would_do_is_shown_and_what_keeps_its_own_is_counted(world):
    company = Company(realm="r", sales_tax="automated")
    connection = Connected(version=1, realm="r", environment="sandbox")
    differs = Park(
        reason=ParkReason.DIFFERS, detail="d", waits_for=("tax-by-other-than:quickbooks",)
    )
    taxed = replace(INVOICE, lines=(replace(INVOICE.lines[0], taxable=True, tax="9%"),))
    world.tell(
        "t1",
        TenantConnected(request="c", connection=connection),
        CompanySeen(company=company),
    )
    world.tell(LANE, seen(), decided(), *crossed(), parked(differs))
    world.tell(LANE, Seen(document="mediaos/invoice/6", change=change(taxed, record_id="6")))

    code, found = world.json("settings", "preview", "--tax", "mediaos")
    assert (code, world.asked) == (0, [])
    assert found["tax"] == {
        "judged": ["mediaos/invoice/136"],
        "goes": [],
        "waits": ["mediaos/invoice/6"],
        "keeps": 0,
    }
    told = " ".join(world.isthmus("settings", "preview", "--tax", "mediaos").out.split())
    assert "Judged anew, since their tax differs: 1 document (mediaos/invoice/136)." in told
    assert "Would wait for a tax code (unmapped-tax): 1 document (mediaos/invoice/6)." in told
    assert "Across already: 0 documents; each keeps the tax that it has" in told

    assert world.json("settings", "preview", "--tax", "quickbooks")[1]["tax"] is None
