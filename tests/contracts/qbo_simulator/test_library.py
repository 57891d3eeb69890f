"""Does python-quickbooks, which was written against the real thing, get along with the simulator?

It saves whole models with defaults of its own and numbers as strings (quickbooks-online.md 7.2).
"""

import asyncio
from decimal import Decimal

import pytest
from quickbooks.batch import batch_create
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import QuickbooksException
from quickbooks.objects.customer import Customer
from quickbooks.objects.detailline import SalesItemLine, SalesItemLineDetail
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.payment import Payment, PaymentLine


def an_invoice(amount):
    detail = SalesItemLineDetail()
    detail.ItemRef = {"value": "1"}
    line = SalesItemLine()
    line.Amount = Decimal(amount)
    line.SalesItemLineDetail = detail
    invoice = Invoice()
    invoice.CustomerRef = {"value": "1"}
    invoice.Line.append(line)
    return invoice


async def test_the_library_saves_an_invoice_and_pays_it(library, served):
    def use_it():
        invoice = an_invoice("100.10").save(qb=library)
        paid = PaymentLine()
        paid.Amount = Decimal("40.05")
        paid.LinkedTxn.append(invoice.to_linked_txn())
        payment = Payment()
        payment.TotalAmt = Decimal("40.05")
        payment.CustomerRef = {"value": "1"}
        payment.Line.append(paid)
        payment.save(qb=library)
        return Invoice.get(invoice.Id, qb=library)

    seen = await asyncio.to_thread(use_it)

    assert (seen.Balance, seen.TotalAmt) == (Decimal("60.05"), Decimal("100.10"))
    assert served.simulator.requests[0]["params"] == {"minorversion": "75"}


async def test_a_second_save_of_what_the_library_holds_is_stale(library):
    def use_it():
        customer = Customer.get("1", qb=library)
        customer.Notes = "once"
        customer.save(qb=library)
        customer.Notes = "twice"
        customer.save(qb=library)

    with pytest.raises(QuickbooksException) as refused:
        await asyncio.to_thread(use_it)

    assert refused.value.error_code == 5010


async def test_the_library_queries_counts_batches_and_follows_changes(library):
    def use_it():
        batch = batch_create([an_invoice("1"), an_invoice("2")], qb=library)
        found = Invoice.where("TotalAmt > '1.00'", order_by="Id", max_results=5, qb=library)
        changes = change_data_capture([Invoice], "2026-03-01T00:00:00-08:00", qb=library)
        return (
            len(batch.successes),
            [one.TotalAmt for one in found],
            Customer.count("Active = true", qb=library),
            len(changes.Invoice),
        )

    assert await asyncio.to_thread(use_it) == (2, [Decimal("2.00")], 1, 2)
