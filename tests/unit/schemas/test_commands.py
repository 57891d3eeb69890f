"""Commands of today, and those that journals hold since before a command said what it is."""

import json

import pytest

from schemas.catalog import NotUnderstoodError, decode_journal, encode
from schemas.command_facts import Decided
from schemas.commands import Command, Create, Removal, Remove, Update
from schemas.envelope import JournalRecord
from schemas.values import Kind, RecordRef, Revision, Side

#: As it was written on 2026-11-23, by the first release; word for word but for its line breaks.
OLD_CREATE = b"""{"v":1,"term":"term-1","lane":"t1/mediaos/42","at":"2026-03-02T09:00:00Z",
"prefix":3,"facts":[{"type":"decided","decision":"t1/mediaos/customer/42@1#1",
"document":"mediaos/customer/42","given":{"tenant":"t1","document":{"kind":"customer",
"mediaos":{"id":"42","revision":{"deleted":false,"number":1},"record":{"type":"customer",
"name":"Harbour Books","email":"ads@harbour.example"},"at":"2026-03-02T09:00:00Z"},
"event":"t1/mediaos/customer/42@1","order":1}},"rules":"2026-11-23",
"command":{"id":"t1/mediaos/customer/42@1#1/0","request_id":"6d0f1c38c5dd9cd0c9a4cb1f6a3b2c11",
"side":"qbo","kind":"customer","about":["mediaos","customer","42"],"record":{"type":"customer",
"name":"Harbour Books","email":"ads@harbour.example","marker":"MediaOS t1 customer 42"},
"fields":["name","marker","email"]},"at":"2026-03-02T09:00:00Z"}]}"""

OLD_UPDATE = b"""{"v":1,"term":"term-1","lane":"t1/mediaos/42","at":"2026-03-02T10:00:00Z",
"facts":[{"type":"seen","document":"mediaos/invoice/136","change":{"type":"change",
"event":"t1/mediaos/invoice/136@4","tenant":"t1","side":"mediaos","kind":"invoice","id":"136",
"customer":"42","revision":{"deleted":false,"number":4},"at":"2026-03-02T10:00:00Z",
"record":{"type":"invoice","customer":"42","issued":"2026-03-01","memo":"June"}}},
{"type":"decided","decision":"t1/mediaos/invoice/136@4#1","document":"mediaos/invoice/136",
"given":{"tenant":"t1","document":{"kind":"invoice"},"invoices":{"mediaos:136":"266"}},
"rules":"2026-11-23","command":{"id":"t1/mediaos/invoice/136@4#1/0","request_id":"00ff",
"side":"qbo","kind":"invoice","about":["mediaos","invoice","136"],"target":"266",
"based_on":{"deleted":false,"number":7},"record":{"type":"invoice","customer":"58",
"issued":"2026-03-01","memo":"June"},"fields":["memo"]},"at":"2026-03-02T10:00:00Z"}]}"""


def decided(value: bytes) -> Command:
    fact = decode_journal(value).facts[-1]
    assert isinstance(fact, Decided)
    return fact.command


def test_a_create_of_an_old_journal_is_read_whole():
    command = decided(OLD_CREATE)

    assert isinstance(command, Create)
    assert command.about == RecordRef(Side.MEDIAOS, Kind.CUSTOMER, "42")
    assert command.request_id == "6d0f1c38c5dd9cd0c9a4cb1f6a3b2c11"
    assert command.record.marker == "MediaOS t1 customer 42"
    assert (command.fields, command.auto_number) == (("name", "marker", "email"), False)


def test_an_update_of_an_old_journal_is_read_whole():
    command = decided(OLD_UPDATE)

    assert isinstance(command, Update)
    assert (command.target, command.based_on) == ("266", Revision(False, 7))
    assert (command.record.memo, command.fields) == ("June", ("memo",))


@pytest.mark.parametrize("value", [OLD_CREATE, OLD_UPDATE])
def test_what_was_read_is_written_in_todays_words_and_reads_the_same(value):
    record = decode_journal(value)
    written = encode(record)

    assert json.loads(written)["facts"][-1]["command"]["type"] in {"create", "update"}
    assert decode_journal(written) == record


def test_a_removal_is_written_and_read():
    removal = Remove(
        id="d1/0",
        request_id="r1",
        side=Side.QBO,
        kind=Kind.INVOICE,
        about=RecordRef(Side.MEDIAOS, Kind.INVOICE, "136"),
        target="266",
        based_on=Revision(False, 7),
        how=Removal.VOID,
    )
    fact = decode_journal(OLD_UPDATE).facts[-1]
    record = JournalRecord(
        term="t",
        lane="t1/mediaos/42",
        at=fact.at,
        facts=(Decided(**{**as_dict(fact), "command": removal}),),
    )

    assert decided(encode(record)) == removal


def as_dict(fact: Decided) -> dict[str, object]:
    return {name: getattr(fact, name) for name in fact.__struct_fields__}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b'"based_on":{"deleted":false,"number":7},', b"", "based_on"),
        (b'"fields":["memo"]', b'"fields":7', "fields"),
        (b'"term":"term-1",', b"", "term"),
        (b'"lane":', b"lane:", "malformed"),
    ],
)
def test_what_is_wrong_in_an_old_record_is_named(old, new, says):
    with pytest.raises(NotUnderstoodError, match=says):
        decode_journal(OLD_UPDATE.replace(old, new))
