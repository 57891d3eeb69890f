"""What would other settings of a tenant do?  `isthmus settings preview`, and nothing is changed.

It knows what the journal knows: a number that a stranger's invoice has in QuickBooks is met only
when it is written (`isthmus preflight` reads QuickBooks itself).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import typer
from msgspec import structs

from agents.cli.console import show_json
from agents.cli.exit_status import ExitStatus
from agents.cli.field_owners import Owner
from agents.cli.formatting import plain, say
from agents.cli.journal_state import State, reading
from agents.cli.lookup import choose_tenant
from agents.cli.open_conflicts import Open, open_conflicts
from agents.cli.options import Json, TenantName
from agents.cli.setting_changes import merged
from agents.cli.setting_options import Assign, Born, Manual, Prefix, Tax
from agents.cli.settings import app
from agents.cli.table import show_table
from agents.rules.documents.preview import Preview, Touched, Unfit
from agents.rules.documents.preview import preview as previewed
from agents.rules.documents.preview_tax import TaxPreview, tax_preview
from agents.rules.kinds.owners import field_name, owner_changes
from agents.rules.tenant.setting_words import changes, shown
from agents.rules.value_words import number_words
from schemas.tenant_state import TenantSettings

#: How many of a list are told on a screen; --json tells all.
TOLD = 5


@app.command()
def preview(
    prefix: Prefix = None,
    assign_invoice_id: Assign = None,
    manual_push: Manual = None,
    born_in_quickbooks: Born = None,
    owner: Owner = None,
    tax: Tax = None,
    tenant: TenantName = None,
    as_json: Json = False,
) -> None:
    """Say what `settings set` would touch; exit status 1 where a number would not do."""
    named = {
        "number_prefix": prefix,
        "assign_invoice_id": assign_invoice_id,
        "manual_push": manual_push,
        "born_in_quickbooks": born_in_quickbooks,
        "owners": owner or None,
        "tax": tax,
    }

    async def work(
        state: State,
    ) -> tuple[str, TenantSettings, TenantSettings, Preview, TaxPreview | None, list[str]]:
        name = choose_tenant(state.tenants(), tenant)
        known, lanes = state.tenant(name), state.lanes(name)
        before, after = known.settings, merged(known.settings, named)
        still = _still_open(open_conflicts(lanes, state), before, after)
        taxes = tax_preview(lanes, known, after)
        return name, before, after, previewed(lanes, before, after), taxes, still

    name, before, after, found, taxes, still = reading(work)
    if as_json:
        told = {"tax": None if taxes is None else asdict(taxes), "open_conflicts": still}
        show_json({**_plain(name, before, after, found), **told})
    else:
        _show(before, after, found)
        _show_taxes(taxes)
        _show_open(name, still)
    if found.too_long or found.colliding:
        raise typer.Exit(ExitStatus.NO)


def _still_open(found: Sequence[Open], before: TenantSettings, after: TenantSettings) -> list[str]:
    """Return the records in conflict over fields that another one would win from now on."""
    changed = owner_changes(before.owners, after.owners)
    return [
        each.record
        for each in found
        if any(field_name(each.kind, one.field) in changed for one in each.fields)
    ]


def _plain(
    name: str, before: TenantSettings, after: TenantSettings, found: Preview
) -> dict[str, Any]:
    told = asdict(found)
    return {
        "tenant": name,
        "before": plain(structs.asdict(before)),
        "after": plain(structs.asdict(after)),
        "touched": told["touched"],
        "touched_by_reason": Counter(each.why for each in found.touched),
        "linked_invoices": found.linked,
        "too_long": told["too_long"],
        "colliding": told["colliding"],
    }


def _show(before: TenantSettings, after: TenantSettings, found: Preview) -> None:
    for what, (old, new) in changes(before, after).items():
        say(f"{what}: {shown(old)} -> {shown(new)}")
    if before == after:
        say("Nothing to change: it is set so already.")
    say(_sentence(found.touched))
    if found.touched:
        rows = ((e.record, e.why, *_numbers(e)) for e in found.touched[:TOLD])
        columns = ("record", "waits", "number now", "then")
        show_table(columns, rows, ids=("record", "number now", "then"))
        _more(found.touched)
    say(f"Not renumbered, since linked: {number_words(found.linked, 'invoice')}.")
    _show_unfit("Too long", found.too_long)
    _show_unfit("Would collide", found.colliding)


def _show_open(tenant: str, conflicts: Sequence[str]) -> None:
    if conflicts:
        say(
            f"{number_words(len(conflicts), 'open conflict')} of these fields would wait for a "
            f"person as before (`isthmus conflicts list {tenant}`)."
        )


def _show_taxes(found: TaxPreview | None) -> None:
    if found is None:
        return
    _show_named("Judged anew, since their tax differs", found.judged)
    _show_named("Would go, since their tax need not be mapped any more", found.goes)
    _show_named("Would wait for a tax code (unmapped-tax)", found.waits)
    say(
        f"Across already: {number_words(found.keeps, 'document')}; each keeps the tax that it "
        "has until somebody changes that, or its lines."
    )


def _show_named(what: str, names: Sequence[str]) -> None:
    if names:
        more = f" and {len(names) - TOLD} more" if len(names) > TOLD else ""
        say(f"{what}: {number_words(len(names), 'document')} ({', '.join(names[:TOLD])}{more}).")


def _sentence(touched: Sequence[Touched]) -> str:
    if not touched:
        return "No document that is not across yet would be touched."
    reasons = Counter(each.why for each in touched)
    told = ", ".join(f"{why} {number}" for why, number in sorted(reasons.items()))
    return f"Touched: {number_words(len(touched), 'document')} not across yet ({told})."


def _numbers(touched: Touched) -> tuple[str, str]:
    if touched.before is None and touched.after is None:
        return "", ""
    return touched.before or "QuickBooks' own", touched.after or "QuickBooks' own"


def _show_unfit(what: str, unfit: Sequence[Unfit]) -> None:
    if unfit:
        say(f"{what}: {number_words(len(unfit), 'number')}; each such invoice would wait (park).")
        rows = ((each.record, each.number, each.why) for each in unfit[:TOLD])
        show_table(("record", "number", "why"), rows, ids=("record", "number"))
        _more(unfit)


def _more(listed: Sequence[object]) -> None:
    if len(listed) > TOLD:
        say(f"and {len(listed) - TOLD} more: --json lists all.")
