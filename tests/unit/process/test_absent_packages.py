import importlib
import sys

import httpx
import pytest

from agents.process import absent_packages
from agents.process.absent_packages import know_absent_packages


class Looked:
    """What Python looks for on its path, by name; it finds nothing."""

    def __init__(self):
        self.names = []

    def find_spec(self, name, _path=None, _target=None):
        self.names.append(name)


@pytest.fixture
def looked(monkeypatch):
    finder = Looked()
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    return finder


async def call():
    """One call in process; of this way of httpx's as of the one through sockets."""

    async def app(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as http:
        assert (await http.get("http://test")).status_code == 204


async def test_a_call_looks_for_nothing_on_the_disk(monkeypatch, looked):
    monkeypatch.delitem(sys.modules, "sniffio", raising=False)
    await call()
    # Otherwise httpx does so no more, and this module can go.
    assert "sniffio" in looked.names

    know_absent_packages()
    looked.names.clear()
    await call()

    assert looked.names == []


def test_what_is_not_there_is_said_so_without_a_look(monkeypatch, looked):
    monkeypatch.setattr(absent_packages, "LOOKED_FOR", ("no_such_package",))
    know_absent_packages()
    looked.names.clear()

    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_such_package")

    assert looked.names == []
    monkeypatch.delitem(sys.modules, "no_such_package")


def test_what_is_there_is_still_found(monkeypatch, tmp_path):
    (tmp_path / "a_package_that_is_there.py").write_text("said = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(absent_packages, "LOOKED_FOR", ("a_package_that_is_there",))

    know_absent_packages()

    assert importlib.import_module("a_package_that_is_there").said == 1
    monkeypatch.delitem(sys.modules, "a_package_that_is_there")
