"""May what writes an invoice off stand on the invoice in QuickBooks?

MediaOS writes off by a line below zero on the invoice itself.  Literally that changes the invoice
of its own date in QuickBooks, which may be of a closed month, and shows a bad debt as a discount:
accountants book a credit memo of the day on a bad-debt item and apply it (quickbooks-money.md 3).
Such a credit memo, with its line of the same type, crosses from MediaOS as any other.  So a line
of a type that a person has marked as a write-off waits, and what stands on both sides stays.
"""

from collections import Counter
from collections.abc import Iterator

from agents.rules.kinds.matching import words
from agents.rules.mappings.table import MAPPINGS
from schemas.decision_input import DecisionInput
from schemas.mapping_conditions import NoWriteOff
from schemas.money_words import money_words
from schemas.records import Invoice, Line, Record
from schemas.state import Park, ParkReason
from schemas.values import ZERO, MappingKind, Side


def written_off(record: Record, side: Side, given: DecisionInput) -> Park | None:
    """Return that an invoice is written off in MediaOS by lines that are not across, or None."""
    if side is Side.QBO or not isinstance(record, Invoice):
        return None
    lines = tuple(_new(record, given))
    if not lines:
        return None
    types = tuple(dict.fromkeys(line.line_type or "" for line in lines))
    command = MAPPINGS[MappingKind.LINE_TYPE].command
    items = (given.target(MappingKind.LINE_TYPE, each) or "ITEM" for each in types)
    literally = ", ".join(
        f"{command} add {each} {item} --no-write-off"
        for each, item in zip(types, items, strict=True)
    )
    amount = money_words(-sum((line.amount for line in lines), ZERO))
    return Park(
        reason=ParkReason.WRITE_OFF,
        detail=(
            f"{amount} of it is written off by a line of line item type {', '.join(types)}: take "
            "the line off in MediaOS, and make a credit memo of that type there, which is applied "
            "to this invoice, so that QuickBooks keeps the invoice as it was and has a credit memo "
            f"of the day; or have the line on the invoice ({literally})"
        ),
        waits_for=tuple(str(NoWriteOff(each)) for each in types),
    )


def _new(invoice: Invoice, given: DecisionInput) -> Iterator[Line]:
    """Yield the lines of write-offs that were not there when both sides agreed."""
    agreed = given.document.agreed
    before = agreed.mediaos if agreed is not None else None
    known = Counter(map(words, before.lines if isinstance(before, Invoice) else ()))
    for line in invoice.lines:
        if line.line_type not in given.write_offs:
            continue
        if known[words(line)]:
            known[words(line)] -= 1
        else:
            yield line
