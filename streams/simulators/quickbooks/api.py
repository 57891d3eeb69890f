"""What does the accounting API answer to a call?

The order of the gates matters to a client: token, realm, throttle, company, and only then the
question. A write whose reply is lost has still happened, or not; the client cannot tell.
"""

import asyncio
from collections.abc import Awaitable, Callable

from streams.simulators.quickbooks.accept import check_accept
from streams.simulators.quickbooks.amounts import dump, load
from streams.simulators.quickbooks.book import Record
from streams.simulators.quickbooks.card_payments import as_transfer
from streams.simulators.quickbooks.cdc import changes_since
from streams.simulators.quickbooks.clock import millisecond_stamp
from streams.simulators.quickbooks.company import Company
from streams.simulators.quickbooks.exchange_rates import rate_for, set_rate
from streams.simulators.quickbooks.faults import TimeOut
from streams.simulators.quickbooks.gateway import FAULT_JSON, scripted
from streams.simulators.quickbooks.line_extras import with_extras
from streams.simulators.quickbooks.neighbours.table import wrapped
from streams.simulators.quickbooks.opening import change_preferences
from streams.simulators.quickbooks.printing import PRINTED, SENT, page, send
from streams.simulators.quickbooks.query import READ_ONLY_KINDS
from streams.simulators.quickbooks.recurring import (
    KIND,
    delete_template,
    set_template,
    unwrapped,
)
from streams.simulators.quickbooks.refusals import Fault, bad_id
from streams.simulators.quickbooks.reply import Call, HungUp, Reply
from streams.simulators.quickbooks.tax_codes import pseudo_codes
from streams.simulators.quickbooks.tax_service import create_code
from streams.simulators.quickbooks.uploads import uploaded
from streams.simulators.quickbooks.writes import WRITABLE

Sleep = Callable[[float], Awaitable[None]]

_PDF = {"content-type": "application/pdf"}
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
        await _slowly(company, sleep)
        return reply
    await _time_out(fault, call, company, sleep)
    raise HungUp


async def _slowly(company: Company, sleep: Sleep) -> None:
    """Let as much time go by as an answer takes, looking each second whether it still does."""
    left = company.faults.slowness_seconds
    while left > 0 and company.faults.slowness_seconds:
        await sleep(min(left, 1.0))
        left -= 1.0


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
        check_accept(call)
        return _read(call, company) if call.method == "GET" else _posted(call, company)
    except Fault as fault:
        return _refused(company, fault)


def _read(call: Call, company: Company) -> Reply:
    match call.path.split("/"):
        case [name, record_id, "pdf"] if _KINDS.get(name) in PRINTED:
            return Reply(200, page(_KINDS[name], _by_id(company, _KINDS[name], record_id)), _PDF)
        case _:
            return _ok(company, _found(call, company))


def _found(call: Call, company: Company) -> Record:
    found: object
    match call.path.split("/"):
        case ["query"]:
            name, found = "QueryResponse", company.query(call.params.get("query", ""))
        case ["cdc"]:
            entities, since = (call.params.get(name, "") for name in ("entities", "changedSince"))
            name, found = "CDCResponse", changes_since(company.book, entities, since)
        case ["companyinfo", company.realm]:
            name, found = "CompanyInfo", company.book.all("CompanyInfo")[0]
        case ["preferences"]:
            name, found = "Preferences", company.book.all("Preferences")[0]
        case ["recurringtransaction", record_id]:
            name, found = KIND, unwrapped(_by_id(company, KIND, record_id))
        case ["exchangerate"]:
            name, found = "ExchangeRate", rate_for(company.book, call.params)
        case [kind, record_id] if kind in _KINDS:
            name = wrapped(_KINDS[kind])
            found = _by_id(company, _KINDS[kind], record_id)
        case _:
            raise _unsupported(call)
    return {name: found}


def _by_id(company: Company, kind: str, record_id: str) -> Record:
    if kind == "TaxCode":
        for code in pseudo_codes(company.book):
            if code["Id"].lower() == record_id:
                return code
    if not record_id.isdecimal():
        raise bad_id(record_id)
    paid = company.book.find("CreditCardPayment", record_id) if kind == "Transfer" else None
    return as_transfer(paid) if paid else company.book.get(kind, record_id)


def _posted(call: Call, company: Company) -> Reply:
    if call.method != "POST":
        raise _unsupported(call)
    if call.path == "query":
        statement = call.body.decode(errors="replace")
        return _ok(company, {"QueryResponse": company.query(statement)})
    if call.path == "upload":
        return _ok(company, {"AttachableResponse": _uploaded(call, company)})
    body = _json(call) if call.body else {}
    request_id = call.params.get("requestid", "")
    asked = (call.path, call.params.get("operation"), body)
    before = company.replayed(request_id, asked) if request_id else None
    if before is not None:
        return before
    try:
        reply = _ok(company, _written(call, company, body))
    except Fault as fault:
        reply = _refused(company, fault)
        if not company.settings().replays_refusals:
            return reply
    if request_id:
        company.remember(request_id, asked, reply)
    return reply


def _written(call: Call, company: Company, body: Record) -> Record:
    answer: Record
    match call.path.split("/"):
        case ["batch"]:
            answer = {"BatchItemResponse": company.batch(body)}
        case ["preferences"]:
            other = company.settings().other_user
            answer = {"Preferences": change_preferences(company.book, body, other)}
        case ["exchangerate"]:
            answer = {"ExchangeRate": set_rate(company.book, body)}
        case ["taxservice", "taxcode"]:
            answer = create_code(company.book, body)
        case ["recurringtransaction"]:
            write = delete_template if call.params.get("operation") == "delete" else set_template
            answer = {KIND: write(company.book, company.writer, body)}
        case [name, record_id, "send"] if _KINDS.get(name) in SENT:
            to = call.params.get("sendTo")
            answer = {_KINDS[name]: send(company.book, _KINDS[name], record_id, to)}
        case [name] if _KINDS.get(name) in WRITABLE:
            answer = _record_written(call, company, _KINDS[name], body)
        case _:
            raise _unsupported(call)
    return answer


def _record_written(call: Call, company: Company, kind: str, body: Record) -> Record:
    include = call.params.get("include", "").lower()
    operation = call.params.get("operation", "update" if body.get("Id") else "create")
    if include == "void":
        operation = "void"
    twins = include == "allowduplicatedocnum"
    return {wrapped(kind): company.write(kind, operation.lower(), body, twins=twins)}


def _uploaded(call: Call, company: Company) -> list[Record]:
    found = uploaded(call.content_type, call.body)
    return [{"Attachable": company.writer.attach(body)} for body in found]


def _json(call: Call) -> Record:
    try:
        body = load(call.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Fault("2010", "Property Name:failed to parse json object; send one JSON object")
    return body


def _ok(company: Company, body: Record) -> Reply:
    if company.settings().payment_line_extras:
        body = with_extras(company.book, body)
    return Reply(200, dump(body | {"time": millisecond_stamp(company.now())}), _JSON)


def _refused(company: Company, fault: Fault) -> Reply:
    return Reply(fault.status, dump(fault.answer(company.now())), FAULT_JSON)


def _unsupported(call: Call) -> Fault:
    path = f"/v3/company/{call.realm}/{call.path}"
    detail = (
        f"Operation Could not find resource for relative : {path} "
        f"of full path: https://qbo.invalid/qbo50{path} is not supported."
    )
    return Fault("500", detail, element=None)
