"""Can one document be followed through the log by its ids, and does it tell nothing else?"""

import json
import logging
from collections import Counter

import pytest

from agents.process.logs import JsonLines
from schemas.command_facts import CommandApplied, Decided
from schemas.facts import Parked
from tests.scenarios.both.people import a_customer, an_invoice, an_item, open_shop
from tests.scenarios.both.town import TENANT

#: What nobody may read in a log: names, texts, amounts, and what opens a door.
CUSTOMER, MEMO, ITEM = "Harbour Books of Ann", "as told to Ann by phone", "Centre spread"
PRICE = "4711.17"


@pytest.fixture
def log(caplog):
    """All that was logged so far, as a process writes it."""
    for name in ("isthmus", "streams", "agents"):
        caplog.set_level(logging.DEBUG, logger=name)
    written = JsonLines()

    def lines(level=logging.NOTSET):
        found = [each for each in caplog.records if each.levelno >= level]
        return [json.loads(written.format(each)) for each in found]

    return lines


async def small_story(town):
    """An invoice waits for its product, is mapped and crosses, and is edited on both sides."""
    await open_shop(town)
    made = await town.mediaos.people.create("products", {"name": ITEM})
    customer = await a_customer(town, CUSTOMER)
    invoice = await an_invoice(town, customer, ("1", PRICE), product=made["id"])
    await town.run()
    await town.maps(made["id"], an_item(town, ITEM))
    await town.run()
    await town.mediaos.people.edit("invoices", invoice, {"comments": MEMO})
    await town.run()
    return customer, invoice


def decided(lines):
    return [each for each in lines if each["message"] == "decided"]


async def test_each_decision_has_exactly_one_line(town, log):
    await small_story(town)
    told, lines = town.told(), decided(log(logging.INFO))

    sent = Counter(each.decision for each in told if isinstance(each, Decided))
    assert Counter(each["decision"] for each in lines if "decision" in each) == sent
    waits = Counter(each.document for each in told if isinstance(each, Parked))
    assert Counter(each["record"] for each in lines if each["what"] == "wait") == waits
    done = Counter(each.command for each in told if isinstance(each, CommandApplied))
    carried_out = (each for each in log() if each["message"] == "carried out")
    assert Counter(each["command"] for each in carried_out) == done
    assert len(sent) >= 3
    assert len(waits) >= 1


async def test_one_document_is_followed_by_its_id(town, log):
    customer, invoice = await small_story(town)
    name, lane = f"mediaos/invoice/{invoice}", f"{TENANT}/mediaos/{customer}"
    own = [each for each in log(logging.INFO) if each.get("record") == name]

    assert {(each["tenant"], each["lane"]) for each in own} == {(TENANT, lane)}
    story = [f"{each['message']} {each.get('what', '')}".strip() for each in own]
    # MediaOS is told what QuickBooks calls it; then somebody edits it.
    updated = ["decided update", "carried out", "decided in step"]
    assert story == [
        *("decided wait", "waits no more", "decided create", "carried out", "linked"),
        *updated,
        *updated,
    ]
    [created] = [each for each in own if each.get("what") == "create"]
    assert created["to"] == "qbo"
    # What QuickBooks calls it is beside, so that its side is found from here.
    [linked] = [each for each in own if each["message"] == "linked"]
    assert linked["qbo"] in {each["Id"] for each in town.in_qbo("Invoice")}


async def test_each_write_is_found_among_the_calls_by_its_request_id(town, log):
    await small_story(town)
    lines = log()
    asked = [each["request"] for each in decided(lines) if "request" in each]
    calls = [
        each for each in lines if each["message"] in {"quickbooks answered", "mediaos answered"}
    ]

    assert {each["level"] for each in calls} == {"DEBUG"}
    assert len(calls) > len(asked)
    for request in asked:
        assert [each["call"] for each in calls if each["request"] == request]
    written = [each for each in calls if each["request"] is not None]
    assert len(written) == town.writes()


async def test_no_name_no_amount_and_no_secret_is_told(town, log):
    await small_story(town)
    connection = town._granted()
    secrets = (
        connection.access_token,
        connection.refresh_token,
        connection.mediaos_api_key,
        connection.mediaos_api_password,
    )
    text = "\n".join(map(json.dumps, log()))
    for word in (CUSTOMER, MEMO, ITEM, PRICE, *secrets):
        assert word not in text
