"""Every door: what a record of it looks like, and what becomes of bytes that come in there.

What passes one goes on as it would: through lanes, rules, store, figures, log and screens
(`tests.fuzz.onwards`).

A door returns "result" or "refusal"; whatever it raises but its own refusal has escaped, and so has
a dead letter that calls itself a fault of ours.
"""

import asyncio
import contextlib
import io
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import httpx
import msgspec
from fastapi import FastAPI

from agents.cli.console import show_json
from agents.cli.dead_letters import place_of
from agents.cli.formatting import plain, say
from agents.cli.lookup import choose_tenant
from agents.cli.map_files import read_rows
from agents.cli.refusal import Refusal
from agents.cli.table import show_table
from agents.dead_letters.manage import Files
from agents.gateway import gateway, publishing_http
from agents.gateway.publishing import Publishing
from agents.hydrate.hydrate import Hydrate
from agents.intake.intake import Intake
from agents.intake.known_tenants import everyone
from agents.requests.lockout_requests import LockoutRequests
from agents.requests.push_requests import PushRequests
from agents.rules.faults import judge
from agents.rules.mappings.mapping_csv import cell, wanted
from agents.rules.mappings.table import PRODUCT
from agents.rules.tenant import suspension
from agents.rules.tenant.calls_left import calls_left
from agents.sweep.coverage_view import CoverageView
from schemas.calls import decode_calls
from schemas.catalog import (
    NotUnderstoodError,
    decode_intake,
    decode_journal,
    decode_request,
    encode,
)
from schemas.changes import Change
from schemas.envelope import JournalRecord
from schemas.facts import Fact, Seen
from schemas.outcomes import No, Unknown
from schemas.requests import OfTenant, Request, SetMapping
from schemas.tenant_state import Tenant
from schemas.values import Kind
from streams.kafka.history import TopicRecord
from streams.ports import Delivery, LogRecord, TopicPartition
from streams.publisher import change_event as published
from streams.remotes.mediaos import replies as mediaos
from streams.remotes.mediaos.events import change_from_event as mediaos_change
from streams.remotes.mediaos.faults import fault_of as mediaos_fault
from streams.remotes.quickbooks import wire_replies as qbo
from streams.remotes.quickbooks.client import Fetched, _understood
from streams.remotes.quickbooks.events import change_event, change_from_event
from streams.remotes.quickbooks.faults import fault_of
from streams.remotes.quickbooks.queries import captured, entities_of, page_listed
from streams.remotes.quickbooks.webhooks import Notice, notice_event
from streams.setting_values import grants, lock_signs, slug, url
from tests.fuzz.absurd import example
from tests.fuzz.onwards import Journals, Onwards
from tests.fuzz.samples import samples_of
from tests.testing.intuit import signature
from tests.testing.simulated.clock import SimulatedClock

AT = datetime(2026, 11, 28, tzinfo=UTC)
TOKEN, VERIFIER = "a" * 32, "verifier"
OUT, REFUSED = "result", "refusal"
FOLDER = Path(mkdtemp(prefix="fuzz-"))


@cache
def loop():
    """Return the loop of all doors, made once."""
    return asyncio.new_event_loop()


def close():
    """End it, at the end of all tests."""
    loop().run_until_complete(ONWARDS.end())
    loop().run_until_complete(HTTP.aclose())
    loop().close()
    loop.cache_clear()


class Sink:
    """Keeps what is sent until it is looked at."""

    def __init__(self):
        self.sent = []

    async def send(self, topic, key, value, headers=()):
        self.sent.append((topic, key, value))

    def taken(self):
        sent, self.sent = self.sent, []
        return sent


class Nobody:
    """Knows nothing, and finds nothing."""

    async def covered(self, *_):
        return True

    async def whose(self, *_):
        return None

    async def acquire(self, *_):
        return 0.0

    async def fetch(self, _tenant, _kind, record_id):
        gone = msgspec.json.encode({"Id": record_id, "domain": "QBO", "status": "Deleted"})
        return Fetched(realm="1", entity=gone, began=CLOCK.now())


SINK, CLOCK = Sink(), SimulatedClock()
INTAKE = Intake(
    SINK,
    CLOCK,
    {"mediaos-changes": mediaos_change, "quickbooks-changes": lambda v, _: change_from_event(v)},
    everyone,
)
NOBODY = Nobody()
HYDRATE = Hydrate(
    SINK, CLOCK, source=NOBODY, again=NOBODY, knowledge=NOBODY, answered=NOBODY.covered
)
LOCKOUTS = LockoutRequests(SINK, CLOCK, everyone)
PUSHES = PushRequests(SINK, CLOCK, everyone)
#: What goes on from here, and the journals that hold what somebody else wrote.
ONWARDS, JOURNALS = Onwards(), Journals()


