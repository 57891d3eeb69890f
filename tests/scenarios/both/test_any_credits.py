"""Whatever credits are applied, changed and taken off on both sides, with lost replies between.

In the end the books agree to the cent, or each difference is parked by its name.
"""

import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from schemas.state import ParkReason
from streams.simulators.mediaos.refusals import Refusal
from streams.simulators.quickbooks.refusals import Fault
from tests.scenarios.both.deeds import do, end_faults
from tests.scenarios.both.people import a_customer_with_an_invoice, an_invoice, delete, edit
from tests.scenarios.both.test_credit_applications import (
    a_memo,
    applications,
    applies,
    lines_for,
)
from tests.scenarios.both.test_money import with_a_credit
from tests.scenarios.both.town import Row, Town, opened

SEED = int(os.environ["DAYS"])
AMOUNTS = ("5", "10", "12.35", "25")


def _alive(town: Town, kind: str, n: int) -> Row:
    rows = [row for row in town.in_mediaos(kind) if row["date_deleted"] is None]
    return rows[n % len(rows)]


async def _apply(town: Town, n: int) -> None:
    memo, invoice = _alive(town, "creditMemos", n), _alive(town, "invoices", n // 2)
    part = (memo["id"], invoice["id"], AMOUNTS[n % len(AMOUNTS)])
    await applies(town, memo["advertiser_id"], part)


async def _change(town: Town, n: int) -> None:
    found = applications(town)[n % len(applications(town))]
    memo, invoice = _alive(town, "creditMemos", n), _alive(town, "invoices", n // 3)
    lines = lines_for((memo["id"], invoice["id"], AMOUNTS[n % len(AMOUNTS)])) if n % 4 else []
    await edit(town, "creditApplications", found["id"], lines=lines)


async def _take_off(town: Town, n: int) -> None:
    await delete(town, "creditApplications", applications(town)[n % len(applications(town))]["id"])


async def _bring_back(town: Town, n: int) -> None:
    gone = [row for row in town.in_mediaos("creditApplications") if row["date_deleted"]]
    await town.mediaos.people.restore("creditApplications", gone[n % len(gone)]["id"])


async def _memo(town: Town, n: int) -> None:
    await a_memo(town, _alive(town, "advertisers", n)["id"], AMOUNTS[n % len(AMOUNTS)])


async def _apply_in_qbo(town: Town, n: int) -> None:
    memos, invoices = town.in_qbo("CreditMemo"), town.in_qbo("Invoice")
    memo, invoice = memos[n % len(memos)], invoices[n // 2 % len(invoices)]
    town.qbo.person.apply_credit(memo["Id"], invoice["Id"], AMOUNTS[n % len(AMOUNTS)])


async def _change_in_qbo(town: Town, n: int) -> None:
    paid = town.in_qbo("Payment")[n % len(town.in_qbo("Payment"))]
    amount = Decimal(AMOUNTS[n % len(AMOUNTS)])
    lines = [{**line, "Amount": amount} for line in paid["Line"]] if n % 3 else []
    town.qbo.person.edit("Payment", paid["Id"], {"Line": lines})


async def _remove_in_qbo(town: Town, n: int) -> None:
    paid = town.in_qbo("Payment")[n % len(town.in_qbo("Payment"))]
    getattr(town.qbo.person, ("void", "delete")[n % 2])("Payment", paid["Id"])


async def _memo_in_qbo(town: Town, n: int) -> None:
    with_a_credit(town, AMOUNTS[n % len(AMOUNTS)])


async def _preference(town: Town, n: int) -> None:
    town.qbo.person.set_auto_apply(credits=bool(n % 2))


CREDITS: dict[str, Callable[[Town, int], Awaitable[None]]] = {
    "apply": _apply,
    "change": _change,
    "take off": _take_off,
    "bring back": _bring_back,
    "memo": _memo,
    "qbo apply": _apply_in_qbo,
    "qbo change": _change_in_qbo,
    "qbo remove": _remove_in_qbo,
    "qbo memo": _memo_in_qbo,
    "qbo preference": _preference,
}
OTHERS = ("payment", "less paid", "qbo payment", "lost after", "mediaos lost after")
OTHERS = (*OTHERS, "restart", "moment", "time")
deeds = st.tuples(
    st.sampled_from(sorted(CREDITS)) | st.sampled_from(OTHERS),
    st.integers(min_value=0, max_value=59),
)


async def _done(town: Town, name: str, n: int) -> None:
    """Do one deed, unless there is nothing to do it to, or the side refuses it."""
    if name not in CREDITS:
        await do(town, name, n)
        return
    with suppress(Refusal, Fault, ZeroDivisionError):
        await CREDITS[name](town, n)


@pytest.mark.slow
@pytest.mark.few_rows
@seed(SEED)
@settings(
    max_examples=20,
    derandomize=False,
    print_blob=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(story=st.lists(deeds, min_size=3, max_size=14))
async def test_after_any_credits_the_books_agree_but_for_what_is_parked(story):
    note(f"drawn by DAYS={SEED}")
    async with opened(lockout_minutes=1) as town:
        customer, _ = await a_customer_with_an_invoice(town, ("1", "100"))
        await an_invoice(town, customer, ("2", "30"))
        await a_memo(town, customer, "25")
        await town.run()
        for name, n in story:
            await _done(town, name, n)
        end_faults(town)
        await town.run(1200)

        assert town.letters() == []
        report = await town.report()
        assert report.findings == ()
        assert ParkReason.BUG not in {one.reason for one in report.waiting}
