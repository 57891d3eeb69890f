"""Was a record voided in QuickBooks, and does it stand all the same?

A void has no status that says so: total and balance are nothing and the note begins with the word,
whatever the lines say (quickbooks-money.md 4).  It is a person's decision: nothing of ours takes it
back, and what stands in MediaOS against it is a difference.
"""

from collections.abc import Iterator
from typing import Any

from agents.audit.books import Entry, is_void, worth
from agents.audit.findings import Finding, What, finding
from schemas.values import ZERO, RecordRef


def voided(where: RecordRef, mediaos: Entry[Any], qbo: Entry[Any]) -> Iterator[Finding]:
    """Name what stands in MediaOS although it was voided, or stands again in QuickBooks."""
    here, there = worth(mediaos) or ZERO, worth(qbo) or ZERO
    if is_void(qbo) and here:
        told = "nothing, as it was voided"
        yield finding(What.VOID, where, here, told, "total", amount=here)
    elif qbo.beside.voided and there:
        yield finding(What.VOID, where, "nothing, as it was voided", there, "total", amount=there)
