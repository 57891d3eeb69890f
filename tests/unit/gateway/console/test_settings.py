"""Are a tenant's settings in words, and does a look at a change say what it would do?"""

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from msgspec.structs import asdict, replace

from agents.gateway.console.page import NotPossible
from agents.gateway.console.setting_fields import GROUPS, fields_of, wished
from agents.gateway.console.setting_titles import TITLES
from agents.rules.kinds.owners import choices, defaults
from agents.rules.mappings.table import requirable
from agents.rules.tenant.setting_change import mark_of
from schemas.company import Company
from schemas.requests import ChangeSettings
from schemas.state import Park, ParkReason
from schemas.tenant_conditions import NumberFree, TaxReckoned
from schemas.tenant_facts import CompanySeen, SettingsChanged
from schemas.tenant_state import BornInQuickbooks, FieldOwner, TaxBy, TenantSettings
from schemas.values import MappingKind
from tests.unit.gateway.console.conftest import ANNA, OTTO, VERA, ZOE, text_of
from tests.unit.gateway.console.journal_words import (
    LANE,
    across,
    connected,
    customer,
    in_conflict,
    invoice,
    live,
    parked,
)
from tests.unit.gateway.console.mapping_words import source
from tests.unit.rules.records import QBO_INVOICE

PAGE = "/console/t/t1/settings"
BEFORE = TenantSettings()
HELD = Park(reason=ParkReason.MANUAL, detail="two-way sync is off", waits_for=("push",))
GUIDE = {"group": "guide", "assign_invoice_id": "yes", "manual_push": "", "number_prefix": ""}

RECORDS = {"group": "records", "born_in_quickbooks": "mirror"}


@pytest.fixture
def told(world):
    world.tell("t1", connected(), live())
    world.tell(LANE, customer())
    return world


def now_set(world, **settings):
    world.tell("t1", SettingsChanged(request="r8", settings=TenantSettings(**settings)))


async def look(world, token=ANNA, **form):
    async with world.open() as served:
        return text_of(await (await served.browser(token)).get(PAGE, params=form))


async def saved(world, token=ANNA, **form):
    async with world.open() as served:
        browser = await served.browser(token)
        return text_of(await browser.press(PAGE, do="change-settings", **form))


async def test_the_guide_s_three_are_explained_by_its_names_with_what_holds_now(told):
    now_set(told, number_prefix="MediaOS-")
    async with told.open() as served:
        page = await (await served.browser(ANNA)).get(PAGE)

    for title in (
        "Assign Invoice ID as QBO Doc Number",
        "Manual Push Disabled Two-Way Sync",
        "Number Prefix",
    ):
        assert title in text_of(page)
    assert "with MediaOS- invoice 136 is MediaOS-136" in text_of(page)
    assert 'name="number_prefix" value="MediaOS-"' in page.text
    assert re.search(r'name="assign_invoice_id" value="yes" checked', page.text)
    assert not re.search(r'name="manual_push" value="yes" checked', page.text)


def test_every_setting_stands_on_the_page_with_a_title():
    of_page = {name for group in GROUPS.values() for name in group}

    # A tenant observes until it goes live, which a command does.
    assert of_page | {"observe"} == set(asdict(BEFORE))
    assert TITLES.keys() | {"owners"} == set(asdict(BEFORE))


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize(
    "settings",
    [
        BEFORE,
        TenantSettings(
            assign_invoice_id=False,
            manual_push=True,
            number_prefix="00-",
            born_in_quickbooks=BornInQuickbooks.LIST,
            unapply_first=True,
            time_zone="America/New_York",
            require=tuple(requirable().values()),
            locked_as_of=date(2026, 9, 30),
            owners={"invoice.memo": FieldOwner.PERSON},
            tax=TaxBy.MEDIAOS,
            alternative_payments=("Barter", "Gift card"),
            skip_zero_invoices=True,
        ),
    ],
    ids=["as they come", "all others"],
)
def test_a_form_says_a_group_so_that_the_same_is_read_again(settings, group):
    form = fields_of(settings, group)

    assert wished(settings, lambda name: form.get(name, "")) == settings
    changed = wished(BEFORE, lambda name: form.get(name, ""))
    assert {name: getattr(changed, name) for name in GROUPS[group]} == {
        name: getattr(settings, name) for name in GROUPS[group]
    }


