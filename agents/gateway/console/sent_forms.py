"""Did this form come in already?  Who sends it again gets the answer of the first, and no second.

A gateway that is new, or another one, asks the journal's book, and then sends the request again
under its id, which a worker carries out once.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from agents.gateway.console.sessions import Told

#: So many forms that came in last are remembered; older ones are looked for in the book.
MOST_SENT = 1_000
AGAIN = "This form was sent before, and nothing is done twice. "

Do = Callable[[], Awaitable[Told]]


class SentForms:
    """The forms of one gateway, by the ids of what they ask for."""

    def __init__(self) -> None:
        self._sent: OrderedDict[str, asyncio.Future[Told]] = OrderedDict()

    async def once(self, request: str, do: Do) -> Told:
        """Do what a form asks for, or return what became of it; raises what doing it raises.

        Who goes away loses the answer alone.
        """
        before = self._sent.get(request)
        if before is not None and before.done():
            told = before.result()
            return replace(told, text=f"{AGAIN}{told.text}")
        return await asyncio.shield(before or self._begun(request, do))

    def _begun(self, request: str, do: Do) -> asyncio.Future[Told]:
        begun = self._sent[request] = asyncio.ensure_future(do())
        begun.add_done_callback(lambda done: self._ended(request, done))
        if len(self._sent) > MOST_SENT:
            self._forget_oldest()
        return begun

    def _forget_oldest(self) -> None:
        # What is still being done is not forgotten: it would be done beside itself.
        oldest = next((each for each, sent in self._sent.items() if sent.done()), None)
        if oldest is not None:
            del self._sent[oldest]

    def _ended(self, request: str, done: asyncio.Future[Told]) -> None:
        # What was not done, or is not known to be, is tried when it comes again.
        if done.cancelled() or done.exception() is not None or not _is_done(done.result()):
            self._sent.pop(request, None)


def _is_done(told: Told) -> bool:
    return told.done and not told.open
