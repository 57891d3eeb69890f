"""What of MediaOS is what of QuickBooks, and does the page say what a mapping lets go?"""

import re
from decimal import Decimal

import pytest

from agents.gateway.console.mapping_rows import ROWS
from agents.gateway.console.pages.mappings import title_of
from agents.rules.mappings.table import MAPPINGS
from schemas.company import Company, TaxModel
from schemas.facts import Released
from schemas.requests import ReadTargets, SetMapping
from schemas.state import ParkReason
from schemas.tenant_facts import CompanySeen, SettingsChanged
from schemas.tenant_state import TenantSettings
from schemas.values import MappingKind
from tests.unit.gateway.console.conftest import OTTO, VERA, ZOE, secret_of, text_of
from tests.unit.gateway.console.journal_words import (
    LANE,
    UNMAPPED,
    connected,
    customer,
    invoice,
    live,
    parked,
)
from tests.unit.gateway.console.mapping_words import mapped, source, target, waits_for

PAGE = "/console/t/t1/mappings"
PRINT = {"kind": "products", "source": "7", "target": "12", "was": ""}


@pytest.fixture
def told(world):
    """A publisher with two products, two items, and an invoice that waits for one of them."""
    world.tell("t1", connected(), live())
    world.tell("t1", source("7", "Print ad"), source("8", "Online ad"))
    world.tell("t1", target("12", "Print ads"), target("13", "Online"), mapped("8", "13"))
    world.tell(LANE, customer(), invoice("136"), parked("136"))
    return world


async def page_of(world, query="", token=OTTO):
    async with world.open() as served:
        return await (await served.browser(token)).get(f"{PAGE}{query}")


async def test_each_product_stands_beside_its_item_what_waits_first_with_its_money(told):
    page = text_of(await page_of(told))

    first = "Print ad product 7 1 document waits, 1,861.08 nothing yet Print ads ? a similar name"
    assert first in page
    assert "Online ad product 8 Online item 13 Change" in page
    assert page.index("Print ad product 7") < page.index("Online ad product 8")


async def test_every_kind_of_mapping_has_its_list(told):
    async with told.open() as served:
        otto = await served.browser(OTTO)
        for policy in MAPPINGS.values():
            page = await otto.get(f"{PAGE}?kind={policy.group}")
            assert page.status_code == 200
            assert f"Each {policy.source} of MediaOS is {policy.becomes} one" in text_of(page)
            assert title_of(policy) in text_of(page)


async def test_the_link_of_what_waits_leads_to_the_kind_that_it_waits_for(told):
    told.tell(LANE, Released(document="mediaos/invoice/136", why="mapped"))
    by_line = Company(realm="9130355", sales_tax=TaxModel.MANUAL, country="GB")
    told.tell("t1", CompanySeen(company=by_line))
    park = waits_for("tax-code:product-7|taxed", reason=ParkReason.UNMAPPED_TAX)
    told.tell(LANE, invoice("137"), parked("137", park))
    async with told.open() as served:
        otto = await served.browser(OTTO)
        attention = await otto.get("/console/t/t1/attention")
        [link] = re.findall(r'href="([^"]+)">Map it', attention.text)
        page = text_of(await otto.get(link.replace("&amp;", "&")))

    assert "Each tax of MediaOS is reckoned by one tax code" in page
    # Either of the two names that its tax may be mapped by lets it go.
    assert "Print ad tax product-7 1 document waits" in page
    assert "tax taxed 1 document waits" in page


async def test_a_choice_shows_what_it_lets_go_and_nothing_is_asked_for_yet(told):
    told.tell(LANE, invoice("137", total=Decimal("10.50"), currency="EUR"), parked("137"))
    told.tell(LANE, invoice("138"), parked("138", waits_for("product:7", "product:9")))
    page = text_of(await page_of(told, "?kind=products&source=7&target=12"))

    assert "2 documents of 1,861.08 and 10.50 EUR go at once" in page
    assert "invoice 136 of MediaOS , Harbour Books, 1,861.08" in page
    assert "1 document more waits for something else too: product 9 of MediaOS" in page
    assert told.asked == []


