import tomllib
from pathlib import Path

import pytest
from setuptools import find_packages

ROOT = Path(__file__).parents[2]
FIND = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
TOPS = ("agents", "schemas", "streams")


def shipped() -> set[str]:
    return set(find_packages(str(ROOT), **FIND["packages"]["find"]))


def test_only_the_three_packages_are_shipped():
    assert {name.split(".")[0] for name in shipped()} == set(TOPS)


@pytest.mark.parametrize("top", TOPS)
def test_no_folder_with_code_is_left_out_of_the_wheel(top):
    folders = {path.parent for path in (ROOT / top).rglob("*.py")}

    assert {".".join(folder.relative_to(ROOT).parts) for folder in folders} <= shipped()


@pytest.mark.parametrize("top", TOPS)
def test_every_data_file_beside_the_code_is_of_a_kind_that_is_shipped(top):
    kinds = {Path(pattern).suffix for pattern in FIND["package-data"]["*"]}
    data = (path for path in (ROOT / top).rglob("*") if path.is_file())
    left_out = {path.suffix for path in data} - kinds - {".py", ".pyc", ".md"}

    assert left_out == set()
