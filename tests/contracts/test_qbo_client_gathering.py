"""Do reads that come together cost one call, and tell what a read by id would have told?"""

import asyncio
import json
from decimal import Decimal

import pytest

from agents.hydrate.hydrate import Hydrate
from schemas.outcomes import Fault, No, Unknown
from schemas.values import Kind, Side
from streams.budgets import Budget
from streams.ports import Delivery, TopicPartition
from streams.remotes.quickbooks.client import Fetched, QboClient
from streams.remotes.quickbooks.events import change_from_event
from streams.remotes.quickbooks.read_batching import MOST, PAUSE_SECONDS, Gathering
from streams.remotes.quickbooks.rounds import WINDOW_SECONDS
from streams.remotes.quickbooks.webhooks import Notice, notice_event
from tests.testing.qbo_world import REALM, TENANT, connected, in_process, simulate
from tests.testing.simulated.clock import SimulatedClock, settle

NOTICES = 50


class TokensAtHand:
    def __init__(self, connection):
        self.connection = connection

    async def current(self, tenant):
        return self.connection


class Scripted:
    """A client that notes what it is asked; a query shows what the test says."""

    def __init__(self, clock):
        self._clock = clock
        self.waits, self.places = [], 0
        self.queries, self.reads = [], []
        self.answer = None
        self.hidden = set()

    async def acquire(self, _tenant, _patience_seconds):
        if self.waits:
            return self.waits.pop(0)
        self.places += 1
        return 0.0

    async def fetch(self, tenant, kind, record_id):
        self.reads.append((tenant, kind, record_id))
        return self._fetched(record_id, b"by id")

    async def fetch_many(self, tenant, kind, ids):
        self.queries.append((tenant, kind, frozenset(ids)))
        if self.answer is not None:
            return self.answer
        return {each: self._fetched(each, b"by query") for each in ids if each not in self.hidden}

    def _fetched(self, record_id, how):
        entity = record_id.encode() + b" " + how
        return Fetched(realm=REALM, entity=entity, began=self._clock.now())


class NothingKnown:
    async def covered(self, *_):
        return False

    async def whose(self, *_):
        return None

    async def answered(self, *_):
        pass


class Sent:
    def __init__(self):
        self.values = []

    async def send(self, _topic, _key, value, headers=()):
        del headers
        self.values.append(value)


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
def scripted(clock):
    return Scripted(clock)


@pytest.fixture
async def gathering(scripted, clock):
    gathering = Gathering(scripted, clock)
    yield gathering
    await gathering.close()


@pytest.fixture
def simulator(clock):
    return simulate(clock.now, limits=True)


@pytest.fixture
async def calls(simulator, clock):
    """The client of a simulator at QuickBooks' real limits, and what it sent, in order."""
    async with in_process(simulator) as http:
        tokens = TokensAtHand(connected(simulator.grant(), clock.now()))
        client = QboClient(http, tokens=tokens, budget=lambda: Budget(clock), clock=clock)
        client.sent = []

        async def note(request):
            client.sent.append(request.url.path.rpartition(REALM)[2])

        http.event_hooks["request"].append(note)
        yield client


def reads(gathering, kind, *ids, tenant=TENANT):
    return [asyncio.create_task(gathering.fetch(tenant, kind, each)) for each in ids]


async def after(clock, tasks, seconds=WINDOW_SECONDS):
    await clock.advance(seconds)
    return await asyncio.gather(*tasks)


def entities(answers):
    return [answer.entity.decode() for answer in answers]


def populate(simulator):
    """Give the company a record of each kind and something inactive; return their ids by kind."""
    person = simulator.person
    ids = {Kind.CUSTOMER: ["1"], Kind.PRODUCT: ["1"], Kind.INVOICE: [], Kind.PAYMENT: []}
    ids[Kind.CUSTOMER].append(person.create("Customer", {"DisplayName": "O'Hara"})["Id"])
    person.edit("Customer", ids[Kind.CUSTOMER][1], {"Active": False})
    ids[Kind.PRODUCT].append(
        person.create("Item", {"Name": "Booth", "IncomeAccountRef": {"value": "1"}})["Id"]
    )
    person.edit("Item", ids[Kind.PRODUCT][1], {"Active": False})
    for amount in ("10.10", "0.07"):
        ids[Kind.INVOICE].append(invoiced(simulator, amount))
        payment = {"CustomerRef": {"value": "1"}, "TotalAmt": Decimal(amount)}
        ids[Kind.PAYMENT].append(person.create("Payment", payment)["Id"])
    return ids


