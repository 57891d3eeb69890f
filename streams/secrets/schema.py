"""Which schema has the database of the connections?  The last version, from a process's start on.

Whoever starts first takes the database's lock and brings it up, in one transaction; who starts
beside it waits, and finds it done.  A database of before there were versions has its tables, and
is adopted as it is.  One that a newer release brought up is refused: nobody here knows what its
columns mean.
"""

from pathlib import Path

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, select, text

from streams.secrets.connection_rows import ERASED, PREFLIGHTS
from streams.setting_faults import SettingsError

#: All versions, in order, as the scripts in `migrations/versions` bring them about.
VERSIONS = ("0001",)

#: Tables that came since, of which no earlier release knows anything.  They have no version of
#: their own, since an earlier release would refuse that, beside this one or when it comes back.
ADDED = (PREFLIGHTS, ERASED)

#: Alembic's own table, by a name that another program in the same database does not have.
VERSION_TABLE = "isthmus_connections_schema"
_VERSION = Table(VERSION_TABLE, MetaData(), Column("version_num", String))

#: Any number will do, as long as no other program locks it: "isco".
LOCK = 0x6973636F


class SchemaTooNewError(SettingsError):
    """The database was brought up by a newer release; the text is one sentence with the remedy."""


def bring_up(engine: Engine) -> None:
    """Bring the schema to the last version; SchemaTooNewError when it is beyond it.

    Blocks.  A database that stands there already is only read.
    """
    with engine.connect() as database:
        if _lacks(database):
            database.rollback()
            with database.begin():
                _lock(database)
                if behind(version_of(database)):
                    _upgrade(database)
                for each in ADDED:
                    each.create(database, checkfirst=True)


def version_of(database: Connection) -> str | None:
    """Return the version that a database has; None of before there were any."""
    if not database.dialect.has_table(database, VERSION_TABLE):
        return None
    return database.scalar(select(_VERSION.c.version_num))


def behind(found: str | None) -> bool:
    """Tell whether this version is to be brought up; SchemaTooNewError when it is beyond ours."""
    if found is not None and found not in VERSIONS:
        sentence = (
            f"The database of the connections has schema {found}, and this release knows up to "
            f"{VERSIONS[-1]}: run the release that brought it up, or a newer one, or correct "
            "ISTHMUS_CONNECTIONS_URL."
        )
        raise SchemaTooNewError((sentence,))
    return found != VERSIONS[-1]


def _lacks(database: Connection) -> bool:
    """Tell whether anything is to be brought up; SchemaTooNewError when it is beyond ours."""
    has = database.dialect.has_table
    return behind(version_of(database)) or not all(has(database, each.name) for each in ADDED)


def _lock(database: Connection) -> None:
    """Let nobody else bring it up until this transaction ends."""
    if database.dialect.name == "postgresql":
        database.execute(text("SET LOCAL lock_timeout = '10s'"))
        database.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    else:
        # Its driver begins no transaction by itself before something is written.
        database.exec_driver_sql("BEGIN IMMEDIATE")


def _upgrade(database: Connection) -> None:
    # A third of a second of imports, which hardly a start needs.
    from alembic.command import upgrade  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes |= {"connection": database, "version_table": VERSION_TABLE}
    upgrade(config, VERSIONS[-1])
