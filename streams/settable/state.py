"""Where does a process keep what it knows, and the tenants' connections?"""

from streams.settable.group import Group
from streams.settable.kinds import Database, Keys, Name


class StateSettings(Group):
    """State."""

    worker_name: Name = "worker"
    """Names the worker in logs, metrics and its state file; two on one host need two names."""

    state_folder: str = ".local/state"
    """Where a process keeps what is its own and can be made again: a worker's SQLite file, the
    CLI's. Default: under the folder that it is started in."""

    state_url: Database = ""
    """SQLAlchemy URL of the state store, hidden since it may hold a password. Default: a SQLite
    file per worker in the state folder, which needs no server and can be rebuilt."""

    connections_url: Database = ""
    """SQLAlchemy URL of the tenants' connections, which all processes of an installation share, and
    no other installation. Default: a SQLite file under .local/state/, for one host."""

    token_key: Keys = ()
    """Fernet keys of the tokens and passwords at rest: the first encrypts, each decrypts, so a new
    one is put in front and the old one stays until `isthmus connections rotate-key`. No default: a
    known key is none, and `isthmus connections new-key` makes one."""
