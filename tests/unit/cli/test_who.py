"""Every command that asks for something says who asks, and `explain` tells it."""

import getpass

import pytest

from agents.cli import preflight
from schemas.facts import Asked, RequestTaken
from schemas.lane_facts import LockedOut
from schemas.limits import LONGEST_ACTOR
from schemas.tenant_facts import Suspended
from schemas.tenant_state import Suspension
from schemas.values import Side
from tests.testing.simulated.clock import START
from tests.unit.cli.journal_words import (
    INVOICE_136,
    LANE,
    LATER,
    UNMAPPED,
    decided,
    parked,
    product_seen,
    seen,
)

LOCKOUT = LockedOut(
    lockout="lock-1", lane=LANE, until=LATER, reason="QuickBooks says locked", at=START
)
REVOKED = Suspension(
    id="s1",
    version=0,
    side=Side.QBO,
    reason="outage",
    detail="it is away",
    lane=LANE,
    since=START,
    until=LATER,
)
COMMANDS = [
    "map products add 7 19",
    "map products remove 7",
    "map products suggest",
    "map products import FILE",
    "settings set --prefix M-",
    "lockouts impose t1/mediaos/42",
    "lockouts release lock-1",
    "retry invoice 136",
    "push invoice 136",
    "pause t1 --reason busy",
    "retry-now t1",
    "go-live t1",
]


@pytest.fixture
def asked(world, monkeypatch, tmp_path):
    """Run a command and return who asked, for each request of it."""

    async def nothing(*_):
        return ()

    monkeypatch.setattr(preflight, "examined", nothing)
    monkeypatch.setattr(preflight, "opened", nothing)
    csv = tmp_path / "products.csv"
    csv.write_text("product,name,item,item_name\n8,,19,\n")

    def run(command, *options):
        world.tell("t1", product_seen(), Suspended(request="s", suspension=REVOKED))
        world.tell(LANE, seen(), parked(UNMAPPED), LOCKOUT)
        if command == "map products remove 7":
            world.isthmus("map", "products", "add", "7", "19")
            world.asked.clear()
        if command.startswith("map products import"):
            monkeypatch.setattr("agents.cli.map_files.wanted", lambda *_: _Wanted)
        world.isthmus(*command.replace("FILE", str(csv)).split(), *options)
        return {request.by for _, _, request in world.asked}

    return run


class _Wanted:
    faults = ()
    mappings = (("8", "19"),)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_says_who_gave_it(asked, command):
    assert asked(command, "--by", "Ada Lovelace") == {"Ada Lovelace"}


@pytest.mark.parametrize("command", COMMANDS)
def test_it_is_the_login_name_where_nobody_is_named(asked, monkeypatch, command):
    monkeypatch.setenv("LOGNAME", "ada")

    assert asked(command) == {"ada"}


def nobody():
    raise KeyError("getpwuid(): uid not found: 4711")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--by", " "], "name yourself by --by NAME"),
        (["--by", "a" * (LONGEST_ACTOR + 1)], "at most 64 printable characters"),
        (["--by", "Ada\x1b[2J"], "at most 64 printable characters"),
        (["--by", "Ada\u202e"], "at most 64 printable characters"),
        ([], "name yourself by --by NAME"),
    ],
)
def test_a_name_that_says_nobody_is_refused_before_anything_is_sent(
    world, monkeypatch, given, told
):
    monkeypatch.setattr(getpass, "getuser", nobody)
    world.tell("t1", product_seen())

    refused = world.isthmus("map", "products", "add", "7", "19", *given)

    assert (refused.code, world.asked) == (1, [])
    assert told in refused.told


def test_explain_tells_who_asked_for_a_retry_and_who_released_a_lockout(world):
    retried = RequestTaken(request="r1", done=True, detail="it is judged again", by="Ada")
    freed = RequestTaken(request="r2", done=True, detail="released", by="Bob")
    elsewhere = RequestTaken(request="r3", done=True, detail="released", by="Eve")
    world.tell(LANE, seen(), parked(UNMAPPED))
    world.tell(LANE, Asked(document=INVOICE_136, request="r1", pushed=False), retried)
    world.tell(LANE, decided())
    world.tell(LANE, LOCKOUT)
    world.tell(LANE, LOCKOUT, freed)
    world.tell("t1/mediaos/43", LOCKOUT, elsewhere)

    told = world.isthmus("explain", "invoice", "136").said

    assert "Ada asked: it is judged again." in told
    assert "Bob asked: released." in told
    assert "Eve" not in told
    raw = world.isthmus("explain", "invoice", "136", "--raw").said
    assert "r1, asked for by Ada: it is judged again" in raw
