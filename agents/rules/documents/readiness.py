"""Which parked documents have what they wait for?

What a fact of the lane meets has been taken note of when it was folded; everything else is asked
of the tenant and the lane, once for each condition and not for each document.
"""

from collections.abc import Collection
from typing import assert_never

from agents.rules.documents.numbers import gets_another_number
from agents.rules.documents.removal_guard import may_go, of
from agents.rules.kinds.days import zone_named, zone_of
from agents.rules.mappings.catalog_entries import billed_as, usable_target
from agents.rules.mappings.table import MAPPINGS
from agents.rules.mappings.taxes import tax_reckoned_by
from agents.rules.tenant.company import is_open_on, keeps
from schemas.asked_conditions import Asked, Confirmed
from schemas.company import PREFERENCES
from schemas.conditions import condition_of
from schemas.lane_conditions import (
    CustomerActive,
    CustomerCrossed,
    CustomerLinked,
    CustomerTaxed,
    News,
    OwesAgain,
    RecordLinked,
    StandsRight,
)
from schemas.mapping_conditions import MappingUsable, NoWriteOff, TargetClear
from schemas.rows import record_of
from schemas.state import IN_THE_WAY, LEFT_STANDING, Lane
from schemas.tenant_conditions import (
    AccountingUnlocked,
    BooksOpen,
    BooksRead,
    ClosedOtherwise,
    Counted,
    CurrencyKept,
    NumberFree,
    SyncOn,
    TaxReckoned,
    TenantLive,
    TrackedOtherwise,
    ZoneKnown,
)
from schemas.tenant_state import Tenant
from schemas.values import RecordRef
from schemas.waiting import Waiting, WaitingPart


def met(text: str, lane: Lane, tenant: Tenant, waiting: Waiting) -> bool:
    """Tell whether a condition that a parked document waits for is met now."""
    condition = condition_of(text)
    match condition:
        case MappingUsable(kind=kind, source=source):
            usable = usable_target(tenant, kind, source) is not None
            return usable or not MAPPINGS[kind].required(source, tenant.settings, tenant.company)
        case CustomerLinked() | CustomerActive() | CustomerTaxed():
            return _of_customer(condition, lane)
        case NumberFree() | SyncOn() | TenantLive() | TargetClear() | NoWriteOff():
            return _set_so(condition, tenant)
        case (
            ZoneKnown()
            | BooksOpen()
            | BooksRead()
            | ClosedOtherwise()
            | AccountingUnlocked()
            | CurrencyKept()
            | TaxReckoned()
            | TrackedOtherwise()
        ):
            return _of_company(condition, tenant)
        case StandsRight() | Counted() | Confirmed():
            return _by_others(condition, tenant, waiting)
        case RecordLinked() | News() | OwesAgain() | Asked() | CustomerCrossed() | None:
            # Whoever meets these has moved the document to what is woken, or is another lane.
            return False
        case _:
            assert_never(condition)


def _of_customer(condition: CustomerLinked | CustomerActive | CustomerTaxed, lane: Lane) -> bool:
    """Tell whether the lane's customer is on both sides, or one of them may be written for."""
    match condition:
        case CustomerLinked():
            return lane.linked
        case CustomerActive(customer=customer):
            return customer not in lane.inactive
        case CustomerTaxed(customer=customer):
            return customer not in lane.exempt


def _set_so(
    condition: NumberFree | SyncOn | TenantLive | TargetClear | NoWriteOff, tenant: Tenant
) -> bool:
    """Tell whether the tenant's settings are what is waited for."""
    match condition:
        case TargetClear(kind=kind, target=target):
            return len(billed_as(tenant, kind, target)) == 1
        case NoWriteOff(line_type=line_type):
            return line_type not in tenant.write_offs
        case NumberFree():
            return gets_another_number(condition, tenant.settings)
        case SyncOn():
            return not tenant.settings.manual_push
        case TenantLive():
            return not tenant.observes


def _of_company(
    condition: ZoneKnown
    | BooksOpen
    | BooksRead
    | ClosedOtherwise
    | AccountingUnlocked
    | CurrencyKept
    | TaxReckoned
    | TrackedOtherwise,
    tenant: Tenant,
) -> bool:
    """Tell whether it is known which day it is, and a date, a currency and a tax may be written."""
    match condition:
        case TaxReckoned(by=by):
            return tax_reckoned_by(tenant.settings, tenant.company) is not by
        case TrackedOtherwise(classes=classes, locations=locations):
            kept = tenant.company.classes
            return bool(classes and kept != classes) or (locations and not tenant.company.locations)
        case CurrencyKept(code=code):
            return keeps(tenant.company, code)
        case ZoneKnown():
            return zone_named(zone_of(tenant.settings, tenant.company)) is not None
        case BooksOpen() | BooksRead() | ClosedOtherwise():
            return tenant.company.knows(PREFERENCES) and _of_books(condition, tenant)
        case AccountingUnlocked(day=day, locked=locked):
            return tenant.settings.locked_as_of != locked or locked < day


def _of_books(condition: BooksOpen | BooksRead | ClosedOtherwise, tenant: Tenant) -> bool:
    """Tell whether what was read of a company's closing date lets something be judged again."""
    match condition:
        case BooksOpen(day=day, closed=closed):
            return tenant.company.closed != closed or is_open_on(tenant.company, day)
        case BooksRead(heard=heard):
            return tenant.heard != heard
        case ClosedOtherwise(closed=closed):
            return tenant.company.closed != closed


def _by_others(
    condition: StandsRight | Counted | Confirmed, tenant: Tenant, waiting: Waiting
) -> bool:
    """Tell whether other documents stand so: one that is settled, or the removals of a tenant."""
    match condition:
        case StandsRight(document=name):
            entry = waiting.entry(name)
            return entry is None or entry.reason not in IN_THE_WAY | LEFT_STANDING
        case Counted(record=record):
            side = record_of(record).side.other
            return bool(of(tenant, side).guard) or may_go(tenant, side, record)
        case Confirmed(guard=guard):
            return any(guard in each.confirmed for each in tenant.removals.values())


def news_awaited(waiting: Waiting) -> tuple[RecordRef, ...]:
    """Return the payments of which something waits for news."""
    texts = dict.fromkeys(text for part in waiting.parts.values() for text in part.by_fact)
    named = (condition_of(text) for text in texts)
    return tuple(each.record for each in named if isinstance(each, News) and each.record)


def ready(
    waiting: Waiting,
    lane: Lane,
    tenant: Tenant,
    elsewhere: Collection[str] = (),
    *,
    passed_over: Collection[str] = (),
) -> dict[str, int]:
    """Return the documents that are to be judged again, each with its order.

    `elsewhere` are the conditions that other lanes have met; not those of the parts to be
    `passed_over`, in which nothing is.
    """
    parts = [part for key, part in waiting.parts.items() if key not in passed_over]
    asked = {text for part in parts for text in part.conditions}
    here = {text for text in asked if text in elsewhere or met(text, lane, tenant, waiting)}
    found: dict[str, int] = {}
    for part in parts:
        found |= part.woken
        for text in here & part.conditions.keys():
            found |= {
                name: order
                for name, order in part.conditions[text].items()
                if here.issuperset(part.parked[name].lacks)
            }
    return found


def hangs_on_others(part: WaitingPart) -> bool:
    """Tell whether what waits in a part may be met by a document of another part."""
    return any(isinstance(condition_of(text), StandsRight) for text in part.conditions)
