"""How is this tenant kept in step?  Its settings in words, each changed after a look at it.

Whether it may go live is read from both systems whole, for minutes: the page begins it, shows how
far it is and what was found, and asks for the tenant's name before anything is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agents.gateway.console.fitting import LOOK, must_fit
from agents.gateway.console.going_live import may_be_read, preflight_shown
from agents.gateway.console.going_live_actions import GOING_LIVE_ACTIONS
from agents.gateway.console.page import NotPossible, Page, Visit
from agents.gateway.console.people import Role
from agents.gateway.console.setting_actions import SETTING_ACTIONS
from agents.gateway.console.setting_effect import held_for_a_push, setting_effect
from agents.gateway.console.setting_fields import fields_of, wished, zones
from agents.gateway.console.setting_titles import TITLES, group_title, told_value
from agents.rules.kinds.owners import choices, defaults
from agents.rules.kinds.worth import worth_of
from agents.rules.mappings.table import MAPPINGS, requirable
from agents.rules.mappings.taxes import tax_reckoned_by
from agents.rules.tenant.company import company_told
from agents.rules.tenant.preflight_dimensions import dimensions_told
from agents.rules.tenant.preflight_mappings import mappings_told
from agents.rules.tenant.setting_change import mark_of
from agents.rules.tenant.setting_words import changes
from agents.rules.wording import fields_called
from schemas.requests import ChangeSettings
from schemas.state import ParkReason
from schemas.tenant_state import FieldOwner, Tenant, TenantSettings
from schemas.values import MappingKind

WHO = {
    FieldOwner.MEDIAOS: "MediaOS",
    FieldOwner.QUICKBOOKS: "QuickBooks",
    FieldOwner.PERSON: "a person decides",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerShown:
    """One field that both sides may change, whose value stands, and whose may."""

    name: str
    called: str
    said: FieldOwner | None
    default: FieldOwner
    choices: tuple[FieldOwner, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeShown:
    """One setting, or one field's owner, that would change."""

    called: str
    before: str
    after: str


def show(visit: Visit) -> dict[str, Any]:
    """Return what the page tells: all settings, or what a change of some would do."""
    tenant = visit.book.tenant(visit.tenant)
    given = {"may_act": visit.may(Role.ADMIN), "titles": TITLES}
    if visit.query.get("group"):
        return given | _look(visit, tenant)
    return given | {
        "view": "all",
        "settings": tenant.settings,
        "owners": tuple(_owners(tenant.settings).items()),
        "who": WHO,
        "requirable": {word: MAPPINGS[kind] for word, kind in requirable().items()},
        "zones": zones(),
        "reckons": tax_reckoned_by(tenant.settings, tenant.company),
        "company": company_told(tenant.company),
        **_going_live(visit, tenant),
    }


def _look(visit: Visit, tenant: Tenant) -> dict[str, Any]:
    """Return what the settings of one form would do."""
    before = tenant.settings
    try:
        after = wished(before, lambda name: visit.query.get(name, "").strip())
        must_fit(ChangeSettings(id=LOOK, tenant=visit.tenant, settings=after))
    except NotPossible as fault:
        return {"view": "wrong", "wrong": str(fault)}
    group = visit.query["group"]
    return {
        "view": "look",
        "group": group,
        "called": group_title(group),
        "changes": tuple(_changes(before, after)),
        "found": setting_effect(visit, tenant, after),
        "fields": fields_of(after, group),
        "was": mark_of(before),
        "flows": held_for_a_push(visit) if before.manual_push and not after.manual_push else 0,
    }


def _changes(before: TenantSettings, after: TenantSettings) -> Iterator[ChangeShown]:
    for name, (old, new) in changes(before, after).items():
        if name in TITLES:
            yield ChangeShown(called=TITLES[name], before=told_value(old), after=told_value(new))
        else:
            yield ChangeShown(called=": ".join(_field(name)), before=WHO[old], after=WHO[new])


def _owners(settings: TenantSettings) -> dict[str, list[OwnerShown]]:
    """Return whose value stands, by kind of record."""
    found: dict[str, list[OwnerShown]] = {}
    for name, default in defaults().items():
        kind, field = _field(name)
        shown = OwnerShown(
            name=name,
            called=field,
            said=settings.owners.get(name),
            default=default,
            choices=choices(name),
        )
        found.setdefault(kind, []).append(shown)
    return found


def _field(name: str) -> tuple[str, str]:
    """Return a field's kind and its own word: `Invoice`, `memo`."""
    kind, _, field = name.partition(".")
    return kind.replace("-", " ").capitalize(), fields_called((field,))


def _going_live(visit: Visit, tenant: Tenant) -> dict[str, Any]:
    sums = [e for e in visit.book.sums(visit.tenant) if e.reason == ParkReason.OBSERVE]
    products = tenant.sources_of(MappingKind.PRODUCT)
    mapped = tenant.mapped(MappingKind.PRODUCT)
    return {
        "known": tenant,
        "intended": sum(each.number for each in sums),
        "intended_worth": worth_of(
            ((each.currency, each.amount) for each in sums), tenant.company.home
        ),
        "unmapped": sum(e.active and key not in mapped for key, e in products.items()),
        "preflight": preflight_shown(visit, tenant) if may_be_read(tenant) else None,
        "findings": (*mappings_told(tenant), *dimensions_told(tenant, tenant.company))
        if tenant.observes
        else (),
    }


PAGE = Page(
    name="settings",
    path="settings",
    title="Settings",
    template="settings.html",
    show=show,
    acts=SETTING_ACTIONS | GOING_LIVE_ACTIONS,
)
