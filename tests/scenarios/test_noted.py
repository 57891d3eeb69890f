"""What people note of a record that waits is kept in order, and changes nothing that is done."""

from schemas.facts import RequestTaken
from schemas.note_facts import Noted
from schemas.records import Customer
from schemas.requests import NoteDocument, SetMapping
from schemas.values import Kind
from tests.testing.simulated.story import LANE, invoice
from tests.testing.simulated.world import World

INVOICE = "mediaos/invoice/136"


async def unmapped(world: World) -> None:
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await world.run(1)


async def dismissed(world: World, name: str = "n1", note: str = "a trial order") -> None:
    wish = NoteDocument(id=name, lane=LANE, document=INVOICE, note=note, dismiss=True, by="Ada")
    await world.ask(LANE, wish)
    await world.run(1)


def answers(world: World) -> list[tuple[str, bool]]:
    return [(f.request, f.done) for f in world.told(LANE) if isinstance(f, RequestTaken)]


async def test_what_is_dismissed_goes_all_the_same_once_what_it_waits_for_is_there():
    world = World()
    worker = await world.worker()
    await unmapped(world)
    before = worker.lane(LANE).documents[INVOICE]

    await dismissed(world)

    assert worker.lane(LANE).documents[INVOICE] == before
    [fact] = [each for each in world.told(LANE) if isinstance(each, Noted)]
    assert (fact.dismissed, fact.note, fact.by) == (True, "a trial order", "Ada")
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await world.run()
    assert len(world.qbo.of(Kind.INVOICE)) == 1
    assert answers(world) == [("n1", True)]


async def test_of_what_does_not_wait_nothing_is_noted_nor_dismissed_without_a_word():
    world = World()
    await world.worker()
    await unmapped(world)

    await dismissed(world, "n1", note="")
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await world.run()
    await dismissed(world, "n2")

    assert answers(world) == [("n1", False), ("n2", False)]
    assert not any(isinstance(each, Noted) for each in world.told(LANE))