async def test_of_what_stays_the_reason_is_told_that_most_of_it_has(told):
    for number, also in enumerate(("product:5", "product:9", "product:9"), 200):
        record = str(number)
        told.tell(LANE, invoice(record), parked(record, waits_for("product:7", also)))
    page = text_of(await page_of(told, "?kind=products&source=7&target=12"))

    assert "1 document of 1,861.08 goes at once" in page
    assert "3 documents more wait for something else too: product 9 of MediaOS" in page


async def test_a_choice_is_saved_by_the_request_of_the_command_line_with_who_asked(told):
    def maps(request):
        return (mapped(request.source, request.target),)

    told.answers = maps
    async with told.open() as served:
        otto = await served.browser(OTTO)
        page = await otto.press(PAGE, do="map", back="kind=products", **PRINT)

    [(topic, key, request)] = told.asked
    assert (topic, key, type(request), request.by) == (
        "isthmus-requests",
        "t1",
        SetMapping,
        "otto",
    )
    assert (request.kind, request.source, request.target, request.default) == (
        MappingKind.PRODUCT,
        "7",
        "12",
        False,
    )
    assert request.write_off is None
    assert "Done: ok." in text_of(page)
    assert "Print ad product 7 Print ads item 12" in text_of(page)


async def test_a_mapping_is_taken_away_after_a_look(told):
    async with told.open() as served:
        otto = await served.browser(OTTO)
        look = text_of(await otto.get(f"{PAGE}?kind=products&source=8&remove=yes"))
        await otto.press(PAGE, do="unmap", kind="products", source="8", was="13")

    assert "What is across already stays as it is." in look
    assert "waits until it is mapped again" in look
    [(_, _, request)] = told.asked
    assert (type(request), request.source, request.target) == (SetMapping, "8", None)


async def test_what_somebody_else_has_mapped_meanwhile_is_looked_at_anew(told):
    told.tell("t1", mapped("7", "13"))
    async with told.open() as served:
        page = await (await served.browser(OTTO)).press(PAGE, do="map", **PRINT)

    assert "Somebody has changed this mapping meanwhile. Nothing was done" in text_of(page)
    assert told.asked == []


async def test_the_lists_are_read_by_a_worker_when_somebody_asks(told):
    async with told.open() as served:
        otto = await served.browser(OTTO)
        await otto.press(PAGE, do="read-lists", kind="terms", back="kind=terms")

    [(_, key, request)] = told.asked
    assert (key, type(request), request.kind) == ("t1", ReadTargets, MappingKind.TERM)


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"target": "99"}, "QuickBooks has shown no such item"),
        ({"target": ""}, "QuickBooks has shown no such item"),
        ({"target": "14"}, "Old is inactive in QuickBooks"),
        ({"target": "15"}, "All ads is a category in QuickBooks, and no line can name one."),
        ({"source": "77"}, "MediaOS has shown no such product."),
        ({"source": ""}, "MediaOS has shown no such product."),
        ({"source": "7\x00' OR 1"}, "MediaOS has shown no such product."),
        ({"source": "x" * 10_000}, "MediaOS has shown no such product."),
        ({"kind": "no-such"}, "The form names no kind of mapping."),
        ({"kind": ""}, "The form names no kind of mapping."),
        ({"kind": "terms"}, "MediaOS has shown no such terms."),
    ],
)
async def test_what_is_not_there_or_cannot_be_used_is_not_mapped(told, form, why):
    told.tell("t1", target("14", "Old", active=False), target("15", "All ads", unsold="category"))
    async with told.open() as served:
        otto = await served.browser(OTTO)
        page = await otto.press(PAGE, do="map", **PRINT | form)
        look = await otto.get(PAGE, params={"target": "1", **PRINT | form})

    assert why in text_of(page)
    assert look.status_code == 200
    assert "Save this mapping" not in look.text
    assert told.asked == []


