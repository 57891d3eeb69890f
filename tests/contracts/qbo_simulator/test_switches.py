"""Where Intuit's sources contradict each other, is each position there?

quickbooks-online.md 0, 2.3, 2.5 to 2.7 and quickbooks-money.md 0, 7.
"""

from dataclasses import fields

import pytest

from streams.simulators.quickbooks.person import Person
from streams.simulators.quickbooks.settings import SimulatorSettings
from streams.simulators.quickbooks.switches import positions

#: Limits, times and texts, which are no contradictions.
NO_SWITCH = {
    *("access_token_seconds", "refresh_token_seconds", "refresh_hard_seconds"),
    *("requests_per_second", "requests_per_minute", "batches_per_minute", "requests_at_once"),
    *("custom_field_names", "other_user"),
    *("webhook_debounce_seconds", "webhook_answer_seconds", "webhook_retry_seconds"),
}


async def test_every_switch_has_its_positions_and_can_be_put_into_each(simulator):
    by_switch = {}
    for position in positions():
        by_switch.setdefault(position.switch, []).append(position)
        position.put(simulator)

    settings = {each.name for each in fields(SimulatorSettings)}
    choices = {name for name in vars(Person) if name.startswith("set_")}
    assert by_switch.keys() == (settings - NO_SWITCH) | choices
    assert min(map(len, by_switch.values())) > 1
    told = [str(position) for position in positions()]
    assert len(set(told)) == len(told)
    assert {"void_paid=unlink", "set_custom_numbers(on=True, warn=False)"} <= set(told)


@pytest.mark.parametrize(
    ("form", "kinds"),
    [
        ("by_turns", ["application/xml", "application/json", None]),
        ("xml", ["application/xml"] * 3),
        ("json", ["application/json"] * 3),
        ("empty", [None] * 3),
    ],
)
async def test_too_many_calls_are_refused_in_one_form_or_by_turns(simulator, form, kinds):
    simulator.change_settings({"throttle_form": form})
    limits = simulator.company().limits

    replies = [limits.refusal(simulator.now()) for _ in range(3)]

    assert [reply.status for reply in replies] == [429] * 3
    assert [reply.headers.get("content-type") for reply in replies] == kinds


async def test_no_person_must_name_the_customer(api, simulator, invoice):
    simulator.change_settings({"sparse_without_customer": "refused"})
    await api.ok("Invoice", invoice())

    assert simulator.person.edit("Invoice", "1", {"PrivateNote": "x"})["SyncToken"] == "1"


@pytest.mark.parametrize("replayed", [True, False])
async def test_a_refusal_is_replayed_under_its_request_id_or_not(api, simulator, invoice, replayed):
    simulator.change_settings({"replays_refusals": replayed})
    first = await api.post("customer", {"DisplayName": "Amy's Birds"}, requestid="r1")

    again = await api.post("customer", {"DisplayName": "Amy's Cats"}, requestid="r1")
    other = await api.post("customer", {"DisplayName": "Amy's Dogs"}, requestid="r2")

    assert first[0] == 400
    assert (again == first) is replayed
    assert (again[0], other[0]) == (400 if replayed else 200, 200)


async def test_a_query_lags_behind_a_read(api, simulator, clock, invoice):
    simulator.change_settings({"query_lag_seconds": 5})
    await api.ok("Invoice", invoice("1", DocNumber="A"))
    clock.advance(seconds=6)
    note = {"Id": "1", "SyncToken": "0", "sparse": True, "PrivateNote": "new"}
    await api.ok("Invoice", note)
    await api.ok("Invoice", invoice("2"))

    [seen] = (await api.query("SELECT * FROM Invoice"))["Invoice"]
    assert (seen["Id"], seen["SyncToken"], "PrivateNote" in seen) == ("1", "0", False)
    assert (await api.read("Invoice", "1"))["SyncToken"] == "1"
    assert (await api.read("Invoice", "2"))["TotalAmt"] == 2

    await api.ok("Invoice", {"Id": "2", "SyncToken": "0"}, operation="delete")
    clock.advance(seconds=5)
    assert await api.query("SELECT COUNT(*) FROM Invoice") == {"totalCount": 1}
    [seen] = (await api.query("SELECT * FROM Invoice"))["Invoice"]
    assert seen["SyncToken"] == "1"


