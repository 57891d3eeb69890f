"""Which files beside the pages does a browser get?  Our own styles and scripts, each by its digest.

They are read once; a page names them with their digest, so that a browser keeps them for as long as
they are the same.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fastapi.responses import Response

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOR_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is served."""

    body: bytes
    type: str
    digest: str


class StaticFiles:
    """All of them, by name."""

    def __init__(self) -> None:
        self._by_name = _ours()

    def address(self, name: str) -> str:
        """Return where a page finds a file; KeyError when there is none."""
        return f"/console/static/{name}?{self._by_name[name].digest}"

    def served(self, name: str) -> Response | None:
        """Return a file; None when there is none of that name."""
        found = self._by_name.get(name)
        if found is None:
            return None
        headers = {"Cache-Control": FOR_A_YEAR, "X-Content-Type-Options": "nosniff"}
        return Response(found.body, media_type=found.type, headers=headers)


@cache
def _ours() -> Mapping[str, StaticFile]:
    folder = files("agents.gateway.console") / "static"
    return {
        each.name: _file(each.name, each.read_bytes())
        for each in folder.iterdir()
        if _type(each.name)
    }


def _file(name: str, body: bytes) -> StaticFile:
    return StaticFile(body, _type(name), hashlib.sha256(body).hexdigest()[:12])


def _type(name: str) -> str:
    return TYPES.get(f".{name.rpartition('.')[2]}", "")
