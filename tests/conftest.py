import os
import secrets

import pytest
from hypothesis import HealthCheck, settings

from tests.kafka import kafka
from tests.postgres import postgres, postgres_database

# Named here once, so that one server serves the whole session.
__all__ = ["kafka", "postgres", "postgres_database"]

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci", max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("deterministic", max_examples=50, deadline=None, derandomize=True)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "dev")
)

# Drawn before there are workers side by side, which inherit it.
DAYS = os.environ.setdefault("DAYS", str(secrets.randbelow(10**6)))


def pytest_report_header() -> str:
    return f"days: drawn by DAYS={DAYS}"


# First, since with workers side by side the group becomes a part of a test's name.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever uses a server carries its marker; what uses Kafka keeps to one worker, or two."""
    for item in items:
        for server in ("kafka", "postgres"):
            if _uses(item, server):
                item.add_marker(server)
        if item.get_closest_marker("kafka"):
            where = "kafka-under-fire" if item.get_closest_marker("fire") else "kafka"
            item.add_marker(pytest.mark.xdist_group(where))


def _uses(item: pytest.Item, server: str) -> bool:
    """Tell a server of the session from what a test itself calls so."""
    found = item._fixtureinfo.name2fixturedefs.get(server, ())
    return any(each.scope == "session" for each in found[-1:])
