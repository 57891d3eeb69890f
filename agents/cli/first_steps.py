"""What is left to do for a tenant once it is connected?  Its unmapped products, then going live."""

from collections.abc import Iterable

from agents.cli.mapping_list import mappings
from agents.rules.documents.lane_book import LaneBook
from agents.rules.mappings.listed import Mapping
from agents.rules.mappings.table import PRODUCT
from schemas.tenant_state import Tenant

#: How many products are named; the list shows all.
NAMED = 10


def first_steps(name: str, tenant: Tenant, lanes: Iterable[LaneBook]) -> list[str]:
    """Return what is left to do, a sentence each."""
    found = mappings(name, tenant, lanes, PRODUCT)
    steps = [_products(name, [each for each in found if each.state == "unmapped"], len(found))]
    if tenant.observes:
        steps.append(
            f"{name} only observes: `isthmus preflight {name}` says what to put right, "
            f"`isthmus observe` what it would write, and `isthmus go-live {name} --by NAME` has "
            "it written."
        )
    return steps


def _products(name: str, unmapped: list[Mapping], known: int) -> str:
    if not known:
        shows = f"`isthmus map products list --tenant {name}` shows them"
        return f"No product of MediaOS is known yet: {shows}."
    if not unmapped:
        return f"Every product is mapped: `isthmus map products list --tenant {name}`."
    named = ", ".join(_named(each) for each in unmapped[:NAMED])
    more = f" and {len(unmapped) - NAMED} more" if len(unmapped) > NAMED else ""
    return (
        f"Products without an item of QuickBooks, whose invoices wait: {named}{more}. "
        f"`isthmus map products suggest --tenant {name}` proposes one for each."
    )


def _named(each: Mapping) -> str:
    return f"{each.source} ({each.name})" if each.name else each.source
