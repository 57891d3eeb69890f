"""How does a credit application cross QuickBooks' wire?  As a payment that links both.

Made by us it brings no money.  One that a person made may, and then only the lines of its credit
are ours to change: all of them are said again, since a line that is left out is gone.
"""

from quickbooks.objects.payment import Payment as PaymentModel

from schemas.commands import Create, Removal
from schemas.credit_parts import application_of
from schemas.kinds import customer_of
from schemas.records import CreditApplication
from schemas.values import ZERO, Kind
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.kinds.currency import worth
from streams.remotes.quickbooks.kinds.entity import DELETED, Entity
from streams.remotes.quickbooks.kinds.payment import VOIDED, read_payment
from streams.remotes.quickbooks.kinds.payment_lines import lines_applying
from streams.remotes.quickbooks.statements import NEWEST, Look, quoted
from streams.remotes.quickbooks.wire_fields import Body, join_note, named, ref

#: What QuickBooks alone says of it, or what is written with its parts.
READ_ONLY = ("amount", "money", "deposited", "foreign", "voided", "as_shown", "applied_at")


def _read(shown: raw.Payment) -> CreditApplication:
    return application_of(read_payment(shown))


def _write(record: CreditApplication) -> dict[str, Body]:
    model = PaymentModel
    return {
        "customer": named(model, CustomerRef=ref(record.customer)),
        "applied": named(model, TxnDate=record.applied.isoformat()),
        **worth(model, record),
        "parts": named(model, Line=lines_applying(record)),
        "marker": named(model, PrivateNote=join_note(None, record.marker)),
        **{name: {} for name in READ_ONLY},
    }


def _required(record: CreditApplication) -> Body:
    # quickbooks-online.md 2.3.
    return named(PaymentModel, CustomerRef=ref(record.customer), TotalAmt=record.amount)


def _looks(entity: Entity[raw.Payment, CreditApplication], command: Create) -> tuple[Look, ...]:
    """Look among its customer's newest payments, also for one that QuickBooks made by itself."""
    customer = quoted(customer_of(command.record) or "")
    return (Look(entity.select(f"CustomerRef = {customer} {NEWEST}")),)


CREDIT_APPLICATION = Entity(
    kind=Kind.CREDIT_APPLICATION,
    model=PaymentModel,
    wire=raw.Payment,
    read=_read,
    write=_write,
    looks=_looks,
    required=_required,
    on_create=lambda _: named(PaymentModel, TotalAmt=ZERO),
    removals={Removal.VOID: VOIDED, Removal.DELETE: DELETED},
)
