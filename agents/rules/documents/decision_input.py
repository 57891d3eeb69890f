"""What are the rules to be given about one document?

Only what the document names: its customer, the items of its products, the invoices of a payment.
So a recorded decision is small, and can be asked for again exactly as it was.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from agents.rules.documents.dependencies import named_things, settled_by
from agents.rules.documents.ended import to_follow
from agents.rules.documents.mirroring import only_listed
from agents.rules.documents.removal_guard import may_go, told
from agents.rules.documents.removal_guard import of as removals_of
from agents.rules.documents.settle import NOTHING_READ, edited
from agents.rules.mappings.catalog_entries import billed_as, usable_target
from schemas.credit_parts import left_of
from schemas.decision_input import DecisionInput, link_key, mapping_key
from schemas.identity import marked_record
from schemas.kinds import (
    KINDS,
    Anchor,
    customer_of,
    is_customer,
    marker_of,
    number_of,
    refs_of,
    told_by,
)
from schemas.records import CreditApplication, Record
from schemas.state import IN_THE_WAY, LEFT_STANDING, Document
from schemas.tenant_state import Tenant
from schemas.values import Kind, RecordRef, Side

#: Returns the document that a record belongs to, in whichever lane it is linked.
Find = Callable[[RecordRef], Document | None]
#: Returns the name of that document.
NameOf = Callable[[RecordRef], str]


def named_by(tenant: str, document: Document) -> tuple[RecordRef, ...]:
    """Return the customers and documents that a document names, on either side."""
    bearer = bearer_of(tenant, document)
    return (
        *((bearer,) if bearer is not None else ()),
        *(
            record
            for side in Side
            for half in _halves(document, side)
            for record in refs_of(half, side)
            if KINDS[record.kind].anchor is not Anchor.TENANT
        ),
    )


def own_records(document: Document) -> tuple[RecordRef, ...]:
    """Return the document's record on each side that has shown it."""
    shown = ((side, document.shown(side)) for side in Side)
    return tuple(RecordRef(side, document.kind, each.id) for side, each in shown if each)


def given_for(
    tenant: str,
    document: Document,
    find: Find,
    facts: Tenant,
    *,
    name_of: NameOf = str,
    pushed: bool = False,
    overwrite: bool = False,
    applied: Mapping[str, Decimal] | None = None,
    confirmed: bool = False,
    owed: Mapping[str, Decimal] = NOTHING_READ,
) -> DecisionInput:
    """Gather what decides a document; `find` and `name_of` know the documents of what it names.

    `applied` is what payments apply to it, by their ids; `confirmed` says that somebody has let it
    be taken away with many others; `owed` is what was read for it of invoices.
    """
    usable: dict[str, str] = {}
    inactive: dict[str, str] = {}
    names: dict[str, str] = {}
    for kind, source in named_things(_record(document, Side.MEDIAOS)):
        key, target = mapping_key(kind, source), usable_target(facts, kind, source)
        if target is not None:
            usable[key] = target
            continue
        if source in facts.mapped(kind):
            inactive[key] = facts.mapped(kind)[source]
        if source in facts.sources_of(kind):
            names[key] = facts.sources_of(kind)[source].name
    alone = document.qbo is not None and document.mediaos is None and document.agreed is None
    sources: dict[str, tuple[str, ...]] = {}
    for kind, target in named_things(_record(document, Side.QBO)) if alone else ():
        key = mapping_key(kind, target)
        sources[key] = billed_as(facts, kind, target)
        if len(sources[key]) != 1 and target in facts.targets_of(kind):
            names[key] = facts.targets_of(kind)[target].name
    customer = _customer(document, find)
    merged_into, survivor = _survivor(document, customer, find)
    return DecisionInput(
        tenant=tenant,
        document=document,
        customer=customer,
        settings=replace(facts.settings, observe=facts.observes),
        items=usable,
        inactive=inactive,
        names=names,
        sources=sources,
        invoices=_settled(document, find),
        held=_held(document, find, name_of),
        away=_away(document, find, name_of),
        one_sided=_one_sided(document, find),
        bearer=_bearer(tenant, document, find),
        pushed=pushed,
        overwrite=overwrite,
        listed=only_listed(document, facts),
        merged_into=merged_into,
        survivor=survivor,
        applied=dict(applied or {}),
        leaving=tuple(_leaving(document, find, facts)),
        **_leave(document, facts, confirmed=confirmed),
        owed=dict(owed),
        numbers=_numbers(document, find),
        company=facts.company,
        open=_open(document, find),
        strangers=tuple(_strangers(document, find)),
    )


