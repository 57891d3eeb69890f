"""How does a create, update, delete or void change the book?

A full update empties every writable property that its body leaves out, while a sparse one touches
only what it names, except that lines are all or nothing in both (2.3).
"""

from collections.abc import Callable
from typing import Any

from streams.simulators.quickbooks.auto_apply import apply_by_preference
from streams.simulators.quickbooks.book import TRANSACTIONS, Book, Record
from streams.simulators.quickbooks.checks import (
    complete_enough,
    latin_only,
    well_formed,
    writable,
)
from streams.simulators.quickbooks.consequences import follow, mail_by_preference
from streams.simulators.quickbooks.deposits import complete_deposit
from streams.simulators.quickbooks.estimates import complete_estimate
from streams.simulators.quickbooks.invoices import complete_sale
from streams.simulators.quickbooks.journal_entries import complete_entry
from streams.simulators.quickbooks.names import complete_item, complete_person
from streams.simulators.quickbooks.neighbouring import complete_neighbour
from streams.simulators.quickbooks.neighbours.table import NEIGHBOURS
from streams.simulators.quickbooks.numbering import NUMBERED, number_sale
from streams.simulators.quickbooks.payments import complete_payment, payment_by_person
from streams.simulators.quickbooks.receipts import complete_receipt, complete_refund
from streams.simulators.quickbooks.refusals import (
    Fault,
    bad_id,
    duplicate_name,
    missing,
    not_found,
    stale,
)
from streams.simulators.quickbooks.sparse import check_customer_named, sparsely
from streams.simulators.quickbooks.tax_service import complete_agency
from streams.simulators.quickbooks.tracking import tracked
from streams.simulators.quickbooks.voids import (
    check_free,
    check_unlinked,
    check_voidable,
    check_voidable_kind,
    voided,
)

_Complete = Callable[[Book, str, Record, Record | None], Record]

_COMPLETE: dict[str, _Complete] = {
    "Customer": complete_person,
    "Vendor": complete_person,
    "Employee": complete_person,
    "Item": complete_item,
    "Invoice": complete_sale,
    "SalesReceipt": complete_receipt,
    "CreditMemo": complete_sale,
    "RefundReceipt": complete_refund,
    "Deposit": complete_deposit,
    "JournalEntry": complete_entry,
    "TaxAgency": complete_agency,
    "Estimate": complete_estimate,
    "Payment": complete_payment,
    **dict.fromkeys(NEIGHBOURS, complete_neighbour),
}
#: Of which a person may say more than the API does.
_BY_PERSON: dict[str, _Complete] = {"Payment": payment_by_person}
#: What a company's own fields stand on.
_WITH_CUSTOM_FIELDS = (*NUMBERED, "Estimate")

WRITABLE = tuple(_COMPLETE)


