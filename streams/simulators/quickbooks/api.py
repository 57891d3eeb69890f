"""What does the accounting API answer to a call?

The order of the gates matters to a client: token, realm, throttle, company, and only then the
question. A write whose reply is lost has still happened, or not; the client cannot tell.
"""

import asyncio
from collections.abc import Awaitable, Callable

from streams.simulators.quickbooks.amounts import dump, load
from streams.simulators.quickbooks.book import Record
from streams.simulators.quickbooks.cdc import changes_since
from streams.simulators.quickbooks.clock import millisecond_stamp
from streams.simulators.quickbooks.company import Company
from streams.simulators.quickbooks.faults import TimeOut
from streams.simulators.quickbooks.gateway import FAULT_JSON, scripted
from streams.simulators.quickbooks.opening import change_preferences
from streams.simulators.quickbooks.query import READ_ONLY_KINDS
from streams.simulators.quickbooks.refusals import Fault
from streams.simulators.quickbooks.reply import Call, HungUp, Reply
from streams.simulators.quickbooks.writes import WRITABLE

Sleep = Callable[[float], Awaitable[None]]

_JSON = {"content-type": "application/json;charset=utf-8"}
_KINDS = {kind.lower(): kind for kind in (*WRITABLE, *READ_ONLY_KINDS)}
_READS = ("query", "cdc")


async def answer(call: Call, company: Company, sleep: Sleep) -> Reply:
    """Answer a call to its company. Raises HungUp where the connection is dropped."""
    if not company.limits.admit(company.now(), batch=call.path == "batch"):
        return company.limits.refusal(company.now())
    company.limits.under_way += 1
    try:
        return await _admitted(call, company, sleep)
    finally:
        company.limits.under_way -= 1


async def _admitted(call: Call, company: Company, sleep: Sleep) -> Reply:
    status = company.faults.next_status()
    if status is not None:
        return scripted(status, call, company)
    writes = call.method == "POST" and call.path not in _READS
    fault = company.faults.next_time_out(_KINDS.get(call.path)) if writes else None
    if fault is None:
        reply = _reply(call, company)
        if company.faults.slowness_seconds:
            await sleep(company.faults.slowness_seconds)
        return reply
    await _time_out(fault, call, company, sleep)
    raise HungUp


async def _time_out(fault: TimeOut, call: Call, company: Company, sleep: Sleep) -> None:
    # Shielded: a client that gives up must not undo what a server would go on to commit.
    if fault.when == "after":
        _reply(call, company)
    await asyncio.shield(asyncio.ensure_future(sleep(fault.hold_seconds)))
    if fault.when == "late":
        _reply(call, company)


def _reply(call: Call, company: Company) -> Reply:
    try:
        company.faults.check_company()
        return _read(call, company) if call.method == "GET" else _posted(call, company)
    except Fault as fault:
        return Reply(fault.status, dump(fault.answer(company.now())), FAULT_JSON)


def _read(call: Call, company: Company) -> Reply:
    match call.path.split("/"):
        case ["query"]:
            return _ok(company, {"QueryResponse": company.query(call.params.get("query", ""))})
        case ["cdc"]:
            entities, since = (call.params.get(name, "") for name in ("entities", "changedSince"))
            return _ok(company, {"CDCResponse": changes_since(company.book, entities, since)})
        case ["companyinfo", company.realm]:
            return _ok(company, {"CompanyInfo": company.book.all("CompanyInfo")[0]})
        case ["preferences"]:
            return _ok(company, {"Preferences": company.book.all("Preferences")[0]})
        case [name, record_id] if name in _KINDS:
            return _ok(company, {_KINDS[name]: _by_id(company, _KINDS[name], record_id)})
        case _:
            raise _unsupported(call)


def _by_id(company: Company, kind: str, record_id: str) -> Record:
    if not record_id.isdecimal():
        raise Fault("2030", f"Invalid ID : {record_id}", element="Id")
    return company.book.get(kind, record_id)


def _posted(call: Call, company: Company) -> Reply:
    if call.method != "POST":
        raise _unsupported(call)
    if call.path == "query":
        statement = call.body.decode(errors="replace")
        return _ok(company, {"QueryResponse": company.query(statement)})
    body = _json(call)
    request_id = call.params.get("requestid", "")
    asked = (call.path, call.params.get("operation"), body)
    before = company.replayed(request_id, asked) if request_id else None
    if before is not None:
        return before
    reply = _ok(company, _written(call, company, body))
    if request_id:
        company.remember(request_id, asked, reply)
    return reply


def _written(call: Call, company: Company, body: Record) -> Record:
    if call.path == "batch":
        return {"BatchItemResponse": company.batch(body)}
    if call.path == "preferences":
        other = company.settings().other_user
        return {"Preferences": change_preferences(company.book, body, other)}
    kind = _KINDS.get(call.path)
    if kind not in WRITABLE:
        raise _unsupported(call)
    include = call.params.get("include", "").lower()
    operation = call.params.get("operation", "update" if body.get("Id") else "create")
    if include == "void":
        operation = "void"
    twins = include == "allowduplicatedocnum"
    return {kind: company.write(kind, operation.lower(), body, twins=twins)}


def _json(call: Call) -> Record:
    try:
        body = load(call.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Fault("2010", "Property Name:failed to parse json object; send one JSON object")
    return body


def _ok(company: Company, body: Record) -> Reply:
    return Reply(200, dump(body | {"time": millisecond_stamp(company.now())}), _JSON)


def _unsupported(call: Call) -> Fault:
    detail = (
        "Operation Could not find resource for relative : "
        f"/v3/company/{call.realm}/{call.path}  is not supported."
    )
    return Fault("500", detail, element=None)
