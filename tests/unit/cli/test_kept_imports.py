"""Does a command import what it needs alone, and does nobody look for garbage in that?"""

import gc
import json
import subprocess
import sys

import pytest

from agents.cli.kept_imports import kept_imports

IMPORTED = """
import gc, json, sys
from agents.cli.main import COMMANDS
name = sys.argv[1]
[entry] = (section[name] for section in COMMANDS.values() if name in section)
entry.load(name)
looked_through = len(gc.get_objects())
kept = gc.get_freeze_count()
# Each command reads them.
import streams.settings
print(json.dumps([sorted(sys.modules), gc.isenabled(), looked_through, kept]))
"""


@pytest.mark.parametrize(
    ("command", "unneeded"),
    [
        ("topics", {"httpx", "sqlalchemy", "fastapi", "faust", "quickbooks"}),
        ("parked", {"httpx", "fastapi", "faust", "quickbooks"}),
        ("simulate", {"sqlalchemy", "faust", "streams.simulators.quickbooks.app"}),
        ("gateway", {"faust", "agents.audit.check", "agents.cli.preflight"}),
    ],
)
def test_what_a_command_imports_is_what_it_needs_and_is_kept(command, unneeded):
    told = subprocess.run(
        [sys.executable, "-c", IMPORTED, command], capture_output=True, check=True, text=True
    )
    modules, enabled, looked_through, kept = json.loads(told.stdout)

    assert unneeded.isdisjoint(modules)
    assert enabled
    assert looked_through < 1000 < kept


def test_what_is_imported_already_keeps_nothing_that_has_been_made_since():
    before = gc.get_freeze_count()

    with kept_imports():
        import json as known  # noqa: PLC0415 - the point of it

    assert known is json
    assert gc.get_freeze_count() == before
    assert gc.isenabled()
