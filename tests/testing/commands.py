"""Commands for tests: a create, or an update where a target is named."""

from typing import Any

from schemas.commands import Create, Update
from schemas.values import Revision


def write(
    *, target: str | None = None, based_on: Revision | None = None, **said: Any
) -> Create | Update:
    if target is None:
        return Create(**said)
    return Update(target=target, based_on=based_on or Revision(False, 1), **said)
