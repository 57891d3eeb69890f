"""May this tenant go live?  What stands on both sides is read, and judged by name.

Exit status 1 while something blocks.  Nothing is written; a person overrules a finding when the
tenant goes live.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from agents.audit.hearing import Hear
from agents.cli.bars import reading_bar
from agents.cli.console import show_json
from agents.cli.exit_status import ExitStatus
from agents.cli.formatting import say
from agents.cli.journal_state import State, reading
from agents.cli.lookup import choose_tenant
from agents.cli.opening import opened
from agents.cli.options import Json
from agents.cli.remote_access import lent_sides
from agents.cli.table import show_table
from agents.preflight.preflight import gather
from agents.process.clock import SystemClock
from agents.rules.documents.lane_book import LaneBook
from agents.rules.tenant.company import as_preferred
from agents.rules.tenant.preflight import examine
from agents.rules.tenant.preflight_dimensions import dimensions_told
from agents.rules.tenant.preflight_findings import Facts, Finding
from agents.rules.tenant.preflight_mappings import mappings_told
from agents.rules.value_words import number_words
from schemas.company import Company
from schemas.outcomes import Fault
from schemas.tenant_state import Tenant
from schemas.values import MappingKind, RecordRef, Side
from streams.remotes.quickbooks.standing import Register

Name = Annotated[str, typer.Argument(metavar="TENANT", help="The tenant that is to go live.")]


def preflight(tenant: Name, as_json: Json = False) -> None:
    """Read both sides and say what should be put right before the tenant goes live."""

    async def work(state: State) -> tuple[Finding, ...]:
        name = choose_tenant(state.tenants(), tenant)
        with reading_bar(SystemClock()) as told:
            return await judged(name, state.tenant(name), state.lanes(name), told)

    findings = reading(work)
    if as_json:
        show_json([asdict(each) for each in findings])
    else:
        show(findings)
    if any(each.blocking for each in findings):
        raise typer.Exit(ExitStatus.NO)


async def judged(
    name: str,
    tenant: Tenant,
    lanes: Sequence[LaneBook],
    hear: Hear,
    register: Register | None = None,
) -> tuple[Finding, ...]:
    """Return all findings of a tenant, those that block first: the preflight, whoever asks for it.

    What the journal has of the tenant is handed in; `hear` is told how far the books are read.
    """
    found = await examined(name, tenant, known_of_mediaos(lanes), register)
    owed = await opened(name, lanes, hear, register) if tenant.observes else ()
    return tuple(sorted((*found, *owed), key=lambda each: not each.blocking))


async def examined(
    name: str,
    tenant: Tenant,
    known: Collection[RecordRef] = (),
    register: Register | None = None,
) -> tuple[Finding, ...]:
    """Read both sides of a tenant and judge them; Refusal without a store of connections.

    `known` are the records of MediaOS that the journal has; `register` is as for `lent_sides`.
    """
    async with lent_sides(register) as sides:
        facts = await gather(
            name,
            tenant.settings,
            unmapped(tenant),
            taxes=tuple(tenant.mapped(MappingKind.TAX_CODE)),
            known=known,
            quickbooks=sides.quickbooks,
            mediaos=sides.mediaos,
        )
    return (
        *examine(facts),
        *mappings_told(tenant),
        *dimensions_told(tenant, _company(tenant, facts)),
    )


def _company(tenant: Tenant, facts: Facts) -> Company:
    """Return what its company is set to by what was read just now, else by what was before."""
    told = facts.preferences
    return tenant.company if isinstance(told, Fault | str) else as_preferred(tenant.company, told)


def known_of_mediaos(lanes: Iterable[LaneBook]) -> frozenset[RecordRef]:
    """Return the records of MediaOS that these lanes have, observed, held or across."""
    books = tuple(lanes)
    taken = (
        RecordRef(Side.MEDIAOS, document.kind, document.mediaos.id)
        for lane in books
        for document in lane.documents.values()
        if document.mediaos is not None
    )
    held = (each.name for lane in books for each in lane.held if each.side is Side.MEDIAOS)
    return frozenset((*taken, *held))


def unmapped(tenant: Tenant) -> tuple[str, ...]:
    """Return the names of the products in use that are not mapped, in order."""
    missing = (
        entry.name or product
        for product, entry in tenant.sources_of(MappingKind.PRODUCT).items()
        if entry.active and product not in tenant.mapped(MappingKind.PRODUCT)
    )
    return tuple(sorted(missing))


def show(findings: tuple[Finding, ...]) -> None:
    """Print findings, those that block first."""
    if not findings:
        say("Nothing stands in the way.")
        return
    stopping = sum(each.blocking for each in findings)
    say(f"{number_words(len(findings), 'finding')}, {stopping} of them blocking.")
    rows = (
        (each.name, "blocks" if each.blocking else "note", each.what, each.why, each.remedy)
        for each in findings
    )
    show_table(("finding", "it", "what", "why it matters", "what to do"), rows, ids=("finding",))
