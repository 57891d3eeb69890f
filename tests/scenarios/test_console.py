"""A story of the console over the whole engine: what a page says a change lets go is what goes."""

from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from agents.rules.tenant.setting_change import mark_of
from schemas.records import Customer, Product
from schemas.requests import ChangeSettings, SetMapping
from schemas.tenant_state import TenantSettings
from schemas.values import Kind
from tests.testing.simulated.story import LINE, invoice
from tests.testing.simulated.world import World
from tests.unit.gateway.console import conftest as consoles
from tests.unit.gateway.console.conftest import ANNA, text_of

MAPPINGS, SETTINGS = "/console/t/t1/mappings", "/console/t/t1/settings"


class Console(consoles.World):
    """A console over an engine's journal; what it asks for is the engine's to carry out."""

    def __init__(self, folder, engine):
        super().__init__(folder, engine.clock)
        self.kafka, self.journal = engine.kafka, engine.kafka.topics["isthmus-journal"]
        self.patience_seconds = 0.2

    async def send(self, topic, key, value, headers=()):
        await self.kafka.send(topic, key, value, headers)


@pytest.fixture
async def engine(tmp_path):
    engine = World()
    await engine.worker()
    for number, name in (("19", "Print ads"), ("20", "Online ads")):
        await engine.qbo.person_creates(Kind.PRODUCT, Product(name=name), number)
    await engine.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    await engine.run(1)
    return engine


@asynccontextmanager
async def opened(tmp_path, engine):
    """Yield somebody's browser on the console, and what has the console read all there is."""
    async with Console(tmp_path, engine).open() as served:
        yield await served.browser(ANNA), served


async def pressed(engine, browser, served, address, **form):
    """Do what a form asks for, and let the engine carry it out."""
    page = await browser.press(address, **form)
    await engine.run()
    await served.caught_up()
    return text_of(page)


async def test_a_mapping_lets_go_what_its_page_has_said_and_the_rest_waits_on(tmp_path, engine):
    both = (LINE, replace(LINE, product="8"))
    await engine.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await engine.mediaos.person_creates(Kind.INVOICE, invoice(lines=both), "137")
    await engine.run(1)
    async with opened(tmp_path, engine) as (browser, served):
        await pressed(engine, browser, served, MAPPINGS, do="read-lists", kind="products")
        look = text_of(await browser.get(f"{MAPPINGS}?kind=products&source=7&target=19"))
        form = {"kind": "products", "source": "7", "target": "19", "was": ""}
        await pressed(engine, browser, served, MAPPINGS, do="map", **form)
        after = text_of(await browser.get(f"{MAPPINGS}?kind=products"))

    assert "1 document of 1,861.08 goes at once" in look
    assert "1 document more waits for something else too: product 8 of MediaOS" in look
    assert [each.number for each in engine.qbo.of(Kind.INVOICE).values()] == ["136"]
    assert "product 8 1 document waits, 3,722.16 nothing yet" in after
    assert "product 7 Print ads item 19" in after


async def test_two_way_sync_that_is_switched_on_again_lets_go_what_its_page_has_said(
    tmp_path, engine
):
    held = TenantSettings(manual_push=True)
    await engine.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await engine.ask("t1", ChangeSettings(id="r2", tenant="t1", settings=held))
    await engine.run(1)
    await engine.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await engine.mediaos.person_creates(Kind.INVOICE, invoice(), "137")
    await engine.run(1)
    form = {"group": "guide", "assign_invoice_id": "yes", "number_prefix": "M-"}
    async with opened(tmp_path, engine) as (browser, served):
        look = text_of(await browser.get(SETTINGS, params=form))
        before = list(engine.qbo.of(Kind.INVOICE))
        more = {"was": mark_of(held), "all": "yes"}
        await pressed(engine, browser, served, SETTINGS, do="change-settings", **form, **more)

    assert "2 documents of 3,722.16 go at once" in look
    assert "invoice 136 of MediaOS: 136, then M-136" in look
    assert before == []
    assert [each.number for each in engine.qbo.of(Kind.INVOICE).values()] == ["M-136", "M-137"]


async def test_of_two_who_save_settings_at_once_neither_undoes_the_other(tmp_path, engine):
    days = {"group": "days", "time_zone": "America/New_York"}
    guide = {"group": "guide", "assign_invoice_id": "yes", "number_prefix": "M-"}
    seen = {"was": mark_of(TenantSettings()), "do": "change-settings"}
    async with opened(tmp_path, engine) as (browser, served):
        # No worker has answered the first when the second is asked for.
        await browser.press(SETTINGS, **days, **seen)
        await browser.press(SETTINGS, **guide, **seen)
        await engine.run()
        await served.caught_up()
        page = await browser.get(SETTINGS)

    assert 'value="M-"' not in page.text
    assert "<option selected>America/New_York</option>" in page.text
