"""What are the rules to be given about one document?

Only what the document names: its customer, the items of its products, the invoices of a payment.
So a recorded decision is small, and can be asked for again exactly as it was.
"""

from collections.abc import Callable

from msgspec.structs import replace

from agents.rules.documents.dependencies import named_things, settled_by
from agents.rules.mappings.catalog_entries import usable_target
from schemas.facts import DecisionInput, link_key, mapping_key
from schemas.kinds import KINDS, Anchor, refs_of
from schemas.records import Record
from schemas.state import Document, Tenant
from schemas.values import RecordRef, Side

#: Returns the document that a record belongs to, in whichever lane it is linked.
Find = Callable[[RecordRef], Document | None]


def named_by(document: Document) -> tuple[RecordRef, ...]:
    """Return the customers and documents that a document names, on either side."""
    return tuple(
        record
        for side in Side
        for record in refs_of(_record(document, side), side)
        if KINDS[record.kind].anchor is not Anchor.TENANT
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
    pushed: bool = False,
    overwrite: bool = False,
) -> DecisionInput:
    """Gather what decides a document; `find` knows the documents of what it names."""
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
    return DecisionInput(
        tenant=tenant,
        document=document,
        customer=_customer(document, find),
        settings=replace(facts.settings, observe=facts.observes),
        items=usable,
        inactive=inactive,
        names=names,
        invoices=_settled(document, find),
        pushed=pushed,
        overwrite=overwrite,
    )


def _customer(document: Document, find: Find) -> Document | None:
    """Return the customer whose the document is now; MediaOS says it where it has the record."""
    side = Side.MEDIAOS if _record(document, Side.MEDIAOS) is not None else Side.QBO
    for record in refs_of(_record(document, side), side):
        if KINDS[record.kind].anchor is Anchor.ITSELF:
            return find(record)
    return None


def _settled(document: Document, find: Find) -> dict[str, str | None]:
    """Return, by its `link_key`, the record across of each that the document settles."""
    across: dict[str, str | None] = {}
    for side in Side:
        for record in settled_by(_record(document, side), side):
            across[link_key(record)] = _id_across(find(record), side)
    return across


def _id_across(linked: Document | None, side: Side) -> str | None:
    if linked is None or linked.agreed is None:
        return None
    shown = linked.shown(side.other)
    return shown.id if shown else None


def _record(document: Document, side: Side) -> Record | None:
    shown = document.shown(side)
    return shown.record if shown else None
