"""Which records of a tenant could be used by nobody?  Its dead letters, for its digest, by reason.

They are counted, not named: what they hold was of no use.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiokafka.errors import KafkaError

from agents.cli.environment import process_settings
from agents.dead_letters.manage import Filed, file
from agents.digest.digest import LetterGroup
from schemas.identity import tenant_of
from streams.kafka.history import SMALL_TOPIC_SECONDS, KafkaHistory
from streams.kafka.probe import quiet
from streams.kafka.topic_faults import TopicMissingError
from streams.topics import MEDIAOS_CHANGES, PUSHES, QUICKBOOKS_NOTICES

UNREAD = (
    "Which records could not be used is not known: the dead letters could not be read. Tell "
    "whoever runs Isthmus."
)
#: Who told what stands on a topic; all others are Isthmus' own.
TELLERS = {
    MEDIAOS_CHANGES.name: "MediaOS",
    PUSHES.name: "MediaOS",
    QUICKBOOKS_NOTICES.name: "QuickBooks",
}


@dataclass(frozen=True, slots=True)
class LettersTold:
    """Those of one tenant, by reason, the most first; `unread` where nobody could read them."""

    groups: tuple[LetterGroup, ...] = ()
    unread: bool = False

    @property
    def number(self) -> int:
        """Return how many there are."""
        return sum(each.number for each in self.groups)


async def letters_of(tenant: str) -> LettersTold:
    """Return the dead letters of a tenant that nobody has ended; a digest goes without them too."""
    history = KafkaHistory(process_settings().cluster)
    try:
        with quiet():
            async with asyncio.timeout(SMALL_TOPIC_SECONDS):
                await history.start()
                files = await file(history)
    except (KafkaError, OSError, TimeoutError, TopicMissingError):
        return LettersTold(unread=True)
    finally:
        await history.stop()
    return LettersTold(grouped(each for each in files.waiting() if _is_of(tenant, each)))


def grouped(letters: Iterable[Filed]) -> tuple[LetterGroup, ...]:
    """Return letters by who told them and why they are of no use."""
    by_reason: dict[tuple[str, str], list[datetime]] = {}
    for each in letters:
        teller = TELLERS.get(each.place.topic, "")
        by_reason.setdefault((teller, each.letter.reason), []).append(each.letter.at)
    found = [_group(*why, moments) for why, moments in by_reason.items()]
    return tuple(sorted(found, key=lambda each: (-each.number, each.oldest)))


def _group(teller: str, reason: str, moments: Sequence[datetime]) -> LetterGroup:
    return LetterGroup(teller=teller, reason=reason, number=len(moments), oldest=min(moments))


def _is_of(tenant: str, filed: Filed) -> bool:
    return tenant_of((filed.letter.key or b"").decode(errors="replace")) == tenant