@pytest.mark.parametrize("do", ["map", "unmap", "read-lists"])
async def test_who_may_only_look_sees_both_columns_and_maps_nothing(told, do):
    async with told.open() as served:
        vera = await served.browser(VERA)
        before = await vera.get(PAGE)
        choice = await vera.get(f"{PAGE}?kind=products&source=7&target=12")
        after = await vera.press(PAGE, do=do, **PRINT)

    assert "Print ad product 7" in text_of(before)
    assert "<button" not in before.text.partition("<main")[2].replace(
        '<button type="submit" class="plain">Show</button>', ""
    )
    assert "Save this mapping" not in choice.text
    assert "Your role lets you look at this and not do it." in text_of(after)
    assert told.asked == []


async def test_another_tenant_s_mappings_are_nobody_s_to_see_or_to_change(told):
    async with told.open() as served:
        zoe = await served.browser(ZOE)
        seen = await zoe.get(PAGE)
        posted = await zoe.post(PAGE, data={"do": "map", **PRINT})
        unknown = await zoe.get("/console/t/no-such/mappings")

    assert [each.status_code for each in (seen, posted, unknown)] == [404] * 3
    assert text_of(seen) == text_of(unknown)
    assert told.asked == []


async def test_a_form_from_elsewhere_maps_nothing(told):
    async with told.open() as served:
        otto = await served.browser(OTTO)
        answer = await otto.post(PAGE, data={"do": "map", "secret": "made-up", **PRINT})
        page = await otto.get(answer.headers["location"])

    assert "comes from elsewhere. Nothing was done" in text_of(page)
    assert told.asked == []


async def test_a_word_that_mediaos_says_is_mapped_before_it_says_it_but_never_by_its_capitals(told):
    told.tell("t1", target("2", "Card", MappingKind.PAYMENT_TYPE))
    form = {"kind": "payment-types", "target": "2", "was": ""}
    async with told.open() as served:
        otto = await served.browser(OTTO)
        await otto.press(PAGE, do="map", source="Wire", **form)
        refused = await otto.press(PAGE, do="map", source="CHECK", **form)

    [(_, _, request)] = told.asked
    assert (request.kind, request.source) == (MappingKind.PAYMENT_TYPE, "Wire")
    assert "MediaOS has shown no such payment type." in text_of(refused)


async def test_a_line_item_type_is_marked_as_a_write_off_and_what_is_not_asked_stays(told):
    told.tell("t1", source("11", "Bad debt", MappingKind.LINE_TYPE))
    form = {"kind": "line-types", "source": "11", "target": "12", "was": ""}
    async with told.open() as served:
        otto = await served.browser(OTTO)
        offers = await otto.get(f"{PAGE}?kind=line-types&source=11")
        for more in ({"marks": "yes", "write_off": "yes"}, {"marks": "yes"}, {}):
            await otto.press(PAGE, do="map", **form, **more)

    assert "It writes invoices off" in text_of(offers)
    assert [request.write_off for _, _, request in told.asked] == [True, False, None]


async def test_an_item_that_several_products_are_sold_as_is_one_of_them_by_a_word(told):
    told.tell("t1", mapped("7", "13"))
    told.tell(LANE, invoice("300"), parked("300", waits_for("product-of:13")))
    async with told.open() as served:
        otto = await served.browser(OTTO)
        page = await otto.get(PAGE)
        [link] = re.findall(r'href="([^"]+)">Print ad</a>', page.text)
        look = await otto.get(link.replace("&amp;", "&"))

    assert "Online item 13 : 1 document waits, 1,861.08. Several are sold as it." in text_of(page)
    assert "1 document of 1,861.08 goes at once" in text_of(look)
    assert 'id="default" name="default" value="yes" checked' in look.text


async def test_an_item_that_no_product_is_sold_as_is_mapped_from_its_side(told):
    told.tell(LANE, invoice("300"), parked("300", waits_for("product-of:12")))
    async with told.open() as served:
        otto = await served.browser(OTTO)
        page = await otto.get(PAGE)
        offers = await otto.get(f"{PAGE}?kind=products&target=12")

    assert "No product of MediaOS is sold as it. Choose the one that it is" in text_of(page)
    assert text_of(offers).index("Print ad") < text_of(offers).index("Online ad")
    assert "now Online" in text_of(offers)


