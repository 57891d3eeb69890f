"""Make the help of every command, to be kept: `python -m agents.cli.making_helps`."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from typer.main import get_command

from agents.cli.helps import FILE, WIDTH
from agents.cli.main import cli


def helps() -> bytes:
    """Return the help of every command and group, by its words, as the file has them."""
    found = {" ".join(words): _help_of(command, words) for words, command in _under(_ROOT, ())}
    return orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n"


_ROOT: Any = get_command(cli)


def _under(group: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        yield (*words, name), command
        if hasattr(command, "list_commands"):
            yield from _under(command, (*words, name))


def _help_of(command: Any, words: Sequence[str]) -> str:
    context = command.context_class(
        command, info_name=f"isthmus {' '.join(words)}", terminal_width=WIDTH
    )
    return f"{command.get_help(context)}\n"


if __name__ == "__main__":
    FILE.write_bytes(helps())
