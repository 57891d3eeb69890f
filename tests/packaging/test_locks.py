import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME = PROJECT["dependencies"]
DEV = PROJECT["optional-dependencies"]["dev"]
LOCKS = ("requirements.lock", "requirements-dev.lock")
#: Nothing without a hash: what was put in the place of a release is not installed.
PIN = re.compile(r"([a-z0-9-]+)==([A-Za-z0-9.]+)((?: --hash=sha256:[0-9a-f]{64})+)")


def locked(name: str) -> dict[str, str]:
    text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    lines = re.sub(r" *\\\n *", " ", text).splitlines()
    pins = [PIN.fullmatch(line) for line in lines if not line.startswith("#")]
    assert all(pins), f"{name} holds something else than name==version with its hashes"
    return {pin[1]: pin[2] for pin in pins}


@pytest.mark.parametrize("file", ["Makefile", "deploy/Dockerfile"])
def test_nothing_is_installed_from_a_lock_without_its_hash(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    installs = [line for line in text.splitlines() if "pip install" in line]
    locks = [line for line in installs if any(lock in line for lock in LOCKS)]

    assert locks
    assert all("--require-hashes" in line for line in locks)
    # What is ours comes from here, and brings nothing along.
    assert all("--no-deps" in line for line in installs if line not in locks)


def needed(requirements: list[str]) -> dict[str, str]:
    """Everything that these requirements bring along here, with its installed version."""
    waiting = [Requirement(each) for each in requirements]
    found: dict[str, str] = {}
    seen = set()
    while waiting:
        each = waiting.pop()
        key = (canonicalize_name(each.name), frozenset(each.extras))
        if key in seen:
            continue
        seen.add(key)
        found[key[0]] = metadata.version(each.name)
        more = [Requirement(text) for text in metadata.requires(each.name) or []]
        waiting += [sub for sub in more if applies(sub, each.extras)]
    return found


def applies(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": e}) for e in {"", *extras})


def test_the_runtime_lock_is_exactly_what_the_product_needs():
    assert locked("requirements.lock") == needed(RUNTIME)


def test_the_development_lock_is_exactly_what_comes_on_top():
    runtime = needed(RUNTIME)
    on_top = {name: at for name, at in needed(DEV).items() if name not in runtime}

    assert locked("requirements-dev.lock") == on_top


def test_the_zones_of_the_world_are_asked_for_and_do_not_come_by_chance():
    """A machine without zones of its own knows none but these."""
    assert "tzdata" in {Requirement(each).name for each in RUNTIME}


@pytest.mark.parametrize("requirement", [*RUNTIME, *DEV])
def test_every_requirement_is_pinned_exactly(requirement):
    assert re.search(r"==[A-Za-z0-9.]+$", requirement)
