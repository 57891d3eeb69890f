"""Under which number does an invoice of MediaOS stand in QuickBooks?

Prefix and invoice id, as the guide promises (136 becomes MediaOS-136), decided once: a changed
prefix never renumbers what is linked.  Of a credit memo a sign of its own stands between
(MediaOS-CM-9).
"""

from schemas.state import Park, ParkReason
from schemas.tenant_conditions import NumberFree
from schemas.tenant_state import TenantSettings

#: QBO's DocNumber holds 21 characters (quickbooks-online.md 2.9).
LONGEST_NUMBER = 21


def number_for(invoice: str, settings: TenantSettings, voided: int = 0) -> str | Park | None:
    """Return the document number, None when QBO is to number it, or why it cannot be had.

    `voided` counts the documents of this invoice that stand voided there: each keeps its number.
    """
    if not settings.assign_invoice_id:
        return None
    again = counted(voided)
    number = f"{settings.number_prefix}{invoice}{again}"
    if len(number) <= LONGEST_NUMBER:
        return number
    return Park(
        reason=ParkReason.NUMBER_TOO_LONG,
        detail=(
            f"{number} has {len(number)} characters and QuickBooks holds {LONGEST_NUMBER}: "
            "choose a shorter number prefix, and it goes by itself"
        ),
        waits_for=(another_number(invoice, number.removesuffix(again)),),
    )


def counted(voided: int) -> str:
    """Return what is added to a number whose earlier documents stand voided, so many of them."""
    return f"-{voided + 1}" if voided else ""


def another_number(invoice: str, number: str) -> str:
    """Return the condition that other settings would give an invoice another number.

    It is the one without the count of those that stand voided, which no setting changes.
    """
    return str(NumberFree(invoice, number))


def gets_another_number(condition: NumberFree, settings: TenantSettings) -> bool:
    """Tell whether that condition is met."""
    now = number_for(condition.invoice, settings)
    return not isinstance(now, Park) and now != condition.number


def prefix_fault(prefix: str) -> str:
    """Return what is wrong with a number prefix, in words that follow its name; "" for nothing."""
    if not prefix.isprintable() or prefix != prefix.strip():
        return f"is {prefix!r}, expected printable text without blanks at its ends"
    if len(prefix) + 1 > LONGEST_NUMBER:
        return (
            f"has {len(prefix)} characters, expected at most {LONGEST_NUMBER - 1}: QuickBooks "
            f"holds {LONGEST_NUMBER} in a document number, and the invoice's id follows"
        )
    return ""
