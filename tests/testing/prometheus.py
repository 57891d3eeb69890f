"""Where are Prometheus' programs?  Debian's package `prometheus` brings both."""

import shutil

from tests.testing.means import missing


def program(name: str) -> str:
    """Return a program; skip where a developer lacks it, fail where a machine ought to have it."""
    found = shutil.which(name)
    if found is None:
        missing(f"{name} is not installed (Debian: apt-get install prometheus)")
    return found