class Writer:
    """Writes to one book, under the switches in force."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def create(
        self, kind: str, body: object, *, twins: bool = False, by_person: bool = False
    ) -> Record:
        """Create a record and what the server adds to it (2.2)."""
        draft = _given(writable(kind, self._checked(kind, body)))
        if not by_person:
            draft = tracked(self._book, kind, draft, None)
        complete_enough(kind, draft)
        draft = self._completed(kind, draft, None, twins=twins, by_person=by_person)
        record = self._book.insert(kind, draft)
        follow(self._book, kind, None, record)
        apply_by_preference(self._book, kind, record, self.create, self._edit)
        mail_by_preference(self._book, kind, record)
        return self._book.get(kind, record["Id"])

    def update(
        self, kind: str, body: object, *, twins: bool = False, by_person: bool = False
    ) -> Record:
        """Change a record by a full or sparse body; no change moves nothing (2.3)."""
        sent = self._checked(kind, body)
        old = self.current(kind, sent)
        if not by_person:
            check_free(old)
        draft = writable(kind, sent)
        if sent.get("sparse") in (True, "true"):
            if not by_person:
                check_customer_named(self._book, kind, draft)
            draft = sparsely(self._book, kind, writable(kind, old), draft)
        draft = _given(draft)
        if not by_person:
            draft = tracked(self._book, kind, draft, old)
        complete_enough(kind, draft)
        draft = self._completed(kind, draft, old, twins=twins, by_person=by_person)
        record = self._book.replace(kind, old, draft)
        if record is not old:
            follow(self._book, kind, old, record)
        return self._book.get(kind, record["Id"])

    def delete(self, kind: str, body: object, *, by_person: bool = False) -> Record:
        """Delete a transaction or a note; names can only be made inactive (2.3)."""
        if kind not in TRANSACTIONS and not _is_deletable(kind):
            raise Fault("500", f"Unsupported Operation : {kind} cannot be deleted", element=None)
        old = self.current(kind, self._checked(kind, body))
        check_free(old)
        if not by_person:
            check_unlinked(self._book, kind, old)
        self._book.remove(kind, old["Id"])
        follow(self._book, kind, old, None)
        return {"domain": "QBO", "status": "Deleted", "Id": old["Id"]}

    def void(self, kind: str, body: object, *, by_person: bool = False) -> Record:
        """Void a transaction, and free what is linked to it (2.3, quickbooks-money.md 0)."""
        check_voidable_kind(kind, by_person=by_person)
        old = self.current(kind, self._checked(kind, body))
        check_free(old)
        if not by_person:
            check_voidable(self._book, kind, old)
        left = voided(self._book, kind, old)
        record = self._book.replace(kind, old, left, operation="Void")
        follow(self._book, kind, old, record)
        return self._book.get(kind, record["Id"])

    def completed(self, kind: str, body: object) -> Record:
        """Return a form as it would be stored, for a template that holds it."""
        draft = _given(writable(kind, self._checked(kind, body)))
        complete_enough(kind, draft)
        return _COMPLETE[kind](self._book, kind, draft, None)

    def attach(self, body: Record) -> Record:
        """Create the record of a file that was uploaded; its size is ours to say."""
        record = self.create("Attachable", body)
        address = f"/v3/company/{self._book.realm}/download/{record['Id']}"
        shown = {"Size": body["Size"], "FileAccessUri": address, "TempDownloadUri": address}
        self._book.refresh("Attachable", record, **shown)
        return self._book.get("Attachable", record["Id"])

    def _edit(self, kind: str, changes: Record) -> Record:
        present = {"SyncToken": self._book.get(kind, changes["Id"])["SyncToken"], "sparse": True}
        return self.update(kind, changes | present, by_person=True)

    def current(self, kind: str, body: Record) -> Record:
        """Return the record that a body speaks of. Faults 2020, 2030, 610 and 5010 (2.3)."""
        record_id = str(body.get("Id") or "")
        if not record_id:
            raise missing("Id")
        if not record_id.isdecimal():
            raise bad_id(record_id)
        record = self._book.find(kind, record_id)
        if record is None:
            raise not_found()
        if body.get("SyncToken") is None:
            raise missing("SyncToken")
        if str(body["SyncToken"]) != record["SyncToken"]:
            raise stale(self._book.settings().other_user)
        return record

    def _checked(self, kind: str, body: object) -> Record:
        if kind not in _COMPLETE:
            raise Fault("2000", f"Invalid Object Name : {kind}; one of {', '.join(_COMPLETE)}")
        if not self._book.settings().reads_utf8:
            latin_only(body)
        return well_formed(kind, body)

    def _completed(
        self, kind: str, draft: Record, old: Record | None, *, twins: bool, by_person: bool
    ) -> Record:
        complete = _BY_PERSON.get(kind) if by_person else None
        try:
            draft = (complete or _COMPLETE[kind])(self._book, kind, draft, old)
        except Fault as fault:
            raise self._worded(fault) from fault
        if kind in _WITH_CUSTOM_FIELDS:
            draft.setdefault("CustomField", self._custom_fields())
        if kind in NUMBERED:
            number_sale(self._book, kind, draft, old, twins=twins)
        return draft

    def _worded(self, fault: Fault) -> Fault:
        bare = fault.code == "6240" and not self._book.settings().taken_name_says_whose
        return duplicate_name(None) if bare else fault

    def _custom_fields(self) -> list[Any]:
        names = enumerate(self._book.settings().custom_field_names, start=1)
        return [{"DefinitionId": str(n), "Name": name, "Type": "StringType"} for n, name in names]


def _is_deletable(kind: str) -> bool:
    return kind in NEIGHBOURS and NEIGHBOURS[kind].is_deletable


def _given(draft: Record) -> Record:
    return {name: value for name, value in draft.items() if value is not None}
