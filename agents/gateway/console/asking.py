"""How does what somebody asks for reach a worker, and what became of it the page?

As from the command line: the request goes to its topic with who asked, the answer is a fact in the
journal.  Whoever stops waiting loses the answer and not the request.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

from aiokafka.errors import KafkaError
from msgspec.structs import replace

from agents.gateway.console.fitting import must_fit
from agents.gateway.console.sessions import Told
from schemas.facts import RequestTaken
from schemas.requests import OfSomebody, Request

log = logging.getLogger("isthmus.console")

ANSWER_SECONDS = 15.0
UNDER_WAY = (
    "Asked for. No worker has answered yet: it is carried out as soon as one does, and this page "
    "shows it."
)
NOT_SENT = (
    "Kafka has not confirmed that it has the request, so it may not be carried out. Do the same "
    "once more in a moment: it is not done twice."
)

Send = Callable[[Request], Awaitable[None]]


class Asking:
    """Sends requests and hears their answers, which come from another thread."""

    def __init__(self, send: Send, patience_seconds: float) -> None:
        self._send = send
        self._patience = patience_seconds
        self._waiting: dict[str, asyncio.Future[RequestTaken]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    async def ask(self, request: OfSomebody, by: str) -> Told:
        """Send a request and return what became of it, for its page to say."""
        asked = replace(request, by=by)
        must_fit(asked)
        is_sent = False
        try:
            with self.awaited(asked.id) as answer:
                async with asyncio.timeout(self._patience):
                    await self._send(asked)
                    is_sent = True
                    taken = await answer
        except (KafkaError, OSError, TimeoutError) as fault:
            if is_sent:
                return Told(text=UNDER_WAY, done=True, open=asked.id)
            log.warning("console request not sent", extra={"reason": type(fault).__name__})
            return Told(text=NOT_SENT, done=False, open=asked.id)
        said = f"{'Done' if taken.done else 'Not done'}: {taken.detail}."
        return Told(text=said, done=taken.done)

    @contextmanager
    def awaited(self, request: str) -> Iterator[Awaitable[RequestTaken]]:
        """Listen for the answer to a request from before it is sent."""
        self._loop = asyncio.get_running_loop()
        answer = self._waiting[request] = self._loop.create_future()
        try:
            yield answer
        finally:
            del self._waiting[request]

    async def ask_all(self, requests: Sequence[OfSomebody], by: str) -> Told:
        """Send several requests and return in one sentence what became of them."""
        told = await asyncio.gather(*(self.ask(each, by) for each in requests))
        not_done = [each.text for each in told if not each.done]
        done = f"Asked for {len(told) - len(not_done)} of {len(told)}."
        left = next((each.open for each in told if each.open), "")
        return Told(text=" ".join([done, *not_done[:1]]), done=not not_done, open=left)

    def heard(self, answers: Sequence[RequestTaken]) -> None:
        """Hear answers, from any thread, once the book has what they did."""
        for taken in answers:
            if taken.request in self._waiting and self._loop is not None:
                self._loop.call_soon_threadsafe(self._answer, taken)

    def _answer(self, taken: RequestTaken) -> None:
        answer = self._waiting.get(taken.request)
        if answer is not None and not answer.done():
            answer.set_result(taken)
