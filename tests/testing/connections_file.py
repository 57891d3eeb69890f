"""A file with the connections' database as the product brings it up: made once, and copied.

To bring one up costs what a whole test does.
"""

import functools
import tempfile
from pathlib import Path

from streams.secrets.database import open_database
from streams.secrets.schema import bring_up


def brought_up(folder: Path) -> str:
    """Return the address of the database in a folder, which is there afterwards."""
    at = folder / "connections.sqlite"
    if not at.exists():
        at.write_bytes(_empty())
    return f"sqlite:///{at}"


@functools.cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder, "connections.sqlite")
        engine = open_database(f"sqlite:///{at}")
        bring_up(engine)
        engine.dispose()
        return at.read_bytes()