def invoiced(simulator, amount="12.50"):
    detail = {"ItemRef": {"value": "1"}}
    line = {
        "Amount": Decimal(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }
    return simulator.person.create("Invoice", {"CustomerRef": {"value": "1"}, "Line": [line]})["Id"]


def told(record_id, at):
    notice = Notice(realm=REALM, kind=Kind.INVOICE, id=record_id, operation="update", at=at)
    key, value = notice_event(TENANT, notice)
    tp = TopicPartition("quickbooks-notices", 0)
    return Delivery(tp=tp, offset=0, key=key.encode(), value=value, generation=1)


async def test_fifty_notices_at_once_are_one_call(simulator, calls, clock):
    ids = [invoiced(simulator) for _ in range(NOTICES)]
    sent = Sent()
    gathering = Gathering(calls, clock)
    knowledge = NothingKnown()
    hydrate = Hydrate(
        sent,
        clock,
        source=gathering,
        again=calls,
        knowledge=knowledge,
        answered=knowledge.answered,
    )

    handled = [asyncio.create_task(hydrate.handle(told(each, clock.now()))) for each in ids]
    await after(clock, handled)

    assert calls.sent == ["/query"]
    assert sorted(change_from_event(value).id for value in sent.values) == sorted(ids)


async def test_a_gathered_read_tells_what_a_read_by_id_tells(simulator, calls, clock):
    ids = populate(simulator)
    gathering = Gathering(calls, clock)
    begun = clock.now()

    together = {kind: reads(gathering, kind, *each) for kind, each in ids.items()}
    await clock.advance(WINDOW_SECONDS)

    assert calls.sent == ["/query"] * len(ids)
    for kind, tasks in together.items():
        await clock.advance(1.0)
        for record_id, gathered in zip(ids[kind], await asyncio.gather(*tasks), strict=True):
            alone = await calls.fetch(TENANT, kind, record_id)
            assert isinstance(gathered, Fetched)
            assert json.loads(gathered.entity) == json.loads(alone.entity)
            assert gathered.realm == alone.realm
            assert (gathered.began - begun).total_seconds() == WINDOW_SECONDS


async def test_numbers_keep_the_digits_that_quickbooks_wrote(simulator, calls, clock):
    ids = [invoiced(simulator, amount) for amount in ("1e2", "0.10")]
    answers = await after(clock, reads(Gathering(calls, clock), Kind.INVOICE, *ids))

    alone = [await calls.fetch(TENANT, Kind.INVOICE, each) for each in ids]
    assert entities(answers) == entities(alone)


async def test_what_a_query_does_not_show_is_read_by_its_id(simulator, calls, clock):
    ids = [invoiced(simulator) for _ in range(3)]
    simulator.person.delete("Invoice", ids[1])

    answers = await after(clock, reads(Gathering(calls, clock), Kind.INVOICE, *ids))

    assert calls.sent == ["/query", f"/invoice/{ids[1]}"]
    deleted = [json.loads(answer.entity).get("status") for answer in answers]
    assert deleted == [None, "Deleted", None]


async def test_a_read_that_stays_alone_is_one_by_id(gathering, scripted, clock):
    (answer,) = await after(clock, reads(gathering, Kind.INVOICE, "7"))

    assert (scripted.queries, scripted.places) == ([], 1)
    assert answer.entity == b"7 by id"


async def test_the_same_record_asked_twice_is_read_once(gathering, scripted, clock):
    answers = await after(clock, reads(gathering, Kind.INVOICE, "7", "7"))

    assert (len(scripted.reads), entities(answers)) == (1, ["7 by id"] * 2)


async def test_each_call_takes_one_place_in_the_budget(gathering, scripted, clock):
    assert await gathering.acquire(TENANT, 0.0) == 0.0
    scripted.hidden = {"3"}

    answers = await after(clock, reads(gathering, Kind.INVOICE, "1", "2", "3"))

    assert scripted.places == 2
    assert entities(answers) == ["1 by query", "2 by query", "3 by id"]


async def test_tenants_and_kinds_are_asked_apart(gathering, scripted, clock):
    tasks = [
        *reads(gathering, Kind.INVOICE, "1", "2"),
        *reads(gathering, Kind.PAYMENT, "1", "2"),
        *reads(gathering, Kind.INVOICE, "1", "2", tenant="t2"),
    ]
    await after(clock, tasks)

    both = frozenset({"1", "2"})
    asked = {(TENANT, Kind.INVOICE, both), (TENANT, Kind.PAYMENT, both), ("t2", Kind.INVOICE, both)}
    assert set(scripted.queries) == asked
    assert len(scripted.queries) == len(asked)


async def test_more_than_a_query_may_hold_go_into_another(gathering, scripted, clock):
    ids = [str(number) for number in range(MOST + 20)]
    answers = await after(clock, reads(gathering, Kind.INVOICE, *ids))

    assert [len(asked) for _, _, asked in scripted.queries] == [MOST, 20]
    assert entities(answers) == [f"{each} by query" for each in ids]


async def test_a_read_never_joins_a_call_that_has_begun(scripted, clock, gathering):
    under_way, reply = asyncio.Event(), asyncio.Event()
    answer_at_once = scripted.fetch_many

    async def slowly(*asked):
        under_way.set()
        await reply.wait()
        return await answer_at_once(*asked)

    scripted.fetch_many = slowly
    first = reads(gathering, Kind.INVOICE, "1", "2")
    await clock.advance(WINDOW_SECONDS)
    assert under_way.is_set()
    second = reads(gathering, Kind.INVOICE, "1", "3")
    await settle()
    reply.set()
    await after(clock, [*first, *second], PAUSE_SECONDS)

    assert [sorted(ids) for _, _, ids in scripted.queries] == [["1", "2"], ["1", "3"]]


async def test_reads_that_trickle_in_are_one_call_a_pause(gathering, scripted, clock):
    trickle = []
    for number in range(60):
        trickle += reads(gathering, Kind.INVOICE, str(number))
        await clock.advance(2 * PAUSE_SECONDS / 60)
    await after(clock, trickle, PAUSE_SECONDS)

    # The first at once, and one after each pause.
    assert (len(scripted.queries), scripted.reads) == (3, [])
    assert sum(len(asked) for _, _, asked in scripted.queries) == 60


async def test_a_lone_read_waits_for_no_pause(gathering, scripted, clock):
    for number in range(3):
        (answer,) = await after(clock, reads(gathering, Kind.INVOICE, str(number)))
        assert answer.entity == f"{number} by id".encode()
        await clock.advance(PAUSE_SECONDS)


async def test_the_pause_of_a_kind_keeps_no_other_waiting(gathering, scripted, clock):
    await after(clock, reads(gathering, Kind.INVOICE, "1"))

    others = [
        *reads(gathering, Kind.PAYMENT, "1"),
        *reads(gathering, Kind.INVOICE, "1", tenant="t2"),
    ]
    await after(clock, others)

    assert len(scripted.reads) == 3


async def test_a_full_round_leaves_within_the_pause(gathering, scripted, clock):
    await after(clock, reads(gathering, Kind.INVOICE, "alone"))
    ids = [str(number) for number in range(MOST)]

    answers = await after(clock, reads(gathering, Kind.INVOICE, *ids), 0.0)

    assert entities(answers) == [f"{each} by query" for each in ids]


async def test_closing_ends_a_pause(scripted, clock):
    gathering = Gathering(scripted, clock)
    await after(clock, reads(gathering, Kind.INVOICE, "1"))
    (waiting,) = reads(gathering, Kind.INVOICE, "2")
    await settle()
    await gathering.close()

    ended = await asyncio.gather(waiting, return_exceptions=True)
    await clock.advance(PAUSE_SECONDS)
    assert [type(each) for each in ended] == [asyncio.CancelledError]
    assert len(scripted.reads) == 1
    assert not [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]


async def test_while_the_budget_is_spent_more_reads_join(gathering, scripted, clock):
    scripted.waits = [30.0, 5.0]
    tasks = reads(gathering, Kind.INVOICE, "1", "2")
    await clock.advance(30.0)
    tasks += reads(gathering, Kind.INVOICE, "3")

    answers = await after(clock, tasks, 5.25)

    assert len(scripted.queries) == scripted.places == 1
    assert len({answer.began for answer in answers}) == 1


@pytest.mark.parametrize(
    "fault",
    [Unknown(detail="no reply"), No(fault=Fault(side=Side.QBO, status=503))],
)
async def test_a_fault_is_everybodys_answer(gathering, scripted, clock, fault):
    scripted.answer = fault
    answers = await after(clock, reads(gathering, Kind.INVOICE, "1", "2", "3"))

    assert (answers, scripted.reads) == ([fault] * 3, [])


async def test_a_statement_that_is_refused_condemns_no_record(gathering, scripted, clock):
    scripted.answer = No(fault=Fault(side=Side.QBO, status=400, code="4001"))
    answers = await after(clock, reads(gathering, Kind.INVOICE, "1", "2"))

    assert entities(answers) == ["1 by id", "2 by id"]
    assert scripted.places == 3


async def test_who_gives_up_leaves_the_others_their_answer(gathering, scripted, clock):
    first, second = reads(gathering, Kind.INVOICE, "1", "2")
    await settle()
    first.cancel()

    (answer,) = await after(clock, [second])

    assert answer.entity == b"2 by query"
    assert first.cancelled()


async def test_a_fault_of_ours_reaches_everybody_who_waits(gathering, scripted, clock):
    async def broken(*_):
        raise ZeroDivisionError

    scripted.fetch_many = broken
    tasks = reads(gathering, Kind.INVOICE, "1", "2")
    await clock.advance(WINDOW_SECONDS)

    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in ended] == [ZeroDivisionError] * 2


async def test_closing_ends_what_nobody_waits_for(scripted, clock):
    gathering = Gathering(scripted, clock)
    (given_up,) = reads(gathering, Kind.INVOICE, "1")
    await settle()
    given_up.cancel()
    await gathering.close()
    await clock.advance(WINDOW_SECONDS)

    assert scripted.places == 0
