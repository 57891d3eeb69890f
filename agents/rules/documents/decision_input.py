"""What are the rules to be given about one document?

Only what the document names: its customer, the items of its products, the invoices of a payment.
So a recorded decision is small, and can be asked for again exactly as it was.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from agents.rules.documents.customer_named import customer_now, survivor_of
from agents.rules.documents.dependencies import named_things
from agents.rules.documents.ended import to_follow
from agents.rules.documents.mirroring import only_listed
from agents.rules.documents.named_records import Find, NameOf, bearer_of, record_shown
from agents.rules.documents.removal_guard import may_go, told
from agents.rules.documents.removal_guard import of as removals_of
from agents.rules.documents.settle import NOTHING_READ
from agents.rules.documents.settled_across import below_zero, ids_across, numbers_of, one_sided
from agents.rules.documents.settled_standing import (
    credited,
    held_up,
    leaving,
    open_in_mediaos,
    strangers,
    taken_away,
)
from agents.rules.documents.several_customers import owners_of_settled
from agents.rules.mappings.catalog_entries import billed_as, mapped_to, usable_target
from agents.rules.mappings.table import MAPPINGS
from schemas.decision_input import DecisionInput, mapping_key
from schemas.state import Document
from schemas.tenant_state import Tenant
from schemas.values import MappingKind, Side


def _named_in_mediaos(document: Document) -> tuple[tuple[MappingKind, str], ...]:
    """Return what is mapped of all that MediaOS shows, and of lines what both agreed on."""
    shown, agreed_on = record_shown(document, Side.MEDIAOS), document.agreed
    now = named_things(shown)
    if agreed_on is None or agreed_on.mediaos == shown:
        return now
    agreed = named_things(agreed_on.mediaos)
    of_lines = (each for each in agreed if each[0] in {MappingKind.TAX_CODE, MappingKind.CLASS})
    return tuple(dict.fromkeys((*now, *of_lines)))


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
    for kind, source in _named_in_mediaos(document):
        policy = MAPPINGS[kind]
        if not policy.kept(facts.company):
            continue
        key, target = mapping_key(kind, source), usable_target(facts, kind, source)
        if target is not None:
            usable[key] = target
            continue
        unusable = mapped_to(facts, kind, source)
        if unusable is not None:
            inactive[key] = unusable
        entry = facts.source_of(kind, source)
        if entry is not None and policy.required(source, facts.settings, facts.company):
            names[key] = entry.name
    alone = document.qbo is not None and document.mediaos is None and document.agreed is None
    sources: dict[str, tuple[str, ...]] = {}
    for kind, target in named_things(record_shown(document, Side.QBO)) if alone else ():
        key = mapping_key(kind, target)
        sources[key] = billed_as(facts, kind, target)
        if len(sources[key]) != 1 and target in facts.targets_of(kind):
            names[key] = facts.targets_of(kind)[target].name
    customer = customer_now(document, find)
    merged_into, survivor = survivor_of(document, customer, find)
    return DecisionInput(
        tenant=tenant,
        document=document,
        customer=customer,
        settings=replace(facts.settings, observe=facts.observes),
        items=usable,
        inactive=inactive,
        names=names,
        sources=sources,
        invoices=ids_across(document, find),
        held=held_up(document, find, name_of),
        away=taken_away(document, find, name_of),
        one_sided=one_sided(document, find),
        below=below_zero(document, find),
        bearer=_bearer(tenant, document, find),
        pushed=pushed,
        overwrite=overwrite,
        listed=only_listed(document, facts),
        merged_into=merged_into,
        survivor=survivor,
        applied=dict(applied or {}),
        leaving=tuple(leaving(document, find, facts)),
        **_leave(document, facts, confirmed=confirmed),
        owed=dict(owed),
        numbers=numbers_of(document, find),
        company=facts.company,
        open=open_in_mediaos(document, find),
        strangers=tuple(strangers(document, find)),
        owners=owners_of_settled(document, find),
        write_offs=_write_offs(document, facts),
        **credited(document, find),
    )


def _write_offs(document: Document, facts: Tenant) -> tuple[str, ...]:
    named = named_things(record_shown(document, Side.MEDIAOS)) if facts.write_offs else ()
    types = (source for kind, source in named if kind is MappingKind.LINE_TYPE)
    return tuple(each for each in types if each in facts.write_offs)


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


def _bearer(tenant: str, document: Document, find: Find) -> Document | None:
    named = bearer_of(tenant, document)
    return find(named) if named is not None else None
