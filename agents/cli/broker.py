"""Start, stop and look at the Kafka that demo and tests use."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from agents.cli.console import err, out, show_json
from agents.cli.exit_status import ExitStatus
from agents.cli.refusal import Refusal
from agents.lab.local import broker
from agents.lab.local.faults import LocalBrokerFault
from agents.lab.local.place import DEFAULT_FOLDER, DEFAULT_PORT, Place

app = typer.Typer(help="The local Kafka of demo and tests.", no_args_is_help=True)

HIGHEST_PORT = 65_534

Port = Annotated[
    int,
    typer.Option(
        min=1, max=HIGHEST_PORT, help="Port on the loopback; the controller takes the next one."
    ),
]
Data = Annotated[Path, typer.Option(help="Folder of its data, its log and its pid file.")]
Json = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]


@app.command()
def start(port: Port = DEFAULT_PORT, data: Data = DEFAULT_FOLDER, as_json: Json = False) -> None:
    """Bring up Kafka, or use the one that runs; returns when a record made the round trip."""
    with _sentences(), err.status("Looking for a broker") as progress:
        found = asyncio.run(broker.start(_place(port, data), given=_given(), say=progress.update))
    if as_json:
        show_json(asdict(found))
    else:
        out.print(f"Kafka is ready at {found.bootstrap} ({_kind(found)}).")


@app.command()
def stop(port: Port = DEFAULT_PORT, data: Data = DEFAULT_FOLDER) -> None:
    """Stop what start brought up; its data stays."""
    with _sentences(), err.status("Stopping Kafka"):
        ended = asyncio.run(broker.stop(_place(port, data), given=_given()))
    match ended:
        case "stopped":
            out.print("Kafka has stopped; its data stays.")
        case "not running":
            out.print("No local Kafka is running here.")
        case "not ours":
            out.print(f"{_given()} comes from ISTHMUS_BROKERS and is left alone.")


@app.command()
def status(port: Port = DEFAULT_PORT, data: Data = DEFAULT_FOLDER, as_json: Json = False) -> None:
    """Say whether Kafka answers; exit code 1 when it does not."""
    with _sentences():
        found = asyncio.run(broker.status(_place(port, data), given=_given()))
    if as_json:
        show_json({"answers": found is not None, "broker": found and asdict(found)})
    elif found is not None:
        out.print(f"Kafka answers at {found.bootstrap} ({_kind(found)}).")
    else:
        raise Refusal("No Kafka answers: start one by `isthmus broker start`.")
    if found is None:
        raise typer.Exit(ExitStatus.NO)


def _place(port: int, data: Path) -> Place:
    return Place(folder=data, port=port, controller_port=port + 1)


def _given() -> str | None:
    return os.environ.get("ISTHMUS_BROKERS") or None


def _kind(found: broker.Broker) -> str:
    return {
        "given": "from ISTHMUS_BROKERS",
        "docker": "in Docker",
        "jvm": "on the local Java",
    }[found.kind]


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except LocalBrokerFault as fault:
        raise Refusal(str(fault)) from fault
