"""Does every process write the same bytes of what waits?  `isthmus rebuild` compares bytes.

A linked invoice wakes what waited for its record of MediaOS, and what waited for that of
QuickBooks.  In which order they are woken must not depend on a process's hashes.
"""

import os
import subprocess
import sys

STORY = """
from zlib import crc32
from datetime import UTC, datetime
from agents.rules.fold.waiting_facts import evolve_waiting
from schemas.catalog import encode
from schemas.lane_conditions import RecordLinked
from schemas.facts import Linked, Parked
from schemas.parts import PARTS, part_of
from schemas.state import Park, ParkReason
from schemas.values import Kind, RecordRef, Side

invoice = (RecordRef(Side.MEDIAOS, Kind.INVOICE, "136"), RecordRef(Side.QBO, Kind.INVOICE, "1002"))
ours = "mediaos/payment/9"
theirs = next(
    name for name in (f"qbo/payment/{n}" for n in range(10_000)) if part_of(name) == part_of(ours)
)
waiting = None
for order, (name, record) in enumerate(zip((ours, theirs), invoice), 1):
    park = Park(reason=list(ParkReason)[0], detail="", waits_for=(str(RecordLinked(record)),))
    at = datetime(2026, 3, 1, tzinfo=UTC)
    fact = Parked(document=name, event="e", park=park, at=at, order=order)
    waiting = evolve_waiting(waiting, fact)
linked = Linked(
    document="mediaos/invoice/136",
    kind=Kind.INVOICE,
    mediaos="136",
    qbo="1002",
    home="t1/mediaos/42",
)
print(encode(evolve_waiting(waiting, linked)).decode())
"""


def told_by_a_process(seed: int) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    done = subprocess.run(
        [sys.executable, "-c", STORY], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_what_a_linked_invoice_wakes_is_written_alike_by_every_process():
    assert len({told_by_a_process(seed) for seed in range(1, 9)}) == 1
