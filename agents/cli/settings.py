"""How is a tenant's sync set?  The guide's three settings and one of ours, read and changed.

They are facts of the tenant in the journal; what is set per process (ISTHMUS_...) is elsewhere.
A request names all settings, so what a person leaves out is read first and sent as it is.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import typer
from msgspec.structs import asdict, replace

from agents.cli.console import show_json
from agents.cli.field_owners import Owner, owner_changes, owners_set, owners_told, show_owners
from agents.cli.formatting import count, plain, say, show_table
from agents.cli.journal_state import State, reading
from agents.cli.lookup import choose_tenant
from agents.cli.options import By, Json, TenantName
from agents.cli.print_results import sentence
from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, asking, new_id
from agents.cli.zone_names import nearest_zone
from agents.rules.documents.lane_book import LaneBook
from agents.rules.documents.numbers import LONGEST_NUMBER
from agents.rules.documents.pushing import held
from agents.rules.kinds.days import zone_named
from agents.rules.mappings.table import MAPPINGS
from agents.rules.tenant.company import company_told
from schemas.company import Company
from schemas.facts import RequestTaken
from schemas.requests import ChangeSettings
from schemas.tenant_state import BornInQuickbooks, TaxBy, TenantSettings
from schemas.values import MappingKind

app = typer.Typer(help="A tenant's settings.", no_args_is_help=True)

MEANING = {
    "assign_invoice_id": "MediaOS's invoice id is the document number in QuickBooks",
    "manual_push": "nothing flows by itself: an invoice goes when someone pushes it",
    "number_prefix": "stands before the invoice id in the document number",
    "unapply_first": "payments are taken off an invoice that one side took away, before it goes",
    "born_in_quickbooks": "what is made in QuickBooks is made in MediaOS too, or only listed",
    "observe": "nothing is written yet: go-live decides anew",
    "time_zone": "decides the day of what has a time; empty: that of the company in QuickBooks",
    "locked_as_of": "MediaOS' Lock Accounting As Of: nothing dated up to it is written there",
    "tax": "whose tax counts: QuickBooks reckons it, or MediaOS's must come back equal",
    "require": "what waits until it is mapped, of what is left out otherwise",
    "alternative_payments": "MediaOS' types of payment that bring no money: listed, and not sent",
    "skip_zero_invoices": "an invoice whose total is zero is listed, and not sent",
    "owners": "whose value stands where both sides changed a field: set so, of those below",
}

Prefix = Annotated[
    str | None,
    typer.Option("--prefix", help='Before each number: MediaOS- makes MediaOS-136; "" none.'),
]
Assign = Annotated[
    bool | None,
    typer.Option("--assign-invoice-id/--no-assign-invoice-id", help="Number QuickBooks' invoices."),
]
Manual = Annotated[
    bool | None,
    typer.Option("--manual-push/--no-manual-push", help="Send an invoice only when it is pushed."),
]
Zone = Annotated[
    str | None,
    typer.Option(
        "--time-zone", help='Where its days are kept: America/New_York; "" as QuickBooks has it.'
    ),
]
Born = Annotated[
    BornInQuickbooks | None,
    typer.Option("--born-in-quickbooks", help="mirror: make it in MediaOS too;  list: only list."),
]

Unapply = Annotated[
    bool | None,
    typer.Option(
        "--unapply-first/--no-unapply-first",
        help="Take payments off an invoice that one side took away; else it waits for a person.",
    ),
]

Require = Annotated[
    str | None,
    typer.Option(
        "--require", help='payment-method: a payment waits until its type is mapped; "" none.'
    ),
]

Locked = Annotated[
    str | None,
    typer.Option(
        "--lock-accounting-as-of", help='As MediaOS\' own setting says: 2026-09-30; "" unlocked.'
    ),
]

Tax = Annotated[
    TaxBy | None,
    typer.Option("--tax", help="quickbooks: it reckons;  mediaos: what is printed is said there."),
]

Alternative = Annotated[
    str | None,
    typer.Option(
        "--alternative-payments",
        help='MediaOS\' payment types that bring no money: Barter,Trade; "" none.',
    ),
]

SkipZero = Annotated[
    bool | None,
    typer.Option(
        "--skip-zero-invoices/--no-skip-zero-invoices", help="Send no invoice that comes to zero."
    ),
]

Yes = Annotated[bool, typer.Option("--yes", help="Let all that is held for a push flow.")]


@app.command()
def get(tenant: TenantName = None, as_json: Json = False) -> None:
    """Show how a tenant is set."""

    async def work(state: State) -> tuple[str, TenantSettings, Company]:
        name = choose_tenant(state.tenants(), tenant)
        held = state.tenant(name)
        return name, replace(held.settings, observe=held.observes), held.company

    name, settings, company = reading(work)
    if as_json:
        told = {"tenant": name, "settings": plain(settings), "company": plain(company)}
        show_json({**told, "owners": plain(owners_told(settings))})
        return
    rows = ((what, shown(value), MEANING[what]) for what, value in asdict(settings).items())
    show_table((f"setting of {name}", "value", "meaning"), rows, ids=("value",))
    show_owners(settings)
    say(company_told(company))


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
    }

    async def work(
        state: State, ask: Ask
    ) -> tuple[TenantSettings, TenantSettings, RequestTaken | None]:
        name = choose_tenant(state.tenants(), tenant)
        before = state.tenant(name).settings
        after = merged(before, named)
        if after == before:
            return before, after, None
        flowing = held(state.lanes(name)) if before.manual_push and not after.manual_push else []
        if flowing and not yes:
            raise Refusal(would_flow(flowing))
        answer = await ask(ChangeSettings(id=new_id(), tenant=name, settings=after))
        return before, state.tenant(name).settings, answer

    _show(*asking(work, by), as_json=as_json)


def merged(settings: TenantSettings, named: dict[str, Any]) -> TenantSettings:
    """Return the settings with what is named (not None) put in; Refusal says what is wrong."""
    given = {what: value for what, value in named.items() if value is not None}
    if not given:
        raise Refusal(
            "Name what to change: --prefix TEXT, --assign-invoice-id or --no-assign-invoice-id, "
            "--manual-push or --no-manual-push (`isthmus settings set --help` has more)."
        )
    if "owners" in given:
        given["owners"] = owners_set(settings, given["owners"])
    zone = given.get("time_zone")
    if zone and zone_named(zone) is None:
        raise Refusal(
            f"--time-zone is {zone!r}, expected a name such as America/New_York; the nearest name "
            f"is {nearest_zone(zone)}."
        )
    prefix = given.get("number_prefix", "")
    if not prefix.isprintable() or prefix != prefix.strip():
        raise Refusal(
            f"--prefix is {prefix!r}, expected printable text without blanks at its ends."
        )
    if len(prefix) + 1 > LONGEST_NUMBER:
        raise Refusal(
            f"--prefix has {len(prefix)} characters, expected at most {LONGEST_NUMBER - 1}: "
            f"QuickBooks holds {LONGEST_NUMBER} in a document number, and the invoice's id follows."
        )
    if "locked_as_of" in given:
        given["locked_as_of"] = locked_day(given["locked_as_of"])
    return replace(settings, **given)


def locked_day(text: str) -> date | None:
    """Return the day that is said, None for an empty one; Refusal names what is no day."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal(
            f'--lock-accounting-as-of is {text!r}, expected a day such as 2026-09-30, or "".'
        ) from None