async def test_a_paused_or_observing_tenant_s_documents_are_said_to_wait_on(world):
    world.tell("t1", connected(), source("7", "Print ad"), target("12", "Print ads"))
    world.tell(LANE, customer(), invoice("136"), parked("136"))

    page = text_of(await page_of(world, "?kind=products&source=7&target=12"))

    assert "Nothing is written before going live: they are judged, and wait for that." in page


async def test_what_a_setting_requires_and_what_is_left_out_is_said(told):
    method = MappingKind.PAYMENT_TYPE
    free = text_of(await page_of(told, "?kind=payment-types"))
    settings = TenantSettings(require=(method,))
    told.tell("t1", SettingsChanged(request="r8", settings=settings))
    strict = text_of(await page_of(told, "?kind=payment-types"))

    assert "What is not mapped goes without one, unless your settings have it wait." in free
    assert "Check left out" in free
    assert "waits until it is: your settings say so." in strict
    assert "Check nothing yet" in strict


async def test_long_lists_come_in_pages_and_are_found_by_name(told):
    many = [source(str(100 + number), f"Special {number:03}") for number in range(ROWS + 5)]
    told.tell("t1", *many)
    async with told.open() as served:
        otto = await served.browser(OTTO)
        first = await otto.get(PAGE)
        second = await otto.get(f"{PAGE}?kind=products&from={ROWS}")
        found = await otto.get(f"{PAGE}?kind=products&q=spécial+029&show=open")

    assert first.text.count('<th scope="row">') == ROWS
    assert "Next page" in first.text
    assert second.text.count('<th scope="row">') == 7
    assert "Special 029" in text_of(found)
    assert found.text.count('<th scope="row">') == 1


@pytest.mark.parametrize(
    "query",
    [
        "kind=%00", "from=-1", "from=" + "9" * 40, "q=%27--", "q=" + "x" * 5_000, "show=no-such",
        "source=%00", "target=' OR 1", "source=7&target=12&kind=", "source=7&remove=yes",
        "kind=products&source=7&find=%F0%9F%92%A5", "kind=products&target=12&find=...",
    ],
)  # fmt: skip
async def test_a_made_up_address_breaks_nothing(told, query):
    assert (await page_of(told, f"?{query}")).status_code == 200


async def test_names_of_either_side_are_text_and_never_markup(told):
    told.tell("t1", source("66", "<b>bold</b>"), target("67", "<script>alert(1)</script>"))
    async with told.open() as served:
        otto = await served.browser(OTTO)
        for query in ("", "?kind=products&source=66", "?kind=products&source=66&target=67"):
            page = await otto.get(f"{PAGE}{query}")
            assert "<script>alert" not in page.text
            assert "<b>bold" not in page.text


async def test_nothing_that_mediaos_has_shown_is_said_so_that_one_learns_what_would_stand_here(
    world,
):
    world.tell("t1", connected(), live())

    page = text_of(await page_of(world))

    assert "MediaOS has shown no product yet. One is listed here once MediaOS publishes it" in page


async def test_a_document_that_goes_waits_for_nothing_in_the_book_any_more(told):
    told.tell(LANE, Released(document="mediaos/invoice/136", why="mapped"))

    assert "waits, 1,861.08" not in text_of(await page_of(told))


async def test_a_form_that_is_sent_twice_asks_once(told):
    async with told.open() as served:
        otto = await served.browser(OTTO)
        secret = secret_of(await otto.get(PAGE))
        form = {"secret": secret, "do": "map", **PRINT}
        answers = [await otto.post(PAGE, data=form) for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 303]
    assert len(told.asked) == 1


def test_what_waits_in_these_tests_is_what_the_rules_say():
    assert UNMAPPED.waits_for == ("product:7",)


