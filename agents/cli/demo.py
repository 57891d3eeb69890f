"""Play a publisher's day on a real Kafka, and say whether the ledgers agree afterwards."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from rich.markup import escape

from agents.audit.books import LedgerUnreadableError
from agents.cli.console import err, out, show_json
from agents.cli.exit_status import ExitStatus
from agents.cli.formatting import INDENT, say, show_line
from agents.cli.options import Json
from agents.cli.reconcile_report import show as show_books
from agents.cli.refusal import Refusal
from agents.cli.table import show_table
from agents.cli.wrapping import wrapped
from agents.lab.demo.display import Display
from agents.lab.demo.faults import DemoFault
from agents.lab.demo.outcomes import Outcome
from agents.lab.demo.plan import plan
from agents.lab.demo.result import Result
from agents.lab.demo.run import Run, stop
from agents.lab.demo.stage import Stage, write_env
from agents.lab.demo.standing import Standing
from agents.lab.local.faults import LocalBrokerFault
from streams.kafka.probe import quiet

#: Why the ledgers agree "except".
WAITS_FOR_NOBODY = (
    "What waits is the check that bounced: QuickBooks keeps the payment and the journal entry, "
    "MediaOS neither, and both say the same is owed. Nobody has to do anything."
)

Seed = Annotated[int, typer.Option(help="Which day: the same seed plans the same deeds.")]
Keep = Annotated[bool, typer.Option("--keep", help="Leave everything running to look at.")]
Stop = Annotated[bool, typer.Option("--stop", help="End what --keep left running.")]


def demo(seed: Seed = 1, keep: Keep = False, stopping: Stop = False, as_json: Json = False) -> None:
    """Play a publisher's day on a real Kafka and check both ledgers at its end."""
    with _sentences(), quiet():
        if stopping:
            ended = asyncio.run(stop())
            out.print(f"Ended: {', '.join(ended)}." if ended else "No demo is running here.")
            return
        result, stage = asyncio.run(_played(seed, keep=keep))
    if as_json:
        show_json(result.as_json())
    else:
        _show(result)
    if keep:
        _how_to_look(stage, result.an_invoice)
    if not result.good:
        err.print(f"The logs are in {stage.folder}.")
        raise typer.Exit(ExitStatus.NO)


async def _played(seed: int, *, keep: bool) -> tuple[Result, Stage]:
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    day = plan(seed, datetime.now(UTC).date())
    standing = Standing(day, monotonic)
    display = Display(err, standing)
    run = Run(day, standing, display, os.environ.get("ISTHMUS_BROKERS") or None, keep)
    return await display.during(run.play())


def _show(result: Result) -> None:
    say(f"The publisher's day, seed {result.seed}")
    counted = [(each.kind, str(each.mediaos), str(each.qbo)) for each in result.counts]
    calls = ("calls by Isthmus", str(result.mediaos_calls), str(result.qbo_calls))
    refused = ("refused as too many", "", str(result.qbo_refused))
    sides = ("MediaOS", "QuickBooks")
    show_table(("", *sides), [*counted, calls, refused], amounts=sides)
    _show_outcomes("what went wrong on purpose", result.outcomes)
    _show_outcomes("what is the bookkeeper's", result.bookkeeping)
    _show_outcomes("what happens seldom", result.seldom)
    say(f"Dead letters {result.dead_letters}; {result.seconds:.0f} s in all.")
    show_line("")
    show_books(result.reconciliation, *result.read)
    if result.meant and result.good:
        say(WAITS_FOR_NOBODY)
    for fault in result.faults:
        for line in wrapped(fault, out.width, more=INDENT):
            out.print(f"[red]{escape(line)}[/red]")


def _show_outcomes(what: str, outcomes: Iterable[Outcome]) -> None:
    rows = ((e.trouble, e.came_of if e.fine else f"NOT RIGHT: {e.came_of}") for e in outcomes)
    show_line("")
    show_table((what, "what came of it"), rows)
    show_line("")


def _how_to_look(stage: Stage, invoice: str) -> None:
    """Say where all of it is; the console's token stands in the file alone."""
    isthmus = Path(sys.executable).with_name("isthmus")
    lines = (
        f"Kafka {stage.brokers}, gateway {stage.gateway}",
        f"QuickBooks {stage.qbo}, MediaOS {stage.mediaos}",
        f"To look:  . {write_env(stage)}",
        f"          {isthmus} status",
        f"          {isthmus} explain invoice {invoice}",
        f"In a browser:  {stage.gateway}/console",
        "          echo $CONSOLE_TOKEN   (what it asks for)",
        f"To stop:  {isthmus} demo --stop",
    )
    for line in lines:
        # A path that is broken at the screen's width can be neither copied nor typed.
        err.print(line, soft_wrap=True)


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, asyncio.CancelledError) as sign:
        err.print("Interrupted; all that was started has been ended.")
        raise typer.Exit(ExitStatus.INTERRUPTED) from sign
    except Exception as raised:
        fault = _first(raised)
        if isinstance(fault, DemoFault | LocalBrokerFault | LedgerUnreadableError):
            raise Refusal(str(fault)) from raised
        raise


def _first(fault: BaseException) -> BaseException:
    """Return what went wrong first, of things that went on side by side."""
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    return fault
