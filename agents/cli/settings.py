"""How is a tenant's sync set?  The guide's three settings and ours, read and changed.

They are facts of the tenant in the journal; what is set per process (ISTHMUS_...) is elsewhere.
A request names all settings, so what a person leaves out is read first and sent as it is.
"""

from typing import Any

import typer
from msgspec.structs import asdict, replace

from agents.cli.console import show_json
from agents.cli.exit_status import ExitStatus
from agents.cli.field_owners import Owner, owners_told, show_owners
from agents.cli.formatting import plain, say, show_line
from agents.cli.journal_state import State, reading
from agents.cli.lookup import choose_tenant
from agents.cli.options import By, Json, TenantName
from agents.cli.print_results import sentence
from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, asking, new_id
from agents.cli.setting_changes import merged, required, words
from agents.cli.setting_options import (
    Alternative,
    Assign,
    Born,
    Locked,
    Manual,
    Observe,
    Prefix,
    Require,
    SkipZero,
    Tax,
    Unapply,
    Yes,
    Zone,
)
from agents.cli.setting_words import would_flow
from agents.cli.table import show_table
from agents.rules.documents.pushing import held as held_back
from agents.rules.mappings.deposits import deposits_told
from agents.rules.tenant.company import company_told
from agents.rules.tenant.setting_change import mark_of
from agents.rules.tenant.setting_words import MEANING, changes, shown
from schemas.facts import RequestTaken
from schemas.requests import ChangeSettings
from schemas.tenant_state import Tenant, TenantSettings
from schemas.values import MappingKind

app = typer.Typer(help="A tenant's settings.", no_args_is_help=True)


@app.command()
def get(tenant: TenantName = None, as_json: Json = False) -> None:
    """Show how a tenant is set."""

    async def work(state: State) -> tuple[str, Tenant]:
        name = choose_tenant(state.tenants(), tenant)
        return name, state.tenant(name)

    name, held = reading(work)
    settings = replace(held.settings, observe=held.observes)
    if as_json:
        told = {"tenant": name, "settings": plain(asdict(settings)), "company": plain(held.company)}
        deposits = held.mapped(MappingKind.PAYMENT_ACCOUNT)
        show_json({**told, "owners": plain(owners_told(settings)), "deposit_accounts": deposits})
        return
    rows = ((what, shown(value), MEANING[what]) for what, value in asdict(settings).items())
    say(f"Tenant {name}:")
    show_table(("setting", "value", "meaning"), rows, ids=("setting",))
    show_line("")
    show_owners(settings)
    say(company_told(held.company))
    say(f"{deposits_told(held)}.")


#: The settings before and after, and the answer; None where there was nothing to change.
Changed = tuple[TenantSettings, TenantSettings, RequestTaken | None]


@app.command(name="set")
def set_(
    prefix: Prefix = None,
    assign_invoice_id: Assign = None,
    manual_push: Manual = None,
    unapply_first: Unapply = None,
    time_zone: Zone = None,
    born_in_quickbooks: Born = None,
    require: Require = None,
    lock_accounting_as_of: Locked = None,
    *,
    alternative_payments: Alternative = None,
    skip_zero_invoices: SkipZero = None,
    owner: Owner = None,
    tax: Tax = None,
    observe: Observe = False,
    yes: Yes = False,
    tenant: TenantName = None,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Change what is named and leave the rest; numbers that are across already stay.

    Two-way sync is switched on again only with --yes where documents are held: all of them flow.
    """
    named = {
        "number_prefix": prefix,
        "assign_invoice_id": assign_invoice_id,
        "manual_push": manual_push,
        "unapply_first": unapply_first,
        "time_zone": time_zone,
        "born_in_quickbooks": born_in_quickbooks,
        "require": None if require is None else required(require),
        "locked_as_of": lock_accounting_as_of,
        "skip_zero_invoices": skip_zero_invoices,
        "alternative_payments": None
        if alternative_payments is None
        else words(alternative_payments),
        "owners": owner or None,
        "tax": tax,
        # It ends by going live, and by nothing that is set.
        "observe": observe or None,
    }

    async def work(state: State, ask: Ask) -> Changed:
        return await _changed(state, ask, choose_tenant(state.tenants(), tenant), named, yes=yes)

    _show(*asking(work, by), as_json=as_json)


async def _changed(
    state: State, ask: Ask, tenant: str, named: dict[str, Any], *, yes: bool
) -> Changed:
    """Ask for what is named of a tenant's settings; Refusal where what is held would flow."""
    before = state.tenant(tenant).settings
    after = merged(before, named)
    if after == before:
        return before, after, None
    flows = before.manual_push and not after.manual_push
    flowing = held_back(state.lanes(tenant)) if flows else []
    if flowing and not yes:
        raise Refusal(would_flow(flowing))
    request = ChangeSettings(id=new_id(), tenant=tenant, settings=after, was=mark_of(before))
    answer = await ask(request)
    return before, state.tenant(tenant).settings, answer


def _show(
    before: TenantSettings, after: TenantSettings, answer: RequestTaken | None, *, as_json: bool
) -> None:
    if as_json:
        show_json(
            {
                "before": plain(asdict(before)),
                "after": plain(asdict(after)),
                "answer": plain(answer) if answer else None,
            }
        )
    else:
        for what, (old, new) in changes(before, after).items():
            say(f"{what}: {shown(old)} -> {shown(new)}")
        say(sentence(answer) if answer else "Nothing to change: it is set so already.")
    if answer is not None and not answer.done:
        raise typer.Exit(ExitStatus.NO)
