import json
from datetime import date

import pytest

from agents.cli.mapping_list import mappings
from agents.cli.refusal import Refusal
from agents.cli.setting_changes import merged
from agents.rules.documents.lane_book import LaneBook
from agents.rules.mappings.table import PRODUCT
from agents.rules.tenant.setting_change import mark_of
from schemas.company import Company
from schemas.requests import ChangeSettings, ReadTargets, SetMapping
from schemas.state import Document, Lane
from schemas.tenant_facts import (
    CompanySeen,
    Mapped,
    SettingsChanged,
    SourceSeen,
    TargetSeen,
    TenantConnected,
)
from schemas.tenant_state import (
    BornInQuickbooks,
    CatalogEntry,
    Connected,
    FieldOwner,
    Tenant,
    TenantSettings,
)
from schemas.values import Kind, MappingKind, Revision
from tests.unit.cli.journal_words import LANE, UNMAPPED, parked, product_seen, seen


def ware(name, *, active=True):
    return CatalogEntry(name=name, active=active, revision=Revision(False, 1))


def test_products_without_an_item_come_first_with_what_waits_for_them():
    tenant = Tenant(
        mappings={MappingKind.PRODUCT: {"2": "19"}},
        sources={MappingKind.PRODUCT: {"2": ware("Display"), "10": ware("Booth")}},
    )
    waiting = Document(kind=Kind.INVOICE, park=UNMAPPED)
    lane = LaneBook(Lane(key=LANE), {"mediaos/invoice/136": waiting})

    found = mappings("t1", tenant, [lane], PRODUCT)

    assert [(each.source, each.target, each.waiting) for each in found] == [
        ("7", None, 1),
        ("10", None, 0),
        ("2", "19", 0),
    ]


def test_a_mapping_is_asked_for_under_the_tenant_s_key(world):
    world.tell("t1", product_seen())

    done = world.isthmus("map", "products", "add", "7", "19")

    [(topic, key, request)] = world.asked
    assert (topic, key) == ("isthmus-requests", "t1")
    assert request == SetMapping(id=request.id, tenant="t1", source="7", target="19", by="ada")
    assert (done.code, done.out, done.err) == (0, "Done: ok.\n", "")


def test_a_product_that_mediaos_does_not_know_is_refused_with_the_nearest(world):
    world.tell("t1", product_seen("99", "Full page"), product_seen("100", "Banner"))

    for typed, nearest in (("999", "nearest: 99 (Full page)"), ("Baner", "nearest: 100 (Banner)")):
        refused = world.isthmus("map", "products", "add", typed, "19")
        assert (refused.code, world.asked) == (1, [])
        assert f"MediaOS has shown no product {typed}; {nearest}" in refused.told


def test_where_mediaos_has_shown_nothing_no_product_is_near(world):
    world.tell("t1", SettingsChanged(request="r", settings=TenantSettings()))
    refused = world.isthmus("map", "products", "add", "999", "19")
    assert (refused.code, world.asked) == (1, [])
    assert "no product 999; `isthmus map products list`" in refused.told


def test_a_product_that_only_a_document_names_can_be_mapped(world):
    world.tell(LANE, seen(), parked())
    assert world.isthmus("map", "products", "add", "7", "19").code == 0


def test_a_mapping_can_be_taken_away_only_where_there_is_one(world):
    world.tell("t1", Mapped(request="r", source="7", target="19"))

    refused = world.isthmus("map", "products", "remove", "8")
    assert (refused.code, world.asked) == (1, [])
    assert "Product 8 is not mapped" in refused.told

    assert world.isthmus("map", "products", "remove", "7").code == 0
    assert world.asked[0][2].target is None


def test_the_list_shows_a_product_that_only_a_parked_invoice_names(world):
    world.tell("t1", product_seen("2", "Display [bold]"), product_seen("3", "Booth"))
    world.tell("t1", Mapped(request="r", source="3", target="19"))
    world.tell(LANE, seen(), parked())

    code, found = world.json("map", "products", "list")
    assert code == 0
    assert [(each["product"], each["waiting"], each["item"]) for each in found] == [
        ("2", 0, None),
        ("7", 1, None),
        ("3", 0, "19"),
    ]
    assert "Display [bold]" in world.isthmus("map", "products", "list").out