@pytest.mark.parametrize("word", ["two  blanks", "a/b", "x" * 65, "a\x07b"])
async def test_a_look_offers_nothing_to_save_that_would_be_refused(told, word):
    told.tell("t1", target("2", "Card", MappingKind.PAYMENT_TYPE))
    form = {"kind": "payment-types", "source": word, "target": "2", "was": ""}
    async with told.open() as served:
        otto = await served.browser(OTTO)
        look = await otto.get(PAGE, params=form)
        saved = await otto.press(PAGE, do="map", **form)

    for page in (look, saved):
        assert "at most 64 characters, without slashes or a blank too many." in text_of(page)
    assert "Save this mapping" not in look.text
    assert told.asked == []


async def test_a_mark_that_is_taken_away_is_said_and_another_s_is_not_undone(told):
    told.tell("t1", source("11", "Bad debt", MappingKind.LINE_TYPE))
    told.tell("t1", mapped("11", "12", MappingKind.LINE_TYPE))
    choice = {"kind": "line-types", "source": "11", "target": "12", "marks": "yes"}
    async with told.open() as served:
        otto = await served.browser(OTTO)
        before = await otto.get(PAGE, params=choice)
        told.tell("t1", mapped("11", "12", MappingKind.LINE_TYPE, write_off=True))
        await served.caught_up()
        stale = await otto.press(PAGE, do="map", **hidden_of(before))
        assert told.asked == []
        look = await otto.get(PAGE, params=choice)
        await otto.press(PAGE, do="map", **hidden_of(look))

    assert hidden_of(before)["write_off"] == ""
    assert "Somebody has changed this mapping meanwhile." in text_of(stale)
    assert "It writes invoices off no longer" in text_of(look)
    [(_, _, request)] = told.asked
    assert request.write_off is False


def hidden_of(page):
    """Return what the form of a look says by itself, but for its secret and what it does."""
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return {name: value for name, value in found if name not in {"secret", "do"}}


@pytest.mark.parametrize("name", ["\x01" * 900, '"' * 1_000, "\u202e" * 900, "\\" * 2_000])
async def test_whatever_something_is_called_the_browser_keeps_what_is_told(told, name):
    told.tell("t1", target("14", name, active=False))
    async with told.open() as served:
        otto = await served.browser(OTTO)
        form = {"secret": secret_of(await otto.get(PAGE)), "do": "map", **PRINT, "target": "14"}
        answer = await otto.post(PAGE, data=form)
        page = await otto.get(answer.headers["location"])

    # A browser drops a larger one, and then nothing is told.
    assert all(len(each) < 4096 for each in answer.headers.get_list("set-cookie"))
    assert 'class="told not-done"' in page.text


LONG = "Gold banner of the spring issue, " * 30


async def test_a_name_that_goes_on_and_on_is_cut_with_more_of_it_in_its_title(told):
    told.tell("t1", source("66", LONG), target("67", f"{LONG} for all"), mapped("8", "67"))
    async with told.open() as served:
        otto = await served.browser(OTTO)
        for query in (
            "?kind=products&q=66",
            "?kind=products&q=8",
            "?kind=products&source=66&find=gold",
            "?kind=products&source=66&target=67",
        ):
            page = await otto.get(f"{PAGE}{query}")
            assert f"{LONG[:100]}..." in page.text, query
            assert LONG[:100] in page.text
            # Where one of them is chosen, its own name stands whole in what can be opened.
            assert (LONG[:400] in text_of(page)) == ("find" in query), query
            assert f'title="{LONG[:900]}' in page.text, query
        choosing = await otto.get(f"{PAGE}?kind=products&source=66")
    assert "<summary>Its whole name</summary>" in choosing.text
    assert LONG.strip() in text_of(choosing)


async def test_of_many_that_are_mapped_to_one_some_are_named(told):
    many = [(f"{500 + number}", f"Special {number:03}") for number in range(12)]
    told.tell("t1", *(source(*each) for each in many), *(mapped(each, "12") for each, _ in many))
    page = text_of(await page_of(told, "?kind=products&q=500"))

    assert "Special 005 and 6 more are too" in page