async def test_a_prefix_says_which_numbers_what_waits_would_have(told):
    told.tell(LANE, invoice("136"), parked("136"))
    page = await look(told, **GUIDE | {"number_prefix": "MediaOS-"})

    assert "Number Prefix none MediaOS-" in page
    assert "Invoice 136 of MediaOS becomes MediaOS-136 in QuickBooks." in page
    assert "ids of up to 13 fit" in page
    assert "1 document that waits would have another number" in page
    assert "invoice 136 of MediaOS: 136, then MediaOS-136" in page
    assert told.asked == []


async def test_a_number_that_is_too_long_or_is_given_already_is_said_before_it_is_saved(told):
    # On both sides already, as it was numbered without a prefix.
    *facts, settled = across("500", "266")
    seen = facts[1]
    numbered = replace(seen.change, record=replace(QBO_INVOICE, number="136"))
    told.tell(LANE, facts[0], replace(seen, change=numbered), facts[2], settled)
    told.tell(LANE, invoice("36"), parked("36"), invoice("123456"), parked("123456"))

    clash = await look(told, **GUIDE | {"number_prefix": "1"})
    long = await look(told, **GUIDE | {"number_prefix": "A-long-prefix-of-18"})

    assert "invoice 36 of MediaOS could not be 136 and would wait: invoice 136 has it." in clash
    assert "25 characters, and QuickBooks holds 21" in long


async def test_a_number_that_quickbooks_has_refused_goes_once_there_is_another(told):
    taken = Park(
        reason=ParkReason.NUMBER_TAKEN,
        detail="136 is taken",
        waits_for=(str(NumberFree("136", "136")),),
    )
    told.tell(LANE, invoice("136"), parked("136", taken))

    page = await look(told, **GUIDE | {"number_prefix": "M-"})

    assert "1 document of 1,861.08 goes at once" in page


async def test_two_way_sync_is_switched_on_again_only_by_a_word_for_all_that_is_held(told):
    now_set(told, manual_push=True)
    held = TenantSettings(manual_push=True)
    told.tell(LANE, invoice("136"), parked("136", HELD), invoice("137"), parked("137", HELD))
    form = GUIDE | {"was": mark_of(held)}

    page = await look(told, **GUIDE)
    refused = await saved(told, **form)
    assert told.asked == []
    await saved(told, **form, all="yes")

    assert "2 documents of 3,722.16 go at once" in page
    assert "All that is held for a push is to go: 2 documents" in page
    assert "Say that all that is held for a push is to go" in refused
    [(topic, key, request)] = told.asked
    assert (topic, key, type(request), request.by) == (
        "isthmus-requests",
        "t1",
        ChangeSettings,
        "anna",
    )
    assert request.settings == BEFORE


async def test_what_is_saved_is_what_was_looked_at_and_leaves_the_rest(told):
    owners = {"invoice.memo": FieldOwner.QUICKBOOKS}
    now_set(told, number_prefix="M-", owners=owners)
    before = TenantSettings(number_prefix="M-", owners=owners)
    form = {"group": "days", "time_zone": "America/New_York", "locked_as_of": "2026-09-30"}
    async with told.open() as served:
        anna = await served.browser(ANNA)
        page = await anna.get(PAGE, params=form)
        [main] = re.findall(
            r'<form method="post" action="[^"]+settings".*?</form>', page.text, re.DOTALL
        )
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', main))
        answer = await anna.post(PAGE, data={k: unescape(v) for k, v in hidden.items()})

    assert answer.status_code == 303
    [(_, _, request)] = told.asked
    day = date(2026, 9, 30)
    assert request.settings == replace(before, time_zone="America/New_York", locked_as_of=day)


