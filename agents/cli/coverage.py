"""Up to when is each side known?  The published view, where the journal's word is a day old."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from agents.cli.environment import process_settings
from agents.process.clock import SystemClock
from agents.rules.tenant.coverage import goes_on_from
from agents.sweep.coverage_view import CoverageView, TenantSide, read_coverage
from schemas.tenant_state import Tenant
from schemas.values import Side
from streams.kafka.history import read_to_end


async def viewed() -> CoverageView:
    """Return what the view says now; it says itself when it could not be read."""
    settings = process_settings()
    return await read_coverage(partial(read_to_end, settings.cluster), SystemClock())


def covered(
    tenants: Mapping[str, Tenant], view: CoverageView
) -> dict[str, dict[str, datetime | None]]:
    """Return, by tenant and side, the newer of what the journal and the view say."""
    return {
        name: {
            str(side): goes_on_from(
                tenant.covered.get(side), view.until.get(TenantSide(name, side))
            )
            for side in Side
        }
        for name, tenant in tenants.items()
    }