def required(text: str) -> tuple[MappingKind, ...]:
    """Return the kinds of mapping that are called so, between commas; Refusal names a wrong one."""
    offered = {
        policy.target.replace(" ", "-"): kind
        for kind, policy in MAPPINGS.items()
        if policy.optional and policy.needed is None
    }
    named = words(text)
    for each in named:
        if each not in offered:
            raise Refusal(f"--require is {each!r}, expected {' or '.join(offered)}, or nothing.")
    return tuple(offered[each] for each in named)


def words(text: str) -> tuple[str, ...]:
    """Return what is said between commas, each once, in order."""
    return tuple(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))


def would_flow(flowing: Sequence[tuple[LaneBook, str]]) -> str:
    """Return what starts to flow once two-way sync is on again, and how to say yes."""
    kinds = Counter(lane.documents[name].kind for lane, name in flowing)
    told = ", ".join(count(number, str(kind)) for kind, number in sorted(kinds.items()))
    return (
        f"Held for a push: {told} (`isthmus parked --reason manual` lists them). All of it flows, "
        "in order and at the pace of the budgets, once two-way sync is on: say so by --yes."
    )


def changes(before: TenantSettings, after: TenantSettings) -> dict[str, tuple[Any, Any]]:
    """Return what differs, before and after; who wins a field by that field's name."""
    old, new = asdict(before), asdict(after)
    differing = {what: (old[what], new[what]) for what in old if old[what] != new[what]}
    differing.pop("owners", None)
    return {**differing, **owner_changes(before.owners, after.owners)}


def shown(value: object) -> str:
    """Return a setting's value for a person."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None or isinstance(value, date):
        return str(value or "none")
    if isinstance(value, dict):
        return ", ".join(f"{name}={owner}" for name, owner in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(_word, value)) or "nothing"
    return f'"{value}"'


def _word(each: MappingKind | str) -> str:
    return MAPPINGS[each].target if isinstance(each, MappingKind) else each


def _show(
    before: TenantSettings, after: TenantSettings, answer: RequestTaken | None, *, as_json: bool
) -> None:
    if as_json:
        show_json(
            {
                "before": plain(before),
                "after": plain(after),
                "answer": plain(answer) if answer else None,
            }
        )
    else:
        for what, (old, new) in changes(before, after).items():
            say(f"{what}: {shown(old)} -> {shown(new)}")
        say(sentence(answer) if answer else "Nothing to change: it is set so already.")
    if answer is not None and not answer.done:
        raise typer.Exit(1)
