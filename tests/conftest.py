import gc
import os
import secrets
import sqlite3
from collections.abc import Generator

import pytest
from _pytest.nodeid import NodeId
from fastapi.dependencies import models
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from agents.process.absent_packages import know_absent_packages
from tests.testing.kafka import kafka
from tests.testing.postgres import connections_url, postgres, postgres_database

# Named here once, so that one server serves the whole session.
__all__ = ["connections_url", "kafka", "postgres", "postgres_database"]

# As a worker does: a story makes hundreds of calls.
know_absent_packages()


@event.listens_for(Engine, "connect")
def wait_for_no_disk(connection: object, _record: object) -> None:
    """Leave what SQLite writes to the system: no test cuts the power, and a kill takes nothing.

    What waits for the disk at each commit stood still for longer than it took.
    """
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


@event.listens_for(Engine, "checkout")
def nor_where_a_store_wants_to(
    connection: object, record: ConnectionPoolEntry, _used: object
) -> None:
    """Leave it to the system also where the store has its connections wait since they were made."""
    if record.info.setdefault("waits", True):
        record.info["waits"] = False
        wait_for_no_disk(connection, record)


settings.register_profile("dev", max_examples=50, deadline=None)
IN_CI = os.environ.get("CI") == "true"

# What CI draws is the same in each run: one that fails shows a fault of the change, and no luck.
# `make explore` draws others.
settings.register_profile(
    "ci",
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("few", max_examples=10, deadline=None)
settings.register_profile("deterministic", max_examples=50, deadline=None, derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if IN_CI else "dev"))

# Drawn before there are workers side by side, which inherit it.
DAYS = os.environ.setdefault("DAYS", "20261129" if IN_CI else str(secrets.randbelow(10**6)))


REMEMBERED = (
    models._is_gen_callable_cached,
    models._is_async_gen_callable_cached,
    models._is_coroutine_callable_cached,
)


def pytest_report_header() -> str:
    return f"days: drawn by DAYS={DAYS}"


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage while thousands of tests are collected, nor in what stays of them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        # A story makes much that refers in circles and lives as long as it does.
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Let go of a story that has ended.

    FastAPI remembers of 4,096 functions of which kind each is; a gateway's hold on to all that its
    story had, and a worker of `make test` grew to a gigabyte.
    """
    for remembered in REMEMBERED:
        remembered.cache_clear()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whatever uses a server carries its marker; what must stay together keeps to one worker."""
    for item in items:
        for server in ("kafka", "postgres"):
            if _uses(item, server):
                item.add_marker(server)
        # Made-up requests: their ids lack what each is about, and of one id only one is run.
        if label := getattr(item, "operation_label", None):
            item._id = NodeId.parse(f"{item.nodeid}[{label}]")
        if getattr(config.option, "loadgroup", False) and (group := _group(item)):
            # As pytest-xdist 3.8 does for an older pytest; of 9.2 it no longer finds the place.
            item._id = NodeId.parse(f"{item.nodeid}@{group}")
    assert len({item.nodeid for item in items}) == len(items), "two tests have one id"


def _group(item: pytest.Item) -> str | None:
    """Return what a test stands together with: one Kafka of four, one count of all answers."""
    if item.get_closest_marker("kafka"):
        own = (each for each in ("fire", "secured", "deployed") if item.get_closest_marker(each))
        return "-".join(("kafka", *own))
    return "schemathesis" if item.path.name == "test_schemathesis.py" else None


def _uses(item: pytest.Item, server: str) -> bool:
    """Tell a server of the session from what a test itself calls so."""
    found = item._fixtureinfo.name2fixturedefs.get(server, ())
    return any(each.scope == "session" for each in found[-1:])
