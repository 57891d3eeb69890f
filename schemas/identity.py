"""How is every id made?  Here and nowhere else, from what it identifies.

Nothing is random but terms: after a crash the same cause gives the same id, which is what lets a
remote recognise a repeat.
"""

import hashlib
from functools import lru_cache

from schemas.values import Kind, RecordRef, Revision, Side

#: QBO's requestid: "max length undocumented, about 50" (quickbooks-online.md 0).
REQUEST_ID_LENGTH = 32


def event_id(tenant: str, record: RecordRef, revision: Revision) -> str:
    """Return `t1/mediaos/invoice/136@7`."""
    return f"{tenant}/{record}@{revision}"


def decision_id(event: str, number: int) -> str:
    """Return the id of the number-th decision about one event, from 1."""
    return f"{event}#{number}"


def command_id(decision: str, place: int) -> str:
    """Return the id of a decision's command by its place, from 0."""
    return f"{decision}/{place}"


def marked_record(tenant: str, kind: Kind, marked: str | None) -> str | None:
    """Return the id in MediaOS that a marker of this tenant and kind names, None for any other."""
    ours = marker(tenant, kind, "")
    return marked.removeprefix(ours) or None if marked and marked.startswith(ours) else None


def body_digest(body: bytes) -> str:
    """Return by what one body of a create is told from another."""
    return hashlib.sha256(body).hexdigest()[:16]


def create_request_id(
    tenant: str, record: RecordRef, *, generation: int, refusals: int = 0, body: str = ""
) -> str:
    """Return the request id under which a record is created across, of one body and no other.

    `body` is the digest of any but the first that its lane says in this generation.  Of the first
    it is no part: a record that moved to another lane before it crossed may be created by both, and
    under one id the side makes it once.  An id ends with each definite refusal: whether Intuit
    replays those is not known (quickbooks-online.md 0).
    """
    parts = [f"create:{tenant}/{record}:g{generation}"]
    parts += [f"r{refusals}"] if refusals > 1 else []
    return _digest(":".join([*parts, *([body] if body else [])]))


def renewed_request_id(request: str, declined: int) -> str:
    """Return the id under which a command goes that was refused so often for a while.

    Its words are the same; a side that replays its refusals would refuse them for ever.  The first
    such refusal leaves the id, as above.
    """
    return _digest(f"again:{request}/{declined}") if declined > 1 else request


def request_id(decision: str, place: int) -> str:
    """Return the request id of any command that is not a create."""
    return _digest(f"command:{command_id(decision, place)}")


def lane_key(tenant: str, side: Side, customer: str) -> str:
    """Return the key of a customer's events: `t1/mediaos/42`."""
    return f"{tenant}/{side}/{customer}"


def lockout_id(cause: str) -> str:
    """Return the id of a lockout, short enough to be typed: `lock-3f9a1c07`."""
    return f"lock-{_digest(f'lockout:{cause}')[:8]}"


@lru_cache(maxsize=10_000)  # a step asks of its own lane fifty times
def tenant_of(key: str) -> str:
    """Return the tenant that a lane key, an event id or a tenant's own key belongs to."""
    return key.split("/", 1)[0]


def tenant_lane(tenant: str) -> str:
    """Return the key of a tenant's own work (settings, mappings, tokens, sweep)."""
    return tenant


def who_mark(name: str) -> str:
    """Return what a log says of who asked: not their name, which stands in the journal."""
    return hashlib.sha256(name.encode(errors="replace")).hexdigest()[:8] if name else ""


def marker(tenant: str, kind: Kind, mediaos_id: str) -> str:
    """Return the line that a created QBO record carries: whose record of MediaOS it is."""
    return f"MediaOS {tenant} {kind} {mediaos_id}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:REQUEST_ID_LENGTH]