async def test_what_somebody_else_has_set_meanwhile_is_looked_at_anew(told):
    now_set(told, number_prefix="M-")

    page = await saved(told, **GUIDE, was=mark_of(BEFORE))

    assert "Somebody has changed the settings meanwhile. Nothing was done" in page
    assert told.asked == []


async def test_what_is_set_so_already_asks_for_nothing(told):
    assert "Nothing to change: it is set so already." in await look(told, **GUIDE)
    assert "Nothing to change" in await saved(told, **GUIDE, was=mark_of(BEFORE))
    assert told.asked == []


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"group": "no-such"}, "The form names no group of settings."),
        (GUIDE | {"number_prefix": "x" * 21}, "The prefix has 21 characters, expected at most 20"),
        (GUIDE | {"number_prefix": "a\x00b"}, "The prefix is"),
        ({"group": "records", "born_in_quickbooks": "burn"}, "Say what becomes of what is made"),
        (RECORDS | {"alternative_payments": "x" * 81}, "At most 50 payment types"),
        (RECORDS | {"alternative_payments": ",".join(map(str, range(51)))}, "At most 50 payment"),
        ({"group": "days", "time_zone": "Mars/Olympus"}, "Choose a time zone of the list"),
        ({"group": "days", "time_zone": "../../etc/passwd"}, "Choose a time zone of the list"),
        ({"group": "days", "locked_as_of": "soon"}, "is a day, such as 2026-09-30"),
        ({"group": "days", "locked_as_of": "0001-01-01"}, "is a day, such as 2026-09-30"),
        ({"group": "days", "locked_as_of": "9999-12-31"}, "is a day, such as 2026-09-30"),
        ({"group": "days", "locked_as_of": "9" * 5_000}, "is a day, such as 2026-09-30"),
        (RECORDS | {"alternative_payments": "a\x00b"}, "all of which one sees"),
        (RECORDS | {"alternative_payments": "Barter, \u202ered"}, "all of which one sees"),
        ({"group": "days", "tax": "nobody"}, "Say whose tax counts"),
        ({"group": "owners", "owner.invoice.memo": "me"}, "Say for each field whose value stands"),
        (
            {"group": "owners", "owner.invoice.lines": "quickbooks"},
            "Say for each field whose value stands",
        ),
    ],
)
async def test_what_is_no_setting_is_refused_in_words_by_look_and_by_form(told, form, why):
    assert why in await look(told, **form)
    assert why in await saved(told, **form, was=mark_of(BEFORE))
    assert told.asked == []


@pytest.mark.parametrize("token", [OTTO, VERA], ids=["operator", "viewer"])
async def test_who_is_no_admin_sees_all_settings_and_changes_none(told, token):
    async with told.open() as served:
        browser = await served.browser(token)
        page = await browser.get(PAGE)
        looked = await browser.get(PAGE, params=GUIDE | {"number_prefix": "M-"})
        form = GUIDE | {"number_prefix": "M-", "was": mark_of(BEFORE)}
        after = await browser.press(PAGE, do="change-settings", **form)

    assert "An admin may change it." in text_of(page)
    assert "<button" not in page.text.partition("<main")[2]
    assert "<button" not in looked.text.partition("<main")[2]
    assert "Your role lets you look at this and not do it." in text_of(after)
    assert told.asked == []


async def test_another_tenant_s_settings_are_nobody_s_to_see_or_to_change(told):
    async with told.open() as served:
        zoe = await served.browser(ZOE)
        seen = await zoe.get(PAGE)
        posted = await zoe.post(PAGE, data={"do": "change-settings", **GUIDE})

    assert [each.status_code for each in (seen, posted)] == [404] * 2
    assert told.asked == []


