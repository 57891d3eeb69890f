"""What did somebody fill in?  The fields of one form, bounded."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import Request

from agents.gateway.bodies import RefusedError, read_body

TYPE = "application/x-www-form-urlencoded"
MOST_BYTES = 64 * 1024
MOST_FIELDS = 1_000


@dataclass(frozen=True, slots=True)
class Form:
    """The values of each field, by its name."""

    fields: Mapping[str, tuple[str, ...]]

    def one(self, name: str) -> str:
        """Return the first value of a field without blanks around it, "" where there is none."""
        return next(iter(self.fields.get(name, ())), "").strip()

    def all(self, name: str) -> tuple[str, ...]:
        """Return all values of a field, as of boxes that were ticked."""
        return self.fields.get(name, ())


async def read_form(request: Request) -> Form:
    """Return the form that was sent; RefusedError for what is none, or too large."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != TYPE:
        raise RefusedError(415, "expected a form")
    body = (await read_body(request, MOST_BYTES)).decode(errors="replace")
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as wrong:
        raise RefusedError(413, f"expected a form of at most {MOST_FIELDS} fields") from wrong
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value)
    return Form(fields)