async def _known(_tenant):
    return True


async def _tenant_of(_realm):
    return "t1"


def _app():
    hooks = gateway.Webhooks(SINK, _tenant_of, VERIFIER)
    app = gateway.build(hooks, contextlib.AsyncExitStack)
    published_ = FastAPI()
    published_.include_router(publishing_http.routes(Publishing(SINK, ((None, TOKEN),), _known)))
    app.include_router(published_.router)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")


HTTP = _app()


def _handled(handler, topic, value, key=b"t1/mediaos/1001"):
    tp = TopicPartition(topic, 0)
    sent = Delivery(tp=tp, offset=1, key=key, value=value, generation=1)
    assert loop().run_until_complete(handler.handle(sent))
    outcome = OUT
    for where, lane, written in SINK.taken():
        if where == "isthmus-dead-letters":
            reason = json.loads(written)["reason"]
            assert not reason.startswith("a fault of Isthmus"), reason
            outcome = REFUSED
        elif where == "isthmus-intake":
            _onwards(lane.decode(), decode_intake(written))
            _go_on(where, lane, written)
        elif where == "isthmus-requests":
            decode_request(written)
            _go_on(where, lane, written)
    return outcome


def _go_on(topic, key, value):
    loop().run_until_complete(ONWARDS.take(topic, key, value))


def _onwards(lane, change):
    """Take a change through journal, fold and every way to show it."""
    if not isinstance(change, Change):
        return
    told = Seen(document=str(change.name), change=change)
    record = decode_journal(encode(JournalRecord(term="t", lane=lane, at=AT, facts=(told,))))
    assert record.facts == (told,)
    _shown(plain(change), str(change.record))
    for amount in _amounts(change.record):
        assert len(f"{amount:f}") < 40


def _amounts(record):
    for name in getattr(record, "__struct_fields__", ()):
        value = getattr(record, name)
        if hasattr(value, "as_tuple"):
            yield value
        for each in value if isinstance(value, tuple) else ():
            yield from _amounts(each)


def _shown(value, text):
    with contextlib.redirect_stdout(io.StringIO()):
        show_json(value)
        say(text[:2_000])
        show_table(("x",), [(text[:200],)], ids=())
    assert cell(text[:200]) is not None


def mediaos_changes(value):
    return _handled(INTAKE, "mediaos-changes", value)


def quickbooks_changes(value):
    return _handled(INTAKE, "quickbooks-changes", value, b"t1/qbo/1")


def notices(value):
    return _handled(HYDRATE, "quickbooks-notices", value, b"t1")


def pushes(value):
    return _handled(PUSHES, "isthmus-pushes", value)


def lockouts(value):
    return _handled(LOCKOUTS, "isthmus-lockouts", value)


def requests(value):
    try:
        asked = decode_request(value)
    except NotUnderstoodError:
        return REFUSED
    assert decode_request(encode(asked)) == asked
    _shown(plain(asked), str(asked))
    key = asked.tenant if isinstance(asked, OfTenant) else asked.lane
    _go_on("isthmus-requests", key.encode(), encode(asked))
    return OUT


def merged(value):
    try:
        change = decode_intake(value)
    except NotUnderstoodError:
        return REFUSED
    _onwards("t1/mediaos/1", change)
    _go_on("isthmus-intake", b"t1/mediaos/1", value)
    return OUT


def journal(value):
    try:
        record = decode_journal(value)
    except NotUnderstoodError:
        return REFUSED
    return OUT if loop().run_until_complete(JOURNALS.take(record)) else REFUSED


def letters(value):
    files = Files()
    files.take(TopicRecord(0, 0, b"k", value))
    for filed in files.by_place.values():
        _shown(plain(filed.letter), filed.letter.reason)
    return REFUSED if files.illegible else OUT


def coverage(value):
    view = CoverageView(AT)
    view.take(LogRecord(0, 0, b"t1/qbo", value))
    _shown({str(each): plain(until) for each, until in view.until.items()}, str(view.passed_over))
    return REFUSED if view.passed_over else OUT


def calls(value):
    try:
        told = decode_calls(value)
    except NotUnderstoodError as fault:
        _shown(None, str(fault))
        return REFUSED
    _shown(plain(told), str(calls_left([told], "t1", AT)))
    return OUT


