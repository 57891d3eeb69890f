"""Would the command line take these words?"""

from typing import Any

import typer.main

from agents.cli.main import cli


def resolve(words: list[str]) -> tuple[Any, list[str]]:
    """Follow the words of a command line to the command that would run, and its arguments."""
    command: Any = typer.main.get_command(cli)
    # Typer brings a Click of its own, so a group is told by what it has and not by its class.
    while hasattr(command, "list_commands"):
        word = next(iter(words), "")
        found = command.get_command(None, word)
        assert found, f"isthmus knows no {word!r}"
        command, words = found, words[1:]
    return command, words


def taken(words: list[str]) -> None:
    """Assert that the command line knows the command and its options."""
    program, *rest = words
    assert program == "isthmus"
    command, arguments = resolve(rest)
    known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
    assert {word for word in arguments if word.startswith("--")} <= known
