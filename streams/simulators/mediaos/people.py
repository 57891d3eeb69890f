"""What can a person do in MediaOS?

Make, edit and delete anything, lines included, without idempotency keys or row versions: a person
looks at a screen. What a person does is published as what the API does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from streams.simulators.mediaos import (
    advertisers,
    credit_applications,
    credit_memos,
    invoices,
    line_item_types,
    payments,
    products,
    refunds,
    terms,
)
from streams.simulators.mediaos.account import Account
from streams.simulators.mediaos.book import Book, Kind, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class _Acts:
    create: Callable[[Book, Any], Record]
    edit: Callable[[Book, str, Any], Record]
    delete: Callable[[Book, str], Record]


_ACTS: Mapping[Kind, _Acts] = {
    "advertisers": _Acts(
        create=advertisers.create, edit=advertisers.edit, delete=advertisers.delete
    ),
    "invoices": _Acts(create=invoices.create, edit=invoices.edit, delete=invoices.delete),
    "creditMemos": _Acts(
        create=credit_memos.create, edit=credit_memos.edit, delete=credit_memos.delete
    ),
    "payments": _Acts(
        create=payments.create,
        edit=partial(payments.edit, readers=payments.READERS),
        delete=payments.delete,
    ),
    "creditApplications": _Acts(
        create=credit_applications.create,
        edit=credit_applications.edit,
        delete=credit_applications.delete,
    ),
    "refunds": _Acts(create=refunds.create, edit=refunds.edit, delete=refunds.delete),
    "products": _Acts(create=products.create, edit=products.edit, delete=products.delete),
    "invoiceLineItemTypes": _Acts(
        create=line_item_types.create, edit=line_item_types.edit, delete=line_item_types.delete
    ),
    "terms": _Acts(create=terms.create, edit=terms.edit, delete=terms.delete),
}


_RESTORED: Mapping[Kind, Callable[[Book, str], Record]] = {
    "payments": payments.restore,
    "creditApplications": credit_applications.restore,
}


class People:
    """The people who work in one account; each act returns when Kafka has what it changed."""

    def __init__(self, account: Account) -> None:
        self._account = account

    async def create(self, kind: Kind, fields: Mapping[str, Any]) -> Record:
        """Make a record from the fields of its reader; raises Refusal."""
        return await self._said(_ACTS[kind].create(self._account.book, fields))

    async def edit(self, kind: Kind, record_id: str, changes: Mapping[str, Any]) -> Record:
        """Change fields of a record; raises Refusal."""
        return await self._said(_ACTS[kind].edit(self._account.book, record_id, changes))

    async def delete(self, kind: Kind, record_id: str) -> Record:
        """Delete a record softly; raises Refusal."""
        return await self._said(_ACTS[kind].delete(self._account.book, record_id))

    async def restore(self, kind: Kind, record_id: str) -> Record:
        """Bring a deleted record back; what applies something comes back with nothing applied."""
        book = self._account.book
        restored = _RESTORED.get(kind)
        if restored is not None:
            return await self._said(restored(book, record_id))
        return await self._said(book.restore(kind, record_id))

    async def _said(self, record: Record) -> Record:
        await self._account.outbox.wait_for(self._account.say())
        return record
