"""Each setting does something: what nothing reads is a promise that nobody keeps."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.settings import ProcessSettings

ROOT = Path(__file__).parents[3]


def read_in(source: str, *names: str) -> Iterator[str]:
    """What is read of these names, or of what they return when they are called."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            of = node.value.func if isinstance(node.value, ast.Call) else node.value
            if isinstance(of, ast.Name) and of.id in names:
                yield node.attr


@pytest.fixture(scope="module")
def read() -> set[str]:
    groups = [*(ROOT / "streams/settable").glob("*.py"), ROOT / "streams/settings.py"]
    itself = {name for path in groups for name in read_in(path.read_text(), "self")}
    agents = [path.read_text() for path in (ROOT / "agents").rglob("*.py")]
    doors = ("settings", "read_settings", "process_settings")
    return itself.union(*(read_in(source, *doors) for source in agents))


@pytest.mark.parametrize("name", ProcessSettings.model_fields)
def test_a_setting_is_read(name, read):
    assert name in read


def test_what_only_stands_there_is_not_read():
    source = "held: float = 5.0\nlanes.held = 1\nother.held\nrequire(settings, 'held')"

    assert list(read_in(source, "settings")) == []
    assert list(read_in("settings.held + self.other", "settings")) == ["held"]
