"""Chromium on the console, as Debian has it, over a journal in memory and the real time."""

import asyncio
import json
import shutil
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import async_playwright

from agents.gateway.console.connecting import ConnectionChanges, LinkToConnect
from agents.process.clock import SystemClock
from schemas.facts import Asked, Released
from schemas.identity import lockout_id
from schemas.lane_facts import LockedOut, LockoutEnded
from schemas.note_facts import Noted
from schemas.requests import (
    ChangeSettings,
    DisconnectTenant,
    GoLive,
    ImposeLockout,
    NoteDocument,
    ReleaseLockout,
    Retry,
    SetMapping,
)
from schemas.state import Park, ParkReason
from schemas.tenant_facts import SettingsChanged, TenantDisconnected, WentLive
from schemas.tenant_state import Live
from schemas.values import Kind
from tests.testing.means import missing
from tests.unit.gateway.console.conftest import World
from tests.unit.gateway.console.journal_words import (
    LANE,
    REFUSED,
    across,
    connected,
    customer,
    in_conflict,
    invoice,
    live,
    locked,
    one_sided,
    parked,
)
from tests.unit.gateway.console.ledger_words import kept as kept_reading
from tests.unit.gateway.console.mapping_words import mapped, source, target

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / ".local/screens"
WIDE, NARROW = (1280, 900), (400, 800)
#: When a page hangs: on a busy machine Chromium takes seconds for one.
HANGS_SECONDS = 60


@pytest.fixture(scope="session")
def chromium():
    """Return where Chromium is."""
    found = shutil.which("chromium")
    if found is None:
        missing("Chromium is missing: install Debian's package chromium (.ci/run does)")
    return found


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """Return what looks for what a person with other senses would stumble over, as its source."""
    if shutil.which("npm") is None:
        missing("npm is missing: install Node.js with npm (.ci/run does) to fetch axe-core")
    folder = ROOT / ".local/axe"
    shutil.copytree(Path(__file__).parent / "axe", folder, dirs_exist_ok=True)
    source = folder / "node_modules/axe-core/axe.min.js"

    async def fetched():
        command = ("npm", "ci", "--silent", "--no-audit", "--no-fund")
        process = await asyncio.create_subprocess_exec(*command, cwd=folder)
        assert await process.wait() == 0

    if not source.exists():
        asyncio.run(fetched())
    return source.read_text(encoding="utf-8")


@pytest.fixture
def world(tmp_path):
    """A publisher of whom some is across and some waits."""
    world = World(tmp_path, SystemClock())
    now = datetime.now(UTC)
    linked = Park(
        reason=ParkReason.NOT_LINKED,
        detail="QuickBooks has a customer of this name already, with another e-mail address",
    )
    world.tell("t1", connected(), live())
    world.tell("t1", *_catalog())
    world.tell(LANE, customer(), at=now - timedelta(days=3))
    world.tell(LANE, *across("100", "266"), at=now - timedelta(days=3))
    world.tell(LANE, invoice(number="MediaOS-136"), parked(), at=now - timedelta(days=2))
    world.tell(LANE, invoice("137"), parked("137", REFUSED), at=now - timedelta(hours=5))
    world.tell(LANE, *across("138", "268"), at=now - timedelta(days=1))
    world.tell(LANE, *in_conflict("138", "268"), at=now - timedelta(minutes=40))
    world.tell(LANE, invoice("200"), one_sided("200"), at=now - timedelta(minutes=9))
    other = "t1/mediaos/43"
    world.tell(other, customer("Quay Press & Sons", lane=other), at=now - timedelta(hours=1))
    world.tell(other, parked("43", linked, kind=Kind.CUSTOMER, lane=other))
    world.tell("t1", *kept_reading(now - timedelta(days=1), differs=0, name="k0"))
    world.tell("t1", *kept_reading(now - timedelta(hours=7)))
    world.bury(b"t1/mediaos/43", "total: expected an amount, got 12,50")
    world.tell(LANE, locked(now + timedelta(minutes=19)))

    def answers(request):
        if isinstance(request, SetMapping):
            world.tell(LANE, Released(document="mediaos/invoice/136", why="product:7"))
        return _carried_out(request)

    world.answers = answers

    def judged(subject, hear):
        # A test says what is found, once the console is served.
        return world.judged(subject, hear)

    world.judges(judged)
    #: By tenant, what of its stored connection is seen to be wrong.
    world.wrong = {}
    world.connecting = ConnectionChanges(
        invite=_invited,
        revoke=_nothing_revoked,
        trouble=lambda tenant, _confirmed: world.wrong.get(tenant, ""),
    )
    return world