def _posted(path, value, headers):
    answer = loop().run_until_complete(HTTP.post(path, content=value, headers=headers))
    for topic, key, kept in SINK.taken():
        _handled(HYDRATE if topic == "quickbooks-notices" else INTAKE, topic, kept, key)
    assert answer.status_code in {200, 202, 207, 400, 413, 422}, answer.status_code
    return OUT if answer.status_code in {200, 202, 207} else REFUSED


def webhook(value):
    return _posted("/webhooks/quickbooks", value, {"intuit-signature": signature(value, VERIFIER)})


def changes(value):
    headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
    return _posted("/v1/changes", value, headers)


def mediaos_replies(value):
    outcome = REFUSED
    for status in (200, 422, 500):
        reply = mediaos.Reply(
            status=status, body=value, headers={"retry-after": value[:80].decode("latin-1")}
        )
        for kind in Kind:
            done = mediaos.outcome(kind, reply, AT)
            mediaos.reading(kind, "7", reply, AT)
            mediaos.page_of(kind, reply)
            outcome = outcome if isinstance(done, No | Unknown) else OUT
        judge(mediaos_fault(status, value, reply.headers))
    return outcome


def quickbooks_replies(value):
    outcome = REFUSED
    reply = qbo.Reply(status=200, body=value)
    for kind in Kind:
        done = qbo.outcome(kind, reply, AT)
        read = qbo.entity_read(kind, "7", reply)
        if isinstance(read, bytes):
            qbo.reading(kind, read, AT)
            with contextlib.suppress(NotUnderstoodError):
                key, event = change_event("t1", kind, read, AT, realm="1")
                _handled(INTAKE, "quickbooks-changes", event, key.encode())
        _understood(reply, lambda body, kind=kind: entities_of(kind, body))
        _understood(reply, lambda body, kind=kind: page_listed(kind, body, "1"))
        outcome = outcome if isinstance(done, No | Unknown) else OUT
    _understood(reply, lambda body: captured(list(Kind), body, "1"))
    return outcome


def quickbooks_faults(value):
    for status in (200, 400, 401, 403, 429, 500):
        fault = fault_of(status, value, {"Retry-After": value[:80].decode("latin-1")})
        if fault is not None:
            judge(fault)
            suspension.cause_of(fault)
    return REFUSED


def arguments(value):
    text = value.decode(errors="surrogateescape")
    outcome = REFUSED
    for take in (slug, url("https", "sqlite"), grants, lock_signs, place_of, _tenant, _asked):
        with contextlib.suppress(Refusal, ValueError):
            take(text)
            outcome = OUT
    return outcome


def _tenant(text):
    return choose_tenant(("t1", text), text)


def _asked(text):
    # As `Asker.ask` looks at it before it is sent.
    return decode_request(encode(SetMapping(id="r", tenant=text[:70], source=text, target=text)))


def table(value):
    file = FOLDER / "map.csv"
    file.write_bytes(value)
    try:
        wanted(read_rows(str(file), PRODUCT), Tenant(), PRODUCT)
    except Refusal:
        return REFUSED
    return OUT


def _event(kind, case):
    record = example(f"{kind}.v1/{case}.json")
    event = published(
        tenant="t1",
        kind=kind,
        record=record,
        customer_id=None if kind == "product" else "1001",
        row_version=int(record["row_version"]),
        occurred_at=AT,
    )
    return json.loads(event.value)


