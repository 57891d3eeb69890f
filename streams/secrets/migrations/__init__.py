"""How the database of the connections came to its schema: alembic's scripts, one a version.

`streams.secrets.schema` applies them; nobody else imports anything here.
"""
