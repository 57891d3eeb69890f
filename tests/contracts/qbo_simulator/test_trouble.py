"""What goes wrong on demand, and when a budget is spent? quickbooks-online.md 3, 4, 6, 8."""

import asyncio
from datetime import date

import httpx
import pytest


async def test_the_eleventh_request_of_a_second_is_throttled(api, simulator, clock):
    simulator.change_settings({"limits": True})
    statuses = [(await api.get("preferences"))[0] for _ in range(11)]
    clock.advance(seconds=1)

    assert statuses == [200] * 10 + [429]
    assert (await api.get("preferences"))[0] == 200


async def test_the_five_hundred_and_first_request_of_a_minute_is_throttled(api, simulator, clock):
    simulator.change_settings({"limits": True})
    for _ in range(500):
        assert (await api.get("preferences"))[0] == 200
        clock.advance(seconds=0.11)

    assert (await api.get("preferences"))[0] == 429
    clock.advance(seconds=5.1)
    assert (await api.get("preferences"))[0] == 200


async def test_batches_have_a_budget_of_their_own(api, simulator, clock):
    simulator.change_settings({"limits": True, "batches_per_minute": 2})
    statuses = []
    for _ in range(3):
        statuses.append((await api.post("batch", {"BatchItemRequest": []}))[0])
        clock.advance(seconds=1)

    assert statuses == [200, 200, 429]


async def test_a_throttle_answers_in_three_forms_by_turns(api, simulator):
    simulator.faults.answer_next(429, times=3)

    bodies = [(await api.get("preferences"))[1] for _ in range(3)]

    assert bodies[0].startswith('<Fault type="SERVICE"><Error code="3001">')
    assert bodies[1]["fault"]["error"][0]["code"] == "3001"
    assert bodies[2] == ""


async def test_a_lost_reply_of_one_kind_leaves_the_others_alone(api, simulator, invoice):
    simulator.faults.time_out_next("after", kind="Invoice")

    await api.ok("Customer", {"DisplayName": "Harbour Books"})
    with pytest.raises(httpx.ReadError):
        await api.post("invoice", invoice(), requestid="r1")


async def test_a_slow_company_has_done_what_it_has_not_answered_yet(api, simulator, invoice):
    simulator.faults.slow(60)
    asking = asyncio.create_task(api.ok("Invoice", invoice(), requestid="r1"))

    while not simulator.book.all("Invoice"):  # noqa: ASYNC110 - the book sets no event
        await asyncio.sleep(0)
    assert not asking.done()
    asking.cancel()
    simulator.faults.clear()

    assert (await api.ok("Invoice", invoice(), requestid="r1"))["Id"] == "1"


async def test_a_company_that_is_slow_no_more_answers_what_it_was_slow_with(
    api, simulator, invoice
):
    simulator.faults.slow(3600)
    asking = asyncio.create_task(api.ok("Invoice", invoice(), requestid="r1"))
    while not simulator.book.all("Invoice"):  # noqa: ASYNC110 - the book sets no event
        await asyncio.sleep(0)
    simulator.faults.clear()

    assert (await asyncio.wait_for(asking, 60))["Id"] == "1"


@pytest.mark.parametrize("when", ["after", "late"])
async def test_a_lost_reply_leaves_the_write_done(api, simulator, invoice, when):
    simulator.faults.time_out_next(when)

    with pytest.raises(httpx.ReadError):
        await api.post("invoice", invoice(), requestid="r1")

    made = await api.ok("Invoice", invoice(), requestid="r1")
    assert (made["Id"], len(simulator.book.all("Invoice"))) == ("1", 1)


async def test_a_request_lost_before_the_commit_leaves_nothing(api, simulator, invoice):
    simulator.faults.time_out_next("before")

    with pytest.raises(httpx.ReadError):
        await api.post("invoice", invoice())

    assert simulator.book.all("Invoice") == []


