"""A table for the preflights that are run from the console, one row a tenant."""

from alembic import op
from sqlalchemy import Boolean, Column, LargeBinary, String

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "preflights",
        Column("tenant", String, primary_key=True),
        Column("run", String, nullable=False),
        Column("heard_at", String, nullable=False),
        Column("ended", Boolean, nullable=False),
        Column("told", LargeBinary, nullable=False),
    )