def test_an_empty_list_says_what_to_do(world):
    done = world.isthmus("map", "products", "list")
    assert done.code == 0
    assert "isthmus map products add PRODUCT ITEM" in done.out
    assert world.json("map", "products", "list") == (0, [])


def test_where_there_are_several_tenants_one_must_be_named(world):
    world.tell("t1", product_seen())
    world.tell("t2", product_seen())

    refused = world.isthmus("map", "products", "add", "7", "19")
    assert refused.code == 1
    assert "several tenants (t1, t2): name one by --tenant" in refused.told

    assert world.isthmus("map", "products", "add", "7", "19", "--tenant", "t2").code == 0
    assert world.asked[0][1] == "t2"


def test_a_tenant_s_name_is_checked_before_anything_is_sent(world):
    refused = world.isthmus("map", "products", "add", "7", "19", "--tenant", "t1/mediaos")
    assert (refused.code, world.asked) == (1, [])
    assert "--tenant is 't1/mediaos', expected" in refused.told


def test_only_what_is_named_changes():
    before = TenantSettings(assign_invoice_id=False, number_prefix="00-", observe=True)
    after = merged(before, {"manual_push": True, "number_prefix": None, "assign_invoice_id": None})
    assert after == TenantSettings(
        assign_invoice_id=False, number_prefix="00-", observe=True, manual_push=True
    )


def test_a_prefix_of_20_characters_leaves_room_for_one_digit():
    assert merged(TenantSettings(), {"number_prefix": "p" * 20}).number_prefix == "p" * 20


@pytest.mark.parametrize(
    ("prefix", "reason"),
    [
        ("p" * 21, "has 21 characters, expected at most 20: QuickBooks holds 21"),
        ("A\n", "expected printable text"),
        (" A", "without blanks at its ends"),
    ],
    ids=["too-long", "not-printable", "blank"],
)
def test_a_prefix_that_cannot_stand_in_a_number_is_refused(prefix, reason):
    with pytest.raises(Refusal, match=reason):
        merged(TenantSettings(), {"number_prefix": prefix})


def test_a_change_of_nothing_names_the_options():
    with pytest.raises(Refusal, match="Name what to change: --prefix"):
        merged(TenantSettings(), {"number_prefix": None})


def test_settings_are_read_changed_and_told_before_and_after(world):
    world.tell("t1", SettingsChanged(request="r", settings=TenantSettings(number_prefix="00-")))

    done = world.isthmus("settings", "set", "--prefix", "MediaOS-", "--manual-push")

    [(_, key, request)] = world.asked
    expected = TenantSettings(number_prefix="MediaOS-", manual_push=True)
    was = mark_of(TenantSettings(number_prefix="00-"))
    asked = ChangeSettings(id=request.id, tenant="t1", settings=expected, was=was, by="ada")
    assert (key, request) == ("t1", asked)
    assert 'number_prefix: "00-" -> "MediaOS-"' in done.out
    assert "manual_push: off -> on" in done.out

    code, shown = world.json("settings", "get")
    assert code == 0
    assert shown["settings"]["number_prefix"] == "MediaOS-"
    assert "MediaOS-" in world.isthmus("settings", "get").out


def test_of_several_products_of_an_item_one_is_said_to_be_the_default(world):
    world.tell("t1", product_seen())
    assert world.isthmus("map", "products", "add", "7", "19", "--default").code == 0
    [(_, _, request)] = world.asked
    assert (request.source, request.target, request.default) == ("7", "19", True)


def test_the_default_of_an_item_that_several_are_sold_as_is_listed(world):
    world.tell("t1", product_seen(), product_seen("8", "Newsletter"))
    for product, default in (("7", True), ("8", False)):
        world.tell("t1", Mapped(request="r", source=product, target="19", default=default))

    _, found = world.json("map", "products", "list")
    assert {each["product"]: each["default"] for each in found} == {"7": True, "8": False}
    out = " ".join(world.isthmus("map", "products", "list").out.split())
    assert "mapped (default, also 8)" in out
    assert "mapped (also 7)" in out