def _leaving(document: Document, find: Find, facts: Tenant) -> Iterator[str]:
    """Yield, by its `link_key`, what a document settles that is to be taken away.

    Not what somebody has changed where it stands: that waits for a person.
    """
    for side in Side if facts.settings.unapply_first else ():
        for record in settled_by(_record(document, side), side):
            found = find(record)
            if found is not None and to_follow(found) == record and not edited(found, side):
                yield link_key(record)


def _leave(document: Document, facts: Tenant, *, confirmed: bool) -> dict[str, Any]:
    """Return whether a document that one side has taken away may follow on the other."""
    left = to_follow(document)
    if left is None:
        return {}
    side, record = left.side.other, str(left)
    return {
        "may_remove": confirmed or may_go(facts, side, record),
        "guard": removals_of(facts, side).guard,
        "told": told(facts, side),
    }


def _customer(document: Document, find: Find) -> Document | None:
    """Return the customer whose the document is now; MediaOS says it where it has the record."""
    side = Side.MEDIAOS if _record(document, Side.MEDIAOS) is not None else Side.QBO
    loser = payer(_record(document, side), find) if side is Side.QBO else None
    if loser is not None:
        return loser
    for record in refs_of(_record(document, side), side):
        if KINDS[record.kind].anchor is Anchor.ITSELF:
            return find(record)
    return None


def _survivor(
    document: Document, customer: Document | None, find: Find
) -> tuple[str, Document | None]:
    """Return into which customer of QuickBooks its own was merged, as often as that happened."""
    known = document if KINDS[document.kind].anchor is Anchor.ITSELF else customer
    passed = list(merges(known, find))
    if not passed:
        return "", None
    merged_into, survivor = passed[-1]
    return merged_into, survivor if survivor is not None and survivor.agreed is not None else None


def merges(customer: Document | None, find: Find) -> Iterator[tuple[str, Document | None]]:
    """Yield the customers of QuickBooks of which one has become a part, one after the other."""
    passed: set[str] = set()
    while customer is not None and customer.qbo is not None:
        into = customer.qbo.merged_into
        if not into or into in passed:
            return
        passed.add(into)
        customer = find(RecordRef(Side.QBO, customer.kind, into))
        yield into, customer


def payer(record: Record | None, find: Find) -> Document | None:
    """Return the customer that was merged away, all of whose documents a record of QBO settles.

    It names the survivor, and is the loser's all the same.
    """
    settled = [find(each) for each in settled_by(record, Side.QBO)]
    owners = {
        each
        for found in settled
        for each in refs_of(_record(found, Side.MEDIAOS) if found else None, Side.MEDIAOS)
        if is_customer(each.kind)
    }
    customer = find(owners.pop()) if len(owners) == 1 and None not in settled else None
    named = {into for into, _ in merges(customer, find)}
    return customer if customer_of(record) in named else None


def _settled(document: Document, find: Find) -> dict[str, str | None]:
    """Return, by its `link_key`, the record across of each that the document settles."""
    across: dict[str, str | None] = {}
    for side in Side:
        for half in _halves(document, side):
            for record in settled_by(half, side):
                across[link_key(record)] = _id_across(find(record), side)
    return across


def _numbers(document: Document, find: Find) -> dict[str, str]:
    """Return, by its `link_key`, the number of each document that it settles, where it has one.

    What a credit application names is called on either side.
    """
    named = (
        each
        for side in Side
        for look in (settled_by, told_by)
        for each in look(_record(document, side), side)
    )
    found = ((each, find(each)) for each in named)
    numbers = [(each, there, _number(there)) for each, there in found if there is not None]
    own = {link_key(each): number for each, _, number in numbers if number}
    if document.kind is not Kind.CREDIT_APPLICATION:
        return own
    across = {
        link_key(RecordRef(each.side.other, each.kind, shown.id)): number
        for each, there, number in numbers
        if number and (shown := there.shown(each.side.other)) is not None
    }
    return own | across


