"""What of accounts, classes, locations and terms should somebody know before a tenant goes live?"""

from collections.abc import Iterator

from agents.rules.mappings.catalog_entries import known_sources, usable_target
from agents.rules.mappings.deposits import deposits_told
from agents.rules.mappings.policy import MappingPolicy
from agents.rules.mappings.table import CLASS, LINE_TYPE, LOCATION, PAYMENT_ACCOUNT, TERM
from agents.rules.tenant.preflight_findings import Finding, some
from schemas.company import Classes, Company
from schemas.tenant_state import CatalogEntry, Tenant

#: What all of a document goes under, as far as what it sells agrees.
_OF_ALL = "of a document that sells under several it is left out, unless the setting has it wait"


def dimensions_told(tenant: Tenant, company: Company) -> Iterator[Finding]:
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
    by_line = company.classes is Classes.BY_LINE
    for policy, of_line in ((CLASS, by_line), (LOCATION, False)):
        if policy.kept(company):
            yield _kept(policy, tenant, of_line=of_line)
        elif policy.kind in tenant.settings.require:
            yield _required_in_vain(policy)
    yield from _terms(tenant)
    yield from _gl_codes(tenant)


def _terms(tenant: Tenant) -> Iterator[Finding]:
    """Yield which terms are left out, or wait, where MediaOS' list of them was read."""
    names = {source: each.name for source, each in known_sources(tenant, TERM).items()}
    lacking = [n for s, n in names.items() if usable_target(tenant, TERM.kind, s) is None]
    if not lacking:
        return
    waits = TERM.kind in tenant.settings.require
    yield Finding(
        name=TERM.group,
        what=f"terms of MediaOS without a term of QuickBooks: {some(sorted(lacking))}",
        why=(
            "an invoice with them waits until they are mapped"
            if waits
            else "an invoice with them goes without a term; its due date is said as it is printed"
        ),
        remedy=f"{TERM.command} suggest, then {TERM.command} add",
        blocking=False,
    )


def _gl_codes(tenant: Tenant) -> Iterator[Finding]:
    """Yield what MediaOS has under another account of the ledger than QuickBooks books it to.

    MediaOS shows the code of line item types, and of no product.
    """
    apart = [
        f"{entry.name} ({entry.ledger} in MediaOS, {account.code or account.name} in QuickBooks)"
        for source, entry in tenant.sources_of(LINE_TYPE.kind).items()
        if (account := _earns_for(tenant, source)) is not None
        and entry.ledger
        and entry.ledger not in {account.code, account.name, account.path}
    ]
    if apart:
        yield Finding(
            name="gl-codes",
            what=f"the item that it is sold as earns for another account: {some(sorted(apart))}",
            why="no GL code is sent: QuickBooks books a line to the income account of its item",
            remedy=f"{LINE_TYPE.command} add, to an item of that account; or change either side",
            blocking=False,
        )


def _earns_for(tenant: Tenant, line_type: str) -> CatalogEntry | None:
    """Return the income account of what a line item type is sold as, as far as that was read."""
    item = usable_target(tenant, LINE_TYPE.kind, line_type)
    sold = tenant.targets_of(LINE_TYPE.kind).get(item) if item is not None else None
    return tenant.targets_of(PAYMENT_ACCOUNT.kind).get(sold.ledger) if sold is not None else None


def _kept(policy: MappingPolicy, tenant: Tenant, *, of_line: bool) -> Finding:
    names = {source: each.name for source, each in known_sources(tenant, policy).items()}
    lacking = [
        name or source
        for source, name in names.items()
        if usable_target(tenant, policy.kind, source) is None
    ]
    required = policy.kind in tenant.settings.require
    if not lacking:
        told = f"each product is mapped to a {policy.target}"
    else:
        told = f"mapped to no {policy.target}: {some(sorted(lacking))}"
    goes = "waits until it is mapped" if required else f"goes without a {policy.target}"
    return Finding(
        name=policy.group,
        what=f"QuickBooks keeps a {policy.target} for each {'line' if of_line else 'sale'}; {told}",
        why=f"what is not mapped {goes}" + ("" if of_line else f"; {_OF_ALL}"),
        remedy=f"{policy.command} suggest, then {policy.command} add",
        blocking=False,
    )


def _required_in_vain(policy: MappingPolicy) -> Finding:
    return Finding(
        name=f"{policy.group}-off",
        what=f"a {policy.target} is required, and QuickBooks keeps none",
        why="nothing waits for one, and everything goes without",
        remedy=(
            f"Account and settings, Advanced, Categories: switch on what the {policy.target} is "
            "there, where the subscription has it; or take it out of isthmus settings set --require"
        ),
        blocking=False,
    )
