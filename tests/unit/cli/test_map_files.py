"""Products and items on the command line: suggested, exported, imported."""

import pytest

from schemas.requests import ReadTargets, SetMapping
from schemas.tenant_facts import Mapped, TargetSeen
from schemas.values import Revision
from tests.unit.cli.journal_words import product_seen


def item_seen(item="19", name="Print insertion", *, active=True):
    return TargetSeen(target=item, name=name, revision=Revision(False, 1), active=active)


@pytest.fixture
def shop(world):
    world.tell("t1", product_seen(), product_seen("8", "Booth"), item_seen())
    world.tell("t1", item_seen("20", "Old", active=False))
    return world


def test_suggestions_read_the_items_first_and_say_why(shop):
    code, found = shop.json("map", "products", "suggest")
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
    assert "the same name" in shop.isthmus("map", "products", "suggest").out


def test_no_suggestion_is_said(world):
    world.tell("t1", product_seen())
    assert "No suggestion" in world.isthmus("map", "products", "suggest").out


def test_an_export_with_suggestions_can_be_imported(shop, tmp_path):
    file = tmp_path / "map.csv"
    assert (
        "2 products written"
        in shop.isthmus("map", "products", "export", str(file), "--suggested").out
    )
    assert file.read_text() == (
        "product,product_name,item,item_name\n7,Print insertion,19,Print insertion\n8,Booth,,\n"
    )

    dry = shop.isthmus("map", "products", "import", str(file), "--dry-run")
    assert (dry.code, dry.out) == (0, "Would map product 7 to item 19.\n")
    assert not any(isinstance(request, SetMapping) for _, _, request in shop.asked)

    assert shop.isthmus("map", "products", "import", str(file)).code == 0
    request = shop.asked[-1][2]
    expected = SetMapping(id=request.id, tenant="t1", source="7", target="19", by="ada")
    assert request == expected

    assert "Nothing to change" in shop.isthmus("map", "products", "import", str(file)).out


def test_an_import_with_faults_maps_nothing(shop, tmp_path):
    file = tmp_path / "map.csv"
    file.write_text("\ufeffproduct;x,item\n", encoding="utf-8")
    assert (
        "line 1: expected a column called product"
        in shop.isthmus("map", "products", "import", str(file)).told
    )

    file.write_text("\ufeffproduct,item\n7,19\n8,20\n9,99\n", encoding="utf-8")
    done = shop.isthmus("map", "products", "import", str(file))
    assert done.code == 1
    assert "line 3, column item: item 20 (Old) is inactive" in done.told
    assert "line 4, column product: MediaOS has shown no product 9" in done.told
    assert not any(isinstance(request, SetMapping) for _, _, request in shop.asked)


@pytest.mark.parametrize(
    ("content", "words"), [(None, "cannot be read"), (b"product,item\n\xff\n", "no CSV in UTF-8")]
)
def test_what_is_no_table_is_refused(world, tmp_path, content, words):
    file = tmp_path / "map.csv"
    if content is not None:
        file.write_bytes(content)
    done = world.isthmus("map", "products", "import", str(file))
    assert done.code == 1
    assert words in done.told


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('product,item\n7,19\n"8,20\n', "line 3: "),
        ('product,item\n"7,19\n8,19\n', "line 2: "),
        ('product,item\n7,"19\n', "line 2: "),
        ('product,"item\n7,19\n', "line 1: "),
        ('product,item,note\n7,19,"a\n8,19,"\n', "line 2: a cell in quotes goes on"),
        ("product,item,product\n7,19,8\n", "line 1: expected one column called product, found 2"),
    ],
    ids=[
        "a-quote-swallows-the-rest",
        "it-swallows-all",
        "cut-off-in-a-cell",
        "cut-off-in-the-header",
        "a-quote-swallows-a-line",
        "a-column-twice",
    ],
)
def test_a_file_that_is_no_whole_table_maps_nothing_and_its_line_is_said(
    shop, tmp_path, content, words
):
    file = tmp_path / "map.csv"
    file.write_text(content, encoding="utf-8")

    done = shop.isthmus("map", "products", "import", str(file))

    assert done.code == 1, done.out
    assert "map.csv" in done.told
    assert words in done.told
    assert not any(isinstance(request, SetMapping) for _, _, request in shop.asked)


def test_of_very_many_wrong_lines_the_first_are_told_and_the_others_counted(shop, tmp_path):
    file = tmp_path / "map.csv"
    file.write_text("product,item\n" + "nothing,19\n" * 5000, encoding="utf-8")

    done = shop.isthmus("map", "products", "import", str(file))

    assert done.code == 1
    assert done.told.count("MediaOS has shown no product") == 20
    assert "line 21, " in done.told
    assert "line 22, " not in done.told
    assert done.err.splitlines()[-1] == "4980 more lines are wrong."


def test_one_line_more_than_are_told_is_counted_too(shop, tmp_path):
    file = tmp_path / "map.csv"
    file.write_text("product,item\n" + "nothing,19\n" * 21, encoding="utf-8")
    assert (
        shop.isthmus("map", "products", "import", str(file)).err.splitlines()[-1]
        == "1 more line is wrong."
    )


def test_an_import_maps_what_was_mapped_elsewhere_anew(shop, tmp_path):
    shop.tell("t1", item_seen("21", "New"), Mapped(request="r", source="7", target="21"))
    file = tmp_path / "map.csv"
    file.write_text("product,item\n7,19\n", encoding="utf-8")

    assert shop.isthmus("map", "products", "import", str(file)).code == 0
    request = shop.asked[-1][2]
    expected = SetMapping(id=request.id, tenant="t1", source="7", target="19", by="ada")
    assert request == expected


def test_what_is_mapped_and_was_never_shown_is_exported_and_imported_again(shop, tmp_path):
    shop.tell("t1", Mapped(request="r", source="unseen", target="19"))
    file = tmp_path / "map.csv"
    shop.isthmus("map", "products", "export", str(file))
    assert "unseen,,19,Print insertion\n" in file.read_text()

    done = shop.isthmus("map", "products", "import", str(file))
    assert done.code == 0, done.err
    assert "Nothing to change" in done.out


def test_the_list_says_which_items_are_inactive_or_shared(shop):
    for product, item in (("7", "19"), ("8", "19"), ("9", "20")):
        shop.tell("t1", Mapped(request="r", source=product, target=item))
    code, found = shop.json("map", "products", "list")
    assert code == 0
    assert [(each["product"], each["state"], each["shared_with"]) for each in found] == [
        ("9", "item inactive", []),
        ("7", "mapped", ["8"]),
        ("8", "mapped", ["7"]),
    ]
    assert "mapped (also 8)" in shop.isthmus("map", "products", "list").out


def test_an_empty_export_has_its_header(world):
    world.tell("t1", item_seen())
    assert world.isthmus("map", "products", "export").out == "product,product_name,item,item_name\n"
