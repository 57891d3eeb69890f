"""How does alembic come to the database?  By the connection that it is handed, in its transaction.

Alembic runs this file; a transaction that fails leaves the schema as it was, on SQLite as well.
"""

from alembic import context

told = context.config.attributes
context.configure(connection=told["connection"], version_table=told["version_table"])
with context.begin_transaction():
    context.run_migrations()
