"""How does a credit application cross MediaOS's wire?  Its customer is named when it is made."""

from schemas import published
from schemas.commands import Removal
from schemas.records import CreditApplication, CreditPart
from schemas.values import Kind
from streams.remotes.mediaos.kinds.entity import Entity
from streams.remotes.mediaos.wire_reading import needed_day, read_amount, read_text, read_time
from streams.remotes.mediaos.wire_writing import Body, write_day, write_number


def _read(raw: published.CreditApplication) -> CreditApplication:
    return CreditApplication(
        customer=str(raw.advertiser_id),
        applied=needed_day(raw.date_applied, "date_applied"),
        applied_at=read_time(raw.date_applied, "date_applied"),
        parts=tuple(
            CreditPart(
                credit=str(line.credit_memo_id),
                invoice=str(line.invoice_id),
                amount=read_amount(line.amount, f"lines[{i}].amount"),
            )
            for i, line in enumerate(raw.lines)
        ),
        marker=read_text(raw.external_reference),
    )


def _write(record: CreditApplication) -> dict[str, Body]:
    return {
        "applied": {"date_applied": write_day(record.applied)},
        "parts": {"lines": [_line(part) for part in record.parts]},
        "marker": {"external_reference": record.marker},
    }


def _line(part: CreditPart) -> Body:
    return {
        "credit_memo_id": part.credit,
        "invoice_id": part.invoice,
        "amount": write_number(part.amount),
    }


def _create(record: CreditApplication) -> dict[str, Body]:
    # It is in the currency of what it settles, and brings no money that has a rate.
    own = {"customer": {"advertiser_id": record.customer}, "currency": {}, "rate": {}}
    return {**own, **_write(record)}


CREDIT_APPLICATION = Entity(
    kind=Kind.CREDIT_APPLICATION,
    path="creditApplications",
    read=_read,
    write=_write,
    create=_create,
    removals=frozenset({Removal.DELETE}),
)
