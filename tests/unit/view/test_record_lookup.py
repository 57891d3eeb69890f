"""What the fold tells hydrate of a record of QuickBooks."""

from datetime import timedelta

from agents.view.record_lookup import RecordLookup
from schemas.records import Payment
from schemas.rows import DocumentRow, RecordOwnerRow, SeenRow
from schemas.state import Document, Owner
from schemas.values import Kind
from tests.unit.rules.records import AT, PAYMENT, shown

LANE = "t1/mediaos/42"


class Memory:
    """Rows that are all in the store: each must be loaded before it may be asked for."""

    def __init__(self, rows):
        self._stored = rows
        self._here = {}

    def state(self, row_key):
        return self._here[row_key]

    def rows(self, prefix):
        assert f"{prefix}*" in self._here, "not loaded"
        return [(k, row) for k, row in self._here.items() if k.startswith(prefix) and row]

    async def loaded(self, row_keys):
        self._here |= {key: self._stored.get(key) for key in row_keys}

    async def loaded_under(self, prefix):
        self._here |= {k: row for k, row in self._stored.items() if k.startswith(prefix)}
        self._here[f"{prefix}*"] = None

    async def caught_up(self):
        return None


def knowledge(document: Document, *, linked: bool) -> RecordLookup:
    name = "qbo/payment/300"
    rows = {str(DocumentRow(LANE, name)): document}
    if linked:
        rows[str(RecordOwnerRow("t1", name))] = Owner(lane=LANE)
    else:
        rows[str(SeenRow("t1", name, 5))] = Owner(lane=LANE, document=name)
    return RecordLookup(Memory(rows))


def payment(record: Payment | None = PAYMENT) -> Document:
    return Document(kind=Kind.PAYMENT, qbo=shown(record, "300"))


async def test_whose_a_record_is_is_known_before_it_is_linked():
    for linked in (True, False):
        knows = knowledge(payment(), linked=linked)
        assert await knows.whose("t1", Kind.PAYMENT, "300") == "42"
    assert await knows.whose("t1", Kind.PAYMENT, "301") is None
    assert await knows.whose("t2", Kind.PAYMENT, "300") is None


async def test_only_a_later_second_proves_that_a_notice_is_covered():
    knows = knowledge(payment(), linked=True)
    assert await knows.covered("t1", Kind.PAYMENT, "300", AT - timedelta(seconds=1))
    assert not await knows.covered("t1", Kind.PAYMENT, "300", AT)


async def test_a_deletion_that_was_seen_covers_every_notice():
    knows = knowledge(payment(None), linked=True)
    assert await knows.covered("t1", Kind.PAYMENT, "300", AT + timedelta(days=1))
