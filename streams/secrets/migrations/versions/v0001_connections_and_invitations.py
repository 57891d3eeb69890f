"""The tables as they were before there were versions: what has them already is adopted."""

from alembic import op
from sqlalchemy import Column, Integer, LargeBinary, String

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make those of the two tables that are not there."""
    op.create_table(
        "connections",
        Column("tenant", String, primary_key=True),
        Column("realm", String, nullable=False, unique=True),
        Column("environment", String, nullable=False),
        Column("mediaos_base_url", String, nullable=False),
        Column("secrets", LargeBinary, nullable=False),
        Column("access_expires_at", String, nullable=False),
        Column("version", Integer, nullable=False),
        Column("reconnect", String),
        Column("lease", String),
        Column("lease_since", String),
        if_not_exists=True,
    )
    op.create_table(
        "invitations",
        Column("link", String, primary_key=True),
        Column("tenant", String, nullable=False),
        Column("state", String, unique=True),
        Column("browser", String),
        Column("terms", LargeBinary, nullable=False),
        Column("expires_at", String, nullable=False),
        if_not_exists=True,
    )
