"""What does the bookkeeper do in QuickBooks by hand?  A class on a line, a void, a credit memo.

None of it has a place in MediaOS: what must become of it is that nothing of it is undone.
"""

from agents.lab.demo.counters import Counters
from agents.lab.demo.deeds import ByHand, GiveCredit, TypeClass, VoidInvoice

SOLD = "SalesItemLineDetail"


async def done_by_hand(counters: Counters, deed: ByHand, invoice: str) -> None:
    """Do it to an invoice, by its id in QuickBooks; DemoFault when it is refused."""
    match deed:
        case TypeClass():
            await _typed_class(counters, deed.name, invoice)
        case VoidInvoice():
            await counters.qbo("person/void", kind="Invoice", id=invoice)
        case GiveCredit():
            await _credited(counters, deed, invoice)


async def _typed_class(counters: Counters, name: str, invoice: str) -> None:
    made = await counters.qbo("person/create", kind="Class", fields={"Name": name})
    first, *others = [
        line for line in (await counters.in_qbo("Invoice", invoice))["Line"] if SOLD in line
    ]
    classed = {**first, SOLD: {**first[SOLD], "ClassRef": {"value": made["Id"]}}}
    changes = {"Line": [classed, *others]}
    await counters.qbo("person/edit", kind="Invoice", id=invoice, changes=changes)


async def _credited(counters: Counters, deed: GiveCredit, invoice: str) -> None:
    shown = await counters.in_qbo("Invoice", invoice)
    sold = next(line[SOLD]["ItemRef"] for line in shown["Line"] if SOLD in line)
    line = {
        "Amount": f"{deed.amount:f}",
        "DetailType": SOLD,
        SOLD: {"ItemRef": sold, "TaxCodeRef": {"value": "NON"}},
    }
    fields = {"CustomerRef": shown["CustomerRef"], "Line": [line]}
    memo = await counters.qbo("person/create", kind="CreditMemo", fields=fields)
    await counters.qbo("person/apply_credit", credit=memo["Id"], invoice=invoice)