def test_what_is_born_in_quickbooks_is_mirrored_or_listed_as_set(world):
    world.tell("t1", SettingsChanged(request="r", settings=TenantSettings()))
    assert world.json("settings", "get")[1]["settings"]["born_in_quickbooks"] == "mirror"
    done = world.isthmus("settings", "set", "--born-in-quickbooks", "list", "--by", "ada")
    assert done.code == 0, done.err
    assert 'born_in_quickbooks: "mirror" -> "list"' in done.out
    [(_, _, request)] = world.asked
    assert request.settings == TenantSettings(born_in_quickbooks=BornInQuickbooks.LIST)
    assert world.isthmus("settings", "set", "--born-in-quickbooks", "both").code == 2


def test_settings_that_are_so_already_are_not_sent(world):
    world.tell("t1", product_seen())
    done = world.isthmus("settings", "set", "--prefix", "", "--no-manual-push")
    assert (done.code, world.asked) == (0, [])
    assert "Nothing to change" in done.out


def test_a_time_zone_is_set_and_what_is_none_is_refused(world):
    company = Company(realm="9130", zone="America/New_York", closed=date(2026, 2, 28), mails=True)
    connected = Connected(version=1, realm="9130", environment="production")
    world.tell("t1", TenantConnected(request="r", connection=connected))
    world.tell("t1", CompanySeen(company=company))

    shown = world.isthmus("settings", "get").said
    assert "time zone America/New_York, books closed up to 2026-02-28, it mails" in shown

    refused = world.isthmus("settings", "set", "--time-zone", "Eastern Time")
    assert refused.code == 1
    assert "expected a name such as America/New_York" in refused.told
    for mistyped, near in (
        ("America/New_Yrok", "America/New_York."),
        ("america/denver", "America/Denver."),
        ("Lodnon", "Europe/London."),
        ("new york", "America/New_York."),
        ("Nowhere/Land", ""),
    ):
        refused = world.isthmus("settings", "set", "--time-zone", mistyped)
        assert refused.code == 1
        assert f"the nearest name is {near}" in refused.told
    assert world.isthmus("settings", "set", "--time-zone", "Europe/London").code == 0
    [(_, _, request)] = world.asked
    assert request.settings.time_zone == "Europe/London"


def test_the_day_of_mediaos_lock_is_set_shown_and_taken_away(world):
    world.tell(
        "t1", SettingsChanged(request="r", settings=TenantSettings(locked_as_of=date(2026, 6, 30)))
    )

    assert "2026-06-30" in world.isthmus("settings", "get").out
    refused = world.isthmus("settings", "set", "--lock-accounting-as-of", "30.9.2026")
    assert refused.code == 1
    assert "expected a day such as 2026-09-30" in refused.told
    assert world.isthmus("settings", "set", "--lock-accounting-as-of", "2026-09-30").code == 0
    assert world.isthmus("settings", "set", "--lock-accounting-as-of", "").code == 0
    assert [each.settings.locked_as_of for _, _, each in world.asked] == [date(2026, 9, 30), None]


def test_the_payment_types_that_mediaos_is_known_to_say_are_listed_and_any_other_can_be_mapped(
    world,
):
    world.tell("t1", Mapped(request="r", kind=MappingKind.PAYMENT_TYPE, source="Check", target="2"))

    listed = world.isthmus("map", "payment-types", "list", "--json")
    told = {each["payment_type"]: each["state"] for each in json.loads(listed.out)}
    assert told == {
        "Cash": "left out",
        "Check": "mapped",
        "Credit": "left out",
        "Other": "left out",
    }
    assert world.isthmus("map", "payment-types", "add", "Wire", "2").code == 0
    assert world.asked[0][2].kind is MappingKind.PAYMENT_TYPE


def test_where_the_money_of_a_payment_type_lies_is_mapped_by_the_word_accounts(world):
    account = Mapped(request="r", kind=MappingKind.REFUND_ACCOUNT, source="Check", target="35")
    world.tell("t1", account)

    listed = world.isthmus("map", "accounts", "list", "--json")
    told = {
        each["payment_type"]: (each["account"], each["state"]) for each in json.loads(listed.out)
    }
    assert told["Check"] == ("35", "mapped")
    assert told["Cash"] == (None, "unmapped")
    assert world.isthmus("map", "accounts", "add", "Cash", "36").code == 0
    assert world.asked[0][2].kind is MappingKind.REFUND_ACCOUNT


