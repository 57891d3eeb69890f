"""What can a test do behind the counter, in process and over HTTP?"""

import os
import subprocess
import sys
from decimal import Decimal

import pytest

from streams.simulators.quickbooks import __main__ as program

ADMIN = {"authorization": "Bearer admin"}


@pytest.fixture
def act(http):
    async def post(action: str, **arguments) -> tuple[int, object]:
        answer = await http.post(f"/admin/{action}", json=arguments, headers=ADMIN)
        body = answer.json()
        return answer.status_code, body.get("result", body.get("error"))

    return post


async def test_a_person_edits_past_locks_and_moves_the_token(api, act, simulator, invoice):
    await api.ok("Invoice", invoice())
    simulator.faults.lock("Invoice", "1", 60)

    status, edited = await act(
        "person/edit", kind="Invoice", id="1", changes={"PrivateNote": "by hand"}
    )

    assert (status, edited["SyncToken"], edited["PrivateNote"]) == (200, "1", "by hand")


async def test_a_person_creates_deletes_and_voids(act, invoice, simulator):
    for _ in range(2):
        await act("person/create", kind="Invoice", fields=invoice("12.50"))

    await act("person/delete", kind="Invoice", id="1")
    await act("person/void", kind="Invoice", id="2")

    left = simulator.book.all("Invoice")
    assert [(one["Id"], one["TotalAmt"]) for one in left] == [("2", 0)]


async def test_every_fault_can_be_asked_for_over_http(api, act):
    assert await act("faults/lock", kind="Customer", id="1", seconds=0.5, code="140") == (200, None)
    assert await act("faults/answer_next", status=500) == (200, None)

    assert (await api.get("preferences"))[0] == 500
    body = {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "x"}
    assert (await api.refused("Customer", body))[0] == "140"
    assert await act("clock/advance", seconds=1) == (200, "2026-03-02T18:30:16.250000Z")
    assert (await api.ok("Customer", body))["SyncToken"] == "1"


async def test_the_whole_book_and_all_requests_can_be_read(api, http, invoice):
    await api.ok("Invoice", invoice(), requestid="r1")
    await api.get("invoice/7")

    book = (await http.get("/admin/book", headers=ADMIN)).json()["result"]
    requests = (await http.get("/admin/requests", headers=ADMIN)).json()["result"]

    assert [one["Id"] for one in book["Invoice"]] == ["1"]
    assert requests[0] == {
        "method": "POST",
        "path": f"/v3/company/{api.realm}/invoice",
        "params": {"requestid": "r1"},
        "requestid": "r1",
        "status": 200,
        "at": "2026-03-02T10:30:15-08:00",
    }
    assert requests[1]["status"] == 400


async def test_tokens_settings_and_companies_come_over_http(act, simulator):
    await act("companies/add", name="77")
    status, tokens = await act("grant", realm="77")
    await act("settings", changes={"rotation": "keep"})

    assert status == 200
    assert simulator.tokens.realm_of(tokens["access_token"]) == "77"
    assert simulator.settings.rotation == "keep"


@pytest.mark.parametrize(
    ("action", "arguments", "status", "said"),
    [
        ("person/edit", {"kind": "Invoice"}, 400, "missing a required argument: 'id'"),
        ("faults/answer_next", {"status": "soon"}, 400, "Expected `int`"),
        ("faults/refuse_company", {"code": "1"}, 400, "it must be one of 140, 150, 6190"),
        ("person/edit", {"kind": "Invoice", "id": "9", "changes": {}}, 409, "610"),
        ("person/create", {"kind": "Teapot", "fields": {}}, 409, "Teapot"),
        ("person/fire", {}, 404, "no action person/fire"),
        ("settings", {"changes": {"speed": 1}}, 400, "no setting speed"),
        ("settings", {"changes": {"limits": "x"}}, 400, "Expected `bool`"),
        ("grant", {"realm": "0"}, 404, "no realm"),
    ],
)
async def test_a_bad_admin_request_is_answered_in_words(act, action, arguments, status, said):
    answered, text = await act(action, **arguments)

    assert answered == status
    assert said in text


@pytest.mark.parametrize("token", ["", "Bearer guess", "Bearer \u00e4"])
async def test_the_admin_side_needs_its_token(http, token):
    headers = {"authorization": token.encode("latin-1")}

    assert (await http.get("/admin/book", headers=headers)).status_code == 401
    assert (await http.post("/admin/grant", headers=headers)).status_code == 401


async def test_tampering_shows_in_the_book_and_nowhere_else(api, simulator, invoice, payment):
    await api.ok("Invoice", invoice("100"))
    await api.ok("Payment", payment("60", to_1="60"))
    before = await api.read("Invoice", "1")

    simulator.tamper.remove("Payment", "2")
    simulator.tamper.shift_amount("Invoice", "1")
    twin = simulator.tamper.duplicate("Invoice", "1")

    after = await api.read("Invoice", "1")
    assert after == {
        **before,
        "LinkedTxn": [],
        "Balance": Decimal("100.01"),
        "TotalAmt": Decimal("100.01"),
    }
    assert (twin["Id"], twin["DocNumber"]) == ("3", before["DocNumber"])
    assert simulator.book.deleted == {}


def test_without_its_secrets_the_program_says_what_to_set():
    command = [sys.executable, "-m", "streams.simulators.quickbooks", "--port", "1"]
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}

    done = subprocess.run(command, env=kept, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr.startswith("Set ISTHMUS_SIMULATOR_ADMIN_TOKEN, ")


async def test_a_new_company_is_filled_with_the_sample_books(api, act, simulator):
    await act("companies/add", name="2")
    assert await act("companies/fill", realm="2") == (200, None)
    status, refused = await act("companies/fill", realm="2")

    book = simulator.company("2").book
    names = {kind: [one["Name"] for one in book.all(kind)] for kind in ("Item", "Account")}
    assert (status, refused.split()[0]) == (409, "6240")
    assert len(names["Item"]) == 12
    # What clients' own tests have written into them.
    assert book.get("Item", "10")["Name"] == "Pest Control"
    assert book.get("Account", "42")["Name"] == "Visa"
    assert book.get("Account", "86")["Name"] == "Discounts given"
    assert book.get("CompanyCurrency", "1")["Name"] == "Canadian Dollar"
    assert len(book.all("Payment")) == 5
    assert [one["Name"] for one in book.all("TaxCode")] == ["California"]


@pytest.mark.parametrize(("options", "items"), [([], 0), (["--sample-company"], 12)])
def test_the_program_opens_empty_books_or_filled_ones(monkeypatch, options, items):
    opened = []

    async def serve(simulator, _host, _port):
        opened.append(simulator)

    monkeypatch.setattr(program, "_serve", serve)
    for name in program.SECRETS.values():
        monkeypatch.setenv(name, "x")

    assert program.main(["--port", "1", *options]) == 0
    assert [len(one.book.all("Item")) for one in opened] == [items]
