"""Where are Prometheus' programs?  Debian's package `prometheus` brings both."""

import os
import shutil

import pytest


def program(name: str) -> str:
    """Return a program; skip where a developer lacks it, fail where a machine ought to have it."""
    found = shutil.which(name)
    if found is None:
        reason = f"{name} is not installed (Debian: apt-get install prometheus)"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return str(found)
