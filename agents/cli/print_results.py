"""What did the worker answer?  Its own words, and exit code 1 when it did not do it."""

from collections.abc import Sequence

import typer

from agents.cli.console import show_json
from agents.cli.exit_status import ExitStatus
from agents.cli.formatting import plain, say
from schemas.facts import RequestTaken


def show_answers(answers: Sequence[RequestTaken], *, as_json: bool) -> None:
    """Print the answers; typer.Exit when one of the requests was not carried out."""
    if as_json:
        show_json([plain(answer) for answer in answers])
    else:
        for answer in answers:
            say(sentence(answer))
    if not all(answer.done for answer in answers):
        raise typer.Exit(ExitStatus.NO)


def sentence(answer: RequestTaken) -> str:
    """Return an answer as a sentence."""
    return f"{'Done' if answer.done else 'Not done'}: {answer.detail}."
