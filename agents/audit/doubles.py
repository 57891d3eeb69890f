"""Does one record stand in the other book more than once?

Three witnesses are heard: the journal's links, what the records carry (marker, external
reference), and the document numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agents.audit.books import Entry, is_void, worth
from agents.audit.findings import Finding, What, finding
from agents.audit.matching import Matching
from schemas.records import Sale
from schemas.values import ZERO, Kind, RecordRef

#: By the record: who claims to be it, and by what each.
Claims = dict[str, dict[str, list[str]]]


def twice_in_qbo(of: Matching) -> Iterator[Finding]:
    """Name each record of MediaOS that several live ones of QuickBooks claim to be."""
    # A voided one was given up, and keeps its link, its marker and its number.
    live = {q: entry for q, entry in of.live_there().items() if not is_void(entry)}
    links = ((m, q, "link") for m, q in of.links if q in live)
    markers = ((m, q, "marker") for q in live if (m := of.marked(q)) is not None)
    claims = _claims((*links, *markers))
    _add_numbers(claims, {q: entry.shape for q, entry in live.items()})
    for m, by in _several(claims):
        of.told.update(map(of.there, by))
        yield _twice(What.TWICE_IN_QBO, of.here(m), of.kind, by, live)


def twice_in_mediaos(of: Matching) -> Iterator[Finding]:
    """Name each record of QuickBooks that several live ones of MediaOS claim to be."""
    live = of.live_here()
    links = ((q, m, "link") for m, q in of.links if m in live)
    references = ((e.shape.marker, m, "reference") for m, e in live.items() if e.shape.marker)
    for q, by in _several(_claims((*links, *references))):
        of.told.update(map(of.here, by))
        yield _twice(What.TWICE_IN_MEDIAOS, of.there(q), of.kind, by, live)


def _claims(heard: Iterable[tuple[str, str, str]]) -> Claims:
    claims: Claims = defaultdict(lambda: defaultdict(list))
    for record, by, how in heard:
        claims[record][by].append(how)
    return claims


def _add_numbers(claims: Claims, shapes: dict[str, object]) -> None:
    """Let whoever bears the number of a claimant be a claimant as well."""
    bearers: dict[str, list[str]] = defaultdict(list)
    numbers: dict[str, str] = {}
    for q, shape in shapes.items():
        if isinstance(shape, Sale) and shape.number:
            numbers[q] = shape.number.casefold()
            bearers[numbers[q]].append(q)
    for by in claims.values():
        for number in {numbers[q] for q in by if q in numbers}:
            for q in bearers[number] if len(bearers[number]) > 1 else ():
                by[q].append("number")


def _several(claims: Claims) -> Iterator[tuple[str, dict[str, list[str]]]]:
    return ((record, by) for record, by in sorted(claims.items()) if len(by) > 1)


def _twice(
    what: What,
    where: RecordRef,
    kind: Kind,
    by: dict[str, list[str]],
    live: Mapping[str, Entry[Any]],
) -> Finding:
    told = ", ".join(f"{record} (by {' and '.join(how)})" for record, how in sorted(by.items()))
    # Which of them is the one too many is for a person to say; the dearest is left.
    amounts = sorted(amount for record in by if (amount := worth(live[record])) is not None)
    amount = sum(amounts[:-1], ZERO) if amounts else None
    return finding(what, where, f"one {kind}", told, amount=amount)
