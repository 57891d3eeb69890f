"""How large may anything be that comes in?  One table, for every door.

Topics, HTTP bodies, webhooks, a side's replies and the command line are held to the same limits,
and the JSON Schemas say them.  A value is looked at before it is formatted or computed with: some
that decode (1e999999999) would take all memory as text.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

T = TypeVar("T")

#: A name of a person, an address line, a number: what fills one field of a form.
LONGEST_LINE = 1_000
#: A memo, a description.
LONGEST_TEXT = 10_000
#: Digits before the point, and after it.
WHOLE_DIGITS, DECIMALS = 15, 6
#: A price of one that QuickBooks made of an amount has more of them (0.5306667 x 15).
RATE_DECIMALS = 12
FIRST_YEAR, LAST_YEAR = 1900, 2100
#: A row version, a SyncToken, an id in digits: what 18 digits can say.
MOST_WHOLE = 10**18 - 1
#: A connection's version moves with each token, some 9,000 times a year.
MOST_VERSION = 10**9 - 1
DEPTH = 32
#: A published record, in bytes of JSON: an invoice of some 400 lines.  A decision about it holds it
#: five times over, and the journal takes no larger step.
LARGEST_RECORD = 64_000

_ID = r"[0-9A-Za-z_-]{1,64}"
#: An id of either side where it is part of a key: no separator, no blank, no control character.
_PART = r"[^/\s\u0000-\u001f\u007f-\u009f]{1,64}"
#: One word of what is called by several.
_WORD = r"[^/\s\u0000-\u001f\u007f-\u009f]+"
#: `$` of Python would let a line break pass at the end.
_END = r"$(?!\n)"

TENANT = rf"^{_ID}{_END}"
ID = rf"^{_ID}{_END}"
NO_NUL = r"^[^\u0000]*$"
NO_CONTROL = r"^[^\u0000-\u001f\u007f-\u009f]*$"
#: A name; what came over a topic that services write says over which.
LONGEST_ACTOR = 64
ACTOR = (
    r"^(isthmus-(pushes|lockouts): )?"
    rf"[^\u0000-\u001f\u007f-\u009f]{{0,{LONGEST_ACTOR}}}{_END}"
)
LANE = rf"^{_ID}/(mediaos|qbo)/{_PART}{_END}"
#: A day and a time as MediaOS writes them; two days stand for none (mediaos-api.md 5.2).
MOMENT = (
    r"^((0000-00-00|1969-12-31)[ 0-9:]{0,9}"
    r"|(19[0-9]{2}|20[0-9]{2}|2100)-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2})?$"
)

Tenant = Annotated[str, Meta(pattern=TENANT)]
Line = Annotated[str, Meta(max_length=LONGEST_LINE, pattern=NO_NUL)]
Text = Annotated[str, Meta(max_length=LONGEST_TEXT, pattern=NO_NUL)]
#: Of a lock that somebody asks for: a day.
MOST_MINUTES = 24 * 60
#: What is kept of an address that a digest went to, and how many of them.
AddressDigest = Annotated[str, Meta(pattern=rf"^[0-9a-f]{{16}}{_END}")]
MOST_RECIPIENTS = 200
#: Of the settings that somebody looked at; "" is of none.
SettingsMark = Annotated[str, Meta(pattern=rf"^([0-9a-f]{{16}})?{_END}")]
#: Of all that a preflight judged a tenant by; "" is of none.
StandingMark = Annotated[str, Meta(pattern=rf"^([0-9a-f]{{32}})?{_END}")]
#: What asks for something is told by its id; ours holds the lane that it is about.
RequestId = Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_CONTROL)]
#: Who asks for something, as they call themselves; "" where nobody is told.
Actor = Annotated[str, Meta(pattern=ACTOR)]
#: `t1/mediaos/42`.
LaneName = Annotated[str, Meta(pattern=LANE, examples=["t1/mediaos/42"])]
#: The same, or a tenant alone for its own lane.
LaneKey = Annotated[str, Meta(pattern=rf"^{_ID}(/(mediaos|qbo)/{_PART})?{_END}")]
#: `mediaos/invoice/136`.
DocumentName = Annotated[
    str,
    Meta(pattern=rf"^(mediaos|qbo)/[a-z-]{{1,32}}/{_PART}{_END}", examples=["mediaos/invoice/136"]),
]
#: The id of a product or an item, as its side writes it.
RecordId = Annotated[str, Meta(pattern=rf"^{_PART}{_END}")]
#: What of MediaOS is mapped: an id as well, or a word that people read, `Credit Card`.
MappedName = Annotated[
    str, Meta(min_length=1, max_length=64, pattern=rf"^{_WORD}( {_WORD})*{_END}")
]
#: A field of a kind: `invoice.memo`.
FieldName = Annotated[str, Meta(pattern=rf"^[a-z-]{{1,32}}\.[a-z_]{{1,32}}{_END}")]
#: A revision as ids of events have it: `7`, or `7d` for a deletion; "" for none.
RevisionText = Annotated[str, Meta(pattern=rf"^([0-9]{{1,18}}d?)?{_END}")]
#: A field of a record, without its kind.
FieldWord = Annotated[str, Meta(pattern=rf"^[a-z_]{{1,32}}{_END}")]
Version = Annotated[int, Meta(ge=0, le=MOST_VERSION)]
Count = Annotated[int, Meta(ge=0, le=MOST_VERSION)]
#: What of an amount is a limit is said by `amount_schema`; msgspec knows none of a Decimal.
Amount = Annotated[Decimal, Meta(extra_json_schema={"decimals": DECIMALS})]
Rate = Annotated[Decimal, Meta(extra_json_schema={"decimals": RATE_DECIMALS})]

_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = bytes.maketrans(b"[{]}", b"\x02\x02\x00\x00")


class LimitError(ValueError):
    """A value is beyond a limit; `path` names its field, "" for the whole."""

    def __init__(self, path: str, expected: str) -> None:
        super().__init__(f"{path}: expected {expected}" if path else f"expected {expected}")
        self.path, self.expected = path, expected

    def under(self, path: str) -> "LimitError":
        """Return the same of a value that holds the one that is beyond it, by this name."""
        between = "." if self.path and not self.path.startswith("[") else ""
        return LimitError(f"{path}{between}{self.path}", self.expected)


def amount_schema(decimals: int) -> dict[str, Any]:
    """Return the JSON Schema of an amount with so many decimals at most."""
    text = rf"^-?[0-9]{{1,{WHOLE_DIGITS}}}(\.[0-9]{{1,{decimals}}})?$"
    most = 10**WHOLE_DIGITS - 1
    return {
        "anyOf": [
            {"type": "string", "pattern": text},
            {"type": "number", "minimum": -most, "maximum": most},
        ]
    }


def amount(value: Decimal, path: str, decimals: int = DECIMALS) -> Decimal:
    """Return a finite amount as plain digits, none of them lost; LimitError beyond the limits."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= decimals:
        if not value:
            return value if -WHOLE_DIGITS <= exponent <= 0 else Decimal(0)
        if value.adjusted() < WHOLE_DIGITS:
            return value if exponent <= 0 else value.quantize(Decimal(1))
    told = (
        f"{value!s:.20}" if isinstance(exponent, str) else f"one of {value.adjusted() + 1} digits"
    )
    raise LimitError(
        path,
        f"an amount below 10^{WHOLE_DIGITS} of at most {decimals} decimals, got {told}"
        f"{'' if isinstance(exponent, str) else f', {max(-exponent, 0)} decimals'}",
    )


