"""`isthmus worker`: run one stream worker until it is told to stop."""

import os

import typer

from agents.cli.kept_imports import kept_imports
from agents.cli.refusal import Refusal


def run() -> None:
    """Run one stream worker; SIGTERM ends it in order, with what is under way finished."""
    # A second and a half of imports, which no help needs.
    with kept_imports():
        from agents.process import logs  # noqa: PLC0415
        from agents.process.start_faults import START_FAULTS, sentence  # noqa: PLC0415
        from agents.process.traces import traced  # noqa: PLC0415
        from agents.process.unknown_settings import log_unknown  # noqa: PLC0415
        from agents.worker import worker as composition  # noqa: PLC0415
        from streams.settings import read_settings  # noqa: PLC0415

    settings = read_settings(os.environ)
    logs.begin(settings.log_level)
    log_unknown(os.environ)
    try:
        with traced(settings, "worker"):
            code = composition.run(settings)
    except START_FAULTS as fault:
        raise Refusal(sentence(fault, settings)) from fault
    raise typer.Exit(code)
