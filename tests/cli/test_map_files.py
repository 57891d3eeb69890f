"""Products and items on the command line: suggested, exported, imported."""

import pytest

from schemas.facts import Mapped, TargetSeen
from schemas.requests import ReadTargets, SetMapping
from schemas.values import Revision
from tests.cli.journal_words import product_seen


def item_seen(item="19", name="Print insertion", *, active=True):
    return TargetSeen(target=item, name=name, revision=Revision(False, 1), active=active)


@pytest.fixture
def shop(world):
    world.tell("t1", product_seen(), product_seen("8", "Booth"), item_seen())
    world.tell("t1", item_seen("20", "Old", active=False))
    return world


def test_suggestions_read_the_items_first_and_say_why(shop):
    code, found = shop.json("map", "suggest")
    assert isinstance(shop.asked[0][2], ReadTargets)
    assert code == 0
    assert found == [
        {
            "product": "7",
            "name": "Print insertion",
            "item": "19",
            "item_name": "Print insertion",
            "score": 100,
            "reason": "the same name",
        }
    ]
    assert "the same name" in shop.isthmus("map", "suggest").out


def test_no_suggestion_is_said(world):
    world.tell("t1", product_seen())
    assert "No suggestion" in world.isthmus("map", "suggest").out


def test_an_export_with_suggestions_can_be_imported(shop, tmp_path):
    file = tmp_path / "map.csv"
    assert "2 products written" in shop.isthmus("map", "export", str(file), "--suggested").out
    assert file.read_text() == (
        "product,product_name,item,item_name\n7,Print insertion,19,Print insertion\n8,Booth,,\n"
    )

    dry = shop.isthmus("map", "import", str(file), "--dry-run")
    assert (dry.code, dry.out) == (0, "Would map product 7 to item 19.\n")
    assert not any(isinstance(request, SetMapping) for _, _, request in shop.asked)

    assert shop.isthmus("map", "import", str(file)).code == 0
    request = shop.asked[-1][2]
    assert request == SetMapping(id=request.id, tenant="t1", source="7", target="19")

    assert "Nothing to change" in shop.isthmus("map", "import", str(file)).out


def test_an_import_with_faults_maps_nothing(shop, tmp_path):
    file = tmp_path / "map.csv"
    file.write_text("\ufeffproduct;x,item\n", encoding="utf-8")
    assert (
        "line 1: expected a column called product" in shop.isthmus("map", "import", str(file)).err
    )

    file.write_text("\ufeffproduct,item\n7,19\n8,20\n9,99\n", encoding="utf-8")
    done = shop.isthmus("map", "import", str(file))
    assert done.code == 1
    assert "line 3, column item: item 20 (Old) is inactive" in done.err
    assert "line 4, column product: MediaOS has shown no product 9" in done.err
    assert not any(isinstance(request, SetMapping) for _, _, request in shop.asked)


@pytest.mark.parametrize(
    ("content", "words"), [(None, "cannot be read"), (b"product,item\n\xff\n", "no CSV in UTF-8")]
)
def test_what_is_no_table_is_refused(world, tmp_path, content, words):
    file = tmp_path / "map.csv"
    if content is not None:
        file.write_bytes(content)
    done = world.isthmus("map", "import", str(file))
    assert done.code == 1
    assert words in done.err


def test_the_list_says_which_items_are_inactive_or_shared(shop):
    for product, item in (("7", "19"), ("8", "19"), ("9", "20")):
        shop.tell("t1", Mapped(request="r", source=product, target=item))
    code, found = shop.json("map", "list")
    assert code == 0
    assert [(each["product"], each["state"], each["shared_with"]) for each in found] == [
        ("9", "item inactive", []),
        ("7", "mapped", ["8"]),
        ("8", "mapped", ["7"]),
    ]
    assert "mapped (also 8)" in shop.isthmus("map", "list").out


def test_an_empty_export_has_its_header(world):
    world.tell("t1", item_seen())
    assert world.isthmus("map", "export").out == "product,product_name,item,item_name\n"
