"""What else may happen to a tenant?  Moves and merges, a person's word, silence, a lost connection.

`ends` lets all of that be over: what was cut off is connected, and what was not told is looked for.
"""

from datetime import timedelta

from agents.rules.documents.conflicts import conflict_of
from schemas.requests import ConfirmRemovals, Push, ResolveConflict, Retry
from schemas.state import Document
from schemas.values import Side
from tests.scenarios.both.deeds import Deed, end_faults
from tests.scenarios.both.people import FULL_PAGE, an_invoice, delete, edit
from tests.scenarios.both.town import Row, Town
from tests.testing.simulated.lying_proxy import LIES

DOCUMENTS = ("invoices", "payments", "creditMemos", "refunds")
#: Until what nobody told was looked for on both sides.
LOOKED_FOR_SECONDS = 50 * 60.0


def documents(town: Town) -> list[tuple[str, str, Document]]:
    """Each document that any lane has, with its lane and its name there."""
    keys = [f"{town.tenant}/mediaos/{each['id']}" for each in town.in_mediaos("advertisers")]
    keys += [f"{town.tenant}/qbo/{each['Id']}" for each in town.in_qbo("Customer")]
    lanes = (town.workers[-1].lane(key) for key in keys)
    return [(lane.key, name, one) for lane in lanes for name, one in lane.documents.items()]


def in_conflict(town: Town) -> list[tuple[str, str]]:
    """Each document that waits for a person's word, with its lane."""
    return [(lane, name) for lane, name, one in documents(town) if conflict_of(one) is not None]


async def a_word(town: Town, lane: str, document: str, side: Side) -> str:
    """Somebody decides a conflict; return the request's id."""
    wish = ResolveConflict(id=town._id(), lane=lane, document=document, keep=side, by="ann")
    await town.ask(lane, wish)
    return wish.id


def _alive(town: Town, kind: str, n: int) -> Row:
    rows = [row for row in town.in_mediaos(kind) if row["date_deleted"] is None]
    return rows[n % len(rows)]


