"""Is each field of a published record named when it is wrong, in words that a publisher knows?"""

import json
import re
from time import process_time
from typing import get_args, get_origin

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.contract_files import CONTRACTS
from schemas.kinds import KINDS
from schemas.published import Announcement
from streams.remotes.mediaos.event_faults import EventError
from streams.remotes.mediaos.events import change_from_event
from streams.remotes.mediaos.field_words import alternatives, words

EXAMPLES = CONTRACTS.parent / "examples/announcement.v1"
EVENT = json.loads((EXAMPLES / "payment-changed.json").read_text())


def leaves(wanted, path):
    first = alternatives(wanted)[0]
    if get_origin(first) is tuple:
        yield from leaves(get_args(first)[0], f"{path}[]")
    elif isinstance(first, type) and issubclass(first, msgspec.Struct):
        for field in msgspec.structs.fields(first):
            yield from leaves(field.type, f"{path}.{field.name}")
    elif first is not msgspec.Raw:
        yield path, wanted


LEAVES = [
    each
    for shape in (Announcement, *(kind.public for kind in KINDS.values()))
    for each in leaves(shape, shape.__name__)
]


@pytest.mark.parametrize(("path", "wanted"), LEAVES, ids=[path for path, _ in LEAVES])
def test_every_field_has_words(path, wanted):
    assert not re.search(r"\b(str|int|regex|Decimal)\b|[`^|\\]", words(wanted)), path


nonsense = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.lists(st.none(), max_size=1)
)


@given(
    st.dictionaries(st.sampled_from(sorted(EVENT)), nonsense, max_size=3),
    st.dictionaries(st.sampled_from(sorted(EVENT["data"])), nonsense, max_size=3),
    st.sampled_from([None, b"t1/mediaos/1001", b"t2"]),
)
def test_what_is_refused_names_a_field_and_no_word_of_ours(envelope, data, key):
    value = json.dumps(EVENT | {"data": EVENT["data"] | data} | envelope).encode()
    refused = refusal_of(value, key)
    if refused is None:
        return
    paths = [fault.path for fault in refused.faults]
    assert paths
    assert len(set(paths)) == len(paths)
    assert all(path.partition(".")[0].partition("[")[0] in EVENT for path in paths)
    assert str(refused) == "; ".join(map(str, refused.faults))
    assert not re.search(r"`|regex|Decimal", " ".join(fault.expected for fault in refused.faults))


def refusal_of(value, key):
    try:
        change_from_event(value, key)
    except EventError as refused:
        return refused
    return None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"5", "expected an event, got 5"),
        (b'["a"]', 'expected an event, got ["a"]'),
        (b"{", "Input data was truncated"),
        (b"[", "Input data was truncated"),
        (b"\xff", "JSON is malformed"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "JSON is malformed: it is nested too deeply"),
    ],
)
def test_what_is_no_event_at_all_is_said_to_be_none(value, text):
    refused = refusal_of(value, None)

    assert str(refused).startswith(text)
    assert [fault.path for fault in refused.faults] == [""]


def test_the_faults_of_envelope_data_and_key_are_told_together():
    data = EVENT["data"] | {"amount": "1e999999999", "date_created": "soon", "row_version": 0}
    event = EVENT | {"data": data, "source": "elsewhere", "time": "noon"}

    with pytest.raises(EventError) as refused:
        change_from_event(json.dumps(event).encode(), b"t2/mediaos/1001")

    assert [fault.path for fault in refused.value.faults] == [
        "time",
        "data.row_version",
        "data.amount",
        "data.date_created",
        "tenant",
        "source",
    ]


@pytest.mark.parametrize("lines", [[{}] * 20_000, [{"amount": 1}] * 4_000 + [{}]])
def test_what_is_wrong_a_thousand_times_is_told_in_little_time(lines):
    event = json.loads((EXAMPLES / "invoice-deleted.json").read_text())
    event["data"]["line_items"] = lines
    value = json.dumps(event, separators=(",", ":")).encode()

    before = process_time()
    assert refusal_of(value, None).faults
    assert process_time() - before < 1


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("0001-01-01T00:00:00Z", "a time of a year from 1900 to 2100"),
        ("2101-01-01T00:00:00Z", "a time of a year from 1900 to 2100"),
        ("10000-01-01T00:00:00Z", "a time of a year from 1900 to 2100"),
        ("-0044-03-15T00:00:00Z", "a time of a year from 1900 to 2100"),
        ("2026-02-30T00:00:00Z", "a time with its zone as 2026-03-10T09:15:00Z"),
        ("2026-02-03T00:00:00", "a time with its zone as 2026-03-10T09:15:00Z"),
    ],
)
def test_of_a_time_that_is_one_its_year_is_named(at, expected):
    with pytest.raises(EventError) as refused:
        change_from_event(json.dumps({**EVENT, "time": at}).encode(), None)
    assert [(each.path, each.expected) for each in refused.value.faults] == [("time", expected)]