async def test_what_is_deleted_is_found_by_a_query_for_a_while(api, simulator, clock, invoice):
    await api.ok("Invoice", invoice())
    clock.advance(seconds=60)
    simulator.change_settings({"query_lag_seconds": 5})

    await api.ok("Invoice", {"Id": "1", "SyncToken": "0"}, operation="delete")

    assert await api.query("SELECT COUNT(*) FROM Invoice") == {"totalCount": 1}
    clock.advance(seconds=5)
    assert await api.query("SELECT COUNT(*) FROM Invoice") == {"totalCount": 0}


@pytest.mark.parametrize(("order", "ids"), [("as_sent", ["1", "2"]), ("reversed", ["2", "1"])])
async def test_a_batch_runs_in_an_order_that_nobody_may_assume(api, simulator, invoice, order, ids):
    simulator.change_settings({"batch_order": order})
    items = [
        {"bId": name, "operation": "create", "Invoice": invoice(amount)}
        for name, amount in (("a", "1"), ("b", "2"))
    ]

    _, answer = await api.post("batch", {"BatchItemRequest": items})

    told = [(one["bId"], one["Invoice"]["Id"]) for one in answer["BatchItemResponse"]]
    assert told == list(zip("ab", ids, strict=True))


@pytest.mark.parametrize(
    ("switch", "found"), [("refused", None), ("clipped", ["2"]), ("served", ["1", "2"])]
)
async def test_changes_since_long_ago_are_a_switch(api, simulator, clock, invoice, switch, found):
    simulator.change_settings({"cdc_beyond_horizon": switch})
    await api.ok("Invoice", invoice("1"))
    clock.advance(days=31)
    api.token = simulator.grant()["access_token"]
    await api.ok("Invoice", invoice("2"))

    status, answer = await api.get(
        "cdc", entities="Invoice", changedSince="2026-03-01T00:00:00-08:00"
    )

    if found is None:
        assert (status, answer["Fault"]["Error"][0]["code"]) == (400, "2060")
    else:
        [told] = answer["CDCResponse"][0]["QueryResponse"]
        assert [one["Id"] for one in told["Invoice"]] == found


@pytest.mark.parametrize("switch", ["taken", "refused"])
async def test_a_sparse_invoice_names_its_customer_by_switch(api, simulator, invoice, switch):
    simulator.change_settings({"sparse_without_customer": switch})
    await api.ok("Invoice", invoice())
    body = {"Id": "1", "SyncToken": "0", "sparse": True, "PrivateNote": "x"}

    status, answer = await api.post("invoice", body)

    assert (status == 200) is (switch == "taken")
    if switch == "refused":
        assert answer["Fault"]["Error"][0]["code"] == "2500"
        assert (await api.ok("Invoice", {**body, "CustomerRef": {"value": "1"}}))["SyncToken"]


@pytest.mark.parametrize(("switch", "due"), [("kept", "2026-04-01"), ("computed", "2026-03-16")])
async def test_a_due_date_is_kept_or_computed(api, simulator, invoice, switch, due):
    simulator.change_settings({"due_date": switch})
    net_15 = simulator.book.all("Term")[1]
    await api.ok("Invoice", invoice(TxnDate="2026-03-02"))
    body = {"Id": "1", "SyncToken": "0", "sparse": True, "TxnDate": "2026-03-01"}

    changed = await api.ok("Invoice", {**body, "SalesTermRef": {"value": net_15["Id"]}})
    said = await api.ok(
        "Invoice", {**body, "SyncToken": "1", "TxnDate": "2026-03-03", "DueDate": "2026-05-05"}
    )

    assert (changed["DueDate"], said["DueDate"]) == (due, "2026-05-05")


async def test_a_term_gives_the_due_date_where_none_is_sent(api, simulator, invoice):
    net_60 = simulator.book.all("Term")[3]

    made = await api.ok("Invoice", invoice(SalesTermRef={"value": net_60["Id"]}))

    assert (made["SalesTermRef"], made["DueDate"]) == ({"value": net_60["Id"]}, "2026-05-01")
