"""Is a sentence for people free of our own words: keys of conditions and rows, names of sides?"""

import re
from collections.abc import Iterable, Iterator

from agents.cli.fact_text import park_words
from schemas.facts import Fact, OnOneSide, Parked
from schemas.lane_facts import LaneWaited
from schemas.state import ParkReason

#: A condition as a park carries it, a record or lane by its key, a side by its short name, a field
#: as a record calls it, a value of ours.
_RAW = re.compile(
    r"\b(?:right|owes|customer-(?:active|crossed|taxed)|number|product|books-open):\S"
    r"|\b(?:qbo|mediaos)[-/]\w+|\bqbo\b|(?<![/.@])\bmediaos\b(?![./])"
    r"|(?<!isthmus )(?<!-)\b(?:go-live|time-zone)\b|\bcredit-(?:memo|application)\b"
    r"|\b(?:sync_token|line_items|as_shown|on_account|one_sided)\b|\bNone\b|Decimal\("
)


def raw_words(sentence: str) -> list[str]:
    """Return what of a sentence is ours alone; a command that it names is not."""
    return _RAW.findall(re.sub(r"`[^`]*`|\(isthmus [^)]*\)", "", sentence))


def sentences(facts: Iterable[Fact]) -> Iterator[str]:
    """Yield every sentence in which facts tell why something waits; a bug of ours says its own."""
    for fact in facts:
        match fact:
            case Parked() if fact.park.reason is not ParkReason.BUG:
                yield park_words(fact.park)
            case OnOneSide():
                yield fact.reason
            case LaneWaited():
                yield fact.why
            case _:
                pass
