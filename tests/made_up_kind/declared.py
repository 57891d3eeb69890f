"""Credits: a credit of MediaOS is a CreditMemo of QuickBooks, for a customer and of an invoice."""

import tests.made_up_kind.shape  # noqa: F401 - first: it makes the shapes

# isort: split
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from msgspec.structs import replace
from quickbooks.objects.base import CustomerMemo, LinkedTxn
from quickbooks.objects.creditmemo import CreditMemo

from agents.rules.kinds.named import customer_across
from agents.rules.kinds.policy import BOTH, TO_QBO, Field, Limit, Need, SyncPolicy
from agents.rules.kinds.table import POLICIES
from schemas import published
from schemas.decision_input import DecisionInput
from schemas.kinds import KINDS, RecordKind
from schemas.records import Allocation, Credit, Line
from schemas.values import Kind, RecordRef, Side
from streams.remotes.mediaos.kinds import entity as mediaos
from streams.remotes.mediaos.kinds import table as mediaos_table
from streams.remotes.mediaos.wire_reading import needed_day, read_text
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.kinds import entity as quickbooks
from streams.remotes.quickbooks.kinds import table as quickbooks_table
from streams.remotes.quickbooks.wire_fields import named, ref, split_note

CREDIT = Kind("credit")

KINDS[CREDIT] = RecordKind(
    kind=CREDIT,
    record=Credit,
    public=published.Credit,
    customer=lambda credit: (credit.customer,),
    lines=lambda credit: credit.lines,
    applied=lambda credit: tuple((Kind.INVOICE, part.invoice) for part in credit.applied),
)


def _convert(credit: Credit, to: Side, given: DecisionInput) -> Credit:
    def line(one: Line) -> Line:
        return replace(one, product=given.items.get(one.product or ""))

    def part(one: Allocation) -> Allocation:
        across = given.across(RecordRef(to.other, Kind.INVOICE, one.invoice))
        return replace(one, invoice=across or "")

    return replace(
        credit,
        customer=customer_across(to, given, credit.customer),
        lines=tuple(map(line, credit.lines)) if to is Side.QBO else credit.lines,
        applied=tuple(map(part, credit.applied)),
    )


POLICIES[CREDIT] = SyncPolicy(
    kind=CREDIT,
    fields={
        "customer": Field(TO_QBO, Side.MEDIAOS, on_create=True, names=True),
        "issued": Field(TO_QBO, Side.MEDIAOS, on_create=True),
        "lines": Field(TO_QBO, Side.MEDIAOS, on_create=True, names=True),
        "memo": Field(BOTH, Side.MEDIAOS, limit=Limit(1000)),
        "applied": Field(BOTH, Side.MEDIAOS, on_create=True, names=True),
        "number": Field(frozenset({Side.MEDIAOS}), Side.QBO, mirror=True),
        "marker": Field(frozenset({Side.MEDIAOS}), Side.QBO, mirror=True),
    },
    born=BOTH,
    needs=(Need.CUSTOMER, Need.APPLIED),
    convert=_convert,
    same=lambda asked, found: (asked.customer, asked.total) == (found.customer, found.total),
    numbered=True,
)


class WireCredit(raw.Entity, frozen=True, kw_only=True, rename="pascal"):
    """What is read of a CreditMemo."""

    customer_ref: raw.Ref
    txn_date: date
    doc_number: str = ""
    line: tuple[raw.SalesLine, ...] = ()
    customer_memo: raw.Memo = raw.Memo()
    linked_txn: tuple[raw.LinkedTxn, ...] = ()
    total_amt: Decimal = Decimal(0)
    private_note: str = ""


def _read_memo(shown: WireCredit) -> Credit:
    return Credit(
        customer=shown.customer_ref.value,
        number=shown.doc_number or None,
        issued=shown.txn_date,
        memo=shown.customer_memo.value or None,
        applied=tuple(
            Allocation(invoice=link.txn_id, amount=shown.total_amt) for link in shown.linked_txn
        ),
        total=shown.total_amt,
        marker=split_note(shown.private_note)[1],
    )


def _write_memo(credit: Credit) -> dict[str, quickbooks.Body]:
    links = [named(LinkedTxn, TxnId=part.invoice, TxnType="Invoice") for part in credit.applied]
    memo = named(CustomerMemo, value=credit.memo or "")
    return {
        "customer": named(CreditMemo, CustomerRef=ref(credit.customer)),
        "number": named(CreditMemo, DocNumber=credit.number or ""),
        "issued": named(CreditMemo, TxnDate=credit.issued.isoformat()),
        "lines": named(CreditMemo, Line=[{"Amount": line.amount} for line in credit.lines]),
        "memo": named(CreditMemo, CustomerMemo=memo),
        "applied": {"LinkedTxn": links},
        "marker": named(CreditMemo, PrivateNote=credit.marker or ""),
    }


quickbooks_table.ENTITIES[CREDIT] = quickbooks.Entity(
    kind=CREDIT,
    model=CreditMemo,
    wire=WireCredit,
    read=_read_memo,
    write=_write_memo,
    looks=quickbooks.document_looks,
    removals={quickbooks.Removal.DELETE: quickbooks.DELETED},
    numbered=True,
)


def _read_credit(shown: published.Credit) -> Credit:
    parts = (Allocation(invoice=str(shown.invoice_id), amount=shown.total),)
    return Credit(
        customer=str(shown.advertiser_id),
        number=read_text(shown.external_number),
        issued=needed_day(shown.date_created, "date_created"),
        lines=tuple(
            Line(product=read_text(line.product_id), unit_price=line.amount, amount=line.amount)
            for line in shown.line_items
        ),
        memo=shown.comments or None,
        applied=parts if shown.invoice_id is not None else (),
        total=shown.total,
        marker=read_text(shown.external_reference),
    )


def _write_credit(credit: Credit) -> Mapping[str, mediaos.Body]:
    return {
        "memo": {"comments": credit.memo},
        "number": {"external_number": credit.number},
        "marker": {"external_reference": credit.marker},
        "applied": {"invoice_id": credit.applied[0].invoice if credit.applied else None},
    }


mediaos_table.ENTITIES[CREDIT] = mediaos.Entity(
    kind=CREDIT, path="credits", read=_read_credit, write=_write_credit, create=_write_credit
)
