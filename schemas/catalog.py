"""How do words become bytes and back?  One encoder and one decoder for each.

Unknown fields are ignored (a newer writer's), missing ones are refused; money is written as text.
What comes from outside, our own topics but the journal included, is held to `schemas.limits`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from schemas import upcasts
from schemas.answers import Answers
from schemas.changes import Change, HandedOver, IntakeEvent
from schemas.envelope import JournalRecord
from schemas.limits import DEPTH, LimitError, depth, within
from schemas.requests import Request
from schemas.state import Bearers, Creating, Document, Lane, Lockout, Owner
from schemas.tenant_state import Tenant
from schemas.waiting import Waiting

T = TypeVar("T")


class NotUnderstoodError(ValueError):
    """The bytes are not what they ought to be; the text names the field."""


_encode = msgspec.json.Encoder(decimal_format="string").encode
_journal = msgspec.json.Decoder(JournalRecord)
_intake: msgspec.json.Decoder[Change | HandedOver] = msgspec.json.Decoder(IntakeEvent)
_request: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_rows: dict[str, msgspec.json.Decoder[Any]] = {
    "lane": msgspec.json.Decoder(Lane),
    "document": msgspec.json.Decoder(Document),
    "waiting": msgspec.json.Decoder(Waiting),
    "tenant": msgspec.json.Decoder(Tenant),
    "home": msgspec.json.Decoder(Owner),
    "where": msgspec.json.Decoder(Owner),
    "seen": msgspec.json.Decoder(Owner),
    "bearers": msgspec.json.Decoder(Bearers),
    "creating": msgspec.json.Decoder(Creating),
    "creating-in-mediaos": msgspec.json.Decoder(Creating),
    "lockout": msgspec.json.Decoder(Lockout),
    "answers": msgspec.json.Decoder(Answers),
}


def encode(value: msgspec.Struct) -> bytes:
    """Return the JSON bytes of any word."""
    return _encode(value)


def encode_whole(value: msgspec.Struct) -> bytes:
    """Return the JSON bytes of a word with each of its fields, those too that `encode` leaves out.

    For who reads a view of ours, and does not know what stands for a field that is not there.
    """
    return _encode(msgspec.structs.asdict(value))


def decoded(decoder: msgspec.json.Decoder[T], value: bytes | msgspec.Raw, path: str = "") -> T:
    """Decode JSON of whatever origin; NotUnderstoodError names the field, `path` before it."""
    raw = bytes(value)
    try:
        if depth(raw) > DEPTH:
            raise NotUnderstoodError(f"JSON is malformed: it is nested too deeply, beyond {DEPTH}")
        found = decoder.decode(raw)
        if not raw.isascii():
            # What is skipped is not looked at, and goes on with the rest.
            raw.decode()
        return kept_within(found, path)
    except msgspec.MsgspecError as fault:
        text, _, at = str(fault).partition(" - at `$")
        where = f"{path}{at.rstrip('`').lstrip('.')}".rstrip(".")
        raise NotUnderstoodError(f"{where}: {text}" if where else text) from fault
    except UnicodeDecodeError as fault:
        raise NotUnderstoodError("JSON is malformed: it is not UTF-8") from fault
    except RecursionError as fault:
        raise NotUnderstoodError("JSON is malformed: it is nested too deeply") from fault


def kept_within(value: T, path: str = "") -> T:
    """Return a decoded value within the limits; NotUnderstoodError names the field, as above."""
    try:
        return within(value, path.rstrip("."))
    except LimitError as fault:
        raise NotUnderstoodError(str(fault)) from fault


def decode_journal(value: bytes) -> JournalRecord:
    """Read one record of the journal; NotUnderstoodError names what is wrong."""
    return _read(_journal, value, upcasts.journal_record)


def decode_intake(value: bytes) -> IntakeEvent:
    """Read one event of the merged log; NotUnderstoodError names what is wrong."""
    return decoded(_intake, value)


def decode_request(value: bytes) -> Request:
    """Read one request; NotUnderstoodError names what is wrong."""
    try:
        return decoded(_request, value)
    except NotUnderstoodError:
        older = upcasts.request(value)
        if older is None:
            raise
        return decoded(_request, older)


def decode_row(key: str, body: bytes) -> Any:
    """Read a row of the state store by its key, whose first word names what it is."""
    what = key.split(":", 1)[0]
    return _read(_rows[what], body)


def _never_older(_value: bytes) -> bytes | None:
    return None


def _read(
    decoder: msgspec.json.Decoder[T],
    value: bytes,
    upcast: Callable[[bytes], bytes | None] = _never_older,
) -> T:
    try:
        return decoder.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        older = upcast(value) if isinstance(fault, msgspec.ValidationError) else None
        if older is not None:
            return _read(decoder, older)
        raise NotUnderstoodError(str(fault)) from fault
