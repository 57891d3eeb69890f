"""Where are Prometheus' programs?  Debian's packages bring them."""

import shutil

from tests.testing.means import missing


def program(name: str, package: str = "prometheus") -> str:
    """Return a program; skip where a developer lacks it, fail where a machine ought to have it."""
    found = shutil.which(name)
    if found is None:
        missing(f"{name} is not installed (Debian: apt-get install {package})")
    return found
