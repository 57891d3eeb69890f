"""A person connects a tenant in a browser, and a worker works with it."""

import logging
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from agents.gateway import consent_pages
from agents.gateway.consent_pages import ConsentPages, routes
from agents.gateway.console.asking import Asking
from schemas.catalog import decode_journal
from schemas.facts import RequestTaken
from schemas.requests import DisconnectTenant
from schemas.tenant_state import Connected, Tenant
from streams.secrets.connection import Connection
from streams.secrets.invitations import Invitations, Terms
from tests.scenarios.both.people import a_customer, a_customer_with_an_invoice, an_invoice
from tests.scenarios.both.town import opened
from tests.testing.qbo_world import KEY, REALM, TENANT, ConsentInProcess

#: The version of the tenant's first connection, which it had before and gave up.
BEFORE = 1
ADDRESS = "http://gateway.test"


class Browser:
    """Goes where it is sent, between the gateway and Intuit, and keeps every text it saw."""

    def __init__(self, town, app):
        transport = httpx.ASGITransport(app)
        self._gateway = httpx.AsyncClient(transport=transport, base_url=ADDRESS)
        self._intuit = httpx.AsyncClient(transport=httpx.ASGITransport(town.qbo.app))
        self.seen = []

    async def get(self, path):
        return self._noted(await self._gateway.get(path))

    async def post(self, path):
        return self._noted(await self._gateway.post(path))

    async def consents(self, where, **more):
        """Answer Intuit's page; where the browser is sent back to."""
        answer = await self._intuit.get(httpx.URL(where).copy_merge_params(more))
        return answer.headers["location"]

    async def connects(self, link, **more):
        """Do all that a person does, and return the last page."""
        await self.get(f"/connect/{link}")
        started = await self.post(f"/connect/{link}")
        return await self.get(await self.consents(started.headers["location"], **more))

    def _noted(self, answer):
        self.seen.append(f"{dict(answer.headers)} {answer.text}")
        return answer


class Office:
    """The gateway of a town, and the operator who makes links."""

    def __init__(self, town):
        self.town = town
        self.exchange = ConsentInProcess(town.qbo)
        self.invitations = Invitations("sqlite://", [KEY], town.clock)
        # In memory each would have another database, and the two belong together.
        self.invitations._engine = town.connections._engine
        self.connecting = ConsentPages(
            invitations=self.invitations,
            connections=town.connections,
            exchange=self.exchange,
            outbox=town.kafka,
            clock=town.clock,
            address=ADDRESS,
        )
        self.app = FastAPI()
        self.app.include_router(routes(self.connecting))
        self.made = 0

    def browser(self):
        return Browser(self.town, self.app)

    async def link(self, **different):
        self.made += 1
        await self.invitations.prepare()
        terms = {
            "request": f"connect-{self.made}",
            "tenant": TENANT,
            "environment": "sandbox",
            "installation": "here",
            "version": BEFORE,
            "another": False,
            "tenants": {},
            "mediaos_base_url": "http://mediaos.test",
            "mediaos_api_key": "key",
            "mediaos_api_password": "the-password",
            **different,
        }
        link, _ = await self.invitations.invite(Terms(**terms))
        return link

    def confirmed(self):
        row = self.town.workers[-1].engine.journal.state(f"tenant:{TENANT}")
        return row.connection if row else None


async def disconnect(town):
    """Do what `isthmus disconnect` does."""
    await town.connections.erase(TENANT)
    await town.ask(TENANT, DisconnectTenant(id=f"away-{town._id()}", tenant=TENANT))
    await town.run(1)


@pytest.fixture
async def office():
    async with opened() as town:
        await town.run(1)
        await disconnect(town)
        yield Office(town)


async def test_a_tenant_is_connected_in_a_browser_and_a_worker_works_with_it(office, caplog):
    town, browser = office.town, office.browser()
    link = await office.link(by="Ada")

    with caplog.at_level(logging.DEBUG, logger="isthmus"):
        page = await browser.connects(link)
        await town.run(1)

    assert (page.status_code, f"{TENANT} is connected" in page.text) == (200, True)
    assert office.confirmed() == Connected(
        version=BEFORE + 1, realm=REALM, environment="sandbox", installation="here"
    )
    assert ("connect-1", True, "Ada") in answers(town)
    found = await town.workers[-1].tokens.current(TENANT)
    assert isinstance(found, Connection)
    assert town.qbo.tokens.realm_of(found.access_token) == REALM
    told = "\n".join(str(vars(record)) for record in caplog.records)
    told += "\n".join(browser.seen) + str(town.kafka.values("isthmus-requests"))
    told += str([read.value for each in _journal(town) for read in each])
    for secret in (found.access_token, found.refresh_token, "the-password", "app-secret"):
        assert secret not in told