async def test_reads_do_not_use_up_a_time_out(api, simulator, invoice):
    simulator.faults.time_out_next()

    await api.get("preferences")
    await api.query("select * from Item")
    await api.post("query", "select * from Item")

    with pytest.raises(httpx.ReadError):
        await api.post("invoice", invoice())


async def test_over_a_socket_the_connection_is_cut(served, invoice):
    served.simulator.faults.time_out_next()
    token = served.simulator.grant()["access_token"]
    url = f"{served.url}/v3/company/{served.simulator.realm}/invoice"
    headers = {"authorization": f"Bearer {token}"}

    async with httpx.AsyncClient(headers=headers) as client:
        with pytest.raises((httpx.NetworkError, httpx.RemoteProtocolError)):
            await client.post(url, json=invoice())
        answer = await client.get(f"{url}/1")

    assert answer.json()["Invoice"]["TotalAmt"] == 100


async def test_a_locked_invoice_refuses_api_writes_until_its_time(api, simulator, clock, invoice):
    await api.ok("Invoice", invoice())
    simulator.faults.lock("Invoice", "1", 1200)
    body = {"Id": "1", "SyncToken": "0", "sparse": True, "PrivateNote": "x"}

    code, detail = await api.refused("Invoice", body)
    assert (code, detail.split(":")[0]) == ("6000", "Business Validation Error")
    assert (await api.read("Invoice", "1"))["SyncToken"] == "0"
    clock.advance(minutes=20)
    assert (await api.ok("Invoice", body))["SyncToken"] == "1"


async def test_a_lock_may_speak_with_another_code(api, simulator, invoice):
    await api.ok("Invoice", invoice())
    simulator.faults.lock("Invoice", "1", 60, "6540", "Deposited Transaction cannot be changed")
    body = {"Id": "1", "SyncToken": "0"}

    refusal = ("6540", "Deposited Transaction cannot be changed")
    assert await api.refused("Invoice", body, operation="delete") == refusal
    simulator.faults.unlock("Invoice", "1")
    assert (await api.ok("Invoice", body, operation="delete"))["status"] == "Deleted"


@pytest.mark.parametrize("code", ["140", "150", "6190"])
async def test_a_company_can_refuse_everything_for_a_while(api, simulator, clock, code):
    simulator.faults.refuse_company(code, seconds=60)

    _, body = await api.get("preferences")
    assert body["Fault"]["Error"][0]["code"] == code
    clock.advance(seconds=60)
    assert (await api.get("preferences"))[0] == 200


async def test_closed_books_take_no_old_dates(api, simulator, invoice):
    await api.ok("Invoice", invoice(TxnDate="2026-01-31"))
    simulator.person.close_books(date(2026, 1, 31))
    note = {"Id": "1", "SyncToken": "0", "sparse": True, "PrivateNote": "late"}

    assert (await api.refused("Invoice", note))[0] == "6210"
    assert (await api.refused("Invoice", invoice(TxnDate="2026-01-02")))[0] == "6210"
    assert (await api.ok("Invoice", invoice()))["TxnDate"] == "2026-03-02"


async def test_a_busy_name_list_refuses_once(api, simulator, invoice):
    simulator.faults.name_list_busy()
    await api.ok("Invoice", invoice())

    code, detail = await api.refused("Customer", {"DisplayName": "B"})

    text = "Business Validation Error: You can only add or edit one name at a time."
    assert (code, detail) == ("6000", f"{text} Please try again.")
    assert (await api.ok("Customer", {"DisplayName": "B"}))["Id"] == "2"


async def test_all_access_tokens_can_expire_in_the_middle(api, simulator):
    simulator.tokens.expire_access()

    assert (await api.get("preferences"))[0] == 401


@pytest.mark.parametrize(("status", "kind"), [(500, dict), (503, str), (504, str), (401, dict)])
async def test_the_next_answer_can_be_any_status(api, simulator, status, kind):
    simulator.faults.answer_next(status)

    answered, body = await api.get("preferences")

    assert (answered, type(body)) == (status, kind)
    assert (await api.get("preferences"))[0] == 200
