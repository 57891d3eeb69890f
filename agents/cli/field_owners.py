"""Who wins where both sides changed one field: as it is set, and as a person sets it."""

from typing import Annotated, Any

import typer

from agents.cli.refusal import Refusal
from agents.cli.table import show_table
from agents.rules.kinds.owners import choices, defaults, wrong_in
from agents.rules.wording import fields_called
from schemas.tenant_state import FieldOwner, TenantSettings

#: Takes a tenant's own word for a field back.
DEFAULT = "default"

Owner = Annotated[
    list[str] | None,
    typer.Option(
        "--owner",
        metavar="FIELD=WHO",
        help="invoice.memo=mediaos, =quickbooks, =person (it waits) or =default; once a field.",
    ),
]


def owners_set(settings: TenantSettings, named: list[str]) -> dict[str, FieldOwner]:
    """Return the owners with what is named put in; Refusal says what is wrong."""
    owners = dict(settings.owners)
    for each in named:
        name, _, who = each.partition("=")
        if (wrong := wrong_in({name: FieldOwner.PERSON})) is not None:
            raise Refusal(f"--owner is {each!r}: {wrong}.")
        offered = (*choices(name), DEFAULT)
        if who not in offered:
            raise Refusal(f"--owner is {each!r}, expected {name}={' or '.join(offered)}.")
        owners.pop(name, None)
        if who != DEFAULT:
            owners[name] = FieldOwner(who)
    return dict(sorted(owners.items()))


def show_owners(settings: TenantSettings) -> None:
    """Print who wins each field, in an accountant's words."""
    rows = ((_called(name), _told(owner, name, settings)) for name, owner in defaults().items())
    show_table(("if both sides change", "this stands"), rows, ids=())


def owners_told(settings: TenantSettings) -> dict[str, Any]:
    """Return who wins each field, and whether the tenant said so."""
    return {
        name: {
            "owner": settings.owners.get(name, owner),
            "default": owner,
            "choices": choices(name),
        }
        for name, owner in defaults().items()
    }


def _told(default: FieldOwner, name: str, settings: TenantSettings) -> str:
    owner = settings.owners.get(name)
    return f"{_WORDS[owner]} (set)" if owner is not None else _WORDS[default]


def _called(name: str) -> str:
    kind, _, field = name.partition(".")
    return f"{name}: {kind.replace('-', ' ')}, {fields_called((field,))}"


_WORDS = {
    FieldOwner.MEDIAOS: "MediaOS",
    FieldOwner.QUICKBOOKS: "QuickBooks",
    FieldOwner.PERSON: "a person decides",
}
