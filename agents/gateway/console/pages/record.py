"""One record: both sides field by field with what was agreed, why it waits, and its story."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from aiokafka.errors import KafkaError

from agents.gateway.console.actions import ACTIONS
from agents.gateway.console.field_words import field_told
from agents.gateway.console.page import NotThereError, Page, Visit
from agents.gateway.console.pages.attention import row_shown
from agents.gateway.console.pages.find import customer_name, stands
from agents.gateway.console.people import Role
from agents.rules.fact_sentences import Narrator
from agents.rules.kinds.owners import defaults
from agents.rules.kinds.table import POLICIES
from agents.rules.record_history import Story
from agents.rules.value_words import utc_words
from agents.rules.wording import by_document, by_id, fields_called
from schemas.below_zero import may_be
from schemas.catalog import NotUnderstoodError, decode_journal
from schemas.command_facts import Decided
from schemas.facts import Fact
from schemas.rows import DocumentRow, record_of
from schemas.state import Document
from schemas.tenant_state import FieldOwner, Tenant
from schemas.values import Kind, RecordRef, Side

log = logging.getLogger("isthmus.console")

#: Steps of a story that are shown, the last ones.
MOST_STEPS = 60
#: What of a record is ours, or told elsewhere on the page.
_HIDDEN = frozenset({"marker", "as_shown", "made", "foreign", "printed", "calculation"})
_WINS = {
    FieldOwner.MEDIAOS: "MediaOS",
    FieldOwner.QUICKBOOKS: "QuickBooks",
    FieldOwner.PERSON: "a person decides",
}
#: Where QuickBooks shows a record of a kind, in the company that one is logged in to.
_QUICKBOOKS = {
    Kind.CUSTOMER: "customerdetail?nameId=",
    Kind.INVOICE: "invoice?txnId=",
    Kind.CREDIT_MEMO: "creditmemo?txnId=",
    Kind.PAYMENT: "recvpayment?txnId=",
    Kind.REFUND: "refundreceipt?txnId=",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShown:
    """One field on both sides, as they agreed on it last, and what stands if both change it."""

    called: str
    mediaos: str
    qbo: str
    agreed: str
    wins: str
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SideShown:
    """A record as one side has it; `address` is where that side shows it, blank if not known."""

    side: Side
    id: str
    at: datetime
    is_gone: bool
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happened at one time: sentences, and what stands behind a decision."""

    at: datetime
    told: tuple[str, ...]
    behind: tuple[str, ...]


def show(visit: Visit) -> dict[str, Any]:
    """Return what the page tells; NotThereError where no such record has come in."""
    row, document = _found(visit)
    tenant = visit.book.tenant(visit.tenant)
    waits = visit.book.waiting_of(row)
    places = visit.book.places(visit.tenant, row.name)
    return {
        "title": _title(by_document(record_of(row.name), document)),
        "row": row_shown(visit, waits, document) if waits is not None else None,
        "document": document,
        "document_row": row,
        "customer": customer_name(visit, document),
        "home_currency": tenant.company.home,
        "stands": stands(visit, document),
        "sides": tuple(_sides(document, tenant)),
        "fields": tuple(_fields(visit, document, tenant)),
        "lane_wait": visit.book.lane_wait(row.lane),
        "steps": _story(visit, row, document, places),
        "earlier": max(0, len(places) - MOST_STEPS),
        "may_act": visit.may(Role.OPERATOR),
    }


def _title(called: str) -> str:
    return f"{called[:1].upper()}{called[1:]}"


def _found(visit: Visit) -> tuple[DocumentRow, Document]:
    parts = visit.parts
    if parts["side"] in frozenset(Side) and parts["kind"] in frozenset(Kind):
        record = RecordRef(Side(parts["side"]), Kind(parts["kind"]), parts["id"])
        # People call a credit that is an invoice of MediaOS by that one's id.
        for each in may_be(record):
            for row, document in visit.book.documents_of(visit.tenant, each).items():
                return row, document
    raise NotThereError