async def test_a_form_from_elsewhere_changes_nothing(told):
    async with told.open() as served:
        anna = await served.browser(ANNA)
        form = GUIDE | {"number_prefix": "M-", "was": mark_of(BEFORE)}
        answer = await anna.post(PAGE, data={"do": "change-settings", "secret": "x", **form})
        page = await anna.get(answer.headers["location"])

    assert "comes from elsewhere. Nothing was done" in text_of(page)
    assert told.asked == []


async def test_a_field_that_a_person_decides_says_that_open_conflicts_stay(told):
    told.tell(LANE, *across())
    told.tell(LANE, *in_conflict())

    page = await look(told, group="owners", **{"owner.invoice.memo": "quickbooks"})

    assert "Invoice: memo MediaOS QuickBooks" in page
    assert "Of these fields 1 open conflict must be decided as before." in page


def test_every_field_offers_those_who_may_win_it():
    for name, default in defaults().items():
        assert default in choices(name)
        for who in choices(name):
            form = {"group": "owners", f"owner.{name}": str(who)}
            assert wished(BEFORE, lambda each, form=form: form.get(each, "")).owners == {name: who}


async def test_a_mapping_that_is_required_no_more_lets_go_what_waits_for_it(told):
    kind = MappingKind.PAYMENT_TYPE
    now_set(told, require=(kind,))
    park = Park(
        reason=ParkReason.UNMAPPED_PAYMENT_TYPE,
        detail="payment type Cash is not mapped",
        waits_for=("payment-type:Cash",),
    )
    told.tell(LANE, invoice("136"), parked("136", park))

    page = await look(told, **RECORDS, alternative_payments="Barter, Trade")

    assert "What must be mapped payment method nothing" in page
    assert "A payment method that is not mapped is left out." in page
    assert "1 document of 1,861.08 goes at once" in page


async def test_the_tax_of_the_other_side_lets_what_differs_be_judged_anew(told):
    told.tell("t1", CompanySeen(company=Company(realm="9130355", home="USD")))
    differs = Park(
        reason=ParkReason.DIFFERS,
        detail="the tax differs",
        waits_for=(str(TaxReckoned(TaxBy.QUICKBOOKS)),),
    )
    told.tell(LANE, invoice("136"), parked("136", differs))

    page = await look(told, group="days", tax="mediaos")

    assert "The tax of MediaOS counts. What is across keeps the tax that it has" in page
    assert "1 document of 1,861.08 USD goes at once" in page


async def test_a_tenant_that_observes_is_told_what_it_would_write_and_else_the_commands(world):
    intended = Park(reason=ParkReason.OBSERVE, detail="it would make it", waits_for=("go-live",))
    world.tell("t1", connected(), source("7", "Print ad"))
    world.tell(LANE, customer(), invoice("136", total=Decimal(5)), parked("136", intended))
    async with world.open() as served:
        page = text_of(await (await served.browser(ANNA)).get(PAGE))

    assert (
        "Only observed: nothing is written to either side. 1 write of 5.00 would be made." in page
    )
    assert "1 product is not mapped: invoices with it would wait." in page
    assert "isthmus preflight t1 isthmus go-live t1 --by NAME" in page


async def test_a_tenant_that_is_live_says_since_when_and_one_that_is_not_connected_says_how(world):
    world.tell("t1", connected(), live())
    world.tell("t2", SettingsChanged(request="r8", settings=BEFORE))
    async with world.open() as served:
        anna = await served.browser(ANNA)
        one, two = await anna.get(PAGE), await anna.get("/console/t/t2/settings")

    assert "It is live since 2026-03-02 09:00 UTC , by ada." in text_of(one)
    assert "It is not connected to a company of QuickBooks yet: connect it first." in text_of(two)


def test_a_form_without_a_group_is_none():
    with pytest.raises(NotPossible):
        wished(BEFORE, lambda _name: "")
