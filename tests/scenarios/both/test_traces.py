"""A change is seen from the record of Kafka to the call of QuickBooks, by ids alone."""

from agents.process.traces import traced
from streams.settings import ProcessSettings
from tests.scenarios.both.test_log import CUSTOMER, ITEM, MEMO, PRICE, small_story
from tests.testing.collector import collector, said


async def test_a_change_is_traced_from_its_record_to_the_call_and_the_journal(town):
    with collector() as there, traced(ProcessSettings(trace_url=there.url), "worker"):
        customer, invoice = await small_story(town)

    names = there.by_name()
    record = f"mediaos/invoice/{invoice}"
    decided = [each for each in names["decide"] if said(each)["isthmus.record"] == record]
    assert {said(each)["isthmus.answer"] for each in decided} >= {"Park", "Send", "InStep"}
    calls = names["call quickbooks"]
    writes = [each for each in calls if said(each)["isthmus.call"] == "POST /invoice"]
    assert writes
    for write in writes:
        told = said(write)
        assert (told["isthmus.status"], told["isthmus.tenant"]) == (200, town.tenant)
        assert told["isthmus.request"]
        assert told["isthmus.tid"]
    assert len({said(each)["isthmus.request"] for each in writes}) == len(writes)
    # The customer's record: taken, decided on, sent, and kept, in one trace.
    [take] = [
        each
        for each in names["take isthmus-intake"]
        if said(each)["isthmus.lane"] == f"{town.tenant}/mediaos/{customer}"
    ][:1]
    under = {each.name for each in there.spans if each.trace_id == take.trace_id}
    assert {"decide", "call quickbooks", "journal"} <= under


async def test_no_name_no_amount_and_no_secret_is_traced(town):
    with collector() as there, traced(ProcessSettings(trace_url=there.url), "worker"):
        await small_story(town)

    connection = town._granted()
    everything = b"".join(each.SerializeToString() for each in there.spans)
    assert len(there.spans) > 10
    for word in (
        *(CUSTOMER, MEMO, ITEM, PRICE),
        *(connection.access_token, connection.mediaos_api_key, connection.mediaos_api_password),
    ):
        assert word.encode() not in everything