async def _invited(_wish):
    until = datetime.now(UTC) + timedelta(minutes=15)
    return LinkToConnect(address="https://isthmus.example/connect/abc", until=until)


async def _nothing_revoked(_tenant, _known, _force):
    """Take nothing away: no tokens are here."""


def _catalog():
    """Return what is sold on both sides: one product is mapped to nothing, two to one item."""
    products = {"7": "Print ad, full page", "8": "Online banner", "9": "Skyscraper", "10": "Insert"}
    items = {
        "12": "Print ads full page",
        "13": "Online advertising",
        "14": "Insert",
        "15": "Events",
    }
    sold = (source(each, name) for each, name in products.items())
    bought = (target(each, name) for each, name in items.items())
    return *sold, *bought, mapped("8", "13"), mapped("9", "13", default=True)


def _carried_out(request):
    match request:
        case NoteDocument():
            return (_noted(request),)
        case ReleaseLockout():
            return (LockoutEnded(lockout=request.lockout, why="its time came"),)
        case ImposeLockout(lane=lane, reason=reason):
            until = datetime.now(UTC) + timedelta(minutes=request.minutes)
            return (
                LockedOut(lockout=lockout_id(request.id), lane=lane, until=until, reason=reason),
            )
        case Retry():
            asked = Asked(document=request.document, request=request.id, pushed=False)
            return (asked, Released(document=request.document, why="asked"))
        case _:
            return _of_tenant(request)


def _of_tenant(request):
    match request:
        case ChangeSettings():
            return (SettingsChanged(request=request.id, settings=request.settings),)
        case SetMapping():
            return (mapped(request.source, request.target),)
        case DisconnectTenant():
            return (TenantDisconnected(request=request.id),)
        case GoLive():
            since = datetime.now(UTC)
            live = Live(realm="9130355", by=request.by, overruled=request.overruled, since=since)
            return (WentLive(request=request.id, live=live),)
        case _:
            return ()


def _noted(request):
    return Noted(
        document=request.document,
        request=request.id,
        owner=request.owner,
        note=request.note,
        dismissed=request.dismiss,
        standing=f"t1/{request.document}@1#1",
        by=request.by,
        at=datetime.now(UTC),
    )


@asynccontextmanager
async def served(world):
    """Serve the console on a free port; yields its address and what is served."""
    async with world.open() as opened:
        config = uvicorn.Config(opened.app, port=0, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve())
        async with asyncio.timeout(HANGS_SECONDS):
            while not server.started:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.01)
        await opened.caught_up()
        [port] = [each.getsockname()[1] for each in server.servers[0].sockets]
        try:
            yield f"http://127.0.0.1:{port}", opened
        finally:
            server.should_exit = True
            await serving


@pytest.fixture
async def console(world):
    async with served(world) as (address, opened):
        yield address, opened


@pytest.fixture
async def person(chromium, console):
    """Return what opens a page of the console as somebody has it: wide or narrow, light or dark."""
    address, _ = console
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        faults = []

        async def person(size=WIDE, scheme="light", **more):
            width, height = size
            context = await browser.new_context(
                base_url=more.pop("base_url", address),
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                locale="en-GB",
                timezone_id="America/New_York",
                **more,
            )
            page = await context.new_page()
            page.set_default_timeout(HANGS_SECONDS * 1_000)
            page.on("pageerror", lambda fault: faults.append(str(fault)))
            page.on(
                "console", lambda told: faults.append(told.text) if told.type == "error" else None
            )
            page.faults = faults
            return page

        yield person
        await browser.close()


async def log_in(page, token, to="/console"):
    await page.goto(f"/console/login?to={to}")
    await page.get_by_label("Your token").fill(token)
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda url: "/login" not in url)


async def kept(page, name):
    """Keep a picture of a whole page."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENS / f"{name}.png", full_page=True)


async def stumbles(page, axe):
    """Return what axe-core finds on a page that is serious, each with where."""
    await page.evaluate(axe)
    found = json.loads(
        await page.evaluate("axe.run().then((found) => JSON.stringify(found.violations))")
    )
    return [
        (each["id"], [node["html"] for node in each["nodes"]])
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]
