import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from schemas.catalog import NotUnderstoodError
from schemas.values import Kind, MappingKind
from streams.remotes.quickbooks.webhooks import (
    Delivery,
    Notice,
    notice_event,
    notice_from_event,
    parse,
    verify,
)

TOKEN = "verifier"
AT = datetime(2026, 1, 5, 21, 31, 25, 179550, tzinfo=UTC)


def signed(body):
    return base64.b64encode(hmac.new(TOKEN.encode(), body, hashlib.sha256).digest()).decode()


def legacy(*entities, realm="1"):
    change = {"realmId": realm, "dataChangeEvent": {"entities": list(entities)}}
    return json.dumps({"eventNotifications": [change]}).encode()


def entity(**given):
    return {
        "id": "266",
        "operation": "Update",
        "name": "Invoice",
        "lastUpdated": "2015-10-05T14:42:19-0700",
        **given,
    }


def cloud_event(**given):
    return {
        "specversion": "1.0",
        "id": "5f3a",
        "source": "intuit.abc",
        "datacontenttype": "application/json",
        "time": "2026-01-05T21:31:25.179550046Z",
        "type": "qbo.invoice.updated.v1",
        "intuitentityid": "266",
        "intuitaccountid": "1",
        "data": {},
        **given,
    }


def test_intuits_signature_is_accepted_over_the_raw_bytes():
    body = legacy(entity())

    assert verify(body, signed(body), TOKEN)
    assert not verify(body + b" ", signed(body), TOKEN)


@pytest.mark.parametrize("signature", ["", "!!!", "bm90IGl0", "ä"])
def test_any_other_signature_is_refused(signature):
    assert not verify(b"{}", signature, TOKEN)


def test_while_a_token_is_replaced_the_old_one_and_the_new_one_count():
    body = legacy(entity())

    assert verify(body, signed(body), f"the-next-one, {TOKEN}")
    assert verify(body, signed(body), f"{TOKEN},")
    assert not verify(body, signed(body), "the-next-one,another")


@pytest.mark.parametrize("none", ["", ",", " , "])
def test_without_a_verifier_token_nothing_is_signed(none):
    empty = base64.b64encode(hmac.new(b"", b"{}", hashlib.sha256).digest()).decode()

    assert not verify(b"{}", empty, none)


def test_the_legacy_format_is_read():
    told = parse(legacy(entity()))

    assert told == Delivery(
        notices=(
            Notice(
                realm="1",
                kind=Kind.INVOICE,
                id="266",
                operation="update",
                at=datetime(2015, 10, 5, 21, 42, 19, tzinfo=UTC),
            ),
        ),
        skipped=(),
    )


def test_cloud_events_are_read_with_nanoseconds():
    told = parse(json.dumps([cloud_event()]).encode())

    assert told.notices == (
        Notice(realm="1", kind=Kind.INVOICE, id="266", operation="update", at=AT),
    )


@pytest.mark.parametrize("word", ["voided", "void", "VOIDED"])
def test_a_void_is_recognised_in_every_spelling(word):
    event = cloud_event(type=f"qbo.Invoice.{word}.v1")

    assert parse(json.dumps([event]).encode()).notices[0].operation == "void"


def test_a_merge_names_the_loser_in_both_formats():
    old = parse(legacy(entity(name="Customer", operation="Merge", deletedId="7")))
    new = parse(
        json.dumps([cloud_event(type="qbo.customer.merged.v1", data={"deletedId": 7})]).encode()
    )

    assert old.notices[0].deleted_id == new.notices[0].deleted_id == "7"
    assert old.notices[0].operation == new.notices[0].operation == "merge"


def test_one_delivery_may_speak_of_several_companies():
    events = [
        cloud_event(),
        cloud_event(intuitaccountid="2"),
        cloud_event(type="qbo.item.created.v1"),
    ]

    told = parse(json.dumps(events).encode())

    assert [(each.realm, each.kind) for each in told.notices] == [
        ("1", Kind.INVOICE),
        ("2", Kind.INVOICE),
        ("1", Kind.PRODUCT),
    ]


def test_kinds_that_are_not_kept_in_step_are_skipped_by_name():
    told = parse(legacy(entity(name="Vendor"), entity(), entity(name="Vendor", id="2")))

    assert len(told.notices) == 1
    assert told.skipped == ("Vendor",)


def test_that_somebody_changed_what_the_company_is_set_to_is_told_apart_from_its_records():
    told = parse(legacy(entity(name="Preferences"), entity()))

    assert (len(told.notices), told.skipped) == (1, ())
    assert [each.realm for each in told.preferred] == [told.notices[0].realm]


def test_a_list_that_things_are_mapped_to_is_told_once_however_many_of_its_names_changed():
    told = parse(
        legacy(*(entity(name="Account", id=str(n)) for n in range(3)), entity(name="Estimate"))
    )

    assert (told.notices, told.skipped) == ((), ("Estimate",))
    assert [each.kind for each in told.relisted] == [MappingKind.REFUND_ACCOUNT]
    [method] = parse(
        json.dumps([cloud_event(type="qbo.paymentmethod.updated.v1")]).encode()
    ).relisted
    assert (method.realm, method.kind) == ("1", MappingKind.PAYMENT_TYPE)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "truncated"),
        (b"{}", "eventNotifications"),
        (legacy({"id": "1"}), "operation"),
        (legacy(entity(lastUpdated="yesterday")), "lastUpdated"),
        (legacy(entity(lastUpdated="2015-10-05T14:42:19")), "time"),
        (legacy(entity(operation="Paint")), "operation"),
        (json.dumps([cloud_event(type="odd")]).encode(), "type"),
        (json.dumps([cloud_event(intuitaccountid=None)]).encode(), "intuitaccountid"),
    ],
    ids=["empty", "no-events", "no-operation", "no-time", "naive", "operation", "type", "realm"],
)
def test_what_is_not_understood_is_named(body, says):
    with pytest.raises(NotUnderstoodError, match=says):
        parse(body)


def test_a_notice_survives_the_topic():
    notice = Notice(realm="1", kind=Kind.CUSTOMER, id="5", operation="merge", at=AT, deleted_id="7")

    key, value = notice_event("t1", notice)

    assert key == "t1/qbo-notice/customer/5"
    assert notice_from_event(value) == ("t1", notice)


def test_the_same_notice_has_the_same_event_id():
    notice = parse(legacy(entity())).notices[0]

    assert notice_event("t1", notice) == notice_event("t1", parse(legacy(entity())).notices[0])


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (b"not json", "malformed"),
        (b"{}", "specversion"),
        (b'{"specversion":"1.0"}', "id"),
    ],
)
def test_a_notice_event_that_is_not_understood_is_named(value, says):
    with pytest.raises(NotUnderstoodError, match=says):
        notice_from_event(value)


def test_another_type_of_event_is_no_notice():
    key_and_value = notice_event("t1", parse(legacy(entity())).notices[0])
    value = key_and_value[1].replace(b"quickbooks.notice.v1", b"quickbooks.other.v1")

    with pytest.raises(NotUnderstoodError, match="type"):
        notice_from_event(value)
