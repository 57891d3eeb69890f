"""Where does a SQLite file lie?  In a folder that SQLite itself does not make."""

from pathlib import Path

from sqlalchemy.engine import make_url


def make_folder(url: str) -> None:
    """Make the folder of a database URL, when it names a file."""
    where = make_url(url)
    if where.drivername.startswith("sqlite") and where.database:
        Path(where.database).parent.mkdir(parents=True, exist_ok=True)
