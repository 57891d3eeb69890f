"""Which commands has `isthmus`, in which module is each, and what does its line in the help say?

A command's module is imported when it is asked for: to show the list, or the help of one command,
not all of the product has to be read first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from agents.cli.exit_status import MEANING
from agents.cli.kept_imports import kept_imports


@dataclass(frozen=True)
class Entry:
    """A command (`module:function`) or a group of them (`module:app`), and its line in the help."""

    place: str
    line: str

    def load(self, name: str) -> Any:
        """Import the module and return the command, by its name on the command line."""
        return _loaded(self.place, name)


@cache
def _loaded(place: str, name: str) -> Any:
    module, what = place.split(":")
    with kept_imports():
        found = getattr(import_module(f"agents.cli.{module}"), what)
    alone = typer.Typer(rich_markup_mode=None)
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
    else:
        alone.command(name)(found)
    return get_group(alone).commands[name]


class CommandTable(TyperGroup):
    """The group of all commands, each imported when it is asked for."""

    #: By heading and name, in the order of the help.
    sections: Mapping[str, Mapping[str, Entry]]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that is asked for; one that nobody has is refused by its neighbours."""
        if (wanted := args[0]) not in (known := self.list_commands(ctx)):
            near = ", ".join(repr(each) for each in get_close_matches(wanted, known))
            ctx.fail(f"No such command {wanted!r}." + (f" Did you mean {near}?" if near else ""))
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - click gives it
        """Return the names in the order of the help."""
        return [name for section in self.sections.values() for name in section]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - click gives it
        """Import one command; None where there is none of that name."""
        for section in self.sections.values():
            if cmd_name in section:
                return section[cmd_name].load(cmd_name)
        return None

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - click gives it
        """Write the list without importing what is listed."""
        for heading, section in self.sections.items():
            with formatter.section(heading):
                formatter.write_dl([(name, each.line) for name, each in section.items()])
        with formatter.section("Exit status"):
            formatter.write_dl([(str(each.value), line) for each, line in MEANING.items()])
