"""Does the page for MediaOS teams say what the code does?"""

import json
import re
from datetime import datetime

from schemas.contract_files import CONTRACTS
from schemas.kinds import KINDS
from schemas.published import Announcement
from streams.publisher import change_event

FOLDER = CONTRACTS.parent
PAGE = (FOLDER / "README.md").read_text()
EXAMPLES = FOLDER / "examples/announcement.v1"


def test_every_link_leads_somewhere():
    links = re.findall(r"\]\(([^)]+)\)", PAGE)
    assert links
    assert [link for link in links if not (FOLDER / link).exists()] == []


def test_every_kind_and_field_of_an_event_is_on_it():
    assert set(re.findall(r"com\.mediaos\.([a-z-]+)\.changed\.v1", PAGE)) == set(KINDS)
    told = set(re.findall(r"^\| `([a-z]+)` \|", PAGE, re.MULTILINE))
    assert told == set(Announcement.__struct_fields__) - {"type", "datacontenttype"}


def test_the_keys_on_it_are_those_of_the_helper():
    event = json.loads((EXAMPLES / "payment-changed.json").read_text())
    made = change_event(
        tenant="t1",
        kind="payment",
        record=event["data"],
        customer_id=event["data"]["advertiser_id"],
        row_version=int(event["sequence"]),
        occurred_at=datetime.fromisoformat(event["time"]),
    )
    assert json.loads(made.value) == event
    assert f"`{made.key.decode()}`" in PAGE
