"""What must hold of either side's client, over its simulator?

A subclass supplies a `world` fixture: the client under test, and the side's book to look into.
"""

import operator
from datetime import timedelta
from typing import Any, Protocol

from agents.rules.kinds.table import POLICIES
from schemas.commands import Command, Create, Removal, Remove, Update
from schemas.outcomes import Done, Fault, No, TooLate, Unknown
from schemas.values import Kind, Revision
from streams.ports import Clock, Reading, Remote

SOON = timedelta(seconds=10)
ABSENT = "999999"


class World(Protocol):
    """The client under test on one side, and that side's book."""

    tenant: str
    remote: Remote
    clock: Clock
    #: Properties of a record that the side itself moves with every change.
    moved_by_itself: frozenset[str]

    def creation(self) -> Create:
        """Return the create of a document with amounts that round badly, and its marker."""

    def update(self, created: Done) -> tuple[Update, frozenset[str]]:
        """Return an update of one field, and the properties of the book in which it is said."""

    def refused(self) -> Command:
        """Return a create that the side refuses."""

    def is_stale(self, fault: Fault) -> bool:
        """Tell whether the fault says that the record has moved on."""

    def count(self, kind: Kind) -> int:
        """Return how many records of the kind are in the book."""

    def raw(self, kind: Kind, record_id: str) -> dict[str, Any]:
        """Return a record as the book has it."""

    def person_edits(self, kind: Kind, record_id: str) -> None:
        """Let a person change what neither names nor marks the record."""

    def person_renames(self, kind: Kind, record_id: str) -> None:
        """Let a person change what the record is found by, but not its marker."""

    def lose_reply(self) -> None:
        """Let the next write be done and its reply be lost."""


class RemoteContract:
    async def send(self, world: World, command: Command) -> Any:
        return await world.remote.carry_out(world.tenant, command, world.clock.now() + SOON)

    async def created(self, world: World) -> tuple[Create, Done]:
        command = world.creation()
        done = await self.send(world, command)
        assert isinstance(done, Done), done
        return command, done

    async def look(self, world: World, command: Create) -> Any:
        return await world.remote.look(world.tenant, command)

    async def test_repeating_a_command_carries_it_out_once(self, world):
        command, done = await self.created(world)

        assert await self.send(world, command) == done
        assert world.count(command.kind) == 1

    async def test_a_lost_reply_is_unknown_and_its_repetition_carries_out_nothing_more(self, world):
        command = world.creation()
        world.lose_reply()

        assert isinstance(await self.send(world, command), Unknown)
        assert world.count(command.kind) == 1
        assert isinstance(await self.send(world, command), Done)
        assert world.count(command.kind) == 1

    async def test_a_refusal_is_data_and_changes_nothing(self, world):
        command = world.refused()

        answer = await self.send(world, command)

        assert isinstance(answer, No)
        assert answer.fault.code
        assert answer.fault.detail or answer.fault.message
        assert world.count(command.kind) == 0

    async def test_an_attempt_that_is_too_old_sends_nothing(self, world):
        command = world.creation()
        too_old = world.clock.now() - timedelta(seconds=1)

        answer = await world.remote.carry_out(world.tenant, command, too_old)

        assert answer == TooLate()
        assert world.count(command.kind) == 0

    async def test_what_was_created_is_read_back_to_the_cent(self, world):
        command, done = await self.created(world)

        reading = await world.remote.read(world.tenant, command.kind, done.id)

        assert (reading.record, reading.revision) == (done.record, done.revision)
        for name in set(command.fields) - {"number"}:
            field = POLICIES[command.kind].fields.get(name)
            same = operator.eq if field is None else field.same
            assert same(getattr(reading.record, name), getattr(command.record, name)), name

    async def test_what_is_deleted_is_a_reading_without_record(self, world):
        command, done = await self.created(world)
        said = {name: getattr(command, name) for name in ("id", "side", "kind", "about")}
        removal = Remove(
            **said,
            request_id="r3",
            target=done.id,
            based_on=done.revision,
            how=Removal.DELETE,
        )

        removed = await self.send(world, removal)
        reading = await world.remote.read(world.tenant, command.kind, done.id)

        assert isinstance(removed, Done)
        assert (removed.id, removed.record, removed.revision.deleted) == (done.id, None, True)
        assert (reading.record, reading.revision.deleted) == (None, True)
        assert await self.send(world, removal) == removed

    async def test_an_unknown_record_is_a_reading_without_record(self, world):
        kind = world.creation().kind

        reading = await world.remote.read(world.tenant, kind, ABSENT)

        assert isinstance(reading, Reading)
        assert (reading.id, reading.record, reading.revision.deleted) == (ABSENT, None, True)

    async def test_an_update_changes_only_the_named_field(self, world):
        _, done = await self.created(world)
        command, named = world.update(done)
        before = world.raw(command.kind, done.id)

        updated = await self.send(world, command)

        after = world.raw(command.kind, done.id)
        changed = {name for name in before | after if before.get(name) != after.get(name)}
        assert changed - world.moved_by_itself == named
        assert updated.revision > done.revision
        for name in command.fields:
            assert getattr(updated.record, name) == getattr(command.record, name)

    async def test_an_update_of_an_older_revision_is_refused_as_stale(self, world):
        _, done = await self.created(world)
        world.person_edits(world.creation().kind, done.id)
        command, _ = world.update(done)
        before = world.raw(command.kind, done.id)

        answer = await self.send(world, command)

        assert isinstance(answer, No)
        assert world.is_stale(answer.fault)
        assert world.raw(command.kind, done.id) == before

    async def test_a_look_before_the_create_finds_nothing(self, world):
        assert await self.look(world, world.creation()) == ()

    async def test_a_look_finds_what_a_create_made(self, world):
        command, done = await self.created(world)

        (found,) = await self.look(world, command)

        assert (found.id, found.record, found.revision) == (done.id, done.record, done.revision)

    async def test_a_look_finds_by_the_marker_what_a_person_has_renamed(self, world):
        command, done = await self.created(world)
        world.person_renames(command.kind, done.id)

        (found,) = await self.look(world, command)

        assert (found.id, found.record.marker) == (done.id, command.record.marker)

    async def test_a_new_record_has_a_revision_that_is_not_deleted(self, world):
        _, done = await self.created(world)

        assert done.revision > Revision(deleted=False, number=-1)
        assert not done.revision.deleted
