"""Which record of MediaOS is which record of QuickBooks, and what has no counterpart?

The journal's links say who belongs together; what the records carry by themselves (markers,
references) is held against them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from agents.audit.books import KINDS, Book, Entry, is_application, is_void, worth
from agents.audit.doubles import twice_in_mediaos, twice_in_qbo
from agents.audit.findings import Finding, Waiting, What, finding
from agents.audit.history import History
from agents.audit.matching import Matching
from schemas.values import Kind, RecordRef

#: What is told its number by QuickBooks, and with it the id there.
NUMBERED = frozenset({Kind.INVOICE, Kind.CREDIT_MEMO, Kind.REFUND})


@dataclass(frozen=True, slots=True)
class Pairs:
    """Live records that are linked, one to one, by kind: MediaOS's id to QuickBooks'."""

    of: dict[Kind, dict[str, str]]
    findings: tuple[Finding, ...] = ()


def match(mediaos: Book, qbo: Book, history: History, waiting: dict[RecordRef, Waiting]) -> Pairs:
    """Pair the two books of a tenant; everything that is left over, or double, is a finding."""
    of: dict[Kind, dict[str, str]] = {}
    findings: list[Finding] = []
    for kind in KINDS:
        matching = Matching(
            kind=kind,
            mediaos=mediaos,
            qbo=qbo,
            tenant=history.tenant,
            links=sorted((m, q) for linked, m, q in history.links if linked is kind),
            waiting=waiting,
            merged=history.merged,
        )
        _pair(matching)
        for part in (twice_in_qbo, twice_in_mediaos, _broken, _only_here, _only_there, _references):
            findings.extend(part(matching))
        of[kind] = matching.pairs
    return Pairs(of, tuple(findings))


def _pair(of: Matching) -> None:
    here, there = of.live_here(), of.live_there()
    taken: set[str] = set()
    standing_first = sorted(of.links, key=lambda link: link[1] in there and is_void(there[link[1]]))
    for m, q in standing_first:
        if m in here and q in there and m not in of.pairs and q not in taken:
            of.pairs[m] = q
            taken.add(q)


def _broken(of: Matching) -> Iterator[Finding]:
    """Name each link that leads to nothing; an older link of a pair may."""
    here, there, taken = of.live_here(), of.live_there(), set(of.pairs.values())
    for m, q in of.links:
        if of.waits(of.here(m), of.there(q)) or m in of.pairs or q in taken:
            continue
        deleted = m in of.mediaos.of(of.kind)
        if m in here:
            amount = worth(here[m])
            yield finding(What.MISSING_IN_QBO, of.here(m), of.there(q), None, amount=amount)
        elif q in there:
            found = "deleted in MediaOS" if deleted else None
            if found is None or not _has_ended(there[q]):
                lost = finding(What.MISSING_IN_MEDIAOS, of.there(q), of.here(m), found)
                yield replace(lost, amount=worth(there[q]))
        elif not deleted:
            yield finding(What.LINK, of.here(m), of.there(q), "neither of the two exists")


def _has_ended(entry: Entry[Any]) -> bool:
    """Tell whether QuickBooks took a record away as it does: voided, or a name made inactive."""
    return is_void(entry) or not getattr(entry.shape, "active", True)


def _only_here(of: Matching) -> Iterator[Finding]:
    """Name what MediaOS has, that never crossed and does not wait."""
    linked = {m for m, _ in of.links}
    marked = {m: q for q in of.live_there() if (m := of.marked(q)) is not None}
    for m, entry in of.live_here().items():
        if m in linked or of.waits(of.here(m)) or of.here(m) in of.told:
            continue
        if m in marked:
            expected = f"a link to {of.there(marked[m])}, which carries its marker"
            yield finding(What.LINK, of.here(m), expected, None)
        else:
            expected = f"one {of.kind.called}"
            yield finding(What.MISSING_IN_QBO, of.here(m), expected, None, amount=worth(entry))


def _only_there(of: Matching) -> Iterator[Finding]:
    """Name what QuickBooks has, that never crossed and does not wait.

    What is voided is worth nothing, and what gives a credit to an invoice brings no money.
    """
    linked = {q for _, q in of.links}
    for q, entry in of.live_there().items():
        if (
            is_void(entry)
            or is_application(entry)
            or q in linked
            or of.waits(of.there(q))
            or of.there(q) in of.told
        ):
            continue
        marked = of.marked(q)
        if marked is not None and marked not in of.live_here():
            told = f"a marker of {marked}, which does not exist"
            yield finding(What.LINK, of.there(q), f"a marker of a live {of.kind.called}", told)
        elif marked is None and of.kind not in {Kind.CUSTOMER, Kind.CREDIT_MEMO}:
            # A customer that only QuickBooks has is nobody's mistake; a credit memo is a neighbour.
            expected = f"one {of.kind.called}"
            yield finding(What.MISSING_IN_MEDIAOS, of.there(q), expected, None, amount=worth(entry))


def _references(of: Matching) -> Iterator[Finding]:
    """Hold what paired records say of each other against their link."""
    for m, q in of.pairs.items():
        if of.waits(of.here(m), of.there(q)):
            continue
        reference, marked = of.mediaos.of(of.kind)[m].shape.marker, of.marked(q)
        if reference != q and (reference is not None or of.kind in NUMBERED):
            yield finding(What.LINK, of.here(m), q, reference, "external_reference")
        if marked not in (None, m):
            yield finding(What.LINK, of.there(q), m, marked, "marker")
