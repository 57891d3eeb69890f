"""Do console and command line offer the same list of actions, each by the same request?"""

import importlib
import inspect
from pathlib import Path
from typing import get_args

import pytest

from agents import cli
from agents.cli import connect, gateway_console, gateway_preflight, inviting, preflight, revoking
from agents.dead_letters import manage
from agents.gateway.console import actions, newcomers
from agents.gateway.console.actions import ACTIONS
from agents.gateway.console.page_table import PAGES
from schemas import requests
from schemas.requests import OfSomebody

#: By action, the module of the command that asks for the same, and the request.
COMMANDS = {
    "retry": ("parked", "Retry"),
    "retry-all": ("parked", "Retry"),
    "push": ("push", "Push"),
    "link": ("link", "Link"),
    "note": ("note", "NoteDocument"),
    "dismiss": ("note", "NoteDocument"),
    "resolve": ("conflicts", "ResolveConflict"),
    "release": ("lockouts", "ReleaseLockout"),
    "impose": ("lockouts", "ImposeLockout"),
    "retry-now": ("pause", "TryNow"),
    "pause": ("pause", "PauseTenant"),
    "resume": ("pause", "ResumeTenant"),
    "confirm": ("confirm", "ConfirmRemovals"),
    "map": ("map", "SetMapping"),
    "unmap": ("map", "SetMapping"),
    "read-lists": ("map", "ReadTargets"),
    "change-settings": ("settings", "ChangeSettings"),
    "go-live": ("golive", "GoLive"),
    "observe": ("settings", "ChangeSettings"),
    "disconnect": ("connect", "DisconnectTenant"),
}
#: What a command alone asks for, and why no page does.
BY_COMMAND_ALONE = {
    "BeginDigest": "it goes with the daily digest, which a job sends",
    "KeepDigest": "it goes with the daily digest, which a job sends",
    "KeepReconciliation": "both ledgers are read for minutes, with rights of their own",
    "TryLane": "a lane that waits for a time goes by itself",
    "Unlink": "two customers that were taken for one are looked at in both systems first",
}
ACTS = {name: act for page in (*PAGES, newcomers.PAGE) for name, act in page.acts.items()}


def asked_for(sources):
    """Return the requests of people that some code makes."""
    text = "\n".join(sources)
    return {each.__name__ for each in get_args(OfSomebody) if f"{each.__name__}(" in text}


#: What the gateway does itself: the module of the command that does the same, what both call, and
#: the names of what hands it to the console.
ITSELF = {
    "retry-letter": ("dead_letters", manage.retry, vars(gateway_console)),
    "discard-letter": ("dead_letters", manage.discard, vars(gateway_console)),
    "connect": ("connect", inviting.terms_of, vars(gateway_console)),
    "connect-new": ("connect", inviting.terms_of, vars(gateway_console)),
    "preflight": ("preflight", preflight.judged, {"judged": gateway_preflight.judging()}),
}


@pytest.mark.parametrize("action", ITSELF)
def test_what_the_gateway_does_itself_is_what_its_command_does(action):
    module, done, handed = ITSELF[action]

    assert done in vars(importlib.import_module(f"agents.cli.{module}")).values()
    assert done in handed.values()


def test_a_connection_is_taken_away_by_one_way_of_both():
    for module in (gateway_console, connect):
        assert module.revoked is revoking.revoked


def test_every_action_is_a_command_too():
    assert ACTS.keys() == COMMANDS.keys() | ITSELF.keys()


def test_what_a_command_asks_for_a_page_does_too_or_it_is_said_why_not():
    of_commands = asked_for(
        each.read_text(encoding="utf-8") for each in Path(cli.__file__).parent.rglob("*.py")
    )
    of_pages = asked_for(
        inspect.getsource(module)
        for act in ACTS.values()
        if (module := inspect.getmodule(act.request)) is not None
    )

    assert of_commands == of_pages | BY_COMMAND_ALONE.keys()
    assert of_pages.isdisjoint(BY_COMMAND_ALONE)


@pytest.mark.parametrize("action", COMMANDS)
def test_an_action_asks_by_the_request_of_its_command(action):
    module, named = COMMANDS[action]
    request = getattr(requests, named)
    command = importlib.import_module(f"agents.cli.{module}")
    own = inspect.getmodule(ACTS[action].request)

    assert getattr(command, named) is request
    assert getattr(own, named) is request
    assert f"{named}(" in inspect.getsource(own)


def test_every_action_is_done_on_some_page():
    assert ACTS.keys() >= ACTIONS.keys()
    assert inspect.getmodule(ACTIONS["retry"].request) is actions
