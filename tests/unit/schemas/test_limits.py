"""Do the schemas say the limits that the code keeps to, and is every door held to them?"""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from schemas.catalog import NotUnderstoodError, decode_intake, decode_request, encode
from schemas.changes import Change
from schemas.contract_files import contract_files
from schemas.engine_requests import Suspend
from schemas.limits import DEPTH, LimitError, amount, depth, within
from schemas.lockout_requests import decode_lockout_request
from schemas.outcomes import Fault
from schemas.records import Customer
from schemas.values import Kind, Revision, Side
from streams.remotes.mediaos.shapes import shown
from streams.remotes.quickbooks.webhooks import parse

EXAMPLES = Path(__file__).parents[3] / "schemas/examples"
AT = datetime(2026, 11, 28, tzinfo=UTC)
MOST = 10**18 - 1
#: Field of an invoice, the last value within the limit, the first beyond it.
TABLE = [
    ("id", "a" * 64, "a" * 65),
    ("id", MOST, MOST + 1),
    ("id", "7", "7\n"),
    ("advertiser_id", "A-z_9", "a/b"),
    ("row_version", "9" * 18, "9" * 19),
    ("row_version", MOST, MOST + 1),
    ("comments", "x" * 10_000, "x" * 10_001),
    ("comments", "two\nlines", "NUL\0"),
    ("status", "x" * 1_000, "x" * 1_001),
    ("external_reference", MOST, MOST + 1),
    ("total", "9" * 15 + ".999999", "1" + "0" * 15),
    ("total", "0.000001", "0.0000001"),
    ("total", "-1", "1e100000000"),
    ("total", "0", "sNaN"),
    ("total", "0", "Infinity"),
    ("total", 10**15 - 1, 10**15),
    ("date_due", "1900-01-01 00:00:00", "1899-12-31 23:59:59"),
    ("date_due", "2100-12-31 23:59:59", "2101-01-01 00:00:00"),
    ("date_due", "", "2025-03-12T00:00:00"),
    ("date_due", "0000-00-00 00:00:00", "tomorrow"),
]


def invoice(**changes):
    record = json.loads((EXAMPLES / "invoice.v1/part-paid.json").read_text())
    return {**record, **changes}


def schema(name):
    return Draft202012Validator(json.loads(contract_files()[f"{name}.v1.schema.json"]))


@pytest.mark.parametrize(("field", "last", "beyond"), TABLE, ids=str)
def test_schema_and_code_draw_the_same_line(field, last, beyond):
    fine, absurd = invoice(**{field: last}), invoice(**{field: beyond})
    assert schema("invoice").is_valid(fine)
    shown(Kind.INVOICE, msgspec.json.encode(fine))
    assert not schema("invoice").is_valid(absurd)
    with pytest.raises(NotUnderstoodError, match=f"^{field}: "):
        shown(Kind.INVOICE, msgspec.json.encode(absurd))


@pytest.mark.parametrize(
    ("name", "field", "last", "beyond"),
    [
        ("announcement", "tenant", "A-z_9" + "a" * 59, "a" * 65),
        ("announcement", "tenant", "t", "t\0"),
        ("announcement", "tenant", "t", "t\n"),
        ("push", "lane", "t1/mediaos/42", "t1/mediaos/4\u00002"),
        ("push", "document", "mediaos/invoice/136", "mediaos/invoice/" + "1" * 65),
        ("push", "id", "x" * 200, "a\x1b[2J"),
        ("lockout-wanted", "lane", "t1/qbo/42", "t1/42"),
        ("lockout-wanted", "reason", "the year is closed", "closed\x07"),
        ("release-wanted", "id", "r1", "r1\n"),
    ],
    ids=str,
)
def test_the_other_schemas_draw_it_too(name, field, last, beyond):
    path = next((EXAMPLES / f"{name}.v1").glob("*.json"))
    example = json.loads(path.read_text())
    assert schema(name).is_valid({**example, field: last})
    assert not schema(name).is_valid({**example, field: beyond})


@pytest.mark.parametrize(
    "text",
    [
        *("sNaN", "NaN", "-Infinity", "1e999999999", "1e100000000", "1e-999999999", "1e15"),
        *("0.0000001", "1." + "0" * 20, "9" * 30),
    ],
)
def test_an_amount_is_refused_before_it_is_formatted(text):
    with pytest.raises(LimitError, match=r"^total: expected an amount below"):
        amount(Decimal(text), "total")


