"""What may happen on any day, in any order?  People's deeds, faults, and time that goes by.

A deed picks its record by a number, modulo how many there are; what a side refuses to a person is
no deed at all.  Names are never twice the same: test_names_and_numbers tells those stories.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from functools import partial
from typing import Any

from schemas.values import MappingKind
from streams.simulators.mediaos.refusals import Refusal
from streams.simulators.quickbooks.refusals import Fault
from tests.scenarios.both.people import (
    HALF_PAGE,
    a_credit_memo,
    a_customer,
    a_payment,
    a_refund,
    account_called,
    an_invoice,
    an_item,
    delete,
    edit,
    keeps,
    line_in_qbo,
    lines_of,
    parts_in_qbo,
)
from tests.scenarios.both.returns import by_a_check, by_an_entry, by_an_expense, comes_back
from tests.scenarios.both.town import Row, Town

PRICES = ("128.35", "33.335", "0.005", "1000", "19.99")
PAUSES = (0.0, 0.04, 0.3, 2.0, 12.0)

Deed = Callable[[Town, int], Awaitable[None]]


def _one(rows: list[Row], n: int) -> Row | None:
    alive = [row for row in rows if row.get("date_deleted") is None]
    return alive[n % len(alive)] if alive else None


async def _new_customer(town: Town, n: int) -> None:
    named = f"Customer {len(town.in_mediaos('advertisers')) + 1}"
    await a_customer(town, named, phone=f"555-01{n:02}")


async def _new_invoice(town: Town, n: int) -> None:
    customer = _one(town.in_mediaos("advertisers"), n)
    if customer is not None:
        lines = [(str(1 + n % 3), PRICES[(n + k) % len(PRICES)]) for k in range(1 + n % 6)]
        await an_invoice(town, customer["id"], *lines)


async def _new_below_zero(town: Town, n: int) -> None:
    customer = _one(town.in_mediaos("advertisers"), n)
    if customer is not None:
        lines = [("1", PRICES[n % 2]), (str(1 + n % 3), f"-{PRICES[n % len(PRICES)]}")]
        await an_invoice(town, customer["id"], *lines[n % 2 :])


async def _apply_below_zero(town: Town, n: int) -> None:
    rows = town.in_mediaos("invoices")
    below = _one([one for one in rows if Decimal(one["balance"]) < 0], n)
    owed = [one for one in rows if Decimal(one["balance"]) > 0]
    mine = [one for one in owed if below and one["advertiser_id"] == below["advertiser_id"]]
    invoice = _one(mine, n)
    if below is not None and invoice is not None:
        part = min(_part(-Decimal(below["balance"]), n), Decimal(invoice["balance"]))
        gives = f"invoice-{below['id']}"
        line = {"credit_memo_id": gives, "invoice_id": invoice["id"], "amount": str(part)}
        made = {"advertiser_id": below["advertiser_id"], "lines": [line]}
        await town.mediaos.people.create("creditApplications", made)


def _at_home(rows: list[Row]) -> list[Row]:
    """What gives money back is in the home currency here."""
    return [row for row in rows if row["CurrencyRef"]["value"] == "USD"]


async def _bounce_in_qbo(town: Town, n: int) -> None:
    """A payment that is whole on invoices comes back, whole or by half."""
    paid = _one([one for one in _at_home(town.in_qbo("Payment")) if _is_money(one)], n)
    if paid is None:
        return
    amount = paid["TotalAmt"] if n % 2 else paid["Line"][0]["Amount"]
    kept = [] if n % 2 else paid["Line"][1:]
    applied = {line["LinkedTxn"][0]["TxnId"]: str(line["Amount"]) for line in kept}
    comes_back(town, paid, (by_an_entry, by_an_expense, by_a_check)[n % 3], str(amount), applied)


def _is_money(paid: Row) -> bool:
    links = [link["TxnType"] for line in paid["Line"] for link in line["LinkedTxn"]]
    return paid["TotalAmt"] > 0 and bool(links) and set(links) == {"Invoice"}


async def _pays_for_all_in_qbo(town: Town, n: int) -> None:
    """A customer has the others below it, and pays a little of an invoice of each."""
    top, *below = town.in_qbo("Customer")
    for each in below if n % 3 else ():
        group = {"Job": True, "ParentRef": {"value": top["Id"]}}
        town.qbo.person.edit("Customer", each["Id"], group)
    # One payment is of one currency.
    alike = [i for i in town.in_qbo("Invoice") if i["CurrencyRef"] == top["CurrencyRef"]]
    owed = [one for one in alike if one["Balance"] >= 1][: 1 + n % 3]
    fields = {"CustomerRef": {"value": top["Id"]}, "TotalAmt": Decimal(len(owed) + n % 2)}
    fields |= {"Line": parts_in_qbo({one["Id"]: "1" for one in owed})}
    town.qbo.person.create("Payment", fields)


async def _new_type(town: Town, n: int) -> None:
    """A line item type, mapped to an item or to none, marked as a write-off or not."""
    count = len(town.in_mediaos("invoiceLineItemTypes"))
    named = {"name": f"Type {count + 1}", "kind": ("fee", "discount")[n % 2]}
    made = await town.mediaos.people.create("invoiceLineItemTypes", named)
    if n % 4:
        item = an_item(town, f"Item of type {count + 1}")
        await town.maps(made["id"], item, kind=MappingKind.LINE_TYPE, write_off=n % 8 == 1)


async def _typed_line(town: Town, n: int) -> None:
    """A fee, or a discount, beside what an invoice sells."""
    invoice = _one(town.in_mediaos("invoices"), n)
    of = _one(town.in_mediaos("invoiceLineItemTypes"), n // 3)
    if invoice is not None and of is not None:
        amount = f"{'-' if of['kind'] == 'discount' else ''}{1 + n % 5}.5"
        line = {"invoice_line_item_type_id": of["id"], "amount": amount}
        sold = lines_of(("1", PRICES[n % len(PRICES)]))
        await edit(town, "invoices", invoice["id"], line_items=[*sold, line])


async def _new_barter(town: Town, n: int) -> None:
    customer = _one(town.in_mediaos("advertisers"), n)
    if customer is not None:
        await a_payment(town, customer["id"], str(1 + n), {}, type=("Barter", "Trade")[n % 2])


async def _new_credit(town: Town, n: int) -> None:
    customer = _one(town.in_mediaos("advertisers"), n)
    if customer is not None:
        lines = [(str(1 + n % 3), PRICES[n % len(PRICES)])]
        await a_credit_memo(town, customer["id"], *lines)


async def _new_credit_in_qbo(town: Town, n: int) -> None:
    customer = _one(town.in_qbo("Customer"), n)
    if customer is not None:
        number = f"C-{len(town.in_qbo('CreditMemo')) + n}"
        lines = [line_in_qbo(str(n + 1))]
        sold = {"CustomerRef": {"value": customer["Id"]}, "Line": lines, "DocNumber": number}
        town.qbo.person.create("CreditMemo", sold)


async def _apply(town: Town, n: int) -> None:
    memo = _one(town.in_mediaos("creditMemos"), n)
    owed = [one for one in town.in_mediaos("invoices") if Decimal(one["balance"]) > 0]
    mine = [one for one in owed if memo and one["advertiser_id"] == memo["advertiser_id"]]
    invoice = _one(mine, n)
    if memo is not None and invoice is not None:
        part = min(_part(Decimal(memo["balance"]), n), Decimal(invoice["balance"]))
        line = {"credit_memo_id": memo["id"], "invoice_id": invoice["id"], "amount": str(part)}
        made = {"advertiser_id": memo["advertiser_id"], "lines": [line]}
        await town.mediaos.people.create("creditApplications", made)


async def _apply_in_qbo(town: Town, n: int) -> None:
    memo = _one(town.in_qbo("CreditMemo"), n)
    mine = [
        one
        for one in town.in_qbo("Invoice")
        if memo and one["Balance"] > 0 and one["CustomerRef"] == memo["CustomerRef"]
    ]
    invoice = _one(mine, n)
    if memo is not None and invoice is not None:
        part = min(_part(memo["RemainingCredit"], n), invoice["Balance"])
        town.qbo.person.apply_credit(memo["Id"], invoice["Id"], str(part))


async def _new_refund(town: Town, n: int) -> None:
    customer = _one(town.in_mediaos("advertisers"), n)
    if customer is not None:
        lines = [(str(1 + n % 3), PRICES[n % len(PRICES)])]
        await a_refund(town, customer["id"], *lines, type=("Check", "Cash")[n % 2])


async def _new_refund_in_qbo(town: Town, n: int) -> None:
    customer = _one(town.in_qbo("Customer"), n)
    if customer is not None:
        made = {
            "CustomerRef": {"value": customer["Id"]},
            "Line": [line_in_qbo(str(n + 1))],
            "DepositToAccountRef": {"value": account_called(town, "Savings")},
            "DocNumber": f"R-{len(town.in_qbo('RefundReceipt')) + n}",
        }
        town.qbo.person.create("RefundReceipt", made)


async def _keep(town: Town, n: int) -> None:
    account = (*map(partial(account_called, town), ("Checking", "Savings")), None)[n % 3]
    await keeps(town, ("Check", "Cash")[n % 2], account)


async def _new_payment(town: Town, n: int) -> None:
    invoice = _one(town.in_mediaos("invoices"), n)
    if invoice is not None:
        part = _part(Decimal(invoice["balance"]), n)
        await a_payment(
            town, invoice["advertiser_id"], str(part + n % 2), {invoice["id"]: str(part)}
        )


def _part(balance: Decimal, n: int) -> Decimal:
    return balance if n % 2 else (balance / 3).quantize(Decimal("0.01"))


def _editing(kind: str, changes: Callable[[Row, int], Row]) -> Deed:
    async def deed(town: Town, n: int) -> None:
        row = _one(town.in_mediaos(kind), n)
        if row is not None:
            await edit(town, kind, row["id"], **changes(row, n))

    return deed


def _editing_in_qbo(kind: str, changes: Callable[[Row, int], Row]) -> Deed:
    async def deed(town: Town, n: int) -> None:
        row = _one(town.in_qbo(kind), n)
        if row is not None:
            town.qbo.person.edit(kind, row["Id"], changes(row, n))

    return deed


def _deleting(kind: str) -> Deed:
    async def deed(town: Town, n: int) -> None:
        row = _one(town.in_mediaos(kind), n)
        if row is not None:
            await delete(town, kind, row["id"])

    return deed


async def _bring_back(town: Town, n: int) -> None:
    kind = ("invoices", "payments", "creditMemos", "refunds")[n % 4]
    gone = [row for row in town.in_mediaos(kind) if row["date_deleted"] is not None]
    if gone:
        await town.mediaos.people.restore(kind, gone[n % len(gone)]["id"])


def _taking_away_in_qbo(way: str, kind: str) -> Deed:
    async def deed(town: Town, n: int) -> None:
        row = _one(town.in_qbo(kind), n)
        if row is not None:
            getattr(town.qbo.person, way)(kind, row["Id"])

    return deed


async def _new_customer_in_qbo(town: Town, n: int) -> None:
    named = f"Walk-in {len(town.in_qbo('Customer')) + 1}"
    phone = {"FreeFormNumber": f"555-04{n:02}"}
    town.qbo.person.create("Customer", {"DisplayName": named, "PrimaryPhone": phone})


async def _new_invoice_in_qbo(town: Town, n: int) -> None:
    customer = _one(town.in_qbo("Customer"), n)
    if customer is not None:
        number = f"W-{len(town.in_qbo('Invoice')) + 1}"
        lines = [line_in_qbo(str(n + k + 1)) for k in range(1 + n % 3)]
        sold = {"CustomerRef": {"value": customer["Id"]}, "Line": lines, "DocNumber": number}
        town.qbo.person.create("Invoice", sold)


async def _new_payment_in_qbo(town: Town, n: int) -> None:
    invoice = _one(town.in_qbo("Invoice"), n)
    if invoice is not None:
        part = _part(invoice["Balance"], n)
        paid = {"CustomerRef": invoice["CustomerRef"], "TotalAmt": part + n % 2}
        line = parts_in_qbo({invoice["Id"]: str(part)}) if part else []
        town.qbo.person.create("Payment", {**paid, "Line": line})


def _faulting(fault: Callable[[Town, int], Any]) -> Deed:
    async def deed(town: Town, n: int) -> None:
        fault(town, n)

    return deed


async def _lock(town: Town, n: int) -> None:
    invoice = _one(town.in_qbo("Invoice"), n)
    if invoice is not None:
        town.qbo.faults.lock("Invoice", invoice["Id"], seconds=30)


async def _restart(town: Town, _n: int) -> None:
    await town.worker()


async def _time(town: Town, n: int) -> None:
    await town.run(PAUSES[n % len(PAUSES)])


async def _moment(town: Town, _n: int) -> None:
    await town.run(0.3)


PEOPLE: dict[str, Deed] = {
    "type": _new_type,
    "typed line": _typed_line,
    "barter": _new_barter,
    "customer": _new_customer,
    "invoice": _new_invoice,
    "below zero": _new_below_zero,
    "turned": _editing(
        "invoices", lambda _, n: {"line_items": lines_of(("1", f"-{PRICES[n % 5]}"))}
    ),
    "apply below zero": _apply_below_zero,
    "payment": _new_payment,
    "credit": _new_credit,
    "credit lines": _editing(
        "creditMemos",
        lambda _, n: {"line_items": lines_of((str(n % 4 + 1), PRICES[n % 5]), product=HALF_PAGE)},
    ),
    "credit memo": _editing("creditMemos", lambda _, n: {"comments": f"C{n % 3}"}),
    "refund": _new_refund,
    "refund lines": _editing(
        "refunds",
        lambda _, n: {"line_items": lines_of((str(n % 4 + 1), PRICES[n % 5]), product=HALF_PAGE)},
    ),
    "refund memo": _editing("refunds", lambda _, n: {"comments": f"B{n % 3}"}),
    "account": _keep,
    "apply": _apply,
    "memo": _editing("invoices", lambda _, n: {"comments": f"M{n % 3}" if n % 4 else None}),
    "due": _editing("invoices", lambda _, n: {"date_due": f"2026-06-{1 + n % 28:02} 00:00:00"}),
    "lines": _editing(
        "invoices",
        lambda _, n: {"line_items": lines_of((str(n % 4 + 1), PRICES[n % 5]), product=HALF_PAGE)},
    ),
    "rename": _editing("advertisers", lambda row, n: {"name": f"House {row['id']}-{n}"}),
    "phone": _editing("advertisers", lambda _, n: {"phone": f"555-02{n % 3:02}"}),
    "mail": _editing("advertisers", lambda _, n: {"email": {"value": f"a{n % 3}@example.com"}}),
    "less paid": _editing(
        "payments", lambda row, n: {"notes": f"N{n % 3}", "lines": row["lines"][: n % 2]}
    ),
}
PEOPLE_IN_QBO: dict[str, Deed] = {
    "qbo customer": _new_customer_in_qbo,
    "qbo invoice": _new_invoice_in_qbo,
    "qbo payment": _new_payment_in_qbo,
    "qbo bounce": _bounce_in_qbo,
    "qbo pays for all": _pays_for_all_in_qbo,
    "qbo credit": _new_credit_in_qbo,
    "qbo credit memo": _editing_in_qbo(
        "CreditMemo", lambda _, n: {"CustomerMemo": {"value": f"K{n % 3}"}}
    ),
    "qbo refund": _new_refund_in_qbo,
    "qbo refund memo": _editing_in_qbo(
        "RefundReceipt", lambda _, n: {"CustomerMemo": {"value": f"G{n % 3}"}}
    ),
    "qbo apply": _apply_in_qbo,
    "qbo memo": _editing_in_qbo("Invoice", lambda _, n: {"CustomerMemo": {"value": f"Q{n % 3}"}}),
    "qbo due": _editing_in_qbo("Invoice", lambda _, n: {"DueDate": f"2026-07-{1 + n % 28:02}"}),
    "qbo number": _editing_in_qbo("Invoice", lambda _, n: {"DocNumber": f"Q-{n}"}),
    "qbo lines": _editing_in_qbo("Invoice", lambda _, n: {"Line": [line_in_qbo(str(n + 1))]}),
    "qbo rename": _editing_in_qbo(
        "Customer", lambda row, n: {"DisplayName": f"Client {row['Id']}-{n}"}
    ),
    "qbo phone": _editing_in_qbo(
        "Customer", lambda _, n: {"PrimaryPhone": {"FreeFormNumber": f"555-03{n % 3:02}"}}
    ),
    "qbo reference": _editing_in_qbo("Payment", lambda _, n: {"PaymentRefNum": f"R{n % 3}"}),
    "qbo unapply": _editing_in_qbo("Payment", lambda _row, _n: {"Line": []}),
}
REMOVALS: dict[str, Deed] = {
    "delete invoice": _deleting("invoices"),
    "delete payment": _deleting("payments"),
    "delete credit": _deleting("creditMemos"),
    "delete refund": _deleting("refunds"),
    "unapply": _deleting("creditApplications"),
    "bring back": _bring_back,
    "qbo void invoice": _taking_away_in_qbo("void", "Invoice"),
    "qbo void": _taking_away_in_qbo("void", "Payment"),
    "qbo delete invoice": _taking_away_in_qbo("delete", "Invoice"),
    "qbo void credit": _taking_away_in_qbo("void", "CreditMemo"),
    "qbo delete credit": _taking_away_in_qbo("delete", "CreditMemo"),
    "qbo void refund": _taking_away_in_qbo("void", "RefundReceipt"),
    "qbo delete refund": _taking_away_in_qbo("delete", "RefundReceipt"),
    "qbo delete payment": _taking_away_in_qbo("delete", "Payment"),
}
FAULTS: dict[str, Deed] = {
    "lost before": _faulting(lambda town, _: town.qbo.faults.time_out_next("before")),
    "lost after": _faulting(lambda town, n: town.qbo.faults.time_out_next("after", times=n % 3)),
    "mediaos lost before": _faulting(
        lambda town, _: town.mediaos.faults.arm("time_out_before_commit")
    ),
    "mediaos lost after": _faulting(
        lambda town, _: town.mediaos.faults.arm("time_out_after_commit")
    ),
    "mediaos wrong 412": _faulting(lambda town, _: town.mediaos.faults.arm("wrong_412")),
    "qbo ill": _faulting(lambda town, n: town.qbo.faults.answer_next((429, 500, 503, 401)[n % 4])),
    "mediaos ill": _faulting(lambda town, n: town.mediaos.faults.answer_next((429, 503)[n % 2])),
    "token over": _faulting(lambda town, _: town.qbo.tokens.expire_access()),
    "names busy": _faulting(lambda town, n: town.qbo.faults.name_list_busy(n % 4)),
    "webhooks twice": _faulting(lambda town, _: town.qbo.webhooks.misbehave("duplicate")),
    "webhooks in disorder": _faulting(lambda town, _: town.qbo.webhooks.misbehave("reorder")),
    "lock": _lock,
    "restart": _restart,
}
TIME: dict[str, Deed] = {"time": _time, "moment": _moment}

DEEDS = {**PEOPLE, **PEOPLE_IN_QBO, **REMOVALS, **FAULTS, **TIME}


async def do(town: Town, name: str, n: int, deeds: Mapping[str, Deed] = DEEDS) -> None:
    """Do one deed, unless there is nothing to do it to, or the side refuses it to the person."""
    with suppress(Refusal, Fault, ZeroDivisionError):
        await deeds[name](town, n)


def end_faults(town: Town) -> None:
    """Let nothing go wrong any more."""
    town.qbo.faults.clear()
    town.mediaos.faults._statuses.clear()
    town.mediaos.faults._armed.clear()
