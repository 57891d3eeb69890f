"""Is this the journal that the store was folded from?  Known again by its terms.

A term is made for one claim and stands in no other journal.  So the records before a partition's
stored position must have the term that was in force there; but for those of a former owner, which
did not count and may stand between.
"""

from collections.abc import Mapping

from schemas.envelope import envelope_of
from streams.journal.fold import Checkpoint
from streams.ports import Log

#: How many records are looked at before a store counts as another journal's: first the last one,
#: then more than a former owner can have had under way.
LOOKS = (1, 1_000)
READ_SECONDS = 1.0


class JournalLostError(Exception):
    """The store knows more than the journal; the text says where and what to do."""


async def strangers(
    log: Log, checkpoints: Mapping[int, Checkpoint], ends: Mapping[int, int]
) -> list[int]:
    """Return the partitions whose stored term the journal does not have where it must stand.

    `ends` are those of all partitions, none before its checkpoint; the log is left anywhere.
    """
    unknown = {p: each for p, each in checkpoints.items() if each.position and each.term}
    for look in LOOKS:
        if unknown:
            begin = {p: max(each.position - look, 0) for p, each in unknown.items()}
            log.start_at({**ends, **begin})
            terms = await _terms(log, unknown)
            unknown = {p: each for p, each in unknown.items() if each.term not in terms[p]}
    return sorted(unknown)


async def _terms(log: Log, checkpoints: Mapping[int, Checkpoint]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {partition: set() for partition in checkpoints}
    left = set(checkpoints)
    while left:
        for record in await log.read(READ_SECONDS):
            checkpoint = checkpoints.get(record.partition)
            if checkpoint is None or record.offset >= checkpoint.position:
                continue
            envelope = envelope_of(record.value)
            if envelope is not None:
                found[record.partition] |= {envelope.term, envelope.claim or ""}
            if record.offset == checkpoint.position - 1:
                left.discard(record.partition)
    return found


def refuse_other_count(found: int, expected: int) -> None:
    """JournalLostError when the journal has another number of partitions."""
    if found != expected:
        raise JournalLostError(
            f"The journal has {found} partitions, and {expected} are expected: a topic's count is "
            "fixed when it is made, so correct the setting, or name the right brokers."
        )


def refuse_lost(checkpoints: Mapping[int, Checkpoint], ends: Mapping[int, int]) -> None:
    """JournalLostError when the store is further than the journal."""
    for partition, checkpoint in sorted(checkpoints.items()):
        end = ends.get(partition, 0)
        if checkpoint.position > end:
            raise JournalLostError(
                f"The state store has partition {partition} of the journal up to record "
                f"{checkpoint.position}, and the journal ends at {end}: it belongs to another "
                "journal, so name that one's brokers, or empty the store."
            )


def refuse_half(first: bytes, ends: Mapping[int, int]) -> None:
    """JournalLostError when the first record names ends that the journal does not reach."""
    envelope = envelope_of(first)
    for partition, least in enumerate(envelope.whole if envelope is not None else ()):
        if ends.get(partition, 0) < least:
            raise JournalLostError(
                f"The journal is half: its partition {partition} ends at {ends.get(partition, 0)}, "
                f"and {least} records must be there, since `isthmus erase` was ended while it put "
                "them in place. Run it again as it was begun, to its end, and start nothing before "
                "that."
            )


def refuse_strangers(partitions: list[int]) -> None:
    """JournalLostError when there are `strangers`."""
    if partitions:
        raise JournalLostError(
            "The state store was folded from another journal: in partition "
            f"{', '.join(map(str, partitions))} its last term is not where it must stand. Name "
            "that journal's brokers (or ISTHMUS_TOPIC_PREFIX), or empty the store."
        )
