"""What may stand in a field of a published record, in the words of a publisher?

A publisher reads them in an answer of `/v1/changes` or in a dead letter, and knows neither Python
nor our patterns.  Every type of schemas/published.py that is no struct and no list has its words.
"""

import re
from functools import cache, reduce
from operator import or_
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from schemas.limits import (
    DECIMALS,
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_LINE,
    LONGEST_TEXT,
    RATE_DECIMALS,
    WHOLE_DIGITS,
    Amount,
    Line,
    Rate,
    Tenant,
    Text,
)
from schemas.published import (
    EventTime,
    EventType,
    Flag,
    Id,
    Moment,
    RowVersion,
    Sequence,
    SpecVersion,
    Whole,
)
from schemas.values import Kind

A_VALUE, AN_OBJECT, A_LIST = "a value", "an object", "a list"

_NAME = "1 to 64 of A-Z a-z 0-9 _ -"
_AMOUNT = f"an amount as 12.50 or its text, of at most {WHOLE_DIGITS} digits before the point and"
#: The year of a time in JSON, whatever year that is.
_YEAR = re.compile(rb'"([+-]?[0-9]{4,9})-[0-9]{2}-[0-9]{2}[T ]')
_LINE = f"a text of at most {LONGEST_LINE:,} characters, none of them NUL"


@cache
def alternatives(wanted: Any) -> tuple[Any, ...]:
    """Return the types of which a value may be, None among them where it may be null."""
    return get_args(wanted) if get_origin(wanted) in {Union, UnionType} else (wanted,)


def wrong_year(wanted: Any, raw: bytes) -> str | None:
    """Return what is wrong with a time that is one, but of a year that no record is of."""
    is_time = alternatives(wanted)[0] in {_MOMENT, EventTime}
    given = _YEAR.match(raw) if is_time else None
    if given is None or FIRST_YEAR <= int(given[1]) <= LAST_YEAR:
        return None
    return f"a time of a year from {FIRST_YEAR} to {LAST_YEAR}"


@cache
def words(wanted: Any) -> str:
    """Return what may stand in a field of that type."""
    told = [each for each in alternatives(wanted) if each is not NoneType]
    same = reduce(or_, told)
    return next(text for known, text in _WORDS if known == same)


#: None may stand in a field too where it may be left out; who sends nothing needs no words.
_MOMENT = alternatives(Moment)[0]
_WORDS: tuple[tuple[Any, str], ...] = (
    (Id, f"{_NAME}, or a whole number of at most 18 digits"),
    (RowVersion, "a whole number or its text, 1 or more, of at most 18 digits"),
    (_MOMENT, "a time in UTC as 2026-03-10 09:15:00, or a date as 2026-03-10 00:00:00"),
    (Flag, "true or false, or 1 or 0"),
    (Line, _LINE),
    (Line | Whole, f"{_LINE}, or a whole number of at most 18 digits"),
    (Text, f"a text of at most {LONGEST_TEXT:,} characters, none of them NUL"),
    (Amount, f"{_AMOUNT} {DECIMALS} after it"),
    (Rate, f"{_AMOUNT} {RATE_DECIMALS} after it"),
    (Tenant, _NAME),
    (SpecVersion, "'1.0'"),
    (EventType, f"com.mediaos.KIND.changed.v1 or .deleted.v1, KIND one of {', '.join(Kind)}"),
    (EventTime, "a time with its zone as 2026-03-10T09:15:00Z"),
    (Sequence, "the text of a whole number, 1 or more, of at most 18 digits"),
)
