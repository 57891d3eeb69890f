"""Where does a SQLite file lie?  In a folder that SQLite does not make, ours alone."""

from pathlib import Path

from sqlalchemy.engine import make_url

from streams.private_files import make_private


def make_folder(url: str) -> None:
    """Make the folder and the file of a database URL, when it names one."""
    where = make_url(url)
    if where.drivername.startswith("sqlite") and where.database not in {None, "", ":memory:"}:
        make_private(Path(str(where.database)))
