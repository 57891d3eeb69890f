import json
import logging

import pytest
from aiokafka.errors import IllegalGenerationError

from agents.process import logs
from agents.process.log_dedup import Repeats

START = 1_770_000_000.0


@pytest.fixture
def tell():
    """Log like a process does, at the time that the test says; return the lines written."""
    lines, repeats, form = [], Repeats(), logs.JsonLines()

    def told(at, level, sentence, *args, logger="aiokafka", **extra):
        record = logging.LogRecord(logger, level, __file__, 1, sentence, args, None)
        record.created = START + at
        record.__dict__.update(extra)
        if repeats.filter(record):
            lines.append(json.loads(form.format(record)))
        return lines

    return told


def test_a_broker_that_is_away_is_told_a_line_a_minute_and_not_sixty_a_second(tell):
    for tick in range(60 * 180):
        lines = tell(
            tick / 60, logging.ERROR, "Unable connect to node with id %s: %s", 1, "refused"
        )
    assert [line.get("repeated") for line in lines] == [None, 3599, 3599]


def test_sentences_that_differ_in_numbers_only_are_one(tell):
    for node in range(50):
        lines = tell(0, logging.WARNING, f"Heartbeat failed for member {node} at 17.{node} s")
    assert len(lines) == 1


def test_a_new_reason_and_another_tenant_are_told_at_once(tell):
    told = ("sweep not finished", "isthmus.sweep")
    for second, (tenant, reason) in enumerate(
        [
            ("t1", "no answer after 5 s"),
            ("t1", "no answer after 7 s"),
            ("t1", "qbo answered 403 3100: ApplicationAuthorizationFailed"),
            ("t2", "no answer after 5 s"),
            ("t2", "no answer after 6 s"),
        ]
    ):
        lines = tell(second, logging.WARNING, told[0], logger=told[1], tenant=tenant, reason=reason)
    assert [(line["tenant"], line["reason"][:6]) for line in lines] == [
        ("t1", "no ans"),
        ("t1", "qbo an"),
        ("t2", "no ans"),
    ]


def test_a_frozen_workers_illegal_generations_are_one_line(tell):
    for _ in range(500):
        lines = tell(1, logging.ERROR, "OffsetCommit failed: %s", IllegalGenerationError())
    assert len(lines) == 1


def test_another_complaint_is_told_at_once_and_what_is_no_complaint_always(tell):
    tell(0, logging.WARNING, "commit refused", logger="isthmus.transport")
    tell(1, logging.WARNING, "seek failed", logger="isthmus.transport")
    tell(2, logging.ERROR, "commit refused", logger="isthmus.transport")
    for second in range(5):
        lines = tell(second, logging.INFO, "request taken", logger="isthmus.request_consumer")
    assert len(lines) == 8


def test_all_logs_of_a_process_go_through_it(capsys):
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        logs.begin("INFO")
        for _ in range(100):
            logging.getLogger("aiokafka.conn").error("Unable connect to node")
            logging.getLogger("faust.transport").warning("Heartbeat failed")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    assert len(capsys.readouterr().err.splitlines()) == 2
