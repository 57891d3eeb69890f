"""What may be done with credits on either side, beside what deeds.py does?  Applied and taken off.

A deed picks its records by a number, as those do; where there is none it is no deed.
"""

from decimal import Decimal

from tests.scenarios.both.deeds import Deed
from tests.scenarios.both.people import delete, edit
from tests.scenarios.both.test_credit_applications import (
    a_memo,
    applications,
    applies,
    lines_for,
)
from tests.scenarios.both.test_money import with_a_credit
from tests.scenarios.both.town import Row, Town

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


CREDITS: dict[str, Deed] = {
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