def test_where_payments_go_is_mapped_by_the_words_deposit_accounts_and_shown_with_the_settings(
    world,
):
    account = Mapped(request="r", kind=MappingKind.PAYMENT_ACCOUNT, source="Other", target="35")
    funds = (("35", "Checking"), ("4", "Undeposited Funds"))
    world.tell(
        "t1",
        account,
        *(
            TargetSeen(
                kind=MappingKind.REFUND_ACCOUNT, target=key, name=name, revision=Revision(False, 1)
            )
            for key, name in funds
        ),
    )

    listed = world.isthmus("map", "deposit-accounts", "list", "--json")
    told = {
        each["payment_type"]: (each["account_name"], each["state"])
        for each in json.loads(listed.out)
    }
    assert told["Other"] == ("Checking", "mapped")
    assert told["Check"] == (None, "left to Undeposited Funds")
    assert world.isthmus("map", "deposit-accounts", "add", "Cash", "35").code == 0
    assert world.asked[0][2].kind is MappingKind.PAYMENT_ACCOUNT

    shown = world.isthmus("settings", "get").out
    assert "Other to Checking; any other to Undeposited Funds." in " ".join(shown.split())
    told = json.loads(world.isthmus("settings", "get", "--json").out)
    assert told["deposit_accounts"] == {"Other": "35"}


def test_a_payment_type_in_other_capitals_would_never_match_and_is_refused(world):
    world.tell("t1", SettingsChanged(request="r", settings=TenantSettings()))
    refused = world.isthmus("map", "payment-types", "add", "check", "2")
    assert (refused.code, world.asked) == (1, [])
    assert "MediaOS has shown no payment type check; nearest: Check" in refused.told


def test_what_must_be_mapped_is_set_by_the_words_of_quickbooks(world):
    world.tell("t1", SettingsChanged(request="r", settings=TenantSettings()))
    wrong = world.isthmus("settings", "set", "--require", "payment-type")
    assert (wrong.code, world.asked) == (1, [])
    assert "--require is 'payment-type', expected payment-method or deposit-account" in wrong.told

    assert world.isthmus("settings", "set", "--require", "payment-method").code == 0
    assert world.asked[0][2].settings.require == (MappingKind.PAYMENT_TYPE,)


def test_what_must_be_mapped_is_shown_and_taken_back(world):
    settings = TenantSettings(require=(MappingKind.PAYMENT_TYPE,))
    world.tell("t1", SettingsChanged(request="r", settings=settings))
    assert "payment method" in world.isthmus("settings", "get").out
    assert world.isthmus("settings", "set", "--require", "").code == 0
    assert world.asked[0][2].settings.require == ()


def test_who_wins_a_field_is_shown_with_its_default_and_set(world):
    world.tell("t1", SettingsChanged(request="r", settings=TenantSettings(number_prefix="00-")))
    done = world.isthmus(
        "settings", "set", "--owner", "invoice.memo=person", "--owner", "payment.amount=mediaos"
    )

    assert done.code == 0, done.err
    assert 'invoice.memo: "mediaos" -> "person"' in done.out
    [(_, _, request)] = world.asked
    owners = {"invoice.memo": FieldOwner.PERSON, "payment.amount": FieldOwner.MEDIAOS}
    assert request.settings == TenantSettings(number_prefix="00-", owners=owners)

    shown = world.isthmus("settings", "get").said
    assert "invoice.memo: invoice, memo" in shown
    assert "a person decides (set)" in shown
    told = world.json("settings", "get")[1]["owners"]
    assert told["invoice.memo"]["owner"] == "person"
    assert told["invoice.memo"]["default"] == "mediaos"
    assert told["customer.name"] == {
        "owner": "person",
        "default": "person",
        "choices": ["mediaos", "quickbooks", "person"],
    }


def test_a_field_is_given_back_to_its_kind(world):
    owners = {"invoice.memo": FieldOwner.PERSON}
    world.tell("t1", SettingsChanged(request="r", settings=TenantSettings(owners=owners)))
    done = world.isthmus("settings", "set", "--owner", "invoice.memo=default")
    assert done.code == 0, done.err
    assert world.asked[0][2].settings.owners == {}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("invoice.mmo=person", "the nearest is invoice.memo"),
        ("invoice.number=mediaos", "no kind has a field 'invoice.number'"),
        ("invoice.memo=bookkeeper", "invoice.memo=mediaos or quickbooks or person or default"),
        ("invoice.lines=quickbooks", "expected invoice.lines=mediaos or person or default"),
        ("=", "no kind has a field ''"),
    ],
)
@pytest.mark.parametrize("command", ["set", "preview"])
def test_an_owner_that_cannot_be_is_refused(world, command, said, told):
    world.tell("t1", SettingsChanged(request="r", settings=TenantSettings()))
    refused = world.isthmus("settings", command, "--owner", said)
    assert (refused.code, world.asked) == (1, [])
    assert told in refused.told