def _sides(document: Document, tenant: Tenant) -> Iterator[SideShown]:
    for side in Side:
        shown = document.shown(side)
        if shown is not None:
            yield SideShown(
                side=side,
                id=shown.id,
                at=shown.at,
                is_gone=shown.record is None,
                address=_address(side, document.kind, shown.id, tenant),
            )


def _address(side: Side, kind: Kind, record_id: str, tenant: Tenant) -> str:
    if side is not Side.QBO or kind not in _QUICKBOOKS or tenant.connection is None:
        return ""
    sandbox = "" if tenant.connection.environment == "production" else "sandbox."
    place = _QUICKBOOKS[kind] + quote(record_id, safe="")
    return f"https://app.{sandbox}qbo.intuit.com/app/{place}"


def _fields(visit: Visit, document: Document, tenant: Tenant) -> Iterator[FieldShown]:
    kept = POLICIES[document.kind].fields if document.kind in POLICIES else {}
    owners = defaults() | tenant.settings.owners
    records = [shown.record for side in Side if (shown := document.shown(side)) is not None]
    names = [name for each in records if each is not None for name in each.__struct_fields__]
    for name in dict.fromkeys(each for each in names if each not in _HIDDEN):
        mediaos, qbo = (_value(visit, document, side, name) for side in Side)
        if mediaos or qbo:
            owner = owners.get(f"{document.kind}.{name}")
            yield FieldShown(
                called=fields_called((name,)),
                mediaos=mediaos,
                qbo=qbo,
                agreed=_agreed(visit, document, name),
                wins=_WINS[owner] if owner is not None and name in kept else "",
                changed=document.park is not None and name in document.park.fields,
            )


def _value(visit: Visit, document: Document, side: Side, name: str) -> str:
    shown = document.shown(side)
    value = getattr(shown.record, name, None) if shown is not None else None
    return _told(visit, side, name, value)


def _agreed(visit: Visit, document: Document, name: str) -> str:
    """Return a field as both agreed on it; of what QuickBooks alone holds, that."""
    if document.agreed is None:
        return ""
    halves = zip(Side, (document.agreed.mediaos, document.agreed.qbo), strict=True)
    told = (_told(visit, side, name, getattr(half, name, None)) for side, half in halves)
    return next(filter(None, told), "")


def _told(visit: Visit, side: Side, name: str, value: Any) -> str:
    empty = value in (None, "", ()) or value is False or value == Decimal(0)
    return "" if empty else field_told(visit, side, name, value)


def _story(
    visit: Visit, row: DocumentRow, document: Document, places: list[tuple[int, int]]
) -> tuple[Step, ...] | None:
    """Return what happened, the last first; None where Kafka does not answer."""
    try:
        read = visit.journal(sorted(places, key=lambda each: each[1])[-MOST_STEPS:])
    except (KafkaError, OSError, TimeoutError) as fault:
        log.warning("story not read", extra={"reason": type(fault).__name__})
        return None
    story = Story(visit.tenant, frozenset(_names(row, document)))
    narrator = Narrator(by_id, utc_words)
    steps = []
    for value in read:
        try:
            record = decode_journal(value)
        except NotUnderstoodError:
            continue
        facts = story.hear(record.lane, record.facts)
        told = tuple(sentence for fact in facts if (sentence := narrator.tell(fact)))
        if told:
            behind = tuple(line for fact in facts for line in _behind(fact))
            steps.append(Step(at=record.at, told=told, behind=behind))
    steps.sort(key=lambda each: each.at)
    return tuple(reversed(steps))


def _names(row: DocumentRow, document: Document) -> Iterator[str]:
    yield row.name
    for side in Side:
        shown = document.shown(side)
        if shown is not None:
            yield str(RecordRef(side, document.kind, shown.id))


def _behind(fact: Fact) -> Iterator[str]:
    if isinstance(fact, Decided):
        yield f"decided by the rules of version {fact.rules}"
        yield f"sent under the request id {fact.command.request_id}, under which it is done once"


PAGE = Page(
    name="record",
    path="record/{side}/{kind}/{id}",
    title="Record",
    template="record.html",
    show=show,
    acts=ACTIONS,
    in_menu=False,
)
