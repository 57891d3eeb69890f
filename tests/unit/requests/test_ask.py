"""By what is one request told from another one that comes in under its id?"""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from agents.requests.ask import said
from schemas.catalog import decode_request, encode
from schemas.engine_requests import ReadCompany
from schemas.requests import (
    ChangeSettings,
    ImposeLockout,
    NoteDocument,
    OfSomebody,
    PauseTenant,
    Push,
    Retry,
    SetMapping,
)
from schemas.tenant_state import TenantSettings
from tests.unit.rules.records import AT

LANE, DOCUMENT = "t1/mediaos/42", "mediaos/invoice/136"
PUSH = Push(id="r", lane=LANE, document=DOCUMENT)
#: Each asks for something else than the others.
REQUESTS: tuple[OfSomebody, ...] = (
    PUSH,
    replace(PUSH, overwrite=True),
    replace(PUSH, document="mediaos/invoice/137"),
    replace(PUSH, lane="t1/mediaos/43"),
    Retry(id="r", lane=LANE, document=DOCUMENT),
    NoteDocument(id="r", lane=LANE, document=DOCUMENT),
    NoteDocument(id="r", lane=LANE, document=DOCUMENT, note="Ann calls"),
    NoteDocument(id="r", lane=LANE, document=DOCUMENT, dismiss=True),
    PauseTenant(id="r", tenant="t1", reason="month end"),
    SetMapping(id="r", tenant="t1", source="7", target="19"),
    SetMapping(id="r", tenant="t1", source="7", target=None),
    ChangeSettings(id="r", tenant="t1", settings=TenantSettings()),
    ChangeSettings(id="r", tenant="t1", settings=TenantSettings(owners={})),
    ChangeSettings(id="r", tenant="t1", settings=TenantSettings(number_prefix="M-")),
    ImposeLockout(id="r", lane=LANE, reason="month end", until=AT),
    ImposeLockout(id="r", lane=LANE, reason="month end", until=AT + timedelta(minutes=1)),
)


def test_what_asks_for_something_else_says_something_else():
    # Owners that nobody has are as none that are said.
    assert len({said(each) for each in REQUESTS}) == len(REQUESTS) - 1


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda each: type(each).__name__)
def test_whoever_says_it_under_whichever_id_it_is_the_same_when_it_was_read_again(request_):
    again = replace(request_, id="another", by="Bob")

    assert said(decode_request(encode(again))) == said(request_) != ""


def test_the_order_in_which_owners_are_said_says_nothing():
    owners = {"invoice.memo": "mediaos", "customer.name": "person"}
    one, other = (
        ChangeSettings(id="r", tenant="t1", settings=TenantSettings(owners=dict(each)))
        for each in (owners.items(), reversed(owners.items()))
    )
    assert said(one) == said(other)


def test_what_the_engine_asks_of_itself_is_answered_under_its_id_alone():
    assert said(ReadCompany(id="r", tenant="t1")) == ""