def _journal(town):
    return town.kafka.topics["isthmus-journal"].records


def answers(town):
    """Every request that was taken, whether it was carried out, and who asked."""
    records = (decode_journal(read.value) for each in _journal(town) for read in each)
    facts = (fact for record in records for fact in record.facts)
    return [(e.request, e.done, e.by) for e in facts if isinstance(e, RequestTaken)]


async def test_pages_are_kept_nowhere_and_tell_no_address(office):
    browser = office.browser()
    page = await browser.get(f"/connect/{await office.link()}")

    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text


async def test_a_link_and_what_comes_back_are_good_once(office):
    browser, link = office.browser(), await office.link()
    started = await browser.post(f"/connect/{link}")
    back = await browser.consents(started.headers["location"])

    first = await browser.get(back)
    again, relinked = await browser.get(back), await browser.post(f"/connect/{link}")

    assert [each.status_code for each in (first, again, relinked)] == [200, 410, 410]
    assert "isthmus connect TENANT" in again.text


async def test_who_connects_two_companies_at_once_in_one_browser_connects_both(office):
    browser, realms = office.browser(), {TENANT: REALM, "t2": "77"}
    started = {
        tenant: await browser.post(f"/connect/{await office.link(tenant=tenant)}")
        for tenant in realms
    }

    for tenant, realm in realms.items():
        back = httpx.URL(await browser.consents(started[tenant].headers["location"]))
        page = await browser.get(str(back.copy_merge_params({"realmId": realm})))
        assert (page.status_code, f"{tenant} is connected" in page.text) == (200, True)


async def test_what_comes_back_to_another_browser_connects_nothing(office):
    mine, victims = office.browser(), office.browser()
    started = await mine.post(f"/connect/{await office.link()}")

    page = await victims.get(await mine.consents(started.headers["location"]))

    assert page.status_code == 410
    assert await office.town.connections.get(TENANT) is None


async def test_a_link_that_was_guessed_or_is_late_connects_nothing(office):
    browser, link = office.browser(), await office.link()
    started = await browser.post(f"/connect/{link}")
    back = await browser.consents(started.headers["location"])
    await office.town.run(15 * 60)

    assert (await browser.get(back)).status_code == 410
    assert (await browser.get("/connect/guessed")).status_code == 410
    assert (await browser.get("/oauth/callback?state=guessed&code=1&realmId=1")).status_code == 410


async def test_a_consent_that_was_refused_is_explained(office):
    page = await office.browser().connects(await office.link(), consent="refused")

    assert page.status_code == 403
    assert "the consent was refused" in page.text
    assert "Master Administrator" in page.text


async def test_an_error_that_somebody_wrote_into_the_address_is_not_shown(office):
    browser = office.browser()
    started = await browser.post(f"/connect/{await office.link()}")
    state = httpx.URL(started.headers["location"]).params["state"]

    page = await browser.get(f"/oauth/callback?state={state}&error=<b>call-0900-1234</b>")

    assert page.status_code == 403
    assert "0900" not in page.text


@pytest.mark.parametrize("meanwhile", ["another link", "disconnected"])
async def test_what_an_admin_does_while_intuit_is_slow_counts_more_than_a_consent_before(
    office, meanwhile
):
    redeem, links = office.exchange.redeem, []

    async def slow(code, redirect_uri):
        granted = await redeem(code, redirect_uri)
        if meanwhile == "another link":
            links.append(await office.link())
        else:
            await office.invitations.void(TENANT)
        return granted

    office.exchange.redeem = slow
    page = await office.browser().connects(await office.link())
    office.exchange.redeem = redeem
    await office.town.run(1)

    assert page.status_code == 410
    assert await office.town.connections.get(TENANT) is None
    assert office.confirmed() is None
    for link in links:
        assert (await office.browser().connects(link)).status_code == 200


async def test_who_is_connected_hears_it_though_the_store_is_away_right_after(office, monkeypatch):
    states = []

    async def away(state):
        states.append(state)
        raise OperationalError("DELETE", {}, ConnectionError("the store is away"))

    monkeypatch.setattr(office.invitations, "forget", away)
    page = await office.browser().connects(await office.link())
    await office.town.run(1)

    assert len(states) == 1
    assert (page.status_code, f"{TENANT} is connected" in page.text) == (200, True)
    assert office.confirmed() is not None


