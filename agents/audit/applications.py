"""Do both sides apply the same of each credit, and to the same invoices?

MediaOS says which credit memo gives to which invoice, and QuickBooks what each gives and gets in a
payment; so the sums of both are compared.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal

from agents.audit.books import Application, Book, Entry, Sums
from agents.audit.findings import Finding, What, finding
from schemas.values import ZERO, Kind, RecordRef

#: By its id, what each record of a list of pairs comes to.
Parts = Iterable[tuple[str, Decimal]]


def summed(parts: Parts) -> dict[str, Decimal]:
    """Return what each gets or gives in all; what is linked with nothing does neither."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for name, amount in parts:
        found[name] += amount
    return {name: amount for name, amount in found.items() if amount}


def differing_application(
    where: RecordRef,
    mediaos: Application,
    qbo: Application,
    memos: Mapping[str, str],
    invoices: Mapping[str, str],
) -> Iterator[Finding]:
    """Name each credit memo, and each invoice, of which another amount is applied.

    `memos` and `invoices` lead from MediaOS's ids to QuickBooks'.
    """
    yield from _apart(where, "credit memo", _across(mediaos.given, memos), qbo.given)
    if mediaos.got is not None and qbo.got is not None:
        yield from _apart(where, "invoice", _across(mediaos.got, invoices), qbo.got)


def told_by_itself(qbo: Book, linked: Collection[str]) -> dict[str, Entry[Application]]:
    """Return QuickBooks' applications of credit memos that MediaOS has, of which these are.

    A credit that QuickBooks alone has is told as such, with all that is done with it.
    """
    return {
        name: entry
        for name, entry in qbo.applications.items()
        if set(entry.shape.given) <= set(linked)
    }


def credited_in(book: Book) -> Iterator[tuple[str, Decimal]]:
    """Yield what live applications of a book give to each invoice."""
    for entry in book.live(Kind.CREDIT_APPLICATION).values():
        yield from (entry.shape.got or {}).items()


def _apart(where: RecordRef, name: str, wanted: Sums, found: Sums) -> Iterator[Finding]:
    for each in sorted(wanted.keys() | found.keys()):
        expected, there = wanted.get(each, ZERO), found.get(each, ZERO)
        if expected != there:
            yield finding(What.APPLICATION, where, expected, there, f"{name} {each}")


def _across(sums: Sums, ids: Mapping[str, str]) -> dict[str, Decimal]:
    return summed((ids.get(each, f"{each} of MediaOS alone"), sums[each]) for each in sums)
