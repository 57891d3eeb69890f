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

from agents.cli.console import err, out, show_json
from agents.cli.exit_status import ExitStatus
from agents.cli.options import Json
from agents.cli.refusal import Refusal
from agents.cli.table import show_table
from agents.lab.bench.bench import bench, machine
from agents.lab.bench.faults import BenchFault
from agents.lab.bench.figures import RUNS, Figure, Outcome, Row, chosen
from agents.lab.local.faults import LocalBrokerFault
from streams.kafka.probe import quiet

RESULT = Path(".local/bench.json")
#: From here on a second decimal is noise.
SMALL = 100
COLUMNS = ("figure", "what", "value", "in the same run", "target", "verdict")
UNCUT = ("figure", "target", "verdict")

Only = Annotated[
    list[str] | None,
    typer.Option(help=f"A figure or a run ({', '.join(RUNS)}); repeatable."),
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
        show_table(COLUMNS, [cells(row) for row in outcome.rows()], ids=UNCUT)
        out.print(f"Written to {RESULT}.")
    if outcome.faults:
        raise typer.Exit(ExitStatus.NO)


def cells(row: Row) -> tuple[str, ...]:
    """Return what a person reads about one figure, in the order of COLUMNS."""
    figure = row.figure
    bound = "at most" if figure.at_most else "at least"
    value = f"not measured: {row.fault}" if row.value is None else _with_unit(row.value, figure)
    verdict = "met" if row.met else "missed"
    target = f"{bound} {_with_unit(figure.target, figure)}"
    return (figure.name, figure.about, value, row.rival, target, verdict)


def _with_unit(value: float, figure: Figure) -> str:
    digits = 0 if value == int(value) else 1 if abs(value) >= SMALL else 2
    return f"{value:,.{digits}f} {figure.unit}".rstrip()


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
        raise typer.Exit(ExitStatus.INTERRUPTED) from sign
    except (BenchFault, LocalBrokerFault) as fault:
        raise Refusal(str(fault)) from fault