async def _move(town: Town, n: int) -> None:
    kind = DOCUMENTS[n % len(DOCUMENTS)]
    changes = {"advertiser_id": _alive(town, "advertisers", n // 4)["id"]}
    changes |= {"lines": []} if kind == "payments" else {}
    await edit(town, kind, _alive(town, kind, n // 2)["id"], **changes)


async def _move_in_qbo(town: Town, n: int) -> None:
    kind = ("Invoice", "Payment", "CreditMemo", "RefundReceipt")[n % 4]
    moved = town.in_qbo(kind)[n // 2 % len(town.in_qbo(kind))]
    # Of another currency no customer has a document.
    alike = [c for c in town.in_qbo("Customer") if c["CurrencyRef"] == moved["CurrencyRef"]]
    other = {"CustomerRef": {"value": alike[n // 4 % len(alike)]["Id"]}}
    town.qbo.person.edit(kind, moved["Id"], other)


async def _below_zero(town: Town, n: int) -> None:
    customer = _alive(town, "advertisers", n)["id"]
    await an_invoice(town, customer, ("1", f"-{1 + n}.5"), *([("1", "3")] if n % 3 else []))


async def _merge(town: Town, n: int) -> None:
    active = [each["Id"] for each in town.in_qbo("Customer") if each["Active"]]
    keep, lose = active[n % len(active)], active[(n + 1) % len(active)]
    if keep != lose:
        town.qbo.person.merge(keep=keep, lose=lose)


async def _customer_goes(town: Town, n: int) -> None:
    await delete(town, "advertisers", _alive(town, "advertisers", n)["id"])


async def _customer_comes_back(town: Town, n: int) -> None:
    gone = [row for row in town.in_mediaos("advertisers") if row["date_deleted"] is not None]
    await town.mediaos.people.restore("advertisers", gone[n % len(gone)]["id"])


async def _rests(town: Town, n: int) -> None:
    active = [each["Id"] for each in town.in_qbo("Customer") if each["Active"]]
    town.qbo.person.deactivate("Customer", active[n % len(active)])


async def _rests_no_more(town: Town, n: int) -> None:
    resting = [each["Id"] for each in town.in_qbo("Customer") if not each["Active"]]
    town.qbo.person.edit("Customer", resting[n % len(resting)], {"Active": True})


async def _deposit(town: Town, n: int) -> None:
    paid = [each["Id"] for each in town.in_qbo("Payment") if each["TotalAmt"]]
    town.qbo.person.deposit([paid[n % len(paid)]])


async def _close(town: Town, n: int) -> None:
    today = town.clock.now().date()
    town.qbo.person.close_books((today - timedelta(days=1), today, None)[n % 3])


async def _remap(town: Town, n: int) -> None:
    [item] = [each["Id"] for each in town.in_qbo("Item") if each["Name"] == "Full page"]
    await town.maps(FULL_PAGE, item if n % 3 else None)


async def _decide(town: Town, n: int) -> None:
    open_ = in_conflict(town)
    await a_word(town, *open_[n % len(open_)], (Side.MEDIAOS, Side.QBO)[n % 2])


async def _retry(town: Town, n: int) -> None:
    parked = [(lane, name) for lane, name, one in documents(town) if one.park is not None]
    lane, name = parked[n % len(parked)]
    await town.ask(lane, Retry(id=town._id(), lane=lane, document=name))


async def _push(town: Town, n: int) -> None:
    known = documents(town)
    lane, name, _ = known[n % len(known)]
    await town.ask(lane, Push(id=town._id(), lane=lane, document=name))


async def _confirm(town: Town, n: int) -> None:
    engine = town.workers[-1].engine
    lane = engine.context(engine.partition_of(town.tenant), town.tenant)
    removals = lane.tenant_state.removals.get((Side.MEDIAOS, Side.QBO)[n % 2])
    if removals is not None and removals.guard:
        wish = ConfirmRemovals(id=town._id(), tenant=town.tenant, guard=removals.guard, by="Ada")
        await town.ask(town.tenant, wish)


async def _lie(town: Town, n: int) -> None:
    proxy = (town.qbo_proxy, town.mediaos_proxy)[n % 2]
    proxy.lie(LIES[[*LIES][n % len(LIES)]], "", method=("POST", "PATCH", "DELETE")[n % 3])


async def _unheard(town: Town, n: int) -> None:
    if n % 2:
        town.mediaos_unheard = not town.mediaos_unheard
    else:
        town.qbo.webhooks.misbehave("drop", times=1 + n % 5)


async def _sweep(town: Town, _n: int) -> None:
    await town.run(310)


async def _revoke(town: Town, _n: int) -> None:
    town.qbo.tokens.revoke_realm(town.realm)


async def _connect(town: Town, _n: int) -> None:
    await town.connect()


COMPANY: dict[str, Deed] = {
    "move": _move,
    "qbo move": _move_in_qbo,
    "below zero": _below_zero,
    "merge": _merge,
    "customer goes": _customer_goes,
    "customer comes back": _customer_comes_back,
    "customer rests": _rests,
    "customer rests no more": _rests_no_more,
    "deposit": _deposit,
    "close": _close,
    "remap": _remap,
    "decide": _decide,
    "retry": _retry,
    "push": _push,
    "confirm": _confirm,
    "lie": _lie,
    "unheard": _unheard,
    "sweep": _sweep,
    "revoke": _revoke,
    "connect": _connect,
}


async def ends(town: Town) -> None:
    """Let nothing go wrong any more, and all come to rest."""
    end_faults(town)
    for proxy in (town.qbo_proxy, town.mediaos_proxy):
        proxy.tell_the_truth()
    town.mediaos_unheard = False
    await town.connect()
    await town.run(LOOKED_FOR_SECONDS)
