"""Do the pictures of the first screen show the console as it is, and are they small?

`PICTURES=deploy/pictures python -m pytest tests/browser/test_pictures.py` makes them anew.
"""

import os
import struct
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from agents.process.clock import SystemClock
from schemas.state import Park, ParkReason
from schemas.values import Kind
from tests.browser.conftest import ROOT, SCREENS, log_in
from tests.unit.gateway.console.conftest import OTTO, World
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
from tests.unit.rules.records import LINE

pytestmark = pytest.mark.chromium

COMMITTED = ROOT / "deploy/pictures"
MADE = Path(os.environ.get("PICTURES") or SCREENS)
SIZE = (1180, 760)
SCHEMES = ("light", "dark")
#: A page of a repository is read on a telephone as well.
BYTES = 150_000
QUAY, LINDQVIST = "t1/mediaos/43", "t1/mediaos/44"
NOT_MAPPED = Park(
    reason=ParkReason.UNMAPPED_PRODUCT,
    detail="product 7 (Spring newsletter) of MediaOS is not mapped",
    waits_for=("product:7",),
)
CLOSED = Park(
    reason=ParkReason.BOOKS_CLOSED,
    detail="it is dated 2026-09-12, and QuickBooks' books are closed up to 2026-09-30",
)
TWINS = Park(
    reason=ParkReason.NOT_LINKED,
    detail="QuickBooks has a customer of this name already, with another e-mail address",
)


def billed(record_id, number, amount, lane=LANE):
    """Return an invoice over one line."""
    total = Decimal(amount)
    line = replace(LINE, unit_price=total, quantity=Decimal(1), amount=total)
    return invoice(record_id, lane=lane, number=number, lines=(line,), total=total, balance=total)


@pytest.fixture
def world(tmp_path):
    """An afternoon: one thing of each sort that an accountant mends."""
    world = World(tmp_path, SystemClock())
    now = datetime.now(UTC)
    world.tell("t1", connected(), live())
    world.tell(LANE, customer(), *across(), at=now - timedelta(days=3))
    world.tell(QUAY, customer("Quay Press & Sons", lane=QUAY), at=now - timedelta(hours=4))
    world.tell(
        QUAY,
        billed("214", "MediaOS-214", "640.00", QUAY),
        parked("214", CLOSED, lane=QUAY),
        at=now - timedelta(hours=4),
    )
    world.tell(
        LANE,
        billed("219", "MediaOS-219", "2310.50"),
        parked("219", NOT_MAPPED),
        at=now - timedelta(minutes=50),
    )
    world.tell(
        LINDQVIST,
        customer("Lindqvist Media", lane=LINDQVIST),
        parked("44", TWINS, kind=Kind.CUSTOMER, lane=LINDQVIST),
        at=now - timedelta(minutes=12),
    )
    world.tell(LANE, *in_conflict(), at=now - timedelta(minutes=5))
    return world


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_what_waits_is_on_the_first_screen(person, scheme):
    page = await person(SIZE, scheme)
    await log_in(page, OTTO, "/console/t/t1/attention")
    await page.get_by_role("link", name="customer Lindqvist Media").wait_for()

    made = await page.screenshot()

    keep(f"console-{scheme}.png", made)

    assert page.faults == []
    assert size_of(made) == SIZE
    committed = (COMMITTED / f"console-{scheme}.png").read_bytes()
    assert size_of(committed) == SIZE
    assert len(committed) <= BYTES


def keep(name, png):
    """Keep a picture where it is looked at, or where it is committed."""
    MADE.mkdir(parents=True, exist_ok=True)
    (MADE / name).write_bytes(png)


def size_of(png):
    """Return width and height, as a PNG says them first."""
    assert png.startswith(b"\x89PNG")
    return struct.unpack(">II", png[16:24])
