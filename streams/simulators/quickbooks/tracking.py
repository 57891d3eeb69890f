"""What becomes of a class or a location in a company that tracks none?

Nobody knows (quickbooks-money.md 7): it is stored, dropped or refused, by a switch.  What stands on
a form already stays, and what a person types there is none of this.
"""

from collections.abc import Iterator

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.refusals import Fault

_FORMS = ("Invoice", "CreditMemo", "RefundReceipt", "SalesReceipt")
_SOLD = "SalesItemLineDetail"


def tracked(book: Book, kind: str, draft: Record, old: Record | None) -> Record:
    """Return a form with what its company tracks. Fault 5030."""
    how = book.settings().untracked
    if how == "kept" or kind not in _FORMS:
        return draft
    told = book.all("Preferences")[0]["AccountingInfoPrefs"]
    headers = {
        *(() if told["ClassTrackingPerTxn"] else ("ClassRef",)),
        *(() if told["TrackDepartments"] else ("DepartmentRef",)),
    }
    before = old or {}
    new = {name for name in headers if draft.get(name) != before.get(name) and draft.get(name)}
    lines = [] if told["ClassTrackingPerTxnLine"] else list(_classed(draft, before))
    if how == "refused" and (new or lines):
        raise Fault("5030", "Feature Not Supported : Classes or locations are not enabled")
    kept = {name: value for name, value in draft.items() if name not in new}
    if lines:
        kept["Line"] = [
            _bare(each) if any(each is one for one in lines) else each for each in draft["Line"]
        ]
    return kept


def _classed(draft: Record, old: Record) -> Iterator[Record]:
    """Yield the lines under a class that they did not have."""
    known = {line.get("Id"): _class_of(line) for line in old.get("Line") or ()}
    for line in draft.get("Line") or ():
        if _class_of(line) and known.get(line.get("Id")) != _class_of(line):
            yield line


def _class_of(line: Record) -> str | None:
    found = (line.get(_SOLD) or {}).get("ClassRef") or {}
    return str(found["value"]) if found.get("value") else None


def _bare(line: Record) -> Record:
    detail = {name: value for name, value in line[_SOLD].items() if name != "ClassRef"}
    return {**line, _SOLD: detail}
