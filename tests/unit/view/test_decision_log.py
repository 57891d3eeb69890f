"""A line for each decision of a step, and none of what a person wrote."""

import json
import logging

import pytest

from agents.view.decision_log import log_step, said_of
from schemas.command_facts import Declined, Refused, Unanswered
from schemas.facts import OnOneSide
from schemas.lane_facts import LaneWaited
from schemas.outcomes import Fault, Verdict
from schemas.state import WaitReason
from schemas.values import Side
from tests.testing.simulated.clock import START
from tests.unit.cli.journal_words import (
    COMMAND,
    INVOICE_136,
    LANE,
    change,
    crossed,
    decided,
    held,
    parked,
    released,
    seen,
)

SECRET = "Ann Harbour"
FAULT = Fault(side=Side.QBO, status=400, code="6240", message=SECRET, detail=SECRET)


def told(*facts):
    return [
        f"{sentence} {more.get('what', '')}".strip() + f": {more.get('record', '')}"
        for sentence, more in said_of(facts)
    ]


def test_what_came_in_and_what_was_decided_of_it_are_one_line():
    assert told(seen(), parked()) == [f"decided wait: {INVOICE_136}"]
    assert told(seen(), decided()) == [f"decided create: {INVOICE_136}"]
    assert told(seen(), OnOneSide(document=INVOICE_136, reason=SECRET)) == [
        f"decided only on one side: {INVOICE_136}"
    ]


def test_of_what_asks_for_nothing_that_is_said():
    assert told(seen()) == [f"decided nothing to write: {INVOICE_136}"]
    assert told(seen(), seen("137"), parked()) == [
        f"decided wait: {INVOICE_136}",
        "decided nothing to write: mediaos/invoice/137",
    ]


def test_what_came_of_a_command_is_beside_the_next_decision():
    assert [line.partition(":")[0] for line in told(*crossed())] == [
        "carried out",
        "linked",
        "decided in step",
    ]
    assert told(released(), decided()) == [
        f"waits no more: {INVOICE_136}",
        f"decided create: {INVOICE_136}",
    ]


@pytest.mark.parametrize("last", [decided(), parked(), OnOneSide(document=INVOICE_136, reason="x")])
def test_of_what_is_not_in_step_yet_nobody_hears_that_it_is(last):
    lines = [line for line in told(*crossed(), last) if line.startswith("decided")]
    assert len(lines) == 1
    assert "in step" not in lines[0]


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (Refused(command=COMMAND, document="d", fault=FAULT, verdict=Verdict.PARK), "refused"),
        (Declined(command=COMMAND, document="d", number=1, fault=FAULT), "refused for now"),
        (Unanswered(command=COMMAND, document="d", number=1, detail=SECRET), "no answer"),
        (
            LaneWaited(why=SECRET, until=START, reason=WaitReason.TIME),
            "lane waits",
        ),
        (held(change()), "held"),
        (OnOneSide(document="d", reason=SECRET), "decided"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_a_side_or_a_person_wrote_is_not_told(fact, sentence):
    [(said, more)] = said_of([fact])
    assert said == sentence
    assert SECRET not in json.dumps(more)


def test_nothing_is_made_up_for_a_log_that_nobody_reads(caplog):
    caplog.set_level(logging.WARNING, logger="isthmus.decisions")
    log_step(LANE, (seen(), parked()))
    assert caplog.records == []
    caplog.set_level(logging.INFO, logger="isthmus.decisions")
    log_step(LANE, (seen(), parked()))
    [line] = caplog.records
    assert (line.tenant, line.lane, line.reason) == ("t1", LANE, "unmapped-product")
    assert line.waits_for == ["product:7"]
