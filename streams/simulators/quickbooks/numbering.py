"""Who numbers the documents, and what of a number that is taken?

Callers or QBO do, by a preference (2.9); whether a taken number is refused is one that no API
shows (quickbooks-money.md 0).
"""

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.refusals import duplicate_number

#: Kinds that have numbers of one sequence, which the caller or QBO gives (INF).
NUMBERED = ("Invoice", "SalesReceipt", "CreditMemo", "RefundReceipt")
#: Those whose numbers must differ from one another (INF of 3.3's TxnType). A recorded credit memo
#: has its receipt's number.
_RIVALS = ("Invoice", "SalesReceipt")
_FIRST_NUMBER = 1001


def number_sale(book: Book, kind: str, draft: Record, old: Record | None, *, twins: bool) -> None:
    """Set the document number by CustomTxnNumbers (2.9).

    Fault 6140 unless `twins` are allowed; without custom numbers, or where nobody wants to be
    warned, a number that is sent is taken as it is, which leads to duplicates.
    """
    custom = book.all("Preferences")[0]["SalesFormsPrefs"]["CustomTxnNumbers"]
    wanted = draft.pop("DocNumber", None)
    if draft.pop("AutoDocNumber", False) is True or wanted == "AUTO_GENERATE":
        wanted = _next_number(book)
    elif not wanted and not custom:
        # Omitted in a full update, the sequence's number stays (invented).
        wanted = (old or {}).get("DocNumber") or _next_number(book)
    if not wanted:
        return
    draft["DocNumber"] = wanted
    warned = custom and book.unseen.warns_of_twins and not twins
    if warned and wanted != (old or {}).get("DocNumber"):
        _refuse_duplicate(book, wanted, own=(kind, (old or {}).get("Id")))


def _next_number(book: Book) -> str:
    taken = {record.get("DocNumber") for kind in NUMBERED for record in book.all(kind)}
    while (number := book.take_number("DocNumber", _FIRST_NUMBER)) in taken:
        continue
    return number


def _refuse_duplicate(book: Book, number: str, own: tuple[str, str | None]) -> None:
    rivals = _RIVALS if own[0] in _RIVALS else (own[0],)
    for kind in rivals:
        for record in book.all(kind):
            taken = str(record.get("DocNumber", "")).casefold() == number.casefold()
            if taken and (kind, record["Id"]) != own:
                raise duplicate_number(number, kind, record["Id"])
