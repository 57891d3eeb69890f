"""Does a payment wait for its method, and go once that is mapped, with nothing else changed?"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.made_up_mapping.declared import METHOD  # first: it makes the kind

# isort: split
from msgspec.structs import replace
from typer.testing import CliRunner

from agents.cli.map import app
from agents.cli.mapping_list import mappings
from agents.rules.mappings.table import MAPPINGS
from schemas.catalog import decode_journal, encode
from schemas.command_facts import Decided
from schemas.requests import ReadTargets, SetMapping
from schemas.state import ParkReason
from schemas.tenant_facts import Mapped
from schemas.values import Kind
from streams.ports import Target
from streams.remotes.quickbooks.name_lists import name_read, name_request, names_read, names_request
from streams.remotes.quickbooks.wire_replies import Reply
from tests.testing.simulated.story import LANE, given_a_customer_with_an_invoice, payment
from tests.testing.simulated.world import SimulatedWorker, World

NAME = "mediaos/payment/9"
CASH = {"11": "Cash", "12": "Cheque"}


@dataclass
class Told:
    """A world with a payment by cash, whose method nobody has mapped."""

    world: World
    worker: SimulatedWorker

    def park(self):
        return self.worker.lane(LANE).documents[NAME].park

    def tenant(self):
        return self.worker.engine.journal.state("tenant:t1")

    async def maps(self, source: str, target: str | None) -> None:
        asked = SetMapping(
            id=f"{source}-{target}", tenant="t1", kind=METHOD, source=source, target=target
        )
        await self.world.ask("t1", asked)
        await self.world.run(1)

    def answers(self) -> list[str]:
        return [fact.detail for fact in self.world.told("t1") if hasattr(fact, "detail")]


async def paid_by_cash() -> Told:
    world = World()
    world.qbo.lists[METHOD] = dict(CASH)
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run()
    await world.mediaos.person_creates(Kind.PAYMENT, replace(payment("136"), memo="cash"), "9")
    await world.run(1)
    return Told(world, worker)


async def it_parks_by_name_is_mapped_and_goes() -> None:
    told = await paid_by_cash()
    assert told.park().reason is ParkReason("unmapped-method")
    assert told.park().waits_for == ("method:cash",)
    assert "map it (isthmus map methods add) and this payment follows" in told.park().detail
    await told.maps("cash", "11")
    await told.world.run()
    assert len(told.world.qbo.of(Kind.PAYMENT)) == 1
    assert told.answers()[-1] == "method cash is booked as payment method 11"


async def another_kind_of_the_same_id_lets_nothing_go() -> None:
    told = await paid_by_cash()
    await told.world.ask("t1", SetMapping(id="p", tenant="t1", source="cash", target="19"))
    await told.world.run()
    assert told.park().waits_for == ("method:cash",)
    assert told.world.qbo.of(Kind.PAYMENT) == {}


async def what_quickbooks_does_not_have_is_refused() -> None:
    told = await paid_by_cash()
    await told.maps("cash", "99")
    assert told.answers()[-1] == (
        "QuickBooks has no payment method 99: `isthmus map methods suggest`"
    )
    assert told.tenant().mapped(METHOD) == {}


async def its_list_is_read_and_listed_beside_the_products() -> None:
    told = await paid_by_cash()
    await told.world.ask("t1", ReadTargets(id="r", tenant="t1", kind=METHOD))
    await told.world.run(1)
    assert {key: each.name for key, each in told.tenant().targets_of(METHOD).items()} == CASH
    [found] = mappings("t1", told.tenant(), [told.worker.lane(LANE)], MAPPINGS[METHOD])
    assert (found.source, found.target, found.waiting) == ("cash", None, 1)


async def what_was_mapped_and_decided_is_read_from_the_journal_and_the_view() -> None:
    told = await paid_by_cash()
    await told.maps("cash", "11")
    await told.world.run()
    records = [decode_journal(value) for value in told.world.kafka.values("isthmus-journal")]
    facts = [fact for record in records for fact in record.facts]
    mapped = [fact for fact in facts if isinstance(fact, Mapped) and fact.kind is METHOD]
    assert [(fact.source, fact.target) for fact in mapped] == [("cash", "11")]
    decided = [f for f in facts if isinstance(f, Decided) and f.command.kind is Kind.PAYMENT]
    assert decided[0].given.target(METHOD, "cash") == "11"
    assert all(decode_journal(encode(record)) == record for record in records)
    views = [json.loads(value) for value in told.world.kafka.values("isthmus-mappings")]
    assert {"kind": "method", "method": "cash", "payment_method": "11"} in views
    assert {"kind": "product", "product": "7", "item": "19"} in views


async def a_worker_that_starts_anew_knows_it() -> None:
    told = await paid_by_cash()
    await told.maps("cash", "11")
    heir = await told.world.worker()
    await told.world.run(1)
    assert told.world.kept.state(heir.engine.journal, "tenant:t1").mapped(METHOD) == {"cash": "11"}


async def it_has_its_commands() -> None:
    shown = await asyncio.to_thread(CliRunner().invoke, app, ["methods", "--help"])
    assert shown.exit_code == 0, shown.output
    assert "Each method of MediaOS as payment method of QuickBooks." in shown.output


async def it_is_read_and_listed_in_quickbooks() -> None:
    assert name_request(METHOD, "11").path == "/paymentmethod/11"
    assert b"SELECT * FROM PaymentMethod WHERE Active IN" in names_request(METHOD, 1).body
    cash = b'{"Id": "11", "SyncToken": "3", "Name": "Cash", "Active": true}'
    [listed] = names_read(METHOD, b'{"QueryResponse": {"PaymentMethod": [' + cash + b"]}}")
    read = name_read(METHOD, "11", Reply(status=200, body=b'{"PaymentMethod": ' + cash + b"}"))
    assert isinstance(read, Target)
    assert (read, read.name, read.active) == (listed, "Cash", True)


STORIES: tuple[Callable[[], Awaitable[None]], ...] = (
    it_parks_by_name_is_mapped_and_goes,
    another_kind_of_the_same_id_lets_nothing_go,
    what_quickbooks_does_not_have_is_refused,
    its_list_is_read_and_listed_beside_the_products,
    what_was_mapped_and_decided_is_read_from_the_journal_and_the_view,
    a_worker_that_starts_anew_knows_it,
    it_has_its_commands,
    it_is_read_and_listed_in_quickbooks,
)

if __name__ == "__main__":
    for story in STORIES:
        asyncio.run(story())
        print(story.__name__)  # noqa: T201 - what the test looks for
