"""How does a person's request reach a worker, and its answer the person?

The request goes to `isthmus-requests`, the answer is a fact in the journal: whoever stops waiting
loses the answer and not the request, which a worker carries out whenever it comes.
"""

import asyncio
import getpass
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from aiokafka.errors import KafkaError
from msgspec.structs import replace

from agents.cli.environment import process_settings
from agents.cli.journal_state import State, reading
from agents.cli.refusal import Refusal
from agents.process.clock import SystemClock
from agents.requests.ask import key_of
from schemas.catalog import NotUnderstoodError, decode_request, encode
from schemas.facts import RequestTaken
from schemas.limits import LONGEST_ACTOR
from schemas.requests import OfSomebody, Request
from streams.kafka.knocking import NO_RIGHT
from streams.outbox.kafka_producer import Producer
from streams.ports import Clock, Outbox
from streams.topics import REQUESTS

T = TypeVar("T")

ANSWER_SECONDS = 30.0

NOBODY = (
    f"No worker answered within {ANSWER_SECONDS:.0f} s: is one running for this partition? "
    "The request stays on the topic and will be carried out; a worker of an earlier release, which "
    "does not know it, puts it among the dead letters (`isthmus dead-letters list`)."
)

#: Sends a request of whoever gave the command and returns its answer; Refusal when nobody answers.
Ask = Callable[[OfSomebody], Awaitable[RequestTaken]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Asks over one journal, folded to where it stood before the request was sent."""

    state: State
    outbox: Outbox
    clock: Clock
    topic: str = REQUESTS.name

    async def ask(self, request: Request) -> RequestTaken:
        """Send a request and return its answer; Refusal when nobody answers in time.

        What a worker would bury is refused before it is sent.
        """
        value = _sendable(request)
        try:
            await self.outbox.send(self.topic, key_of(request).encode(), value)
        except NO_RIGHT:
            # Whoever folded the journal has a sentence for it.
            raise
        except (KafkaError, OSError) as fault:
            raise Refusal(
                f"Kafka did not confirm the request ({type(fault).__name__}): look by "
                "`isthmus status` whether the brokers answer, then ask again; twice does no harm."
            ) from fault
        # Ids are random, so the answer is this one in whichever partition it is read.
        listening = asyncio.ensure_future(answer(self.state, request.id))
        patience = asyncio.ensure_future(self.clock.sleep(ANSWER_SECONDS))
        try:
            await asyncio.wait({listening, patience}, return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                return listening.result()
        finally:
            listening.cancel()
            patience.cancel()
            await asyncio.gather(listening, patience, return_exceptions=True)
        raise Refusal(NOBODY)


async def answer(state: State, request: str) -> RequestTaken:
    """Return the answer to a request, whenever the journal has it."""
    while True:
        for told in await state.more():
            for fact in told.record.facts:
                if isinstance(fact, RequestTaken) and fact.request == request:
                    return fact


def asking(work: Callable[[State, Ask], Awaitable[T]], by: str | None) -> T:
    """Run a command's work with the folded journal and a way to ask; Refusal as for `reading`.

    `by` is who gave the command, as `who` says it, and goes with all that is asked for.
    """
    name = who(by)

    async def connected(state: State) -> T:
        producer = Producer(process_settings().cluster)
        asker = Asker(state=state, outbox=producer, clock=SystemClock())
        try:
            return await work(state, lambda request: asker.ask(replace(request, by=name)))
        finally:
            await producer.stop()

    return reading(connected)


def who(by: str | None) -> str:
    """Return who gives a command: the login name where nobody is named; Refusal without one."""
    if by is None:
        try:
            by = getpass.getuser()
        except (KeyError, OSError):
            by = ""
    if not by.strip():
        raise Refusal("The journal keeps who asks for something: name yourself by --by NAME.")
    if not by.isprintable() or len(by) > LONGEST_ACTOR:
        raise Refusal(
            f"--by is {by!r:.80}, expected a name of at most {LONGEST_ACTOR} printable characters."
        )
    return by


def new_id() -> str:
    """Return a request id of our own; random, since two people may ask for the same."""
    return f"cli-{secrets.token_hex(12)}"


def _sendable(request: Request) -> bytes:
    try:
        value = encode(request)
        decode_request(value)
    except (NotUnderstoodError, UnicodeEncodeError) as wrong:
        raise Refusal(f"What you asked for is beyond a limit: {wrong}.") from wrong
    return value
