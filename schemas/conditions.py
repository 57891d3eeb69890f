"""What can a parked document wait for?  A closed set, each with the text that a park carries.

That an invoice is linked is a fact of the document's own lane, and meets its condition as it is
folded; whether any other is met is asked of the tenant and the lane as they stand.
"""

from typing import NamedTuple

from schemas.values import Side


class ProductSaleable(NamedTuple):
    """A product of MediaOS is mapped to an item of QuickBooks that can be sold."""

    product: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"product:{self.product}"


class CustomerLinked(NamedTuple):
    """The customer of the lane is on both sides."""

    def __str__(self) -> str:
        """Return the text in a park."""
        return "customer"


class InvoiceLinked(NamedTuple):
    """An invoice, by one side's id, is on both sides."""

    side: Side
    invoice: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"{self.side}-invoice:{self.invoice}"


class NumberFree(NamedTuple):
    """The tenant's settings give an invoice another number than the one that it could not have."""

    invoice: str
    number: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"number:{self.invoice}:{self.number}"


class SyncOn(NamedTuple):
    """The tenant's documents flow by themselves; until then somebody must push."""

    def __str__(self) -> str:
        """Return the text in a park."""
        return "push"


class TenantLive(NamedTuple):
    """The tenant writes, and no longer only observes."""

    def __str__(self) -> str:
        """Return the text in a park."""
        return "go-live"


class Asked(NamedTuple):
    """A person's request, which stands in the place of any other condition and is met at once.

    `how`: `asked` has it judged again, `pushed` sends it by hand, `overwrite` has MediaOS win.
    """

    how: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return self.how


ASKED, PUSHED, OVERWRITE = Asked("asked"), Asked("pushed"), Asked("overwrite")

Condition = (
    ProductSaleable | CustomerLinked | InvoiceLinked | NumberFree | SyncOn | TenantLive | Asked
)

_FIXED: dict[str, Condition] = {
    str(each): each for each in (CustomerLinked(), SyncOn(), TenantLive(), ASKED, PUSHED, OVERWRITE)
}


def condition_of(text: str) -> Condition | None:
    """Read the text of a park; None when it is none of ours, which nothing meets."""
    what, _, which = text.partition(":")
    match what:
        case "product":
            return ProductSaleable(which)
        case "number":
            invoice, _, number = which.partition(":")
            return NumberFree(invoice, number)
        case "mediaos-invoice" | "qbo-invoice":
            return InvoiceLinked(Side(what.partition("-")[0]), which)
        case _:
            return _FIXED.get(text)
