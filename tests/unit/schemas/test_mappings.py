"""Mappings of today, and those that journals and requests hold since only products were mapped."""

import json

import pytest

from agents.rules.fold.tenant_facts import evolve_tenant
from schemas.catalog import NotUnderstoodError, decode_journal, decode_request, encode
from schemas.conditions import condition_of
from schemas.lane_conditions import CustomerLinked
from schemas.mapping_conditions import MappingUsable
from schemas.requests import ReadTargets, SetMapping
from schemas.tenant_facts import Mapped, SourceSeen, TargetSeen
from schemas.tenant_state import CatalogEntry, Tenant
from schemas.values import MappingKind, Revision
from tests.recorded.record import EARLIER_DAY

PRODUCT = MappingKind.PRODUCT

#: As the first release wrote it on 2026-11-23, an unspelt command of that time beside it.
OLD = b"""{"v":1,"term":"term-1","lane":"t1","at":"2026-03-02T09:00:00Z","facts":[
{"type":"product-seen","product":"7","name":"Full page","revision":{"deleted":false,"number":1}},
{"type":"item-seen","item":"19","name":"Page","revision":{"deleted":false,"number":0},
"active":false},
{"type":"product-mapped","request":"r1","product":"7","item":"19"},
{"type":"product-mapped","request":"r2","product":"8","item":null},
{"type":"decided","decision":"d#1","document":"mediaos/customer/42","given":{"tenant":"t1",
"document":{"kind":"customer"}},"rules":"2026-11-23","command":{"id":"d#1/0","request_id":"00",
"side":"qbo","kind":"customer","about":["mediaos","customer","42"],"record":{"type":"customer",
"name":"Harbour Books"},"fields":["name"]},"at":"2026-03-02T09:00:00Z"}]}"""


def folded(records):
    tenant = Tenant()
    for record in records:
        for fact in record.facts if record.lane == "t1" else ():
            tenant = evolve_tenant(tenant, fact)
    return tenant


def test_the_facts_of_an_old_journal_are_those_of_products():
    seen, item, mapped, unmapped, decided = decode_journal(OLD).facts

    assert seen == SourceSeen(source="7", name="Full page", revision=Revision(False, 1))
    assert item == TargetSeen(target="19", name="Page", revision=Revision(False, 0), active=False)
    assert mapped == Mapped(request="r1", kind=PRODUCT, source="7", target="19")
    assert unmapped == Mapped(request="r2", source="8", target=None)
    assert decided.command.record.name == "Harbour Books"


def test_a_recorded_day_of_an_earlier_release_folds_to_the_same_mappings():
    lines = EARLIER_DAY.read_bytes().splitlines()
    assert any(b'"product-mapped"' in line for line in lines)
    records = [decode_journal(line) for line in lines]

    tenant = folded(records)
    assert tenant.mapped(PRODUCT) == {"101": "1", "102": "2"}
    assert tenant.sources_of(PRODUCT)["101"] == CatalogEntry(
        name="Full page", revision=Revision(False, 1)
    )
    assert {key: each.name for key, each in tenant.targets_of(PRODUCT).items()} == {
        "1": "Full page",
        "2": "Half page",
    }
    assert folded([decode_journal(encode(record)) for record in records]) == tenant


@pytest.mark.parametrize(
    ("old", "today"),
    [
        (
            {"type": "map-product", "id": "r", "tenant": "t1", "product": "7", "item": None},
            SetMapping(id="r", tenant="t1", source="7", target=None),
        ),
        ({"type": "read-items", "id": "r", "tenant": "t1"}, ReadTargets(id="r", tenant="t1")),
    ],
    ids=["map-product", "read-items"],
)
def test_a_request_in_the_words_of_an_earlier_release_is_followed(old, today):
    assert decode_request(json.dumps(old).encode()) == today
    assert decode_request(encode(today)) == today


@pytest.mark.parametrize(
    ("old", "says"),
    [
        ({"type": "map-product", "id": "r", "tenant": "t1", "item": "19"}, "source"),
        (
            {"type": "map-product", "id": "r", "tenant": "t1", "product": "7/8", "item": "1"},
            "source",
        ),
        ({"type": "map-nothing", "id": "r"}, "map-nothing"),
        ({"type": ["map-product"]}, "type"),
    ],
    ids=["nothing-named", "no-id", "unknown", "no-tag"],
)
def test_what_is_wrong_in_it_is_named(old, says):
    with pytest.raises(NotUnderstoodError, match=says):
        decode_request(json.dumps(old).encode())


def test_what_documents_of_an_earlier_release_wait_for_is_still_met_by_its_text():
    assert condition_of("product:7") == MappingUsable(PRODUCT, "7")
    assert str(MappingUsable(PRODUCT, "7")) == "product:7"
    assert condition_of("customer") == CustomerLinked()


@pytest.mark.parametrize("kind", MappingKind)
def test_no_kind_of_mapping_is_called_like_another_condition(kind):
    assert condition_of(f"{kind}:x") == MappingUsable(kind, "x")
    assert kind not in {"number", "customer"}