async def test_the_browser_s_back_button_while_intuit_is_slow_spends_no_code_twice(office):
    browser, redeem, codes, again = office.browser(), office.exchange.redeem, [], []
    started = await browser.post(f"/connect/{await office.link()}")
    back = await browser.consents(started.headers["location"])

    async def slow(code, redirect_uri):
        codes.append(code)
        again.append(await browser.get(back))
        return await redeem(code, redirect_uri)

    office.exchange.redeem = slow
    page = await browser.get(back)

    assert (page.status_code, [each.status_code for each in again]) == (200, [410])
    assert len(codes) == 1


@pytest.mark.parametrize(
    ("tenants", "reason"),
    [
        ({"t2": Tenant(connection=Connected(version=1, realm=REALM, environment="sandbox"))}, "t2"),
        (
            {TENANT: Tenant(connection=Connected(version=1, realm="7", environment="sandbox"))},
            "disconnect it first",
        ),
        (
            {TENANT: Tenant(left=Connected(version=1, realm="7", environment="sandbox"))},
            "allow another company",
        ),
    ],
    ids=["another tenant's company", "another company", "another company than the last"],
)
async def test_a_company_that_must_not_be_is_refused_before_its_code_is_spent(
    office, tenants, reason
):
    page = await office.browser().connects(await office.link(tenants=tenants))

    assert (page.status_code, reason in page.text) == (409, True)
    assert await office.town.connections.get(TENANT) is None
    assert office.town.qbo.tokens._codes, "the code was not exchanged"


async def test_of_two_links_for_one_company_the_second_is_refused(office):
    town = office.town
    await office.browser().connects(await office.link())
    await town.run(1)
    first = office.confirmed()

    page = await office.browser().connects(await office.link(tenant="t2"))

    assert page.status_code == 409
    assert REALM in page.text
    assert office.confirmed() == first


@pytest.mark.parametrize(
    ("taken", "status", "said"),
    [
        ((False, "it is connected to company 7; disconnect it first"), 409, "Not connected"),
        ((True, f"connected to company {REALM}"), 200, f"Company {REALM} of QuickBooks. You"),
        (None, 200, "A worker takes it up within seconds"),
    ],
    ids=["refused", "taken", "no worker yet"],
)
async def test_what_a_worker_answers_is_what_the_page_says(
    office, monkeypatch, taken, status, said
):
    """Of two admins' links the later one was refused unseen, under a page that said "connected"."""
    asking, send = Asking(office.town.kafka.send, 1.0), office.town.kafka.send
    monkeypatch.setattr(consent_pages, "ANSWER_SECONDS", 0.05 if taken is None else 5.0)

    async def answered(topic, key, value, headers=()):
        await send(topic, key, value, headers)
        if taken is not None:
            done, detail = taken
            asking.heard([RequestTaken(request="connect-1", done=done, detail=detail)])

    monkeypatch.setattr(office.town.kafka, "send", answered)
    office.connecting = replace(office.connecting, awaited=asking.awaited)
    app = FastAPI()
    app.include_router(routes(office.connecting))
    page = await Browser(office.town, app).connects(await office.link())

    assert page.status_code == status
    assert said in page.text
    if taken is not None and not taken[0]:
        assert taken[1] in page.text
        assert "is connected</h1>" not in page.text


async def test_connecting_again_after_disconnecting_goes_on_with_a_newer_version(office):
    town = office.town
    await office.browser().connects(await office.link())
    await town.run(1)
    await disconnect(town)
    assert office.confirmed() is None
    assert (await town.workers[-1].tokens.current(TENANT)).code == "reconnect"

    await office.browser().connects(await office.link(version=BEFORE + 1))
    await town.run(1)

    assert office.confirmed().version == BEFORE + 2
    assert isinstance(await town.workers[-1].tokens.current(TENANT), Connection)


async def test_what_came_while_nobody_was_connected_goes_on_in_order_afterwards():
    async with opened() as town:
        office = Office(town)
        customer, _ = await a_customer_with_an_invoice(town)
        await disconnect(town)
        await an_invoice(town, customer)
        await a_customer(town, "North Light")
        await town.run(600)
        assert (len(town.in_qbo("Invoice")), len(town.in_qbo("Customer"))) == (1, 1)

        page = await office.browser().connects(
            await office.link(
                mediaos_base_url="http://mediaos.test", mediaos_api_password="password"
            )
        )
        await town.run(180)

        assert page.status_code == 200
        assert (len(town.in_qbo("Invoice")), len(town.in_qbo("Customer"))) == (2, 2)
        await town.agrees()


async def test_a_kafka_that_is_away_is_told_and_nothing_is_used_unconfirmed(office):
    town, real = office.town, office.town.kafka.send

    async def away(*_):
        raise OSError("away")

    town.kafka.send = away
    page = await office.browser().connects(await office.link())
    town.kafka.send = real

    assert page.status_code == 503
    assert (await town.workers[-1].tokens.current(TENANT)).code == "reconnect"
