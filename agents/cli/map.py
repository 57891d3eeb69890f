"""Which product of MediaOS is which item of QuickBooks?  Tell, forget, list, suggest.

The same commands are there for each kind of mapping, under its word.
"""

from collections.abc import Iterable
from typing import Annotated

import typer

from agents.cli import map_files
from agents.cli.console import show_json
from agents.cli.formatting import say
from agents.cli.journal_state import State, reading
from agents.cli.lookup import choose_tenant
from agents.cli.mapping_list import cells, mappings, proposal, proposed, told, words
from agents.cli.options import By, Json, TenantName
from agents.cli.print_results import show_answers
from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, asking, new_id
from agents.cli.table import show_table
from agents.rules.mappings.listed import MAPPED, Mapping
from agents.rules.mappings.policy import MappingPolicy
from agents.rules.mappings.suggest import Suggestion, nearest, suggestions
from agents.rules.mappings.table import MAPPINGS
from schemas.facts import RequestTaken
from schemas.requests import ReadTargets, SetMapping
from schemas.tenant_state import Tenant
from schemas.values import MappingKind

HELP = "What MediaOS has as what QuickBooks has: products as items, under classes, say."

Source = Annotated[str, typer.Argument(help="Its id in MediaOS, a product's say.")]
Target = Annotated[str, typer.Argument(help="The id in QuickBooks, an item's say.")]
Default = Annotated[
    bool,
    typer.Option("--default", help="Of several mapped to it, what QuickBooks bills is this one."),
]


WriteOff = Annotated[
    bool | None,
    typer.Option(
        "--write-off/--no-write-off",
        help="A line item type that writes off: on an invoice it waits for a credit memo.",
    ),
]


