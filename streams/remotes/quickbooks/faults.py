"""What did QuickBooks say when it said no?  One Fault, whatever form the answer had.

The forms are those of quickbooks-online.md 3.1: JSON in two cases, XML whatever was asked for,
HTML, nothing at all; and a 200 may be a fault.  The gateway echoes a part of the access token in
its detail, so its texts are masked before anyone sees them.
"""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any

import msgspec

from schemas.outcomes import Fault
from schemas.values import Side

#: A company's whole list of errors could fill a screen.
LONGEST_TEXT = 500
#: QuickBooks says "wait a minute" and rarely how long (4).
TOO_MANY = 429
#: The code of ThrottleExceeded, whatever the status beside it.
THROTTLED = "3001"
#: Who asks for more than this is not believed: an hour later it can say so again.
LONGEST_PAUSE = 3_600.0
UNAUTHORISED = 401
FORBIDDEN = 403
DUPLICATE_NUMBER = "6140"
#: The application failed half-way; whether it wrote is anyone's guess (3.2).
SYSTEM_FAILURE = "10000"

_SECRET = re.compile(r"(?=[A-Za-z_.~+/-]*\d)[A-Za-z0-9_.~+/-]{10,}")
_CODE_IN_TEXT = re.compile(r"errorCode=(\d+)")
_XML_ERROR = re.compile(r"<Error\b[^>]*>.*?(?:</Error>|$)", re.DOTALL)
_XML_CODE = re.compile(r"""<Error\b[^>]*\bcode=["'](\d+)["']""")
_XML_ELEMENT = re.compile(r"""<Error\b[^>]*\belement=["']([^"']*)["']""")
_TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_TAKEN_BY = re.compile(r"TxnId=(\d+)")

Error = dict[str, str]


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
        field=first.get("element", ""),
        retry_after_seconds=_retry_after(headers or {}),
    )


def throttled(fault: Fault | None) -> bool:
    """Tell whether this says that there were too many calls."""
    return fault is not None and (fault.status == TOO_MANY or fault.code == THROTTLED)


def taken_by(fault: Fault) -> str | None:
    """Return the id of the transaction that holds the document number (6140), if it is named."""
    found = _TAKEN_BY.search(fault.detail) if fault.code == DUPLICATE_NUMBER else None
    return found[1] if found else None


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
    text = body.decode(errors="replace").strip()
    if text.startswith(("{", "[")):
        return _json_errors(text)
    if _XML_CODE.search(text):
        return [_xml_error(found[0]) for found in _XML_ERROR.finditer(text)], True
    plain = " ".join(unescape(_TAG.sub(" ", text)).split())
    return ([{"detail": plain}] if plain else []), True


def _json_errors(text: str) -> tuple[list[Error], bool]:
    try:
        body = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return [{"detail": text}], True
    if not isinstance(body, dict):
        return [], False
    gateway = isinstance(body.get("fault"), dict)
    fault = _lower(body["fault"] if gateway else body.get("Fault"))
    errors = fault.get("error") or []
    return [_json_error(error) for error in errors if isinstance(error, dict)], gateway


def _json_error(error: dict[str, Any]) -> Error:
    return {name: str(value) for name, value in _lower(error).items() if value is not None}


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
    return code.lstrip("0")


def _text(parts: list[str], *, masked: bool) -> str:
    text = "; ".join(dict.fromkeys(part for part in parts if part))
    return (_SECRET.sub("[hidden]", text) if masked else text)[:LONGEST_TEXT]


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After, which is a number of them or a date (RFC 9110, 10.2.3).

    A date counts from the answer's own, since two clocks differ.
    """
    given = {name.lower(): text.strip() for name, text in headers.items()}
    wanted = given.get("retry-after", "")
    if wanted.isdecimal():
        return min(float(wanted), LONGEST_PAUSE)
    try:
        until, said = (parsedate_to_datetime(text) for text in (wanted, given.get("date", "")))
        seconds = (until - said).total_seconds()
    except (TypeError, ValueError):
        return None
    return min(max(seconds, 0.0), LONGEST_PAUSE)
