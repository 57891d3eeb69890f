"""A tenant that nobody knows is never made by a slip of the hand: every command refuses it."""

import pytest

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
    "observe --tenant",
    "go-live",
    "preflight",
    "pause --reason busy",
    "resume",
    "retry-now",
    "confirm",
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
    said = " ".join(done.err.split())
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
    assert "connect it by `isthmus connect t1`" in " ".join(done.err.split())
