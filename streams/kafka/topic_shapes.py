"""How is a topic made, shut, let grow and deleted?  Each returns once the brokers say it is so."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    NodeNotReadyError,
    RequestTimedOutError,
    UnknownTopicOrPartitionError,
    for_code,
)

T = TypeVar("T")
Faults = tuple[type[Exception], ...]

#: A broker that is busy does not answer in time; one that never heard of it was not ready.
LOST: Faults = (RequestTimedOutError, KafkaConnectionError)
NOT_SENT: Faults = (NodeNotReadyError, TimeoutError)

LOOK_EVERY_SECONDS = 0.1
ANSWER_SECONDS = 60.0
#: What a topic's own setting is called by who tells where a setting comes from.
OF_TOPIC = 1
#: No record is so small: nothing can be appended, and all can be read.
SHUT = {"max.message.bytes": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A topic as it is: its partitions, its replicas, and the settings that are its own."""

    partitions: int
    replication: int
    config: Mapping[str, str]

    @property
    def is_shut(self) -> bool:
        """Tell whether nothing can be appended."""
        return SHUT.items() <= self.config.items()


class Topics:
    """Topics by the names that they have on the brokers."""

    def __init__(self, client: AIOKafkaAdminClient) -> None:
        self._client = client

    async def shape(self, name: str) -> Shape | None:
        """Return what a topic is; None where there is none of that name."""
        parts = await self._parts(name)
        # Between the two questions it may go.
        config = await self._config(name) if parts else None
        if config is None:
            return None
        return Shape(
            partitions=len(parts),
            replication=min(len(each["replicas"]) for each in parts),
            config=config,
        )

    async def make(self, name: str, shape: Shape) -> None:
        """Make a topic of that shape."""
        topic = NewTopic(
            name=name,
            num_partitions=shape.partitions,
            replication_factor=shape.replication,
            topic_configs=dict(shape.config),
        )
        await self._asked(lambda: self._make(topic))
        await self._until(lambda: self._has(name, shape.partitions))

    async def grow(self, name: str, partitions: int) -> None:
        """Give a topic so many partitions."""
        wanted = {name: NewPartitions(total_count=partitions)}
        await self._asked(lambda: self._client.create_partitions(wanted))
        await self._until(lambda: self._has(name, partitions))

    async def set(self, name: str, config: Mapping[str, str]) -> None:
        """Give a topic these settings and no others of its own."""
        await self._asked(lambda: self._set(name, config))

        async def has() -> bool:
            return await self._config(name) == dict(config)

        await self._until(has)

    async def delete(self, name: str) -> None:
        """Delete a topic with all that it has."""
        await self._asked(lambda: self._delete(name))

        async def is_gone() -> bool:
            return not await self._parts(name)

        await self._until(is_gone)

    async def members(self, group: str) -> int:
        """Return how many processes are in a consumer group now."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                try:
                    return await self._members(group)
                except KafkaError as fault:
                    # A broker that never had a group makes its list of them first.
                    if not fault.retriable:
                        raise
                await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def _members(self, group: str) -> int:
        members = 0
        for response in await self._client.describe_consumer_groups([group]):
            for code, name, *_, found in (each[:6] for each in response.groups):
                if code:
                    raise for_code(code)(name)
                members += len(found)
        return members

    async def _make(self, topic: NewTopic) -> None:
        _refuse(await self._client.create_topics([topic]))

    async def _set(self, name: str, config: Mapping[str, str]) -> None:
        asked = ConfigResource(ConfigResourceType.TOPIC, name, configs=dict(config))
        for response in await self._client.alter_configs([asked]):
            for code, text, *_ in response.resources:
                if code:
                    raise for_code(code)(f"{name}: {text}")

    async def _delete(self, name: str) -> None:
        for _, code in (await self._client.delete_topics([name])).topic_error_codes:
            if code:
                raise for_code(code)(name)

    async def _has(self, name: str, partitions: int) -> bool:
        return len(await self._parts(name)) == partitions

    async def _parts(self, name: str) -> list[dict[str, Any]]:
        """Return a topic's partitions, none where there is no such topic."""
        topics = await self._told(self._client.describe_topics)
        found = [each["partitions"] for each in topics if each["topic"] == name]
        return found[0] if found else []

    async def _config(self, name: str) -> dict[str, str] | None:
        """Return the settings that are a topic's own; None where there is no such topic."""
        asked = ConfigResource(ConfigResourceType.TOPIC, name)
        config: dict[str, str] = {}
        for response in await self._told(lambda: self._client.describe_configs([asked])):
            for code, text, _, _, entries in response.resources:
                if code == UnknownTopicOrPartitionError.errno:
                    return None
                if code:
                    raise for_code(code)(text)
                config |= {entry[0]: entry[1] for entry in entries if entry[3] == OF_TOPIC}
        return config

    async def _asked(self, ask: Callable[[], Awaitable[Any]]) -> None:
        """Ask for a change.  Where the answer is lost, what the brokers show is the answer.

        It is not asked for twice: somebody else may go on meanwhile, and what a second asking
        deletes would be theirs.
        """
        with suppress(*LOST):
            await self._told(ask, again=NOT_SENT)

    @staticmethod
    async def _told(ask: Callable[[], Awaitable[T]], again: Faults = (*NOT_SENT, *LOST)) -> T:
        """Return an answer, asked for again where none came."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                with suppress(*again):
                    return await ask()
                await asyncio.sleep(LOOK_EVERY_SECONDS)

    @staticmethod
    async def _until(is_so: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(ANSWER_SECONDS):
            while not await is_so():  # noqa: ASYNC110 - a broker tells nobody
                await asyncio.sleep(LOOK_EVERY_SECONDS)


def _refuse(response: Any) -> None:
    # aiokafka hands the broker's refusals back and raises nothing.
    for name, code, *text in response.topic_errors:
        if code:
            raise for_code(code)(f"{name}: {text[0] if text else 'no reason given'}")