def _number(document: Document) -> str | None:
    shown = (_record(document, side) for side in (Side.QBO, Side.MEDIAOS))
    return next((number for each in shown if each and (number := number_of(each))), None)


def _open(document: Document, find: Find) -> dict[str, Decimal]:
    """Return, by its `link_key`, what MediaOS has open of what an application applies here.

    What is open in QuickBooks is read right before it is written there.
    """
    shown = _record(document, Side.QBO)
    if not isinstance(shown, CreditApplication):
        return {}
    found: dict[str, Decimal] = {}
    for record in settled_by(shown, Side.QBO):
        across = found_there.mediaos if (found_there := find(record)) is not None else None
        left = left_of(across.record) if across is not None else None
        if across is not None and left is not None:
            found[link_key(RecordRef(Side.MEDIAOS, record.kind, across.id))] = left
    return found


def _strangers(document: Document, find: Find) -> Iterator[tuple[Kind, str]]:
    """Yield what a credit application of MediaOS names that is of another customer than it."""
    shown = _record(document, Side.MEDIAOS)
    if not isinstance(shown, CreditApplication):
        return
    for record in settled_by(shown, Side.MEDIAOS):
        found = find(record)
        there = _record(found, Side.MEDIAOS) if found is not None else None
        if there is not None and customer_of(there) != shown.customer:
            yield record.kind, record.id


def _held(document: Document, find: Find, name_of: NameOf) -> dict[str, tuple[str, str]]:
    """Return, by its `link_key`, what the document settles that nothing may be applied to now."""
    held: dict[str, tuple[str, str]] = {}
    for side in Side:
        for record in settled_by(_record(document, side), side):
            park = found.park if (found := find(record)) is not None else None
            if park is not None and park.reason in IN_THE_WAY:
                held[link_key(record)] = name_of(record), park.detail
    return held


def _away(document: Document, find: Find, name_of: NameOf) -> dict[str, tuple[str, str]]:
    """Return, by its `link_key`, what the document settles that the other side has taken away."""
    away: dict[str, tuple[str, str]] = {}
    for side in Side:
        for record in settled_by(_record(document, side), side):
            found = find(record)
            if found is None or found.park is None or found.park.reason not in LEFT_STANDING:
                continue
            if to_follow(found) == record:
                away[link_key(record)] = name_of(record), f"taken away in {side.other.called}"
    return away


def _one_sided(document: Document, find: Find) -> dict[str, str]:
    """Return, by its `link_key`, what QuickBooks' half settles that never crosses, and why."""
    named = settled_by(_record(document, Side.QBO), Side.QBO)
    documents = ((record, find(record)) for record in named)
    return {
        link_key(record): found.unplaced
        for record, found in documents
        if found is not None and found.agreed is None and found.unplaced is not None
    }


def bearer_of(tenant: str, document: Document) -> RecordRef | None:
    """Return the record of the other side whose id an unlinked one bears."""
    if document.agreed is not None or (document.mediaos and document.qbo):
        return None
    side = Side.QBO if document.mediaos is None else Side.MEDIAOS
    borne = marker_of(_record(document, side))
    named = marked_record(tenant, document.kind, borne) if side is Side.QBO else borne
    return RecordRef(side.other, document.kind, named) if named else None


def _bearer(tenant: str, document: Document, find: Find) -> Document | None:
    named = bearer_of(tenant, document)
    return find(named) if named is not None else None


def _id_across(linked: Document | None, side: Side) -> str | None:
    if linked is None or linked.agreed is None:
        return None
    shown = linked.shown(side.other)
    return shown.id if shown else None


def _halves(document: Document, side: Side) -> tuple[Record | None, ...]:
    """Return what a side shows, and what it showed when both agreed: a link may be gone since."""
    agreed = document.agreed
    if agreed is None:
        return (_record(document, side),)
    return (_record(document, side), agreed.mediaos if side is Side.MEDIAOS else agreed.qbo)


def _record(document: Document, side: Side) -> Record | None:
    shown = document.shown(side)
    return shown.record if shown else None
