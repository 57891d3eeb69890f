"""A decision is told by what it asks of the side, and by every field that it sends."""

import pytest
from msgspec.structs import replace

from agents.cli.fact_text import tell
from schemas.commands import Removal, Remove, Update
from schemas.values import Revision
from tests.unit.cli.journal_words import decided

CREATE = decided().command
SAID = {name: getattr(CREATE, name) for name in ("id", "request_id", "side", "kind", "about")}
THERE = {**SAID, "target": "266", "based_on": Revision(False, 4)}


@pytest.mark.parametrize(
    ("command", "asks", "fields"),
    [
        (CREATE, "create qbo/invoice/(new); ", 2),
        (
            Update(**THERE, record=CREATE.record, fields=("memo",)),
            "update qbo/invoice/266 on revision 4; ",
            1,
        ),
        (Remove(**THERE, how=Removal.VOID), "void qbo/invoice/266 on revision 4; ", 0),
    ],
)
def test_what_is_asked_of_a_side_is_told_in_its_words(command, asks, fields):
    told, *sent = tell(replace(decided(), command=command)).splitlines()

    assert told.startswith(asks)
    assert len(sent) == fields


def test_a_field_that_only_a_newer_release_knows_is_said_to_be_unknown():
    newer = Update(**THERE, record=CREATE.record, fields=("memo", "greeting"))
    _, *sent = tell(replace(decided(), command=newer)).splitlines()

    assert [each.strip().partition(" = ")[0] for each in sent] == ["memo", "greeting"]
    assert sent[1].endswith("greeting = not known to this release")
