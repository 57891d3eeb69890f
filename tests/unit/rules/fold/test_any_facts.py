"""Does any fact that can be read stop the fold?  Journals of facts of all kinds, about few things.

Lanes of several partitions speak of the same records, some in a partition that is not theirs;
fields and documents are named that there are not.
"""

from random import Random

import msgspec
import pytest

from agents.view.folding import Folding
from schemas.catalog import decode_journal
from schemas.facts import Fact
from schemas.rows import SEPARATOR
from schemas.values import Kind
from streams.journal.fold import Fold
from tests.fuzz.samples import AT, samples_of

PARTITIONS = 3
LANES = ("t1/mediaos/42", "t1/mediaos/43", "t1/qbo/500", "t1/qbo/501", "t1")
IDS = ("42", "invoice-136", "500")
#: The last two end as the beginning of many keys does.
NO_DOCUMENTS = (
    *("", "x1", "mediaos/x", "mediaos/no-kind/1"),
    *(f"x{SEPARATOR}", f"mediaos/invoice/1{SEPARATOR}"),
)
RECORDS = 3_000
FACTS = samples_of(Fact)


def somebody_says(chance, value, name=""):
    """Return a sample with other ids, lanes, kinds and documents in it."""
    if isinstance(value, dict):
        return {key: somebody_says(chance, each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [somebody_says(chance, each, name) for each in value]
    # A product's or a mapping's kind is none of a record's.
    other = OTHERS.get(name) if name != "kind" or value in set(Kind) else None
    made = other(chance) if other is not None else value
    return made if type(made) is type(value) else value


def named(chance):
    if chance.random() < 0.1:
        return chance.choice(NO_DOCUMENTS)
    side, kind = chance.choice(("mediaos", "qbo")), chance.choice(list(Kind))
    return f"{side}/{kind}/{chance.choice(IDS)}"


#: What a field of such a name may hold as well.
OTHERS = {
    "kind": lambda chance: str(chance.choice(list(Kind))),
    **dict.fromkeys(("document", "documents"), named),
    **dict.fromkeys(("home", "lane"), lambda chance: chance.choice(LANES)),
    **dict.fromkeys(("order", "number", "generation"), lambda chance: chance.randrange(5)),
    **dict.fromkeys(("mediaos", "qbo", "id", "target"), lambda chance: chance.choice(IDS)),
    "at": lambda chance: f"2026-03-01T09:{chance.randrange(5):02}:00Z",
}


def somebody_said(chance, lanes=LANES):
    """Return one record that can be read, or None."""
    step = {"term": "t", "lane": chance.choice(lanes), "at": AT}
    facts = [somebody_says(chance, chance.choice(FACTS)) for _ in range(chance.randint(1, 3))]
    try:
        return decode_journal(msgspec.json.encode({**step, "facts": facts}))
    except ValueError:
        return None


@pytest.mark.parametrize("seed", range(2))
def test_no_fact_that_can_be_read_stops_its_partition(seed):
    chance = Random(seed)
    fold, folded = Fold(Folding(), partitions=PARTITIONS), 0
    for each in fold.partition_folds:
        each.term = "t"
    for _ in range(RECORDS):
        record, partition = somebody_said(chance), chance.randrange(PARTITIONS)
        if record is not None:
            at = fold.partition_folds[partition].position
            folded += fold.apply(partition, at, record).accepted
    assert folded > RECORDS * 0.9
    assert sum(each.clashes for each in fold.partition_folds) > 0
