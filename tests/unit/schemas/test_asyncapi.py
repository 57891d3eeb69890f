"""Does the AsyncAPI document say what the code does?"""

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator, ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from agents.rules.mappings.table import MAPPINGS, requirable
from schemas.catalog import encode_whole
from schemas.contract_files import CONTRACTS
from schemas.requests import Request
from schemas.tenant_state import BornInQuickbooks, FieldOwner, TaxBy, TenantSettings
from schemas.values import Kind, MappingKind
from streams.remotes.quickbooks.events import change_event
from streams.remotes.quickbooks.webhooks import Notice, notice_event
from streams.topics import TOPICS

DOCUMENT = yaml.safe_load((CONTRACTS / "asyncapi.yaml").read_text())
#: As AsyncAPI publishes it.
ASYNCAPI = json.loads((Path(__file__).parent / "asyncapi-3.0.0.schema.json").read_text())
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def refs(part):
    if isinstance(part, dict):
        yield from ([part["$ref"]] if isinstance(part.get("$ref"), str) else [])
        for inner in part.values():
            yield from refs(inner)
    if isinstance(part, list):
        for inner in part:
            yield from refs(inner)


def found(path):
    part = DOCUMENT
    for name in path.removeprefix("#/").split("/"):
        part = part[name]
    return part


def retrieve(uri):
    text = (CONTRACTS / uri).read_text()
    return DRAFT202012.create_resource(json.loads(text))


def validate(message, value):
    payload = DOCUMENT["components"]["messages"][message]["payload"]
    registry = Registry(retrieve=retrieve)
    Draft202012Validator(payload, registry=registry).validate(json.loads(value))


def test_it_describes_every_topic_and_no_other():
    assert {each["address"] for each in DOCUMENT["channels"].values()} == {
        topic.name for topic in TOPICS
    }


def test_every_reference_leads_somewhere():
    for ref in refs(DOCUMENT):
        assert found(ref) if ref.startswith("#/") else (CONTRACTS / ref).is_file(), ref


def test_every_channel_is_used_and_every_message_belongs_to_one():
    used = {each["channel"]["$ref"] for each in DOCUMENT["operations"].values()}
    assert used == {f"#/channels/{name}" for name in DOCUMENT["channels"]}
    carried = {
        message["$ref"]
        for channel in DOCUMENT["channels"].values()
        for message in channel["messages"].values()
    }
    assert carried == {
        f"#/components/messages/{name}" for name in DOCUMENT["components"]["messages"]
    }


@pytest.mark.parametrize(
    ("message", "example"),
    [
        ("MediaosPayment", "announcement.v1/payment-changed"),
        ("MediaosInvoice", "announcement.v1/invoice-deleted"),
        ("MediaosProduct", "announcement.v1/product-changed"),
        ("DeadLetter", "dead-letter.v1/not-json"),
    ],
)
def test_an_example_keeps_to_its_message(message, example):
    validate(message, (CONTRACTS.parent / f"examples/{example}.json").read_text())


def test_what_the_wire_makes_of_quickbooks_keeps_to_its_message():
    notice = Notice(realm="9", kind=Kind.INVOICE, id="7", operation="update", at=AT)
    validate("QuickbooksNotice", notice_event("t1", notice)[1])
    trace = {"Id": "7", "status": "Deleted"}
    _, value = change_event("t1", Kind.INVOICE, trace, AT, realm="9", customer="58")
    validate("QuickbooksChange", value)


def test_a_tenants_settings_are_described_field_by_field():
    payload = DOCUMENT["components"]["messages"]["Settings"]["payload"]
    assert set(payload["properties"]) == set(TenantSettings.__struct_fields__)
    assert payload["properties"]["require"]["items"]["enum"] == list(requirable().values())
    every = TenantSettings(
        born_in_quickbooks=BornInQuickbooks.LIST,
        require=tuple(requirable().values()),
        locked_as_of=AT.date(),
        owners={"invoice.memo": FieldOwner.QUICKBOOKS},
        tax=TaxBy.MEDIAOS,
    )
    for settings in (TenantSettings(), every):
        validate("Settings", encode_whole(settings))


def test_a_view_of_settings_says_those_too_that_nobody_has_made():
    told = json.loads(encode_whole(TenantSettings(number_prefix="M-")))
    assert list(told) == list(TenantSettings.__struct_fields__)
    assert told["alternative_payments"] == ["Barter", "Trade"]


def test_a_mapping_is_described_in_the_words_of_its_kind():
    payload = DOCUMENT["components"]["messages"]["Mapping"]["payload"]
    assert payload["properties"]["kind"]["enum"] == list(MappingKind)
    for kind, policy in MAPPINGS.items():
        for target in ("19", None):
            validate("Mapping", json.dumps({"kind": kind, **policy.told("7", target)}))


def test_every_request_is_named():
    payload = DOCUMENT["components"]["messages"]["Request"]["payload"]
    tags = {each.tag for each in msgspec.inspect.type_info(Request).types}
    assert set(payload["properties"]["type"]["enum"]) == tags


def test_it_is_a_document_of_asyncapi_3():
    Draft7Validator(ASYNCAPI).validate(DOCUMENT)
    for wrong in ({"channels": []}, {"asyncapi": "2.6.0"}, {"topics": {}}):
        with pytest.raises(ValidationError):
            Draft7Validator(ASYNCAPI).validate({**DOCUMENT, **wrong})
