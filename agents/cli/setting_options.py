"""Which options does `isthmus settings set` take?  None for what is not named."""

from typing import Annotated

import typer

from schemas.tenant_state import BornInQuickbooks, TaxBy

Prefix = Annotated[
    str | None,
    typer.Option("--prefix", help='Before each number: MediaOS- makes MediaOS-136; "" none.'),
]
Assign = Annotated[
    bool | None,
    typer.Option("--assign-invoice-id/--no-assign-invoice-id", help="Number QuickBooks' invoices."),
]
Observe = Annotated[
    bool,
    typer.Option("--observe", help="Write nothing any more until it goes live again: only list."),
]
Manual = Annotated[
    bool | None,
    typer.Option("--manual-push/--no-manual-push", help="Send an invoice only when it is pushed."),
]
Zone = Annotated[
    str | None,
    typer.Option(
        "--time-zone", help='Where its days are kept: America/New_York; "" as QuickBooks has it.'
    ),
]
Born = Annotated[
    BornInQuickbooks | None,
    typer.Option("--born-in-quickbooks", help="mirror: make it in MediaOS too;  list: only list."),
]

Unapply = Annotated[
    bool | None,
    typer.Option(
        "--unapply-first/--no-unapply-first",
        help="Take payments off an invoice that one side took away; else it waits for a person.",
    ),
]

Require = Annotated[
    str | None,
    typer.Option(
        "--require",
        help='payment-method,deposit-account,class,location,term: what lacks it waits; "" none.',
    ),
]

Locked = Annotated[
    str | None,
    typer.Option(
        "--lock-accounting-as-of", help='As MediaOS\' own setting says: 2026-09-30; "" unlocked.'
    ),
]

Tax = Annotated[
    TaxBy | None,
    typer.Option("--tax", help="quickbooks: it reckons;  mediaos: what is printed is said there."),
]

Alternative = Annotated[
    str | None,
    typer.Option(
        "--alternative-payments",
        help='MediaOS\' payment types that bring no money: Barter,Trade; "" none.',
    ),
]

SkipZero = Annotated[
    bool | None,
    typer.Option(
        "--skip-zero-invoices/--no-skip-zero-invoices", help="Send no invoice that comes to zero."
    ),
]

Yes = Annotated[bool, typer.Option("--yes", help="Let all that is held for a push flow.")]