def add(
    context: typer.Context,
    source: Source,
    target: Target,
    default: Default = False,
    write_off: WriteOff = None,
    tenant: TenantName = None,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Map one to what QuickBooks has; what waited for it goes on by itself."""
    policy = map_files.policy_of(context)
    if write_off is not None and not policy.writes_off:
        raise Refusal(f"A {policy.source} writes nothing off: --write-off is for line item types.")
    _change(
        policy,
        source,
        target,
        tenant,
        by,
        default=default,
        write_off=write_off,
        as_json=as_json,
    )


def remove(
    context: typer.Context,
    source: Source,
    tenant: TenantName = None,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Take a mapping away; documents that are across already stay as they are."""
    _change(map_files.policy_of(context), source, None, tenant, by, as_json=as_json)


def list_(context: typer.Context, tenant: TenantName = None, as_json: Json = False) -> None:
    """List all with what they are mapped to, those that cannot cross first."""
    policy = map_files.policy_of(context)

    async def work(state: State) -> list[Mapping]:
        names = [choose_tenant(state.tenants(), tenant)] if tenant else state.tenants()
        return [
            mapping
            for name in names
            for mapping in mappings(name, state.tenant(name), state.lanes(name), policy)
        ]

    found = sorted(reading(work), key=lambda each: each.state == MAPPED)
    if as_json:
        show_json([told(each, policy) for each in found])
    elif not found:
        say(_nothing(policy))
    else:
        source, target = policy.source, policy.target
        several = len({each.tenant for each in found}) > 1
        of = ("tenant",) if several else ()
        columns = (*of, source, "name", target, f"{target}'s name", "state")
        rows = (cells(each)[not several :] for each in found)
        show_table(columns, rows, ids=(*of, source, target), names=("name", f"{target}'s name"))


def suggest(
    context: typer.Context, tenant: TenantName = None, by: By = None, as_json: Json = False
) -> None:
    """Read what QuickBooks has, and suggest by name what unmapped ones may be mapped to."""
    policy = map_files.policy_of(context)

    async def work(state: State, ask: Ask) -> list[Suggestion]:
        name = choose_tenant(state.tenants(), tenant)
        await _read_targets(name, ask, policy.kind)
        return suggestions(state.tenant(name), policy)

    found = asking(work, by)
    if as_json:
        show_json([proposed(each, policy) for each in found])
    elif not found:
        say(_no_likeness(policy))
    else:
        source, target = policy.source, policy.target
        columns = (source, "name", target, f"{target}'s name", "likeness", "because")
        rows = (proposal(each) for each in found)
        whole = (source, target, "likeness")
        show_table(columns, rows, ids=whole, names=("name", f"{target}'s name"))
        say(
            f"Take one by `{policy.command} add {words(policy)}`, or all of them after a look by "
            f"`{policy.command} export --suggested FILE` and `{policy.command} import FILE`."
        )


def commands(kind: MappingKind) -> typer.Typer:
    """Return the group of commands that map things of this kind."""
    policy = MAPPINGS[kind]
    each = f"Of {policy.of_what}: each" if policy.of_what else "Each"
    group = typer.Typer(
        help=f"{each} {policy.source} of MediaOS as {policy.target} of QuickBooks.",
        no_args_is_help=True,
        context_settings={"obj": kind},
    )
    for name, command in (
        ("add", add),
        ("remove", remove),
        ("list", list_),
        ("suggest", suggest),
        ("export", map_files.export),
        ("import", map_files.import_),
    ):
        group.command(name=name)(command)
    return group


app = typer.Typer(help=HELP, no_args_is_help=True)
for each_kind, each_policy in MAPPINGS.items():
    app.add_typer(commands(each_kind), name=each_policy.group)


def refuse_void(tenant: Tenant, source: str, target: str | None, policy: MappingPolicy) -> None:
    """Refuse a change without a name, and the removal of what is not there."""
    see = f"`{policy.command} list` shows those that are"
    if not source.strip() or (target is not None and not target.strip()):
        both = words(policy).replace(" ", " and ")
        raise Refusal(f"{both} are ids, expected text: see `{policy.command} list`.")
    if target is None and source not in tenant.mapped(policy.kind):
        raise Refusal(f"{policy.source.capitalize()} {source} is not mapped: {see}.")


def refuse_unknown(known: list[Mapping], source: str, policy: MappingPolicy) -> None:
    """Refuse what MediaOS has neither shown nor named in a document, with what is likest to it."""
    names = {each.source: each.name or "" for each in known}
    if source in names or (policy.words and not _but_for_case(source, names)):
        return
    likest = (f"{each} ({names[each]})" if names[each] else each for each in nearest(source, names))
    near = f"nearest: {', '.join(likest)}; " if names else ""
    raise Refusal(
        f"MediaOS has shown no {policy.source} {source}; {near}`{policy.command} list` shows all."
    )


def _but_for_case(source: str, names: Iterable[str]) -> bool:
    """Tell whether a word is one that MediaOS says, but for its capitals: it would never match."""
    return source.casefold() in {name.casefold() for name in names}


async def _read_targets(tenant: str, ask: Ask, kind: MappingKind) -> None:
    """Have a worker read what QuickBooks has; Refusal says why it could not."""
    answer = await ask(ReadTargets(id=new_id(), tenant=tenant, kind=kind))
    if not answer.done:
        raise Refusal(f"{answer.detail[:1].upper()}{answer.detail[1:]}.")


def _change(
    policy: MappingPolicy,
    source: str,
    target: str | None,
    tenant: str | None,
    by: str | None,
    *,
    default: bool = False,
    write_off: bool | None = None,
    as_json: bool,
) -> None:
    async def work(state: State, ask: Ask) -> RequestTaken:
        name = choose_tenant(state.tenants(), tenant)
        refuse_void(state.tenant(name), source, target, policy)
        if target is not None:
            known = mappings(name, state.tenant(name), state.lanes(name), policy)
            if policy.read_there and source not in {each.source for each in known}:
                await _read_targets(name, ask, policy.kind)
                known = mappings(name, state.tenant(name), state.lanes(name), policy)
            refuse_unknown(known, source, policy)
        return await ask(
            SetMapping(
                id=new_id(),
                tenant=name,
                kind=policy.kind,
                source=source,
                target=target,
                default=default,
                write_off=write_off,
            )
        )

    show_answers([asking(work, by)], as_json=as_json)


def _nothing(policy: MappingPolicy) -> str:
    seen = f"`{policy.command} suggest` reads it" if policy.read_there else "MediaOS publishes it"
    return (
        f"No {policy.source} has been seen or mapped yet: one is listed once {seen} or a document "
        f"names it; map one by `{policy.command} add {words(policy)}`."
    )


def _no_likeness(policy: MappingPolicy) -> str:
    return (
        f"No suggestion: nothing is unmapped, or no {policy.target} of QuickBooks has a similar "
        f"name (`{policy.command} list` shows what is unmapped)."
    )
