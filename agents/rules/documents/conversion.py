"""What does a record of one side look like on the other?

Field by field, decimals exact; where the other side holds less (a memo of 1,000 characters), the
value is cut here, so that the command says what the side will show.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from agents.rules.documents.fields import ALWAYS_CREATED, FIELDS
from schemas.facts import DecisionInput
from schemas.identity import marker
from schemas.records import Allocation, Customer, Invoice, Line, Payment, Record
from schemas.values import Kind, Side

#: Lengths that QBO holds (quickbooks-online.md 2.9 and 7).
MEMO, DESCRIPTION, REFERENCE, NAME, PHONE, EMAIL = 1000, 4000, 21, 500, 30, 100

#: Characters that QBO refuses in a DisplayName (quickbooks-online.md 7, Customer).
NOT_IN_NAMES = str.maketrans({":": "-", "\t": " ", "\n": " "})


def across(record: Record, to: Side, given: DecisionInput) -> Record:
    """Return the whole record in the values of the other side; what it names must be linked."""
    match record:
        case Customer():
            return _customer(record, to)
        case Invoice():
            return _invoice(record, to, given)
        case Payment():
            return _payment(record, to, given)
        case _:
            raise TypeError(f"{type(record).__name__} does not cross")


def created_fields(kind: Kind, record: Record) -> tuple[str, ...]:
    """Return the fields of a create: the obligatory ones, and whatever else has a value."""
    always = ALWAYS_CREATED[kind]
    more = (name for name in (*FIELDS[kind], "marker") if getattr(record, name))
    return tuple(dict.fromkeys((*always, *more)))


def marked(record: Record, to: Side, given: DecisionInput) -> Record:
    """Return the record with the other side's id on it, as its new counterpart will carry it."""
    document = given.document
    if to is Side.QBO and document.mediaos is not None:
        return _with_marker(record, marker(given.tenant, document.kind, document.mediaos.id))
    if to is Side.MEDIAOS and document.qbo is not None:
        return _with_marker(record, document.qbo.id)
    return record


def _with_marker(record: Record, text: str) -> Record:
    if isinstance(record, Customer | Invoice | Payment):
        return replace(record, marker=text)
    return record


def _customer(customer: Customer, to: Side) -> Customer:
    if to is Side.MEDIAOS:
        return customer
    return replace(
        customer,
        name=" ".join(customer.name.translate(NOT_IN_NAMES).split())[:NAME],
        email=_cut(customer.email, EMAIL),
        phone=_cut(customer.phone, PHONE),
    )


def _invoice(invoice: Invoice, to: Side, given: DecisionInput) -> Invoice:
    return replace(
        invoice,
        customer=_customer_across(to, given, invoice.customer),
        lines=tuple(_line(line, given.items) for line in invoice.lines)
        if to is Side.QBO
        else invoice.lines,
        memo=_cut(invoice.memo, MEMO),
    )


def _line(line: Line, items: Mapping[str, str]) -> Line:
    return replace(
        line,
        product=items.get(line.product or ""),
        description=line.description[:DESCRIPTION],
    )


def _payment(payment: Payment, to: Side, given: DecisionInput) -> Payment:
    return replace(
        payment,
        customer=_customer_across(to, given, payment.customer),
        reference=_cut(payment.reference, REFERENCE),
        memo=_cut(payment.memo, MEMO),
        applied=tuple(
            Allocation(
                invoice=given.invoices.get(f"{to.other}:{part.invoice}") or "",
                amount=part.amount,
            )
            for part in payment.applied
        ),
    )


def _customer_across(to: Side, given: DecisionInput, customer: str) -> str:
    """Return the same customer there; nothing, which no side shows, when it is not linked."""
    here = given.customer.shown(to.other) if given.customer else None
    there = given.customer.shown(to) if given.customer else None
    return there.id if here and there and here.id == customer else ""


def _cut(text: str | None, length: int) -> str | None:
    return text[:length] if text else None
