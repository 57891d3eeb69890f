"""Methods: how a payment of MediaOS was paid is a PaymentMethod of QuickBooks."""

import tests.made_up_mapping.word  # noqa: F401 - first: it makes the words

# isort: split
from agents.rules.mappings.policy import MappingPolicy
from agents.rules.mappings.table import MAPPINGS
from schemas.records import Payment, Record
from schemas.state import ParkReason
from schemas.values import MappingKind
from streams.remotes.quickbooks.name_lists import NAME_LISTS

METHOD = MappingKind("method")


def _paid_by(record: Record) -> tuple[str | None, ...]:
    return (record.memo,) if isinstance(record, Payment) and record.memo else ()


MAPPINGS[METHOD] = MappingPolicy(
    kind=METHOD,
    source="method",
    target="payment method",
    becomes="booked as",
    command="isthmus map methods",
    group="methods",
    named=_paid_by,
    unnamed="a payment says no method",
    unmapped=ParkReason("unmapped-method"),
    inactive=ParkReason("method-inactive"),
)

NAME_LISTS[METHOD] = "PaymentMethod"
