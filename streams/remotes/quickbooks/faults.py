"""What did QuickBooks say when it said no?  One Fault, whatever form the answer had.

The forms are those of quickbooks-online.md 3.1: JSON in two cases, XML whatever was asked for,
HTML, nothing at all; and a 200 may be a fault.  The gateway echoes a part of the access token in
its detail, so its texts are masked before anyone sees them.
"""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import msgspec

from schemas.outcomes import Fault
from schemas.values import Side
from streams.remotes.answers import retry_after

#: A company's whole list of errors could fill a screen.
LONGEST_TEXT = 500
#: What is looked at of a text, a list and a page: what a pattern sees is never longer.
LONGEST_LOOK, MOST_ERRORS, LONGEST_PAGE = 4_000, 20, 4_000
#: QuickBooks says "wait a minute" and rarely how long (4).
TOO_MANY = 429
#: The code of ThrottleExceeded, whatever the status beside it.
THROTTLED = "3001"
UNAUTHORISED = 401
FORBIDDEN = 403
#: The application failed half-way; whether it wrote is anyone's guess (3.2).
SYSTEM_FAILURE = "10000"

#: What looks like a part of a token: long, and a digit in it; and all that follows such words.
_WORD = re.compile(r"[A-Za-z0-9_.~+/=-]{10,}")
_TOLD = re.compile(r"(\btoken[ a-z]{0,30}[:=]).*", re.DOTALL | re.IGNORECASE)
_CODE_IN_TEXT = re.compile(r"errorCode=(\d+)")
_XML_ERROR = re.compile(r"<Error\b[^>]*>.*?(?:</Error>|$)", re.DOTALL)
_XML_CODE = re.compile(r"""<Error\b[^>]*\bcode=["'](\d+)["']""")
_XML_ELEMENT = re.compile(r"""<Error\b[^>]*\belement=["']([^"']*)["']""")
_TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.DOTALL | re.IGNORECASE)

Error = dict[str, str]


class _Said(msgspec.Struct):
    """The two places of a fault; of a success nothing is read."""

    gateway: Any = msgspec.field(name="fault", default=None)
    fault: Any = msgspec.field(name="Fault", default=None)


_said: msgspec.json.Decoder[_Said | list[msgspec.Raw]] = msgspec.json.Decoder(
    _Said | list[msgspec.Raw]
)


def fault_of(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Fault | None:
    """Return the fault that an answer is, or None when it is none; `headers` in any case."""
    errors, gateway = _errors(body)
    if not errors and status < 400:  # noqa: PLR2004 - where HTTP's refusals begin
        return None
    first = errors[0] if errors else {}
    masked = gateway or status in {UNAUTHORISED, FORBIDDEN, TOO_MANY}
    return Fault(
        side=Side.QBO,
        status=status,
        code=_code(first),
        message=_text([first.get("message", "")], masked=masked),
        detail=_text([error.get("detail", "") for error in errors], masked=masked),
        field=first.get("element", "")[:LONGEST_TEXT],
        retry_after_seconds=retry_after(headers or {}),
    )


def throttled(fault: Fault | None) -> bool:
    """Tell whether this says that there were too many calls."""
    return fault is not None and (fault.status == TOO_MANY or fault.code == THROTTLED)


def unreachable(detail: str) -> Fault:
    """Return the fault of a call that never left: nothing was sent."""
    return Fault(side=Side.QBO, status=0, code="unreachable", detail=detail)


def unsendable(detail: str) -> Fault:
    """Return the fault of a command that cannot be written: nothing was sent."""
    return Fault(side=Side.QBO, status=400, code="unsendable", detail=detail)


def reconnect(reason: str) -> Fault:
    """Return the fault of a connection that a person has to make again.

    Its status is 403 and not 401: renewing the token once more would be of no use.
    """
    remedy = "reconnect to QuickBooks as the company's Master Administrator"
    return Fault(side=Side.QBO, status=FORBIDDEN, code="reconnect", detail=f"{reason}; {remedy}")


def not_accepted(version: int) -> Fault:
    """Return the fault of a company that takes no token, however new; 403 as for `reconnect`."""
    return Fault(
        side=Side.QBO,
        status=FORBIDDEN,
        code="not-accepted",
        detail="QuickBooks accepts no token, and Intuit goes on granting new ones",
        version=version,
    )


def over_budget(seconds: float) -> Fault:
    """Return the fault of a call for which the tenant's budget has no place now."""
    return Fault(
        side=Side.QBO,
        status=TOO_MANY,
        code="budget",
        detail="the tenant's own budget of calls is spent",
        retry_after_seconds=seconds,
    )


def _errors(body: bytes) -> tuple[list[Error], bool]:
    start = body.lstrip()[:1]
    if start in {b"{", b"["}:
        return _json_errors(body)
    text = body[:LONGEST_PAGE].decode(errors="replace").strip()
    if _XML_CODE.search(text):
        return [_xml_error(found[0]) for found in _XML_ERROR.finditer(text)], True
    plain = " ".join(unescape(_TAG.sub(" ", text)).split())
    return ([{"detail": plain}] if plain else []), True


def _json_errors(body: bytes) -> tuple[list[Error], bool]:
    try:
        said = _said.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [{"detail": body[:LONGEST_PAGE].decode(errors="replace").strip()}], True
    if isinstance(said, list):
        return [], False
    gateway = isinstance(said.gateway, dict)
    fault = _lower(said.gateway if gateway else said.fault)
    errors = fault.get("error") or []
    if not isinstance(errors, list):
        return [], gateway
    return [_json_error(each) for each in errors[:MOST_ERRORS] if isinstance(each, dict)], gateway


def _json_error(error: dict[str, Any]) -> Error:
    told = _lower(error).items()
    return {name: f"{value!s:.{LONGEST_LOOK}}" for name, value in told if value is not None}


def _xml_error(text: str) -> Error:
    error = {}
    for name in ("Message", "Detail"):
        found = re.search(rf"<{name}>(.*?)(?:</{name}>|$)", text, re.DOTALL)
        error[name.lower()] = unescape(found[1].strip()) if found else ""
    for name, pattern in (("code", _XML_CODE), ("element", _XML_ELEMENT)):
        found = pattern.search(text)
        error[name] = found[1] if found else ""
    return error


def _lower(fault: object) -> dict[str, Any]:
    return {name.lower(): value for name, value in fault.items()} if isinstance(fault, dict) else {}


def _code(error: Error) -> str:
    code = error.get("code", "")
    if not code:
        found = _CODE_IN_TEXT.search(error.get("message", ""))
        code = found[1] if found else ""
    return code.lstrip("0")[:40]


def _text(parts: list[str], *, masked: bool) -> str:
    text = "; ".join(dict.fromkeys(part[:LONGEST_LOOK] for part in parts if part))[:LONGEST_LOOK]
    if masked:
        text = _WORD.sub(_hidden, _TOLD.sub(r"\1 [hidden]", text))
    return text[:LONGEST_TEXT]


def _hidden(found: re.Match[str]) -> str:
    return "[hidden]" if any(each.isdigit() for each in found[0]) else found[0]
