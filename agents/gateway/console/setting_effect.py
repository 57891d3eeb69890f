"""What would other settings do, in sentences, before anything is asked for?

It is about what waits, which the book finds by its conditions.  What is across keeps its number
and its tax; the command line looks at all documents there are, which no page waits for.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from agents.gateway.console.effect import Effect, effect_of
from agents.gateway.console.mapping_choice import WORDS as MAPPINGS_WAITED
from agents.gateway.console.page import Visit
from agents.gateway.console.setting_numbers import Numbers, numbers_of
from agents.rules.documents.numbers import LONGEST_NUMBER
from agents.rules.documents.waiting_sort import Sort
from agents.rules.kinds.owners import field_name, owner_changes
from agents.rules.mappings.table import MAPPINGS
from agents.rules.mappings.taxes import tax_reckoned_by
from agents.rules.value_words import number_words
from schemas.state import ParkReason
from schemas.tenant_state import BornInQuickbooks, Tenant, TenantSettings

#: By the words of what waits for a setting.
WORDS = (
    *("push", "go-live", "number", "time-zone", "accounting-unlocked", "tax-by-other-than"),
    *MAPPINGS_WAITED,
)
#: Conflicts that are looked at for the fields that they are about.
MOST_CONFLICTS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingEffect:
    """What goes, what else comes of it, each in a sentence, and which numbers would be given."""

    effect: Effect
    sentences: tuple[str, ...]
    numbers: Numbers | None


def setting_effect(visit: Visit, tenant: Tenant, after: TenantSettings) -> SettingEffect:
    """Return what would come of other settings of a tenant."""
    before = tenant.settings
    told = tuple(
        sentence
        for name, tell in _TELL.items()
        if getattr(before, name) != getattr(after, name)
        for sentence in tell(visit, tenant, after)
    )
    numbered = (before.number_prefix, before.assign_invoice_id) != (
        after.number_prefix,
        after.assign_invoice_id,
    )
    return SettingEffect(
        effect=effect_of(visit, replace(tenant, settings=after), WORDS),
        sentences=told,
        numbers=numbers_of(visit, before, after) if numbered else None,
    )


def held_for_a_push(visit: Visit) -> int:
    """Return how many documents wait for a push, or for two-way sync."""
    sums = visit.book.sums(visit.tenant)
    return sum(each.number for each in sums if each.reason == ParkReason.MANUAL)


def _numbers(_visit: Visit, _tenant: Tenant, after: TenantSettings) -> Iterator[str]:
    if not after.assign_invoice_id:
        yield "QuickBooks numbers what is made there from now on; what is across keeps its number."
        return
    fits = LONGEST_NUMBER - len(after.number_prefix)
    yield (
        f"Invoice 136 of MediaOS becomes {after.number_prefix}136 in QuickBooks. What is across "
        f"keeps its number. QuickBooks holds {LONGEST_NUMBER} characters: ids of up to {fits} fit."
    )


def _prefix(visit: Visit, tenant: Tenant, after: TenantSettings) -> Iterator[str]:
    # Else it is told with the other one.
    if tenant.settings.assign_invoice_id == after.assign_invoice_id:
        yield from _numbers(visit, tenant, after)


def _push(_visit: Visit, _tenant: Tenant, after: TenantSettings) -> Iterator[str]:
    if after.manual_push:
        yield (
            "Nothing flows by itself any more, in either direction: what changes is held, and "
            "goes when somebody pushes it. MediaOS recommends this only for a specific reason."
        )
    else:
        yield "Both sides are kept in step by themselves again, from the first change that is held."


def _born(_visit: Visit, _tenant: Tenant, after: TenantSettings) -> Iterator[str]:
    if after.born_in_quickbooks is BornInQuickbooks.LIST:
        yield (
            "What somebody makes in QuickBooks from now on is only listed, and goes when somebody "
            "pushes it. What is across already stays in step."
        )
    else:
        yield (
            "What somebody makes in QuickBooks from now on is made in MediaOS too. What is only "
            "listed now stays so until somebody pushes it, or it changes."
        )


def _unapply(_visit: Visit, _tenant: Tenant, after: TenantSettings) -> Iterator[str]:
    yield (
        "Payments are taken off an invoice that one side took away, before it goes on the other."
        if after.unapply_first
        else "An invoice that one side took away waits for a person while a payment is on it."
    )


def _zero(_visit: Visit, _tenant: Tenant, after: TenantSettings) -> Iterator[str]:
    yield (
        "An invoice that comes to zero is only listed; one that is across already stays in step."
        if after.skip_zero_invoices
        else "Invoices that come to zero go across as any other, from their next change on."
    )


def _alternative(_visit: Visit, _tenant: Tenant, after: TenantSettings) -> Iterator[str]:
    named = ", ".join(after.alternative_payments)
    yield (
        f"Payments of MediaOS by {named} bring no money: they are listed, and not sent."
        if named
        else "Payments of every type are sent as money that came in."
    )


def _required(_visit: Visit, tenant: Tenant, after: TenantSettings) -> Iterator[str]:
    for kind in after.require:
        if kind not in tenant.settings.require:
            policy = MAPPINGS[kind]
            yield (
                f"What names a {policy.source} that is mapped to no {policy.target} waits until "
                "it is, when it is made in QuickBooks."
            )
    for kind in tenant.settings.require:
        if kind not in after.require:
            policy = MAPPINGS[kind]
            left = policy.otherwise and f"left to {policy.otherwise}"
            yield f"A {policy.target} that is not mapped is {left or 'left out'}."


def _zone(_visit: Visit, tenant: Tenant, after: TenantSettings) -> Iterator[str]:
    company = tenant.company.zone or "which is not known yet"
    named = after.time_zone or f"that of the company in QuickBooks, {company}"
    yield f"The day of what has a time is told by {named}. What is across keeps its day."


def _locked(_visit: Visit, _tenant: Tenant, after: TenantSettings) -> Iterator[str]:
    yield (
        f"Nothing that is dated up to {after.locked_as_of} is written to MediaOS: it waits."
        if after.locked_as_of
        else "MediaOS takes documents of any day."
    )


def _tax(_visit: Visit, tenant: Tenant, after: TenantSettings) -> Iterator[str]:
    by = tax_reckoned_by(after, tenant.company)
    if by is tax_reckoned_by(tenant.settings, tenant.company):
        yield f"The tax of {by.called} counts, as before."
        return
    yield (
        f"The tax of {by.called} counts. What is across keeps the tax that it has until somebody "
        "changes that, or its lines."
    )


def _owners(visit: Visit, tenant: Tenant, after: TenantSettings) -> Iterator[str]:
    changed = owner_changes(tenant.settings.owners, after.owners)
    waits = visit.book.waiting(visit.tenant, sort=Sort.CONFLICT, limit=MOST_CONFLICTS)
    documents = visit.book.documents(each.row for each in waits)
    open_ones = sum(
        document.park is not None
        and any(field_name(document.kind, each) in changed for each in document.park.fields)
        for document in documents.values()
    )
    yield "It decides what both sides change from now on."
    if open_ones:
        conflicts = number_words(open_ones, "open conflict")
        yield f"Of these fields {conflicts} must be decided as before."


_TELL: Mapping[str, Callable[[Visit, Tenant, TenantSettings], Iterator[str]]] = {
    "assign_invoice_id": _numbers,
    "number_prefix": _prefix,
    "manual_push": _push,
    "born_in_quickbooks": _born,
    "unapply_first": _unapply,
    "skip_zero_invoices": _zero,
    "alternative_payments": _alternative,
    "require": _required,
    "time_zone": _zone,
    "locked_as_of": _locked,
    "tax": _tax,
    "owners": _owners,
}