def moment(value: datetime, path: str) -> datetime:
    """Return an aware time of a year within the limits, in UTC."""
    if value.tzinfo is None:
        raise LimitError(path, "a time with its offset, got one without")
    _year(value, path)
    return value.astimezone(UTC)


def depth(raw: bytes) -> int:
    """Return how deep JSON is nested, without reading it; never more than DEPTH + 1."""
    if raw.count(b"[") + raw.count(b"{") <= DEPTH:
        return 0
    brackets = _STRING.sub(b"", raw).translate(_STEPS, _NOT_BRACKETS)
    level = 0
    for step in brackets:
        level += step - 1
        if level > DEPTH:
            break
    return level if level > DEPTH else 0


def within(value: T, path: str = "") -> T:
    """Return a decoded value that keeps to the limits, control characters in it made blanks.

    A line break and a tab are none.  LimitError names the first field beyond a limit.
    """
    try:
        checked: T = _LOOKS.get(type(value), _struct)(value, "")
    except LimitError as fault:
        raise (fault.under(path) if path else fault) from None
    return checked


def _struct(value: Any, _path: str) -> Any:
    """Look at each field; where a field is nobody asks but of one beyond a limit."""
    changed = {}
    for name in getattr(value, "__struct_fields__", ()):
        old = getattr(value, name)
        if old is None or old is True or old is False:
            continue
        try:
            new = _LOOKS.get(type(old), _struct)(old, "")
        except LimitError as fault:
            raise fault.under(name) from None
        if new is not old:
            changed[name] = new
    return msgspec.structs.replace(value, **changed) if changed else value


def _text(value: str, path: str) -> str:
    if len(value) > LONGEST_TEXT:
        raise LimitError(path, f"a text of at most {LONGEST_TEXT} characters, got {len(value)}")
    if value.isprintable():
        return value
    if "\0" in value or any("\ud800" <= each <= "\udfff" for each in value):
        raise LimitError(path, "a text without NUL and lone surrogates")
    return _CONTROL.sub(" ", value)


def _whole(value: int, path: str) -> int:
    if abs(value) > MOST_WHOLE:
        raise LimitError(path, "a whole number of at most 18 digits")
    return value


def _year(value: date, path: str) -> date:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise LimitError(path, f"a year from {FIRST_YEAR} to {LAST_YEAR}, got {value.year}")
    return value


def _number(value: float, path: str) -> float:
    if not abs(value) <= MOST_WHOLE:
        raise LimitError(path, "a finite number of at most 18 digits")
    return value


def _several(value: Any, _path: str) -> Any:
    if not value:
        return value
    checked = [within(each, f"[{place}]") for place, each in enumerate(value)]
    same = all(new is old for new, old in zip(checked, value, strict=True))
    return value if same else type(value)(checked)


def _named(value: dict[Any, Any], _path: str) -> dict[Any, Any]:
    checked = {within(name): within(each, str(name)) for name, each in value.items()}
    return value if checked == value else checked


_LOOKS: dict[type, Callable[[Any, str], Any]] = {
    str: _text,
    int: _whole,
    float: _number,
    Decimal: partial(amount, decimals=RATE_DECIMALS),
    datetime: moment,
    date: _year,
    tuple: _several,
    list: _several,
    dict: _named,
}
