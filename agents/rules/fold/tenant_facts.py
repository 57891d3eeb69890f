"""What does a fact change of a tenant: its settings, mappings, products, connection?"""

from msgspec.structs import replace

from agents.rules.documents.observing import evolve_live
from agents.rules.products.catalog_entries import shown_wares
from agents.rules.tenant.connections import evolve_connection
from agents.rules.tenant.coverage import evolve_covered
from agents.rules.tenant.suspension import evolve_suspension
from schemas.facts import Fact, ItemSeen, ProductMapped, ProductSeen, SettingsChanged
from schemas.state import Tenant


def evolve_tenant(tenant: Tenant, fact: Fact) -> Tenant:
    """Return the tenant as it stands after one fact that concerns it."""
    match fact:
        case SettingsChanged():
            return replace(tenant, settings=fact.settings)
        case ProductMapped(item=None):
            return replace(tenant, items=_without(tenant.items, fact.product))
        case ProductMapped():
            return replace(tenant, items={**tenant.items, fact.product: fact.item or ""})
        case ProductSeen():
            return replace(
                tenant, mediaos_products=shown_wares(tenant.mediaos_products, fact.product, fact)
            )
        case ItemSeen():
            return replace(tenant, qbo_items=shown_wares(tenant.qbo_items, fact.item, fact))
        case _:
            tenant = evolve_covered(evolve_connection(tenant, fact), fact)
            return evolve_suspension(evolve_live(tenant, fact), fact)


def _without(items: dict[str, str], product: str) -> dict[str, str]:
    return {key: value for key, value in items.items() if key != product}
