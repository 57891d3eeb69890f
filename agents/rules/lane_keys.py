"""Whose lane does a change go to?  That of its customer; a product's is its tenant's own."""

from schemas.catalog import NotUnderstoodError
from schemas.changes import Change
from schemas.identity import lane_key, tenant_lane
from schemas.kinds import KINDS, Anchor


def key_of(change: Change) -> str:
    """Return the lane of a change; NotUnderstoodError when nobody can tell whose it is."""
    anchor = KINDS[change.kind].anchor
    if anchor is Anchor.TENANT:
        return tenant_lane(change.tenant)
    customer = change.id if anchor is Anchor.ITSELF else change.customer
    if not customer:
        raise NotUnderstoodError(f"customer: expected whose {change.kind} it is, got nothing")
    return lane_key(change.tenant, change.side, customer)