def test_another_owner_is_previewed(world):
    world.tell("t1", SettingsChanged(request="r", settings=TenantSettings()))
    done = world.isthmus("settings", "preview", "--owner", "invoice.due=person")
    assert (done.code, world.asked) == (0, [])
    assert 'invoice.due: "quickbooks" -> "person"' in done.out


def test_a_line_item_type_that_was_not_read_yet_is_read_before_it_is_mapped(world):
    fee = SourceSeen(
        kind=MappingKind.LINE_TYPE, source="3", name="Late fee", revision=Revision(False, 1)
    )
    world.tell("t1", SettingsChanged(request="r", settings=TenantSettings()))
    unread = world.isthmus("map", "line-types", "add", "3", "19")
    assert unread.code == 1
    assert "MediaOS has shown no line item type 3" in unread.told
    assert [type(request) for _, _, request in world.asked] == [ReadTargets]

    world.asked.clear()
    world.tell("t1", fee)
    assert world.isthmus("map", "line-types", "add", "3", "19").code == 0
    [(_, _, request)] = world.asked
    assert (request.kind, request.source, request.target) == (MappingKind.LINE_TYPE, "3", "19")


def test_line_item_types_are_listed_by_their_names(world):
    nothing = world.isthmus("map", "line-types", "list")
    assert "once `isthmus map line-types suggest` reads it" in " ".join(nothing.out.split())
    fee = SourceSeen(
        kind=MappingKind.LINE_TYPE, source="3", name="Late fee", revision=Revision(False, 1)
    )
    world.tell("t1", fee, Mapped(request="r", source="7", target="19"))
    world.tell("t1", Mapped(request="s", kind=MappingKind.LINE_TYPE, source="3", target="19"))
    [found] = json.loads(world.isthmus("map", "line-types", "list", "--json").out)
    assert (found["line_item_type"], found["name"], found["item"]) == ("3", "Late fee", "19")
    assert (found["state"], found["shared_with"]) == ("mapped", ["product 7"])


def test_the_payment_types_that_bring_no_money_are_set_and_shown(world):
    world.tell("t1", SettingsChanged(request="r", settings=TenantSettings()))
    assert "Barter, Trade" in world.isthmus("settings", "get").out
    said = world.isthmus("settings", "set", "--alternative-payments", " Barter, Contra,Barter")
    assert "alternative_payments: Barter, Trade -> Barter, Contra" in said.out
    assert world.isthmus("settings", "set", "--alternative-payments", "").code == 0
    asked = [each.settings.alternative_payments for _, _, each in world.asked]
    assert asked == [("Barter", "Contra"), ()]


def test_a_line_item_type_is_marked_as_a_write_off_and_nothing_else_can_be(world):
    fee = SourceSeen(
        kind=MappingKind.LINE_TYPE, source="3", name="Write off", revision=Revision(False, 1)
    )
    world.tell("t1", product_seen(), fee)
    assert world.isthmus("map", "line-types", "add", "3", "19", "--write-off").code == 0
    assert world.isthmus("map", "line-types", "add", "3", "19").code == 0
    assert world.isthmus("map", "line-types", "add", "3", "19", "--no-write-off").code == 0
    assert [each.write_off for _, _, each in world.asked] == [True, None, False]
    refused = world.isthmus("map", "products", "add", "7", "19", "--write-off")
    assert (refused.code, len(world.asked)) == (1, 3)
    assert "A product writes nothing off" in refused.told


def test_a_type_that_is_marked_is_listed_so(world):
    mapped = Mapped(
        request="r", kind=MappingKind.LINE_TYPE, source="3", target="19", write_off=True
    )
    world.tell("t1", mapped)
    [found] = json.loads(world.isthmus("map", "line-types", "list", "--json").out)
    assert (found["state"], found["write_off"]) == ("mapped", True)
    out = " ".join(world.isthmus("map", "line-types", "list").out.split())
    assert "mapped, a write-off" in out
