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
