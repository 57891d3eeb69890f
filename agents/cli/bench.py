"""Measure every promised figure beside its rival, and say which promises are kept."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from agents.bench.bench import bench, machine
from agents.bench.faults import BenchFault
from agents.bench.figures import Figure, Outcome, Row, chosen
from agents.cli.options import Json
from agents.cli.refusal import Refusal
from agents.cli.screen import err, out, show_json
from agents.local.faults import LocalBrokerFault
from agents.local.probe import quiet

RESULT = Path(".local/bench.json")
INTERRUPTED = 130

Only = Annotated[
    list[str] | None,
    typer.Option(
        help="A figure or a run (lanes, journal, latency, takeover, rebuild); repeatable."
    ),
]
Quick = Annotated[bool, typer.Option("--quick", help="Fewer repeats and kills, a shorter journal.")]


def bench_(only: Only = None, quick: Quick = False, as_json: Json = False) -> None:
    """Measure the promised figures on a Kafka of its own, beside their rivals."""
    try:
        runs = chosen(only or ())
    except ValueError as unknown:
        raise Refusal(str(unknown)) from unknown
    before = machine(quick=quick)
    with _sentences(), quiet():
        outcome = asyncio.run(_measured(runs, quick=quick))
    result = outcome.as_json(before)
    RESULT.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))
    if as_json:
        show_json(result)
    else:
        out.print(table(outcome))
        out.print(f"Written to {RESULT}.")
    if outcome.faults:
        raise typer.Exit(1)


def table(outcome: Outcome) -> Table:
    """Lay the figures out, each beside its rival and its target."""
    laid = Table("figure", "value", "in the same run", "target", "")
    for row in outcome.rows():
        laid.add_row(
            f"{row.figure.name}\n[dim]{row.figure.about}[/dim]",
            escape(row.fault) if row.value is None else shown(row.value, row.figure),
            row.rival,
            f"{'at most' if row.figure.at_most else 'at least'} {_number(row.figure.target)}"
            f" {row.figure.unit}".rstrip(),
            _verdict(row),
        )
    return laid


def shown(value: float, figure: Figure) -> str:
    """Write a value with its unit, as exactly as it was measured."""
    return f"{_number(value)} {figure.unit}".rstrip()


def _number(value: float) -> str:
    if value == int(value) or abs(value) >= 100:  # noqa: PLR2004 - from there decimals are noise
        return f"{value:,.0f}"
    return f"{value:.2f}"


def _verdict(row: Row) -> str:
    if row.value is None:
        return "[red]not measured[/red]"
    return "[green]met[/green]" if row.met else "[red]missed[/red]"


async def _measured(runs: tuple[str, ...], *, quick: bool) -> Outcome:
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        refresh_per_second=2,
    ) as progress:
        bar = progress.add_task("Starting", total=len(runs))
        done = iter(range(len(runs)))

        def begun(run: str) -> None:
            progress.update(bar, description=f"Measuring {run}", completed=next(done))

        def say(text: str) -> None:
            progress.console.print(f"[dim]{escape(text)}[/dim]")

        return await bench(runs, quick=quick, say=say, begun=begun)


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, asyncio.CancelledError) as sign:
        err.print("Interrupted; all that was started has been ended.")
        raise typer.Exit(INTERRUPTED) from sign
    except (BenchFault, LocalBrokerFault) as fault:
        raise Refusal(str(fault)) from fault
