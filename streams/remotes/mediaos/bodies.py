"""What is written in a request to MediaOS?

Exactly the named fields go, and only those that the contract lets the API write.
"""

from schemas.commands import Create, Update
from streams.remotes.mediaos.kinds.table import ENTITIES
from streams.remotes.mediaos.wire_writing import Body, UnsendableError


def body_of(command: Create | Update) -> Body:
    """Return the command's fields as MediaOS names and writes them, or raise UnsendableError."""
    writable = _writable(command)
    body: Body = {}
    for name in command.fields:
        if name not in writable:
            raise UnsendableError(name, f"MediaOS takes no such field of this {command.kind}")
        body |= writable[name]
    return body


def _writable(command: Create | Update) -> dict[str, Body]:
    entity = ENTITIES[command.kind]
    write = entity.create if isinstance(command, Create) else entity.write
    if write is None:
        raise UnsendableError("record", f"a {command.kind} is made by people, in MediaOS itself")
    return write(command.record)