_MEDIAOS = [
    _event("customer", "whole"),
    _event("invoice", "part-paid"),
    _event("payment", "split"),
    _event("product", "whole"),
    _event("invoice", "deleted"),
    _event("credit-memo", "part-applied"),
    _event("credit-application", "split"),
    _event("credit-application", "deleted"),
    _event("refund", "by-check"),
]
_ENTITY = {
    "Id": "7",
    "SyncToken": "3",
    "DisplayName": "Harbour",
    "Name": "Banner",
    "CustomerRef": {"value": "1"},
    "TxnDate": "2026-01-02",
    "DueDate": "2026-02-02",
    "TotalAmt": 7.96,
    "Balance": "7.96",
    "RemainingCredit": 5,
    "DepositToAccountRef": {"value": "35"},
    "PrivateNote": "note\nMediaOS t1 invoice 136",
    "CustomerMemo": {"value": "m"},
    "BillEmail": {"Address": "a@b.example"},
    "MetaData": {"LastUpdatedTime": "2026-01-02T03:04:05-08:00"},
    "Line": [
        {
            "Amount": 7.96,
            "DetailType": "SalesItemLineDetail",
            "Description": "d",
            "SalesItemLineDetail": {"Qty": 15, "UnitPrice": 0.5306667, "ItemRef": {"value": "19"}},
            "LinkedTxn": [{"TxnId": "5", "TxnType": "Invoice"}],
        },
        {"Amount": 7.96, "LinkedTxn": [{"TxnId": "6", "TxnType": "CreditMemo"}]},
    ],
}
_NOTICE = Notice(realm="1", kind=Kind.INVOICE, id="7", operation="update", at=AT)
_CLOUD = {
    "type": "qbo.invoice.updated.v1",
    "time": "2026-01-01T00:00:00Z",
    "data": {"deletedId": 5},
}
_CLOUD |= {"intuitentityid": "7", "intuitaccountid": "1", "id": "e", "specversion": "1.0"}
_CHANGED = {
    "id": "7",
    "name": "Invoice",
    "operation": "Update",
    "lastUpdated": "2026-01-01T00:00:00Z",
}
_LEGACY = {"eventNotifications": [{"realmId": "1", "dataChangeEvent": {"entities": [_CHANGED]}}]}
_QBO = dict.fromkeys(
    ("Invoice", "CreditMemo", "RefundReceipt", "Customer", "Payment", "Item"), _ENTITY
)
_LISTS = {name: [_ENTITY] for name in _QBO}
_LISTED = {"QueryResponse": _LISTS, "time": "2026-01-01T00:00:00Z"}
_ERROR = {"Message": "m", "Detail": "Token expired: abcdef", "code": "3200", "element": "Line"}


def _decoded(event):
    return json.loads(event[1])


#: By name: what takes the bytes, and what comes there on a good day.
DOORS = {
    "mediaos-changes": (mediaos_changes, _MEDIAOS),
    "quickbooks-changes": (
        quickbooks_changes,
        [
            _decoded(change_event("t1", k, json.dumps(_ENTITY).encode(), AT, realm="1"))
            for k in Kind
        ],
    ),
    "quickbooks-notices": (notices, [_decoded(notice_event("t1", _NOTICE))]),
    "isthmus-intake": (
        merged,
        [json.loads(encode(mediaos_change(json.dumps(e).encode(), None))) for e in _MEDIAOS],
    ),
    "isthmus-requests": (requests, samples_of(Request)),
    "isthmus-journal": (
        journal,
        [
            {"term": "t", "lane": "t1/mediaos/42", "at": "2026-03-02T09:00:00Z", "facts": [fact]}
            for fact in samples_of(Fact)
        ],
    ),
    "isthmus-pushes": (pushes, [{"type": "push", **example("push.v1/invoice.json")}]),
    "isthmus-lockouts": (
        lockouts,
        [example("lockout-wanted.v1/year-end.json"), example("release-wanted.v1/by-its-id.json")],
    ),
    "isthmus-calls": (calls, [example("calls.v1/worker.json")]),
    "isthmus-coverage": (coverage, [example("coverage.v1/quickbooks.json")]),
    "isthmus-dead-letters": (letters, [example("dead-letter.v1/not-json.json")]),
    "POST /v1/changes": (changes, [*_MEDIAOS, _MEDIAOS[:3]]),
    "POST /webhooks/quickbooks": (webhook, [_LEGACY, [_CLOUD, _CLOUD]]),
    "MediaOS' replies": (
        mediaos_replies,
        [
            *(event["data"] for event in _MEDIAOS),
            {"invoices": [_MEDIAOS[1]["data"]], "count": "1"},
            {"creditApplications": [_MEDIAOS[6]["data"]], "count": "1"},
            {"message": "m", "code": "c", "errors": [{"field": "f", "message": "m"}]},
        ],
    ),
    "QuickBooks' replies": (
        quickbooks_replies,
        [
            _QBO,
            _LISTED,
            {"CDCResponse": [{"QueryResponse": [_LISTS]}], "time": "2026-01-01T00:00:00Z"},
            {"BatchItemResponse": [{"bId": "1", **_QBO}]},
        ],
    ),
    "QuickBooks' refusals": (
        quickbooks_faults,
        [
            {"Fault": {"Error": [_ERROR], "type": "ValidationFault"}},
            {"fault": {"error": [_ERROR]}},
            "<IntuitResponse><Fault><Error code='3200'><Message>m</Message></Error>",
            "<html><script>x</script><p>Token expired: " + "x" * 16_000,
        ],
    ),
    "command line": (arguments, ["t1", "https://x", "mediaos-changes/3/17", [{"code": "6000"}]]),
    "CSV": (table, ["product,product_name,item,item_name\n7,=A,19,b\n"]),
}
