"""Which options mean the same in every command?"""

from typing import Annotated, Literal

import typer

from schemas.values import Side

#: What can wait, be pushed and be explained; a product has no work of its own.
Traded = Literal["customer", "invoice", "credit-memo", "payment", "credit-application", "refund"]

What = Annotated[
    Traded,
    typer.Argument(help="customer, invoice, credit-memo, payment, credit-application or refund"),
]
TenantName = Annotated[
    str | None, typer.Option("--tenant", help="The tenant; not needed where there is only one.")
]
OfSide = Annotated[Side, typer.Option("--side", help="Whose id it is.")]
Json = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]
By = Annotated[
    str | None,
    typer.Option("--by", help="Who asks, for the journal; your login name where it is left out."),
]
