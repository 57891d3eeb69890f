"""Wherever Intuit's sources contradict each other, the engine is right by each of them.

The positions are those of the simulator's own definition: a new switch is tried by itself, and
changes nothing of what waits unless it is said here.
"""

import os
from collections import Counter, defaultdict
from decimal import Decimal
from random import Random

import pytest

from agents.audit.findings import How
from schemas.state import ParkReason
from schemas.values import MappingKind
from streams.simulators.quickbooks.app import QboSimulator
from streams.simulators.quickbooks.switches import Position, positions
from tests.scenarios.both.people import FULL_PAGE, account_called, keeps, open_shop, put_under
from tests.scenarios.both.stories import CALLED, RATE, STORIES, in_qbo, tell
from tests.scenarios.both.town import Town

pytestmark = pytest.mark.all_rows

#: Other companies in every run; the run's header names the seed.
SEED = int(os.environ["DAYS"])
COMPANIES, SWITCHES_OF_ONE = 2, 8
#: What no story comes by: a page of consent, and calls that are counted nowhere.
OUTSIDE = {"consent", "limits"}

KINDS = {
    "advertisers": "customer",
    "invoices": "invoice",
    "payments": "payment",
    "refunds": "refund",
}
TOTALS = (
    ("invoices", "invoice", "total"),
    ("payments", "payment", "amount"),
    ("refunds", "refund", "total"),
)
#: What waits at the end of the stories: whose, and of what kind.
WAITS = {
    ("Keeps", "customer"),
    ("Closing", "invoice"),
    ("Dangling", "payment"),
}
#: A tax that the company does not reckon differs, and what is paid on it waits.
NOT_TAXED = WAITS | {("Taxed", "invoice"), ("Taxed", "payment"), ("Refunded", "refund")}
#: Each line there must bear a code of that country: every invoice waits, and what pays it.
IN_ANOTHER_COUNTRY = {
    ("Keeps", "customer"),
    *((name, "invoice") for name in ("Taxed", "Edited", "Voided", "Lost", "Refused (Advertising)")),
    *((name, "invoice") for name in ("Numbered", "Payer", "Early", "Credited", "Keeps", "Resting")),
    *((name, "invoice") for name in ("Closing", "Silent", "Dangling", "Stale", "Renewed")),
    *((name, "payment") for name in ("Taxed", "Voided", "Lost", "Payer", "Silent")),
    ("Refunded", "refund"),
}
#: QuickBooks takes it, where nobody has read yet that its books are closed (test_company).
NOT_CLOSED = WAITS - {("Closing", "invoice")}
OTHERWISE = {
    "closing_day=open": NOT_CLOSED,
    "closed_unguarded=accepted": NOT_CLOSED,
    "set_sales_tax(model=off)": NOT_TAXED,
    "set_sales_tax(model=manual)": NOT_TAXED,
    "set_sales_tax(model=per_line)": IN_ANOTHER_COUNTRY,
}
LAG, NUMBERS = "query_lag_seconds", "set_custom_numbers"


def opened_for_stories(simulator: QboSimulator) -> None:
    simulator.person.set_custom_numbers(True)
    simulator.person.set_sales_tax("automated", RATE)


def moved() -> list[Position]:
    """Every position but the one in which a switch stands anyway."""

    def standing(position: Position | None = None):
        names = ("admin_token", "client_id", "client_secret", "verifier_token")
        simulator = QboSimulator(**dict.fromkeys(names, "x"))
        opened_for_stories(simulator)
        if position is not None:
            position.put(simulator)
        book = simulator.book
        shown = [
            {**book.all(kind)[0], "SyncToken": "", "MetaData": {}}
            for kind in ("Preferences", "CompanyInfo")
        ]
        return simulator.settings, shown, book.unseen

    anyway = standing()
    return [one for one in positions() if one.switch not in OUTSIDE and standing(one) != anyway]


MOVED = moved()


async def told(town: Town, *put: Position) -> set[tuple[str, str]]:
    """Put the switches so, let all stories happen, and return what waits."""
    await open_shop(town)
    await keeps(town, "Check", account_called(town, "Checking"))
    for kind, listed in ((MappingKind.CLASS, "Class"), (MappingKind.LOCATION, "Department")):
        made = town.qbo.person.create(listed, {"Name": "Pages"})
        await put_under(town, kind, FULL_PAGE, made["Id"])
    await town.run(1)
    opened_for_stories(town.qbo)
    for position in put:
        position.put(town.qbo)
    await tell(town, *STORIES)
    await town.run(60)
    assert town.letters() == []
    report = await town.report()
    assert report.findings == ()
    stands_once(town)
    for waits in report.waiting:
        assert waits.reason != ParkReason.BUG
        assert waits.detail or waits.how is not How.PARKED
    agrees_or_waits(town, {name for waits in report.waiting for name in waits.records})
    return {(waits.customer, waits.document.split("/")[1]) for waits in report.excepted}


def stands_once(town: Town) -> None:
    for here, kind in KINDS.items():
        for record in town.in_mediaos(here):
            assert len(in_qbo(town, kind, record["id"])) <= 1, (kind, record["id"])
    crossed = Counter(one["external_reference"] for one in town.in_mediaos("payments"))
    assert all(number == 1 for paid, number in crossed.items() if paid)


def agrees_or_waits(town: Town, waits: set[str]) -> None:
    """Compare the totals without the ledger check's help."""
    for here, kind, total in TOTALS:
        for record in town.in_mediaos(here):
            if record["date_deleted"] or f"mediaos/{kind}/{record['id']}" in waits:
                continue
            # A payment of QuickBooks bears no marker of ours, and one of MediaOS no reference.
            there = in_qbo(town, kind, record["id"]) or [
                one
                for one in town.in_qbo(CALLED.get(kind, kind.capitalize()))
                if one["Id"] == record["external_reference"]
            ]
            assert [one["TotalAmt"] for one in there] == [Decimal(record[total])], record


async def test_the_stories_as_documented(town):
    assert await told(town) == WAITS


@pytest.mark.thorough
@pytest.mark.parametrize("position", MOVED, ids=str)
async def test_the_stories_with_one_switch_elsewhere(town, position):
    assert await told(town, position) == OTHERWISE.get(str(position), WAITS)


@pytest.mark.thorough
@pytest.mark.parametrize("company", range(COMPANIES))
async def test_the_stories_in_a_company_of_many_switches(town, company):
    draw = Random(SEED + company)
    by_switch = defaultdict(list)
    for position in MOVED:
        by_switch[position.switch].append(position)
    put = [draw.choice(by_switch[name]) for name in draw.sample(sorted(by_switch), SWITCHES_OF_ONE)]
    if any(position.switch == LAG for position in put):
        # Nobody can know of a number that QuickBooks neither shows yet nor refuses.
        put = [position for position in put if position.switch != NUMBERS]

    await told(town, *put)
