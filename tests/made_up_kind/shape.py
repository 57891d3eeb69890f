"""The word of a new kind, its shape, and what MediaOS publishes of it: edits of three modules."""

from tests.made_up_kind.edited import edited

# The word, the shape and what MediaOS publishes.
edited(
    "schemas.values",
    ('    PAYMENT = "payment"\n', '    PAYMENT = "payment"\n    CREDIT = "credit"\n'),
)
edited(
    "schemas.records",
    (
        " | Product\n",
        ''' | Product


class Credit(msgspec.Struct, frozen=True, kw_only=True, tag="credit", omit_defaults=True):
    """Money given back on an invoice."""

    customer: str
    number: str | None = None
    issued: date
    lines: tuple[Line, ...] = ()
    memo: str | None = None
    applied: tuple[Allocation, ...] = ()
    total: Decimal = Decimal(0)
    marker: str | None = None


Record = Record | Credit
''',
    ),
)
edited(
    "schemas.published",
    (
        " | Product\n",
        ''' | Product


class Credit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A credit with all its lines."""

    id: Id
    row_version: RowVersion
    advertiser_id: Id
    line_items: tuple[InvoiceLine, ...]
    total: Amount
    invoice_id: Id | None = None
    comments: str | None = None
    external_number: str | int | None = None
    external_reference: str | int | None = None
    date_created: Moment = None
    date_modified: Moment = None
    date_deleted: Moment = None


Published = Published | Credit
''',
    ),
)
