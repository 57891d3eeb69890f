"""What `isthmus` can do: every command and group, one line each.

Our own refusals end here as a red sentence and exit code 1; anything else is a bug and shows
its traceback.
"""

import asyncio
import sys

import typer
from rich.markup import escape

from agents.cli import (
    bench,
    broker,
    confirm,
    connect,
    connections,
    dead_letters,
    demo,
    explain,
    gateway,
    golive,
    ledger,
    link,
    lockouts,
    parked,
    preflight,
    preview,
    push,
    rebuild,
    resume,
    settings,
    simulate,
    status,
    topics,
    worker,
)
from agents.cli import map as mapping
from agents.cli.console import err, visible
from agents.cli.refusal import Refusal
from streams.loops import Policy
from streams.settings import SettingsError

cli = typer.Typer(
    name="isthmus",
    help="Keep MediaOS and QuickBooks Online in step.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

# A group is `cli.add_typer(module.app, name=...)`, a single command `cli.command(name)(function)`.
cli.add_typer(broker.app, name="broker")
cli.add_typer(topics.app, name="topics")
cli.command("demo")(demo.demo)
cli.command("worker")(worker.run)
cli.command("gateway")(gateway.run)
cli.command("connect")(connect.connect)
cli.command("disconnect")(connect.disconnect)
cli.add_typer(connections.app, name="connections")
cli.add_typer(simulate.app, name="simulate")
cli.add_typer(mapping.app, name="map")
settings.app.command("preview")(preview.preview)
cli.add_typer(settings.app, name="settings")
cli.add_typer(lockouts.app, name="lockouts")
cli.add_typer(ledger.app, name="ledger")
cli.add_typer(dead_letters.app, name="dead-letters")
cli.command("preflight")(preflight.preflight)
cli.command("observe")(golive.observe)
cli.command("go-live")(golive.go_live)
cli.command("push")(push.push)
cli.command("link")(link.link)
cli.command("unlink")(link.unlink)
cli.command("parked")(parked.parked)
cli.command("unplaced")(parked.unplaced)
cli.command("retry")(parked.retry)
cli.command("resume")(resume.resume)
cli.command("confirm")(confirm.confirm)
cli.command("status")(status.status)
cli.command("explain")(explain.explain)
cli.command("rebuild")(rebuild.rebuild_)
cli.command("bench")(bench.bench_)


def main(arguments: list[str] | None = None) -> None:
    """Run one command line; `arguments` default to those of the process."""
    asyncio.set_event_loop_policy(Policy())
    try:
        cli(args=arguments)
    except Refusal as refusal:
        _refuse(str(refusal))
    except SettingsError as wrong:
        _refuse(*wrong.problems)


def _refuse(*sentences: str) -> None:
    for sentence in sentences:
        err.print(f"[red]{escape(visible(sentence))}[/red]")
    sys.exit(1)


if __name__ == "__main__":
    main()
