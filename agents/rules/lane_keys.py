"""Whose lane does a change go to?  That of its customer; a product's is its tenant's own."""

from schemas.catalog import NotUnderstoodError
from schemas.changes import Change
from schemas.identity import lane_key, tenant_lane
from schemas.values import Kind


def key_of(change: Change) -> str:
    """Return the lane of a change; NotUnderstoodError when nobody can tell whose it is."""
    if change.kind is Kind.PRODUCT:
        return tenant_lane(change.tenant)
    customer = change.id if change.kind is Kind.CUSTOMER else change.customer
    if not customer:
        raise NotUnderstoodError(f"customer: expected whose {change.kind} it is, got nothing")
    return lane_key(change.tenant, change.side, customer)
