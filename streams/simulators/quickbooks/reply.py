"""What comes in from a client, and what goes back to it?

A reply may also be the silence of a dropped connection, which is no status at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request to the accounting API; `path` is what follows the realm."""

    method: str
    realm: str
    path: str
    params: Mapping[str, str]
    body: bytes
    bearer: str
    content_type: str = ""
    accept: str = "*/*"


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, bytes and headers as they go out."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class HungUp(Exception):
    """The connection is dropped and the client gets no reply."""