@pytest.mark.parametrize(
    ("text", "plain"), [("1e3", "1000"), ("0e5", "0"), ("0e999999", "0"), ("-0", "-0")]
)
def test_an_amount_within_the_limits_comes_out_in_plain_digits(text, plain):
    assert str(amount(Decimal(text), "total")) == plain


@pytest.mark.parametrize("depth_of", [DEPTH + 1, 200, 3_000, 200_000])
@pytest.mark.parametrize("decode", [decode_intake, decode_request, decode_lockout_request, parse])
def test_nothing_is_read_that_is_nested_too_deeply(decode, depth_of):
    with pytest.raises(NotUnderstoodError, match="nested too deeply"):
        decode(b'{"x":' + b"[" * depth_of + b"]" * depth_of + b"}")


def test_brackets_in_a_text_are_no_nesting():
    assert depth(b'{"x":"' + b"[" * 100 + b'\\"[","y":[' + b"[]," * 100 + b"[]]}") == 0


@pytest.mark.parametrize("decode", [decode_intake, decode_request, decode_lockout_request, parse])
def test_an_invalid_byte_is_refused_even_in_a_field_that_nobody_reads(decode):
    with pytest.raises(NotUnderstoodError):
        decode(b'{"type":"\xff","x":"\xff"}')


def test_a_control_character_becomes_a_blank_and_a_line_break_stays():
    within_ = within(Customer(name="A\x0bB\x1b[2J", email="a\tb\nc"))
    assert within_ == Customer(name="A B [2J", email="a\tb\nc")


def suspend(**changes):
    fault = Fault(side=Side.QBO, status=403, code="3100")
    wanted = {"id": "s", "tenant": "t1", "lane": "t1/qbo/1", "version": 1, "fault": fault, "at": AT}
    return encode(Suspend(**{**wanted, **changes}))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"at": datetime(9999, 12, 31, tzinfo=UTC)}, "at"),
        ({"at": datetime(1, 1, 1, tzinfo=UTC)}, "at"),
        ({"at": AT.replace(tzinfo=None)}, "at"),
        ({"version": 10**9}, "version"),
        ({"tenant": "t\0"}, "tenant"),
        ({"tenant": "x" * 65}, "tenant"),
        ({"lane": "t1/qbo/" + "9" * 12_000}, "lane"),
        ({"fault": Fault(side=Side.QBO, status=10**18)}, "fault.status"),
    ],
    ids=str,
)
def test_a_request_is_held_to_them(changes, field):
    assert isinstance(decode_request(suspend()), Suspend)
    with pytest.raises(NotUnderstoodError, match=f"^{field}: "):
        decode_request(suspend(**changes))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"at": datetime(9999, 12, 31, tzinfo=UTC)}, "at"),
        ({"revision": Revision(deleted=False, number=10**18)}, "revision.number"),
        ({"record": Customer(name="x" * 10_001)}, "record.name"),
        ({"record": Customer(name="\0")}, "record.name"),
    ],
    ids=str,
)
def test_so_is_the_merged_log(changes, field):
    wanted = {"event": "e", "tenant": "t1", "side": Side.QBO, "kind": Kind.CUSTOMER, "id": "7"}
    wanted |= {"customer": "7", "revision": Revision(deleted=False, number=1), "at": AT}
    wanted |= {"record": Customer(name="A")}
    assert isinstance(decode_intake(encode(Change(**wanted))), Change)
    with pytest.raises(NotUnderstoodError, match=f"^{field}: "):
        decode_intake(encode(Change(**{**wanted, **changes})))


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"lines": [{"tax": "NUL\0"}]}, "lines[0].tax"),
        ({"lines": (1, [2, MOST + 1])}, "lines[1][1]"),
        ((MOST + 1,), "[0]"),
        (MOST + 1, ""),
    ],
)
def test_what_is_beyond_a_limit_is_named_with_all_that_holds_it(value, path):
    with pytest.raises(LimitError) as alone:
        within(value)
    with pytest.raises(LimitError) as held:
        within(value, "data")
    between = "." if path and not path.startswith("[") else ""
    assert (alone.value.path, held.value.path) == (path, f"data{between}{path}")
    assert str(held.value).startswith(f"data{between}{path}: expected a")
