"""A tenant that nobody knows is never made by a slip of the hand: every command refuses it."""

import pytest
from typer.main import get_command

from agents.cli import connections, ledger
from agents.cli.exit_status import ExitStatus
from agents.cli.main import cli
from schemas.tenant_facts import TenantConnected
from schemas.tenant_state import Connected
from tests.unit.cli.journal_words import LANE, parked, product_seen, seen

COMPANY = Connected(version=1, realm="9130", environment="production")
COMMANDS = [
    "map products add 7 19 --tenant",
    "map products remove 7 --tenant",
    "map products suggest --tenant",
    "map products list --tenant",
    "map products export --tenant",
    "map products import FILE --tenant",
    "settings get --tenant",
    "settings set --prefix M- --tenant",
    "settings preview --prefix M- --tenant",
    "parked --tenant",
    "unplaced --tenant",
    "retry invoice 136 --tenant",
    "push invoice 136 --tenant",
    "push --all-held --tenant",
    "explain invoice 136 --tenant",
    "note invoice 136 --owner vera --tenant",
    "dismiss invoice 136 --note settled --tenant",
    "observe --tenant",
    "go-live",
    "preflight",
    "digest --print NAMED",
    "pause --reason busy",
    "resume",
    "retry-now",
    "confirm",
    "conflicts list",
    "conflicts resolve NAMED mediaos/invoice/136 --keep mediaos",
    "retry-now NAMED invoice 136",
    "link customer 42 500 --tenant",
    "unlink customer 42 --tenant",
    "lockouts impose NAMED/mediaos/42",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_it_is_refused_with_the_nearest_name_and_nothing_is_sent(world, tmp_path, command):
    csv = tmp_path / "products.csv"
    csv.write_text("product,name,item,item_name\n7,,19,\n")
    for name in ("harbour", "t1", "zebra"):
        world.tell(name, TenantConnected(request="r", connection=COMPANY), product_seen())
    world.tell(LANE, seen(), parked())

    named = command if "NAMED" in command else f"{command} NAMED"
    done = world.isthmus(*named.replace("NAMED", "harbuor").replace("FILE", str(csv)).split())

    assert (done.code, done.out, world.asked) == (1, "", [])
    said = done.told
    assert said.startswith("The journal knows no tenant harbuor; the nearest name is harbour (")


def test_letters_of_another_case_are_near(world):
    world.tell("harbour", product_seen())
    world.tell("rbo", product_seen())

    assert "nearest name is harbour" in " ".join(
        world.isthmus("parked", "--tenant", "HARBOUR").err.split()
    )


def test_where_there_is_none_yet_the_way_to_the_first_is_told(world):
    done = world.isthmus("map", "products", "add", "7", "19", "--tenant", "t1")

    assert (done.code, world.asked) == (1, [])
    assert "connect it by `isthmus connect t1`" in done.told


#: What asks the store of connections which tenants there are: they need no journal.
OF_CONNECTIONS = ["ledger check --tenant", "reconcile", "disconnect --yes"]
#: They are there to make a new one, or know nothing of ours.
MAKES = {"connect", "simulate mediaos"}
#: It folds the journal for itself, on Kafka, and asks `lookup.choose_tenant` as the others do.
BY_ITSELF = {"erase"}
#: Its tenant stands in the lane that it takes.
BY_LANE = {"lockouts impose"}


@pytest.mark.parametrize("command", OF_CONNECTIONS)
def test_so_it_is_where_both_books_are_read_or_left(world, monkeypatch, tmp_path, command):
    for name in ("TOKEN_KEY", "QBO_CLIENT_ID", "QBO_CLIENT_SECRET"):
        monkeypatch.setenv(f"ISTHMUS_{name}", "k" * 43 + "=")
    monkeypatch.setenv("ISTHMUS_CONNECTIONS_URL", f"sqlite:///{tmp_path}/c.sqlite")

    async def tenants(_self):
        return ("harbour", "zebra")

    async def get(_self, _name):
        return None

    for module in (ledger, connections):
        monkeypatch.setattr(module.Connections, "tenants", tenants)
        monkeypatch.setattr(module.Connections, "get", get)
    for name in ("harbour", "zebra"):
        world.tell(name, TenantConnected(request="r", connection=COMPANY))

    done = world.isthmus(*command.split(), "harbuor")

    refused = ExitStatus.NO if command.startswith("disconnect") else ExitStatus.NOT_ASKED
    assert (done.code, done.out, world.asked) == (refused, "", [])
    assert "the nearest name is harbour (" in done.told


def commands(group, words=()):
    """Yield every command of the command line, by its words."""
    for name in group.list_commands(None):
        found = group.get_command(None, name)
        if hasattr(found, "list_commands"):
            yield from commands(found, (*words, name))
        else:
            yield " ".join((*words, name)), found


def test_no_command_that_takes_a_tenant_is_left_out():
    takes = {
        name
        for name, command in commands(get_command(cli))
        if any(each.name == "tenant" for each in command.params)
    }
    tried = {*COMMANDS, *OF_CONNECTIONS}
    left = {
        name
        for name in takes - MAKES - BY_ITSELF
        if not any(each.startswith(name) for each in tried)
    }

    # Each kind of mapping has the commands of products.
    assert {name for name in left if not name.startswith("map ")} == set()
    assert {name.split()[2] for name in left} <= {e.split()[2] for e in COMMANDS if "map " in e}
    assert {name for name in tried if name.startswith(tuple(BY_LANE))}
