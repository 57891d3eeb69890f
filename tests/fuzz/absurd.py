"""Absurd things that decode, and records of every kind with some of them inside."""

import json
from pathlib import Path

from hypothesis import strategies as st

EXAMPLES = Path(__file__).parents[2] / "schemas/examples"

#: Written bare into JSON, where `json` itself would write another thing, or nothing.
BARE = (
    *("1e999999999", "1e100000000", "-1e400", "0e99999999", "1e-999999999", "-0", "1E+17"),
    *("9" * 30, "9" * 5_000, "0." + "1" * 400, "NaN", "Infinity", "1" + "0" * 18, "01", ""),
)
TEXTS = (
    *("", " ", "\0", "t\0", "\ud800", "\udfff\ud800", "a\x1b[2J", "\u202e\u2066", "\x7f\x9b", "\n"),
    *("x" * 65, "x" * 12_000, "x" * 200_000, "1e100000000", "sNaN", "NaN123", "-0", "Infinity"),
    *("=1+1", "../../etc", "t1/mediaos/42", "a/b/c", "٣", "²", "1_000", " 1 ", "1e15", "0.0000001"),
    *("0001-01-01", "9999-12-31T23:59:59-08:00", "9999-12-31T23:59:59Z", "2026-01-01T00:00:00"),
    *("1899-12-31 23:59:59", "9999-12-31 00:00:00", "0000-00-00", "2026-02-30 25:61:61", "noon"),
    *("{}", "null", "%s%n", "😀" * 100, "\ufeff", "'; DROP TABLE rows; --", "Deleted", "delete"),
)
OTHERS = (None, True, False, 0, -1, 10**9, 10**18, 10**18 - 1, -(10**18), 1.5, 1e308, [], {}, [[]])
MANY = (
    *([{}] * 5_000, ["x"] * 5_000, {str(n): n for n in range(3_000)}),
    [{"amount": "1", "product_id": "7"}] * 2_000,
)
DEEP = (33, 64, 500, 3_000, 60_000)


def _bare(text):
    return f"@@{text}@@"


values = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from([_bare(each) for each in BARE]),
    st.sampled_from(OTHERS),
    st.text(max_size=6),
    st.integers(),
    st.floats(),
    st.integers(0, 40).flatmap(lambda n: st.sampled_from(MANY) if not n else st.just(n)),
)
changes = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 3), values), max_size=3)
#: What is done to the bytes: nothing, mostly.
NOT_SPOILT = (0, 0, b"")
spoils = st.tuples(st.integers(0, 19), st.integers(0, 10_000), st.binary(max_size=4))


def places(value, path=()):
    """Yield the path of every part of a record."""
    inner = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value[:5]) if isinstance(value, list) else inner
    for name, part in inner:
        yield (*path, name)
        yield from places(part, (*path, name))


def written(record, changed, spoil):
    """Return the bytes of a record, or text, after changes of its parts, then of its bytes."""
    if isinstance(record, str):
        return _spoiled(_typed(record, changed), *spoil)
    record = json.loads(json.dumps(record))
    for number, how, value in changed:
        found = list(places(record))
        if found:
            # A copy each time: what stands in two places could come to hold itself.
            _change(record, found[number % len(found)], how, json.loads(json.dumps(value)))
    text = json.dumps(record)
    for each in BARE:
        text = text.replace(f'"{_bare(each)}"', each)
    return _spoiled(text.encode(), *spoil)


def _typed(text, changed):
    """Return a text with other things typed in it, or in the place of what stood there."""
    for number, how, value in changed:
        at = number % (len(text) + 1)
        text = text[:at] + str(value).strip("@") + text[at + how :]
    return text.encode(errors="surrogatepass")


def _change(record, path, how, value):
    part = record
    for name in path[:-1]:
        part = part[name]
    if how == 0 and isinstance(part, dict):
        del part[path[-1]]
    elif how == 1 and isinstance(part, dict):
        part[f"{path[-1]}x"] = value
    else:
        part[path[-1]] = value


def _spoiled(data, kind, where, other):
    at, deep = where % (len(data) + 1), DEEP[where % len(DEEP)]
    nested = b',"deep":' + b"[" * deep + b"]" * deep + b"}"
    # The numbers that are drawn most stand for nothing: what is whole goes furthest.
    spoiled = {
        10: data[:at],
        11: data[:at] + other + data[at:],
        12: data[:at] + b"\xff" + data[at + 1 :],
        13: data[:-1] + nested,
        14: data[:-1] + b"," + data[1:],
        15: other,
    }
    return spoiled.get(kind, data)


def example(path):
    """Return a committed example of a contract."""
    return json.loads((EXAMPLES / path).read_text())
