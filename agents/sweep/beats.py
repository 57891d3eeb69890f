"""Which sides are swept, how often, and with what?

Both sweeps send by a way to Kafka that does not give up: a watermark may only follow what is there.
"""

from collections.abc import Sequence
from datetime import timedelta

from agents.sweep.books import Books
from agents.sweep.books import Side as QuickbooksSide
from agents.sweep.finds import Finds
from agents.sweep.mediaos import Lists, MediaosSweep
from agents.sweep.quickbooks import QuickbooksSweep
from agents.sweep.sweep import Beat
from agents.view.record_lookup import RecordLookup
from schemas.values import Side
from streams.journal.journal import Journal
from streams.outbox.steadfast import SteadfastOutbox
from streams.ports import Clock, Outbox


def beats(
    qbo: QuickbooksSide,
    mediaos: Lists,
    *,
    outbox: Outbox,
    clock: Clock,
    journal: Journal,
    minutes: tuple[float, float],
) -> Sequence[Beat]:
    """Return the sweep of each side; `minutes` is how often, QuickBooks' first."""
    knowledge = RecordLookup(journal)
    steadfast = SteadfastOutbox(outbox, clock)
    quickbooks = QuickbooksSweep(Books(qbo, clock), Finds(steadfast, knowledge))
    return (
        Beat(side=Side.QBO, every=timedelta(minutes=minutes[0]), sweeper=quickbooks),
        Beat(
            side=Side.MEDIAOS,
            every=timedelta(minutes=minutes[1]),
            sweeper=MediaosSweep(mediaos, steadfast, clock, knowledge),
        ),
    )
