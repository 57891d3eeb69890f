"""`isthmus doctor`: look at all that an installation stands on; change nothing.

Exit status 1 when something is a fault, 0 when all is well or no more than a warning.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from agents.cli.console import err, show_json
from agents.cli.doctor.finding import Finding, State
from agents.cli.doctor.role import Role
from agents.cli.exit_status import ExitStatus
from agents.cli.formatting import say
from agents.cli.kept_imports import kept_imports
from agents.cli.options import Json
from agents.cli.table import show_table
from agents.rules.value_words import number_words

As = Annotated[
    Role, typer.Option("--as", help="Whose settings and login these are; each has its rights.")
]
SingleNode = Annotated[
    bool, typer.Option("--single-node", help="Kafka is one broker alone, and meant to be.")
]
Prometheus = Annotated[
    str | None,
    typer.Option("--prometheus", metavar="URL", help="Where to ask for the alert rules."),
]


def doctor(
    role: As = "operator",
    single_node: SingleNode = False,
    prometheus: Prometheus = None,
    as_json: Json = False,
) -> None:
    """Say what is wrong with this installation and what to do about it; nothing is changed."""
    # Nearly all of the product, which no help needs.
    with kept_imports():
        from agents.cli.doctor.look import looked  # noqa: PLC0415

    with err.status("Looking"):
        found = asyncio.run(looked(role, single_node=single_node, prometheus=prometheus))
    if as_json:
        show_json([asdict(each) for each in found])
    else:
        _show(found)
    if any(each.state is State.FAULT for each in found):
        raise typer.Exit(ExitStatus.NO)


def _show(found: Sequence[Finding]) -> None:
    rows = ((each.check, each.state, each.says) for each in found)
    show_table(("check", "", "what is so, and what to do"), rows, ids=("check", ""))
    faults = sum(each.state is State.FAULT for each in found)
    warnings = sum(each.state is State.WARNING for each in found)
    say(f"{number_words(faults, 'fault')}, {number_words(warnings, 'warning')}.")
