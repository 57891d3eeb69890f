"""Is each action of the console one of the command line, by the same request?"""

import importlib
import inspect

import pytest

from agents.gateway.console import actions
from agents.gateway.console.actions import ACTIONS
from agents.gateway.console.page_table import PAGES
from schemas import requests

#: By action, the module of the command that asks for the same, and the request.
COMMANDS = {
    "retry": ("parked", "Retry"),
    "retry-all": ("parked", "Retry"),
    "push": ("push", "Push"),
    "link": ("link", "Link"),
    "resolve": ("conflicts", "ResolveConflict"),
    "release": ("lockouts", "ReleaseLockout"),
    "retry-now": ("pause", "TryNow"),
    "pause": ("pause", "PauseTenant"),
    "resume": ("pause", "ResumeTenant"),
    "confirm": ("confirm", "ConfirmRemovals"),
}


def test_every_action_is_a_command_too():
    assert ACTIONS.keys() == COMMANDS.keys()


@pytest.mark.parametrize("action", COMMANDS)
def test_an_action_asks_by_the_request_of_its_command(action):
    module, named = COMMANDS[action]
    request = getattr(requests, named)
    command = importlib.import_module(f"agents.cli.{module}")

    assert getattr(command, named) is request
    assert f"{named}(" in inspect.getsource(ACTIONS[action].request)


def test_every_action_is_done_on_some_page():
    done = {name for page in PAGES for name in page.acts}

    assert done >= ACTIONS.keys()
    assert inspect.getmodule(ACTIONS["retry"].request) is actions
