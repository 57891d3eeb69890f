"""What did MediaOS say when it said no?

The documentation names no keys of the error body; ours are `message`, `code` and `errors`
(schemas/contracts/mediaos-api.openapi.yaml).  A body of any other form still gives a fault, by its
status alone: what a proxy wrote is not repeated, since it may quote the request.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

import msgspec

from schemas.outcomes import Fault
from schemas.values import Side
from streams.remotes.answers import retry_after

LONGEST = 500
#: Of a list of errors.
SHOWN = 20


class _Error(msgspec.Struct, kw_only=True):
    field: str = ""
    message: str = ""


class _Body(msgspec.Struct, kw_only=True):
    message: str
    code: str | int = ""
    errors: tuple[_Error, ...] = ()


_decode = msgspec.json.Decoder(_Body).decode


def fault_of(
    status: int, body: bytes, headers: Mapping[str, str], secrets: Sequence[str] = ()
) -> Fault:
    """Return what a refusal says, the named secrets struck out of it."""
    said = _said(status, body)
    first = said.errors[0] if said.errors else _Error()
    detail = "; ".join(f"{each.field}: {each.message:.{LONGEST}}" for each in said.errors[:SHOWN])
    return Fault(
        side=Side.MEDIAOS,
        status=status,
        code=_struck(str(said.code), secrets),
        message=_struck(said.message, secrets),
        detail=_struck(detail, secrets),
        field=_struck(first.field, secrets),
        retry_after_seconds=retry_after(headers),
    )


def own_fault(
    status: int,
    code: str,
    detail: str,
    *,
    field: str = "",
    retry_after_seconds: float | None = None,
) -> Fault:
    """Return a fault that was met before MediaOS was; status 0 is weather."""
    return Fault(
        side=Side.MEDIAOS,
        status=status,
        code=code,
        detail=detail,
        field=field,
        retry_after_seconds=retry_after_seconds,
    )


def _said(status: int, body: bytes) -> _Body:
    try:
        return _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        known = status in HTTPStatus.__members__.values()
        return _Body(message=HTTPStatus(status).phrase if known else "no readable error body")


def _struck(text: str, secrets: Sequence[str]) -> str:
    for secret in filter(None, secrets):
        text = text.replace(secret, "[secret]")
    return text[:LONGEST]
