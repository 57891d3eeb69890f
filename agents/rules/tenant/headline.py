"""Is a tenant in step, and if not, why?  In one sentence, for an accountant."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agents.rules.kinds import days
from schemas.tenant_state import Tenant
from schemas.values import Side

#: So many sweeps of a side that did not come to an end are no chance any more.
LATE_SWEEPS = {Side.QBO: 6, Side.MEDIAOS: 4}


UNREAD = "A part of what happened cannot be read, so whether all is on both sides is not known."


def headline(
    tenant: Tenant,
    needing: int,
    *,
    unread: bool,
    late: bool,
    turns: int,
    apart: int,
    broken: bool = False,
) -> tuple[str, bool]:
    """Return in one sentence how it stands, and whether that is well.

    `turns` are customers whose changes wait for their turn, `apart` what waits and needs nobody;
    `unread`: a partition of the journal is read no further, so that nobody knows what of its
    customers is across, and nothing of them is written.  A `broken` connection is one of which it
    is seen already that nothing goes by it.
    """
    stands = _stands_still(tenant, broken=broken)
    if stands is not None and not (unread and stands[1]):
        return stands
    if (why := _not_well(needing, unread=unread, late=late)) is not None:
        return why, False
    if turns:
        many = "1 customer" if turns == 1 else f"{turns:,} customers"
        return f"Under way: what changed of {many} waits for its turn.", True
    if apart:
        many = "1 record" if apart == 1 else f"{apart:,} records"
        return f"In step but for {many} kept back by your settings or by somebody.", True
    return "In step: everything that is known is on both sides.", True


def _not_well(needing: int, *, unread: bool, late: bool) -> str | None:
    if unread:
        return UNREAD
    if needing:
        many = "1 matter needs" if needing == 1 else f"{needing:,} matters need"
        return f"{many} somebody."
    return "Behind: a side has not been read to its end for a while." if late else None


def late_after(minutes: Mapping[Side, float]) -> dict[Side, timedelta]:
    """Return after how long each side is behind, by how often it is swept."""
    return {side: LATE_SWEEPS[side] * timedelta(minutes=minutes[side]) for side in Side}


def is_late(until: datetime | None, now: datetime, after: timedelta) -> bool:
    """Tell whether a side that is known up to then has not been read for too long."""
    return until is not None and now - until > after


def zone_of(tenant: Tenant) -> ZoneInfo:
    """Return where a tenant keeps its days: UTC where that is not known."""
    return days.zone_named(days.zone_of(tenant.settings, tenant.company)) or ZoneInfo("UTC")


def _stands_still(tenant: Tenant, *, broken: bool) -> tuple[str, bool] | None:
    """Return why nothing of a tenant is written, and whether that is well; None where it is."""
    if tenant.connection is None:
        return "Not connected to QuickBooks: nothing is kept in step.", False
    if tenant.paused is not None:
        return "Paused by a person: nothing is written, and what comes waits in order.", False
    if tenant.suspended is not None:
        return "Nothing goes now: the connection is suspended.", False
    if broken:
        return "Nothing goes now: the connection to QuickBooks cannot be used.", False
    if tenant.observes:
        return "Only observed: nothing is written until this tenant goes live.", True
    return None
