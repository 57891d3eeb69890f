"""What of accounts, classes, locations and terms should somebody know before a tenant goes live?"""

from collections.abc import Iterator

from agents.rules.mappings.deposits import deposits_told
from agents.rules.tenant.preflight import Finding
from schemas.tenant_state import Tenant


def dimensions_told(tenant: Tenant) -> Iterator[Finding]:
    """Yield what is mapped of them, and what will be left out or waits; none of it blocks."""
    yield Finding(
        name="deposit-accounts",
        what=deposits_told(tenant),
        why=(
            "what is in Undeposited Funds waits there for a bank deposit; what goes straight into "
            "a bank account must match a line of the bank's statement by itself"
        ),
        remedy="isthmus map deposit-accounts add, where a type goes elsewhere",
        blocking=False,
    )
