"""`isthmus worker`: run one stream worker until it is told to stop."""

import os

import typer

from agents.cli.refusal import Refusal
from agents.process import logs
from agents.process.start_faults import START_FAULTS, sentence
from agents.worker import worker as composition
from streams.settings import read_settings


def run() -> None:
    """Run one stream worker; SIGTERM ends it in order, with what is under way finished."""
    settings = read_settings(os.environ)
    logs.begin(settings.log_level)
    try:
        code = composition.run(settings)
    except START_FAULTS as fault:
        raise Refusal(sentence(fault, settings)) from fault
    raise typer.Exit(code)
