"""A customer erased from a journal in memory: what it says then must come to the same rows."""

from collections.abc import Iterator, Sequence

from agents.audit.history import History
from agents.cli.erasing.customer import HeldStrings, Rows, found
from agents.cli.refusal import Refusal
from agents.rules.erasing.erased import Eraser, Whose, lane_of, names_in
from agents.view.folding import Folding
from schemas.catalog import decode_journal
from schemas.rows import LANE_ROWS
from schemas.values import Kind, RecordRef, Side
from streams.journal.rebuild import Difference, compare, rebuild
from streams.journal.store import Store
from streams.topics import JOURNAL
from tests.testing.simulated.clock import SimulatedClock
from tests.testing.simulated.kafka import SimulatedKafka
from tests.testing.simulated.log import SimulatedLog, SimulatedTopic
from tests.testing.simulated.store import OwnStore

Partitions = Sequence[Sequence[bytes]]


async def folded(journal: Partitions) -> Store:
    topic, store = SimulatedTopic(len(journal)), OwnStore()
    for partition, records in enumerate(journal):
        for value in records:
            topic.keep(partition, b"", value)
    await rebuild(
        SimulatedLog(topic),
        Folding(),
        store,
        SimulatedClock(),
        partitions=len(journal),
        in_thread=_at_once,
    )
    return store


def customers_in(store: Store) -> list[tuple[str, RecordRef]]:
    lanes = [key.removeprefix(LANE_ROWS) for key, _ in Rows(store).under(LANE_ROWS)]
    parts = (lane.split("/", 2) for lane in lanes if lane.count("/") == 2)
    known = ((tenant, side, id_) for tenant, side, id_ in parts if side in set(Side))
    return [(tenant, RecordRef(Side(side), Kind.CUSTOMER, id_)) for tenant, side, id_ in known]


def erased(
    journal: Partitions, store: Store, tenant: str, record: RecordRef
) -> tuple[list[list[bytes]], Eraser, frozenset[str]] | None:
    """Return the journal as it is then, None where nothing can be erased of this one now."""
    rows = Rows(store)
    try:
        customer = found(rows, tenant, record)
    except Refusal:
        return None
    own = (value for value in _all(journal) if lane_of(value) in customer.lanes)
    names = frozenset(name for value in own for name in names_in(value)) - {*customer.called}
    whose = Whose(tenant, customer.lanes, names, b"salt")
    eraser = Eraser(whose, HeldStrings(rows, customer))
    return [[eraser.erased(value) for value in each] for each in journal], eraser, names


async def comes_to_the_same(kafka: SimulatedKafka, turn: int) -> None:
    """Erase one of the customers in a story's journal, and see that all rows are as before."""
    topic = kafka.topics.get(JOURNAL.name)
    journal = [[each.value for each in records] for records in topic.records] if topic else []
    if not any(journal):
        return
    store = await folded(journal)
    known = customers_in(store)
    tenant, record = known[turn % len(known)] if known else ("", None)
    out = erased(journal, store, tenant, record) if record is not None else None
    if out is not None:
        assert await differences(out[0], store) == [], f"{record} of {tenant} was erased"
        assert audited(out[0], tenant) == audited(journal, tenant), f"{record} of {tenant}"
        again = erased(out[0], store, tenant, record)
        assert again is not None
        assert again[1].count.strings == 0, f"of {record} of {tenant} something was left"
    store.close()


def audited(journal: Partitions, tenant: str) -> tuple[object, ...]:
    """Return what the ledger check goes by."""
    history = History(tenant)
    for value in _all(journal):
        history.take(decode_journal(value))
    return history.newest(), history.strayed, history.backwards, history.links


async def differences(journal: Partitions, store: Store) -> list[Difference]:
    return list(compare(store, await folded(journal)))


def _all(journal: Partitions) -> Iterator[bytes]:
    for each in journal:
        yield from each


async def _at_once(work, *args):
    return work(*args)
