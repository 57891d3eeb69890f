"""Which fields of a document are kept in step, which way, and who owns them?

The table is the policy: everything else in a record (totals, balances, a person's private note)
is either derived or none of our business.  An unowned field that both sides changed is for a
person.
"""

from dataclasses import dataclass

from schemas.values import Kind, Side

BOTH = frozenset({Side.QBO, Side.MEDIAOS})
TO_QBO = frozenset({Side.QBO})
TO_MEDIAOS = frozenset({Side.MEDIAOS})


@dataclass(frozen=True, slots=True)
class Policy:
    """Where a field may be written after the first crossing, and who wins when both changed it.

    A mirrored field is simply what its owner shows, whatever anyone types on the other side.
    """

    to: frozenset[Side]
    owner: Side | None
    mirror: bool = False


FIELDS: dict[Kind, dict[str, Policy]] = {
    Kind.CUSTOMER: {
        "name": Policy(BOTH, None),
        "email": Policy(BOTH, Side.MEDIAOS),
        "phone": Policy(BOTH, Side.MEDIAOS),
        "billing": Policy(BOTH, Side.MEDIAOS),
    },
    Kind.INVOICE: {
        "customer": Policy(TO_QBO, Side.MEDIAOS),
        "issued": Policy(TO_QBO, Side.MEDIAOS),
        "due": Policy(BOTH, Side.QBO),
        "memo": Policy(BOTH, Side.MEDIAOS),
        "email": Policy(BOTH, Side.MEDIAOS),
        "lines": Policy(TO_QBO, Side.MEDIAOS),
        "tax": Policy(TO_QBO, Side.MEDIAOS),
        "discount": Policy(TO_QBO, Side.MEDIAOS),
        "number": Policy(TO_MEDIAOS, Side.QBO, mirror=True),
        "marker": Policy(TO_MEDIAOS, Side.QBO, mirror=True),
    },
    Kind.PAYMENT: {
        "customer": Policy(TO_QBO, Side.MEDIAOS),
        "amount": Policy(BOTH, Side.QBO),
        "received": Policy(BOTH, Side.QBO),
        "reference": Policy(BOTH, Side.QBO),
        "memo": Policy(BOTH, Side.QBO),
        "applied": Policy(BOTH, Side.QBO),
    },
}

#: Fields that go along whenever the record is created, whatever they hold.
ALWAYS_CREATED: dict[Kind, tuple[str, ...]] = {
    Kind.CUSTOMER: ("name", "marker"),
    Kind.INVOICE: ("customer", "issued", "lines", "marker"),
    Kind.PAYMENT: ("customer", "amount", "received", "applied", "marker"),
}
