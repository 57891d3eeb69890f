"""What are the rules to be given about one document?

Only what the document names: its customer, the items of its products, the invoices of a payment.
So a recorded decision is small, and can be asked for again exactly as it was.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from agents.rules.documents.customer_named import customer_now, survivor_of
from agents.rules.documents.ended import to_follow
from agents.rules.documents.mapped_things import mapped_things
from agents.rules.documents.mirroring import only_listed
from agents.rules.documents.named_records import Find, NameOf, bearer_of
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
from schemas.decision_input import DecisionInput
from schemas.kinds import KINDS
from schemas.state import Document
from schemas.tenant_state import Tenant


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
    customer = customer_now(document, find)
    merged_into, survivor = survivor_of(document, customer, find)
    return DecisionInput(
        tenant=tenant,
        document=document,
        customer=customer,
        settings=replace(facts.settings, observe=facts.observes),
        company=facts.company,
        merged_into=merged_into,
        survivor=survivor,
        bearer=_bearer(tenant, document, find),
        listed=only_listed(document, facts),
        pushed=pushed,
        overwrite=overwrite,
        applied=dict(applied or {}),
        owed=dict(owed),
        **mapped_things(document, facts),
        **(_settled(document, find, name_of, facts) if KINDS[document.kind].settles else {}),
        **_leave(document, facts, confirmed=confirmed),
    )


def _settled(document: Document, find: Find, name_of: NameOf, facts: Tenant) -> dict[str, Any]:
    """Return how that stands which a document settles, and whose it is."""
    return {
        "invoices": ids_across(document, find),
        "held": held_up(document, find, name_of),
        "away": taken_away(document, find, name_of),
        "one_sided": one_sided(document, find),
        "below": below_zero(document, find),
        "numbers": numbers_of(document, find),
        "open": open_in_mediaos(document, find),
        "strangers": tuple(strangers(document, find)),
        "owners": owners_of_settled(document, find),
        "leaving": tuple(leaving(document, find, facts)),
        **credited(document, find),
    }


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
